/* Facts about the header that policy asks for by name (spec/policy.md 2.5). */
#include "engines/message/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/engine.h"

struct row {
    const char *name, *want, *given, *expected; /* values with "|" behind each */
};

static const struct row rows[] = {
    {"2.5 a value", "header.subject", "Subject: a b\r\n\r\n", "a b|"},
    {"2.5 the name in any case", "header.SUBJECT", "sUBJECT: a\r\n\r\n", "a|"},
    {"2.5 each such field", "header.x-a", "X-A: 1\r\nX-B: 2\r\nX-A: 3\r\n\r\n", "1|3|"},
    {"2.5 decoded", "header.subject", "Subject: =?iso-8859-1?q?=E4?=\r\n =?utf-8?b?w7Y=?=\r\n\r\n",
     "\xC3\xA4\xC3\xB6|"},
    {"2.5 a fold is a blank", "header.subject", "Subject: a\r\n\tb\r\n\r\n", "a b|"},
    {"2.5 an empty value", "header.subject", "Subject:\r\n\r\n", "|"},
    {"2.5 none", "header.subject", "X: a\r\n\r\nSubject: b\r\n", ""},
    {"2.5 addresses", "header.to.address",
     "To: A <a@B.example>, G: c@d;\r\nTo: \"x y\"@(z)Z\r\n\r\n", "a@b.example|c@d|\"x y\"@z|"},
    {"2.5 domains", "header.to.domain", "To: a@B, root, \"c@d\"@e\r\n\r\n", "b|e|"},
    {"2.5 names", "header.from.name",
     "From: \"A \\\"B\\\"\" <a@b>, =?utf-8?q?=C3=A4?= <c@d>, e@f (G), h@i\r\n\r\n",
     "A \"B\"|\xC3\xA4|G|"},
    {"2.5 a field that ends like an aspect", "header.x-name", "X-Name: a\r\n\r\n", "a|"},
    {"2.5 what nobody knows", "size", "Size: a\r\n\r\n", ""},
    {"2.5 no field at all", "header..name", "Name: a\r\n\r\n", ""},
    {"5 marks", "mark.x-m", "X-M: a\r\nX-A: b\r\nx-m : c\r\n\r\n", "2|"},
    {"5 marks in every spelling", "mark.x-m",
     "X-M\r\n : a\r\nX-(b)M: c\r\nX-\x01M: d\r\nA: b\rX-M: e\r\nA: b\r\n X-M: f\r\n"
     "X-M g\r\n=?a?q?X-M?=: h\r\nX-M-Not: i\r\nNot-X-M: j\r\n\r\nX-M: k\r\n",
     "7|"},
    {"5 no mark", "mark.x-m", "X-Ma: a\r\n\r\n", ""},
    {"5 marks that begin so", "mark.x-m-*", "X-M-A: a\r\nX-M-B: b\r\nX-M: c\r\n\r\n", "2|"},
    {"5 names in a signature are no marks", "mark.x-m",
     "DKIM-Signature: h=from:\r\n X-M: to;\r\n\r\n", ""},
};

/* The values of the fact that was asked for. */
static void ask(struct bytes octets, struct bytes want, struct report *report, char *out,
                size_t room)
{
    struct job job = {.size = octets.size, .deadline_ms = 60000, .wants = &want, .want_count = 1};
    struct limits limits;

    limits_init(&limits);
    report_init(report, (size_t)limits.report_bytes);
    assert_int_equal(engines_run(NULL, 0, &limits, &job, octets, report), STATUS_OK);
    assert_int_equal(report_check(report, octets.size, &limits), STATUS_OK);
    out[0] = '\0';
    for (size_t i = 0; i < report->facts_count; i++) {
        if (bytes_equal(report->facts[i].name, want))
            snprintf(out + strlen(out), room - strlen(out), "%.*s|",
                     (int)report->facts[i].value.size, (const char *)report->facts[i].value.data);
    }
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct report report;
    char out[400];

    ask(bytes_of_text(row->given), bytes_of_text(row->want), &report, out, sizeof out);
    assert_string_equal(out, row->expected);
    report_clear(&report);
}

