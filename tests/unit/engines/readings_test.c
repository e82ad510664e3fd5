/* Other readings: what each deviation shows, and that ordinary mail has none. The expected text has
 * a line for each part behind the first reading, "reading<parent type [name] content", and the
 * findings of class STRUCTURE and LIMIT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/transfer.h"
#include "tests/support/view_check.h"

enum { DESCRIBED_OCTETS = 4000 };

struct row {
    const char *name;
    const char *octets;
    const char *expected;
};

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define BASE64 "Content-Transfer-Encoding: base64\r\n"
#define FIELDS                                                                                     \
    "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\nA: 6\r\nA: 7\r\nA: 8\r\nA: 9\r\n"                     \
    "B: 1\r\nB: 2\r\nB: 3\r\nB: 4\r\nB: 5\r\nB: 6\r\nB: 7\r\nB: 8\r\nB: 9\r\n"
#define PART(boundary, text) "--" boundary "\r\nContent-Type: a/b\r\n\r\n" text "\r\n"

static const struct row rows[] = {
    {"2 ordinary mail has one reading",
     "Received: by x\r\n\tfor y\r\n" MIXED "\r\npreamble\r\n" PART("b", "one") "--b--\r\n", ""},
    {"2 the second boundary of one field",
     "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n" PART("b", "one")
         PART("c", "two") "--c--\r\n--b--\r\n",
     "1<1 a/b [] two|message.duplicate-boundary|"},
    {"2 the boundary of the first field",
     "Content-Type: multipart/mixed; boundary=c\r\n" MIXED "\r\n" PART("c", "two") "--c--\r\n",
     "1<1 a/b [] two|message.duplicate-type|message.hidden-part|message.no-boundary|"},
    {"2 a boundary in Content-Disposition",
     "Content-Type: text/plain\r\nContent-Disposition: x; boundary=c\r\n\r\n" PART(
         "c", "two") "--c--\r\n",
     "1<1 a/b [] two|message.type-malformed|message.hidden-part|"},
    {"2 a boundary that is no part of the text is none",
     "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n" PART("b", "one") "--b--\r\n",
     "message.duplicate-boundary|"},
    {"2 a comment in the name of the field",
     "Content-Type (x): multipart/mixed; boundary=c\r\n\r\n" PART("c", "two") "--c--\r\n",
     "1<1 a/b [] two|message.unparsable|"},
    {"2 a name within an encoded word", "=?x?Q?Content-Transfer-Encoding?=: base64\r\n\r\nQUJD",
     "1<1 text/plain [] ABC|message.field-hidden|"},
    {"2 no colon", "A: b\r\nContent-Transfer-Encoding base64\r\n\r\nQUJD\r\n",
     "1<1 text/plain [] ABC|2<1 text/plain [] Content-Transfer-Encoding "
     "base64\r\n\r\nQUJD\r\n|message.header-junk|"},
    {"2 no colon behind the line of a mailbox",
     "From x y\r\nA: b\r\njunk\r\n" BASE64 "\r\nQUJD\r\n",
     "1<1 text/plain [] junk\r\nContent-Transfer-Encoding: "
     "base64\r\n\r\nQUJD\r\n|message.header-junk|"},
    {"2 a part that begins a part that begins a text is none",
     "A: b\r\n\r\n\r\nContent-Type: a/b\r\n\r\n\r\nContent-Type: c/d\r\n\r\nx",
     "1<1 a/b [] \r\nContent-Type: c/d\r\n\r\nx|message.hidden-part|"},
    {"2 a list of names in a signature is no field",
     "ARC-Seal: h=From:\r\n Content-Type:X-Y\r\nContent-Type: text/plain\r\n\r\nx", ""},
    {"2 two encodings",
     "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\nQUJD\r\n",
     "1<1 text/plain [] ABC|message.duplicate-encoding|"},
    {"2 an encoding that only some know", "Content-Transfer-Encoding: x-base64\r\n\r\nQUJD",
     "1<1 text/plain [] ABC|message.encoding-unknown|"},
    {"2 an encoding that nobody knows is tried, and is no ambiguity",
     "Content-Transfer-Encoding: none\r\n\r\nQUJD", "1<1 text/plain [] ABC|"},
    {"2 a header that ends with blanks", "A: b\r\n \r\n" BASE64 "\r\nQUJD",
     "1<1 text/plain [] Content-Transfer-Encoding: "
     "base64\r\n\r\nQUJD|message.ambiguous|"},
    {"2 a line of blanks before the empty one changes nothing", "A: b\r\n \r\n\r\nx", ""},
    {"2 a field whose name is no token", "A: b\r\nB c: d\r\nContent-Type: a/b\r\n\r\nx",
     "1<1 text/plain [] B c: d\r\nContent-Type: a/b\r\n\r\nx|message.ambiguous|"},
    {"2 no empty line behind a header", MIXED "\r\n--b\r\n" BASE64 "QUJD\r\n--b--\r\n",
     "1<2 text/plain [] ABC|message.ambiguous|"},
    {"2 a bare CR in the header", "A: b\r" BASE64 "\r\nQUJD",
     "1<1 text/plain [] ABC|message.header-cr|"},
    {"2 delimiters between bare CR", MIXED "\r\npre\r--b\rContent-Type: a/b\r\rone\r--b--\r\n",
     "1<1 a/b [] one|message.no-boundary|"},
    {"2 a delimiter between bare LF, where lines end with CRLF",
     MIXED "\r\n--b\r\n" BASE64 "\r\nQUJD\n--b\nREVG\r\n--b--\r\n",
     "1<1 text/plain [] ABCm\x11\x15|1<1 text/plain [] ABCm\x11\x15\x18|1<1 text/plain [] "
     "ABC\xFB\xE6\xD1\x11Q|message.delimiter-lf|"},
    {"2 blanks before a delimiter", MIXED "\r\n --b\r\nContent-Type: a/b\r\n\r\none\r\n --b--\r\n",
     "1<1 a/b [] one|message.near-delimiter|message.no-boundary|"},
    {"2 a part without a header before it",
     "A: b\r\n\r\n\r\nContent-Type: a/b\r\n" BASE64 "\r\nQUJD",
     "1<1 a/b [] ABC|message.hidden-part|"},
    {"2 a part in quoted mail is read and no ambiguity",
     "A: b\r\n\r\nyou wrote\r\n--c\r\nContent-Type: a/b\r\n" BASE64 "\r\nQUJD\r\n--c--\r\n",
     "1<1 a/b [] ABC|"},
    {"2 a part in quoted mail behind lines that are no fields",
     "A: b\r\n\r\nyou wrote\r\n--c\r\n\r\n>From x\r\nContent-Type: a/b\r\n" BASE64
     "\r\nQUJD\r\n--c--\r\n",
     "1<1 a/b [] ABC|"},
    {"2 a part in quoted mail, with blanks before the dashes",
     "A: b\r\n\r\nyou wrote\r\n -- --c\r\n --c\r\nContent-Type: a/b\r\n" BASE64
     "\r\nQUJD\r\n --c--\r\n",
     "1<1 a/b [] ABC|"},
    {"2 many lines that are no fields are a text",
     "A: b\r\n\r\n--c\r\n1\r\n2\r\n3\r\n4\r\n5\r\nContent-Type: a/b\r\n\r\nQUJD\r\n", ""},
    {"6 an encoded message",
     "Content-Type: message/rfc822\r\n" BASE64 "\r\nQ29udGVudC1UeXBlOiBhL2INCg0KeHg=\r\n",
     "1<1 a/b [] xx|message.encoding-container|"},
    {"6 an encoded multipart",
     MIXED BASE64 "\r\nLS1iDQpDb250ZW50LVR5cGU6IGEvYg0KDQp4eA0KLS1iLS0NCg==\r\n",
     "1<1 multipart/mixed [] --b\r\nContent-Type: a/b\r\n\r\nxx\r\n--b--\r\n|1<3 a/b [] "
     "xx|message.encoding-container|"},
    {"6 a uuencoded file in encoded text",
     BASE64 "\r\nYmVnaW4gNjQ0IHguZXhlCiMwNCkjCmAKZW5kCg==\r\n",
     "0<1 application/octet-stream [x.exe] ABC|"},
    {"1 a boundary that is folded within quotes is read by all",
     "Content-Type: multipart/mixed; boundary=\"c\r\n d\"\r\n\r\n" PART("c d", "two") "--c d--\r\n",
     ""},
    {"6 what is signed opaquely belongs to the first reading",
     "Content-Type: application/pkcs7-mime\r\n" BASE64
     "\r\nMD4GCSqGSIb3DQEHAqAxMC8CAQExADAmBgkqhkiG9w0BBwGgGQQXQ29udGVu"
     "dC1UeXBlOiBhL2INCg0KeHgxAA==\r\n",
     "0<1 a/b [] xx|"},
    {"2 blanks before a delimiter whose boundary is in sections",
     "Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\r\n\r\n" PART(
         "bc", "one") " --bc\r\nContent-Type: a/b\r\n\r\ntwo\r\n--bc--\r\n",
     "1<1 a/b [] one|1<1 a/b [] two|message.near-delimiter|"},
    {"2 blanks before a delimiter of another boundary",
     MIXED "Content-Disposition: inline; boundary=c\r\n\r\n" PART(
         "b", "one") " --c\r\nContent-Type: a/b\r\n\r\ntwo\r\n --c--\r\n--b--\r\n",
     "1<1 a/b [] two|message.ambiguous|"},
    {"2 blanks before a delimiter and text behind it",
     MIXED "\r\n" PART("b", "one") " --bx\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b--\r\n",
     "1<1 a/b [] one|1<1 a/b [] two|message.near-delimiter|"},
    {"2 a part behind many fields",
     "Subject: x\r\n\r\n\r\n" FIELDS FIELDS "Content-Type: a/b\r\n\r\none", "1<1 a/b [] one|"},
    {"2 a uuencoded file between bare CR", "A: b\r\n\r\nsee\rbegin 644 x\r#86)C\rend\r",
     "1<1 text/plain [] see\nbegin 644 x\n#86)C\nend\n|1<2 application/octet-stream [x] "
     "abc|message.ambiguous|"},
    {"2 a byte order mark against the charset",
     "Content-Type: text/plain; charset=utf-8\r\n" BASE64 "\r\n//5BAEIA", "1<1 text/plain [] AB|"},
    {"2 a byte order mark of UTF-32", BASE64 "\r\n//4AAEEAAAA=", "1<1 text/plain [] A|"},
    {"2 a mark in what is no text", "Content-Type: a/b\r\n" BASE64 "\r\n//5BAEIA", ""},
    {"6 an encoded message in a digest",
     "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n" BASE64
     "\r\nQ29udGVudC1UeXBlOiBhL2INCg0KeHg=\r\n--b--\r\n",
     "1<2 a/b [] xx|message.encoding-container|"},
    {"6 a digest in an encoded multipart",
     "Content-Type: multipart/digest; boundary=b\r\n" BASE64
     "\r\nLS1iDQoNCkNvbnRlbnQtVHlwZTogYS9iDQoNCnh4DQotLWItLQ0K",
     "1<1 multipart/digest [] --b\r\n\r\nContent-Type: a/b\r\n\r\nxx\r\n--b--\r\n|1<3 text/plain "
     "[] Content-Type: a/b\r\n\r\nxx|1<3 a/b [] xx|message.encoding-container|"},
    {"6 a mail as a file",
     "Content-Type: application/octet-stream; name=x.EML\r\n" BASE64
     "\r\nQTogYg0KQ29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7IGJvdW5kYXJ5PWINCg0KLS1iDQpDb250ZW50LVR5c"
     "GU6IGEvYg0KDQpvbmUNCi0tYi0tDQo=",
     "1<1 a/b [] one|"},
    {"6 a mail as a file within text",
     "A: b\r\n\r\nbegin 644 x.eml\r\n>03H@8@T*0V]N=&5N=\"U4>7!E.B!A+V(-\"@T*;VYE\r\n`\r\nend\r\n",
     "1<2 a/b [] one|"},
    {"6 text in UTF-7 in an encoded message",
     "Content-Type: message/rfc822\r\n" BASE64
     "\r\nQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluOyBjaGFyc2V0PXV0Zi03DQoNCitBRUVBUWct",
     "1<1 text/plain [] +AEEAQg-|1<2 text/plain [] AB|message.encoding-container|"},
    {"6 a header that comes too late in an encoded message",
     "Content-Type: message/rfc822\r\n" BASE64 "\r\nQTogYg0KDQoNCkNvbnRlbnQtVHlwZTogYS9iDQoNCnh4",
     "1<1 text/plain [] \r\nContent-Type: a/b\r\n\r\nxx|1<2 a/b [] xx|message.encoding-container|"},
    {"6 equal octets hold other parts for another boundary",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
     "--b\r\nContent-Type: multipart/mixed; boundary=x\r\n" BASE64
     "\r\nLS15DQpDb250ZW50LVR5cGU6IGEvYg0KDQp4eA0KLS15LS0NCg==\r\n"
     "--b\r\nContent-Type: multipart/mixed; boundary=y\r\n" BASE64
     "\r\nLS15DQpDb250ZW50LVR5cGU6IGEvYg0KDQp4eA0KLS15LS0NCg==\r\n--b--\r\n",
     "1<2 multipart/mixed [] --y\r\nContent-Type: a/b\r\n\r\nxx\r\n--y--\r\n|2<3 a/b [] "
     "xx|message.encoding-container|message.encoding-container|"},
    {"3 equal octets are one part",
     "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n" PART(
         "b", "one") "--b--\r\n" PART("c", "one") "--c--\r\n",
     "message.duplicate-boundary|message.hidden-part|"},
    {"5 as many as the limit",
     "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n" PART("b", "0") PART("c", "1")
         PART("c", "2") PART("c", "3") PART("c", "4") PART("c", "5") "--c--\r\n--b--\r\n",
     "1<1 a/b [] 1|1<1 a/b [] 2|1<1 a/b [] 3|1<1 a/b [] "
     "4|message.duplicate-boundary|message.ambiguous|limit.readings|"},
};

struct view {
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
};

static void make(struct view *view, struct bytes octets, uint64_t readings)
{
    limits_init(&view->limits);
    view->limits.readings = readings;
    budget_init(&view->budget, &view->limits, octets.size, 0);
    report_init(&view->report, view->limits.report_bytes);
    assert_int_equal(message_init(&view->message, octets, &view->budget, &view->report), STATUS_OK);
}

static void drop(struct view *view)
{
    message_clear(&view->message);
    report_clear(&view->report);
}

static size_t add(char *out, size_t length, struct bytes text)
{
    assert_true(length + text.size + 1 < DESCRIBED_OCTETS);
    if (text.size > 0)
        memcpy(out + length, text.data, text.size);
    return length + text.size;
}

static void describe(const struct view *view, char out[DESCRIBED_OCTETS])
{
    size_t length = 0;

    for (uint32_t i = 0; i < view->message.part_count; i++) {
        const struct part *part = &view->message.parts[i];

        if (i < view->message.laid_count)
            continue;
        length += (size_t)sprintf(out + length, "%u<%u ", part->reading, part->parent);
        length = add(out, length, part->type);
        length = add(out, length, BYTES(" ["));
        length = add(out, length, part->name);
        length = add(out, length, BYTES("] "));
        length = add(out, length, part->content);
        length = add(out, length, BYTES("|"));
    }
    for (size_t i = 0; i < view->report.findings_count; i++) {
        if (view->report.findings[i].class == CLASS_NOTE)
            continue;
        length = add(out, length, view->report.findings[i].symbol);
        length = add(out, length, BYTES("|"));
    }
    out[length] = '\0';
}

static void test_row(void **state)
{
    const struct row *row = *state;
    char out[DESCRIBED_OCTETS];
    struct view view;

    make(&view, bytes_of_text(row->octets), row->name[0] == '5' ? 4 : 256);
    describe(&view, out);
    assert_string_equal(out, row->expected);
    assert_null(view_check(&view.message));
    assert_int_equal(report_check(&view.report, strlen(row->octets), &view.limits), STATUS_OK);
    drop(&view);
}

/* Past the bound the mail is ambiguous and nobody can have examined it. */
static void test_bound(void **state)
{
    struct view view;

    (void)state;
    make(&view, bytes_of_text(rows[sizeof rows / sizeof rows[0] - 1].octets), 4);
    assert_string_equal(view.message.parts[0].cap, "readings");
    drop(&view);
}

