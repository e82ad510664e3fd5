/* Shapes that hurt parsers: each is answered with the limit it hits, in bounded memory, and within
 * a processor time that anything worse than linear passes by far (the process is killed then). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "tests/support/view_check.h"

enum { MEGABYTE = 1 << 20, VIEW_MOST_KB = 100 * 1024, CPU_MOST_S = 120 };

/* head, then unit again and again (its "%" becomes a number), then tail. */
struct row {
    const char *name;
    const char *head, *unit, *tail;
    size_t count;
    const char *symbol; /* of a finding, or NULL for none at all */
};

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"

static const struct row rows[] = {
    {"1 20,000 parameters", "Content-Type: text/plain", "; p%=v", "\r\n\r\nx", 20000,
     "limit.header-field"},
    {"1 5,000 parameters", "Content-Type: text/plain", "; p%=v", "\r\n\r\nx", 5000,
     "limit.parameters"},
    {"1 a million fields", "", "A: b\r\n", "\r\nx", 1000000, "limit.header-fields"},
    {"1 a field of 20 MB", "A: ", "folded\r\n ", "\r\n\r\nx", 2000000, "limit.header-field"},
    {"1 a header of 25 MB without colons", "A: b\r\n", "no colon here, just text\r\n", "\r\nx",
     1000000, "message.header-junk"},
    {"1 100,000 tiny parts", MIXED, "--b\r\n\r\n", "--b--\r\n", 100000, "limit.parts"},
    {"1 25 MB of boundaries", MIXED, "--b\n", "", 6000000, "limit.parts"},
    {"1 25 MB of dashes that are no boundary", MIXED "--b\r\n\r\n", "--c\n", "--b--", 6000000,
     NULL},
    {"1 25 MB of dashes around the parts", MIXED, "--c\n", "--b\r\n\r\nx\r\n--b--", 6000000,
     "message.delimiter-lf"},
    {"1 25 MB of dashes and no boundary", "Content-Type: multipart/mixed\r\n\r\n", "--c\n", "",
     6000000, "limit.parts"},
    {"1 1,000,000 boundaries declared", MIXED,
     "--b\r\nContent-Type: multipart/mixed; boundary=b%\r\n\r\n", "", 1000000, "limit.parts"},
    {"1 many boundaries, 20 MB of dashes",
     "Content-Type: a/b; boundary=1; boundary=2; boundary=3; boundary=4; boundary=5; "
     "boundary=6; boundary=7; boundary=8\r\n\r\n",
     "--123456789 123456789 123456789 123456789 123456789\r\n", "", 400000,
     "message.near-delimiter"},
    {"2 20 MB of begin lines", "Subject: x\r\n\r\n", "begin 644 x\r\n", "", 1500000, NULL},
    {"2 25 MB of dashes that are fields", "Subject: x\r\n\r\n", "--:\r\n", "", 5000000, NULL},
    {"2 100,000 uuencoded files", "Subject: x\r\n\r\n", "begin 644 x\n!80``\nend\n", "", 100000,
     "limit.parts"},
    {"2 900 multiparts within each other", "",
     "Content-Type: multipart/mixed; boundary=b%\r\n\r\n--b%\r\n", "\r\nx", 900, "limit.depth"},
    {"2 900 messages within each other", "", "Content-Type: message/rfc822\r\n\r\n",
     "A: b\r\n\r\nx", 900, "limit.depth"},
    {"2 100,000 multiparts within each other", "",
     "Content-Type: multipart/mixed; boundary=b%\r\n\r\n--b%\r\n", "\r\nx", 100000, "limit.parts"},
    {"2 100,000 messages within each other", "", "Content-Type: message/rfc822\r\n\r\n",
     "A: b\r\n\r\nx", 100000, "limit.parts"},
    {"2 900 epilogues", MIXED, "--b\r\n\r\nx\r\n--b--\r\nepilogue\r\n", "", 900, "limit.parts"},
    {"2 comments within comments", "Content-Type: text/plain", "(", "\r\n\r\nx", 60000, NULL},
    {"2 quotes without an end", "Content-Type: text/plain; a=", "\"\\", "\r\n\r\nx", 30000, NULL},
    {"3 25 MB of base64 padding", "Content-Transfer-Encoding: base64\r\n\r\n", "=====", "", 5000000,
     "message.content-malformed"},
    {"3 25 MB of soft breaks", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", "= = ", "",
     6000000, "message.content-malformed"},
    {"3 25 MB of blanks behind =", "Content-Transfer-Encoding: quoted-printable\r\n\r\n=", "    ",
     "x", 6000000, "message.content-malformed"},
    {"3 25 MB of uuencoded lines", "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\n",
     "!!\n", "", 8000000, "message.content-malformed"},
};

static void append(struct buffer *out, const char *text, size_t number)
{
    char digits[32];

    for (; *text != '\0'; text++) {
        if (*text == '%') {
            int length = snprintf(digits, sizeof digits, "%zu", number);

            assert_int_equal(
                buffer_append(out, (struct bytes){(const uint8_t *)digits, (size_t)length}),
                STATUS_OK);
        } else {
            assert_int_equal(buffer_append_octet(out, (uint8_t)*text), STATUS_OK);
        }
    }
}

static long resident_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* The symbol is among the few findings there are; NULL: there is none. */
static void check_findings(const struct report *report, const char *symbol)
{
    bool found = false;

    for (size_t i = 0; i < report->findings_count && symbol != NULL; i++)
        found |= bytes_equal(report->findings[i].symbol, bytes_of_text(symbol));
    for (size_t i = 0; i < report->findings_count; i++) {
        if (!found || report->findings_count > 3)
            print_message("  %.*s\n", (int)report->findings[i].symbol.size,
                          (const char *)report->findings[i].symbol.data);
    }
    assert_true(found == (symbol != NULL));
    assert_in_range(report->findings_count, 0, symbol != NULL ? 3 : 0);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct buffer octets;
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
    long before_kb;

    buffer_init(&octets, 64 * MEGABYTE);
    append(&octets, row->head, 0);
    for (size_t i = 0; i < row->count; i++)
        append(&octets, row->unit, i);
    append(&octets, row->tail, 0);
    limits_init(&limits);
    budget_init(&budget, &limits, octets.size, 0);
    report_init(&report, limits.report_bytes);
    before_kb = resident_kb();
    assert_int_equal(message_init(&message, buffer_bytes(&octets), &budget, &report), STATUS_OK);
#ifndef CCCPD_SANITIZED
    assert_in_range(resident_kb() - before_kb, 0, VIEW_MOST_KB);
#endif
    (void)before_kb;
    check_findings(&report, row->symbol);
    assert_null(view_check(&message));
    assert_int_equal(report_check(&report, octets.size, &limits), STATUS_OK);
    message_clear(&message);
    report_clear(&report);
    buffer_clear(&octets);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    const struct rlimit processor = {CPU_MOST_S, CPU_MOST_S};
    struct CMUnitTest tests[ROWS];

    if (setrlimit(RLIMIT_CPU, &processor) != 0)
        return 1;
    message_warm_up();
    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