static struct bytes repeated(const char *unit, size_t count, const char *behind)
{
    size_t size = strlen(unit);
    char *octets = test_malloc(count * size + strlen(behind));

    for (size_t i = 0; i < count; i++)
        memcpy(octets + i * size, unit, size);
    memcpy(octets + count * size, behind, strlen(behind));
    return (struct bytes){(uint8_t *)octets, count * size + strlen(behind)};
}

static size_t facts_called(const struct report *report, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < report->facts_count; i++)
        count += bytes_equal(report->facts[i].name, bytes_of_text(name));
    return count;
}

static void test_most_values(void **state)
{
    struct bytes octets = repeated("X-A: b@c\r\n", FACTS_VALUES_MOST + 20, "\r\n");
    struct report report;
    static char out[4000];

    (void)state;
    ask(octets, BYTES("header.x-a"), &report, out, sizeof out);
    assert_int_equal(facts_called(&report, "header.x-a"), FACTS_VALUES_MOST);
    report_clear(&report);
    ask(octets, BYTES("header.x-a.address"), &report, out, sizeof out);
    assert_int_equal(facts_called(&report, "header.x-a.address"), FACTS_VALUES_MOST);
    report_clear(&report);
    test_free((void *)octets.data);
}

/* 2.5: cut before a character that would be in two. */
static void test_long_value(void **state)
{
    struct bytes octets = repeated("\xC3\xA4", 600, "\r\n\r\n");
    char *whole = test_malloc(octets.size + 5);
    struct report report;
    static char out[4000];

    (void)state;
    memcpy(whole, "X-A:x", 5);
    memcpy(whole + 5, octets.data, octets.size);
    ask((struct bytes){(uint8_t *)whole, octets.size + 5}, BYTES("header.x-a"), &report, out,
        sizeof out);
    assert_int_equal(strlen(out), FACT_BYTES_MOST - 1 + 1);
    assert_true(bytes_is_utf8(bytes_of_text(out)));
    report_clear(&report);
    test_free(whole);
    test_free((void *)octets.data);
}

/* All together are bounded, and that it was so is said. */
static void test_most_octets(void **state)
{
    enum { WANTS = 20 };
    struct bytes wants[WANTS], octets = repeated("X-A: ", 1, "");
    char *whole = test_malloc(200 * 1100 + 2);
    struct limits limits;
    struct report report;
    size_t size = 0, values = 0, caps = 0;

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        memcpy(whole + size, octets.data, octets.size);
        memset(whole + size + octets.size, 'v', 1090);
        memcpy(whole + size + octets.size + 1090, "\r\n", 2);
        size += octets.size + 1092;
    }
    for (size_t i = 0; i < WANTS; i++)
        wants[i] = BYTES("header.x-a");
    struct job job = {.size = size, .deadline_ms = 60000, .wants = wants, .want_count = WANTS};
    limits_init(&limits);
    report_init(&report, (size_t)limits.report_bytes);
    assert_int_equal(
        engines_run(NULL, 0, &limits, &job, (struct bytes){(uint8_t *)whole, size}, &report),
        STATUS_OK);
    for (size_t i = 0; i < report.facts_count; i++)
        values += report.facts[i].value.size;
    for (size_t i = 0; i < report.findings_count; i++)
        caps += bytes_equal(report.findings[i].symbol, BYTES("limit.report"));
    assert_true(values <= FACTS_BYTES_MOST && values > FACTS_BYTES_MOST - FACT_BYTES_MOST);
    assert_int_equal(caps, 1);
    report_clear(&report);
    test_free(whole);
    test_free((void *)octets.data);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + 3] = {cmocka_unit_test(test_most_values),
                                         cmocka_unit_test(test_long_value),
                                         cmocka_unit_test(test_most_octets)};

    for (size_t i = 0; i < ROWS; i++)
        tests[3 + i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = test_row, .initial_state = (void *)&rows[i]};
    message_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