/* The limits of the prescan hold for headers that it has not seen. */
static void test_header_limit(void **state)
{
    static const char head[] = "Content-Type: message/rfc822\r\n" BASE64 "\r\n";
    enum { GROUPS = 2001 }; /* fields; six octets are eight characters */
    size_t size = strlen(head);
    char *mail = test_malloc(size + GROUPS * 8);
    struct view view;

    (void)state;
    memcpy(mail, head, size);
    for (size_t i = 0; i < GROUPS; i++, size += 8)
        memcpy(mail + size, "QTogYg0K", 8); /* "A: b" */
    make(&view, (struct bytes){(const uint8_t *)mail, size}, 256);
    assert_string_equal(view.message.parts[0].cap, "header-fields");
    drop(&view);
    test_free(mail);
}

/* Every decoder that reads malformed base64 differently is a reading of its own. */
static void test_variants(void **state)
{
    struct view view;
    uint32_t readings = 0;

    (void)state;
    make(&view, BYTES(BASE64 "\r\nQUJD=QUJDREVG!QUJDQUJD-_QUJ\r\nD\r\n"), 256);
    for (uint32_t i = 0; i < view.message.part_count; i++)
        readings =
            view.message.parts[i].reading > readings ? view.message.parts[i].reading : readings;
    assert_in_range(readings, 3, decode_variants(ENCODING_BASE64) - 1);
    assert_int_equal(view.message.reading_count, readings);
    assert_null(view_check(&view.message));
    drop(&view);
}

/* What is found within decoded octets is proved by the octets of the original that yield it. */
static void test_origin(void **state)
{
    static const char mail[] =
        BASE64 "\r\nYmVnaW4gNjQ0IHguZXhlCiMwNCkjCmAKZW5kCg==\r\n"; /* begin 644 x.exe … */
    struct view view;
    struct range range;

    (void)state;
    make(&view, BYTES(mail), 256);
    assert_int_equal(view.message.part_count, 2);
    assert_int_equal(view.message.parts[1].within, 1);
    range = message_origin(&view.message, &view.message.parts[1], 0, 1);
    /* "#04)#" stands behind 16 octets of text: its second character is the 18th one. */
    assert_in_range(range.offset, strlen(BASE64) + 2 + 17 / 3 * 4, strlen(BASE64) + 2 + 18 / 3 * 4);
    assert_in_range(range.size, 1, 4);
    drop(&view);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + 4] = {
        [ROWS] = {"5 past the bound the root is unexaminable", test_bound, NULL, NULL, NULL},
        [ROWS + 3] = {"5 the limits of a header hold in decoded octets", test_header_limit, NULL,
                      NULL, NULL},
        [ROWS + 1] = {"4 every decoder of a malformed body", test_variants, NULL, NULL, NULL},
        [ROWS + 2] = {"6 evidence lies in the original", test_origin, NULL, NULL, NULL}};

    message_warm_up();
    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
