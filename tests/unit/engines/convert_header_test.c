/* Edits of the message's own header section (spec/conversion.md 2.3 to 2.7, 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engines/convert_made.h"

#define ADD "header-add (NAME \"N\" VALUE \"v\")"
#define PREPEND "header-prepend (NAME \"N\" VALUE \"v\")"
#define DELETE "header-delete (NAME \"X-M\")"
#define MARKS "marks (NAME \"X-M\" NAME \"X-N-*\")"
#define REPLACE "header-replace (NAME \"X-M\" VALUE \"v\")"
#define TAG "subject-tag (TEXT \"[T]\")"
#define UMLAUT "subject-tag (TEXT \"[\xC3\x84]\")"

struct row {
    const char *name, *edits, *given, *expected;
};

static const struct row rows[] = {
    {"1 no edit changes nothing", "", "A: b\r\n\r\n\x01\xFF\r", "A: b\r\n\r\n\x01\xFF\r"},
    {"2 add behind the last field", ADD, "A: b\r\nC: d\r\n\r\nx", "A: b\r\nC: d\r\nN: v\r\n\r\nx"},
    {"2 prepend before the first", PREPEND, "A: b\r\n\r\nx", "N: v\r\nA: b\r\n\r\nx"},
    {"2 several stand in their order",
     "header-prepend (NAME \"A1\" VALUE \"v\")\nheader-add (NAME \"B1\" VALUE \"v\")\n"
     "header-prepend (NAME \"A2\" VALUE \"v\")\nheader-add (NAME \"B2\" VALUE \"v\")",
     "A: b\r\n\r\n", "A1: v\r\nA2: v\r\nA: b\r\nB1: v\r\nB2: v\r\n\r\n"},
    {"2 delete all such", DELETE, "X-M: a\r\nA: b\r\nx-m: c\r\n d\r\n\r\nX-M: e",
     "A: b\r\n\r\nX-M: e"},
    {"2 delete what begins so", "header-delete (NAME \"X-S-*\")",
     "X-S-A: b\r\nX-S: c\r\nX-S-D: e\r\n\r\n", "X-S: c\r\n\r\n"},
    {"2 replace the first, delete the others", REPLACE, "X-M: a\r\nA: b\r\nX-M: c\r\n\r\n",
     "X-M: v\r\nA: b\r\n\r\n"},
    {"2 replace adds where there is none", REPLACE, "A: b\r\n\r\n", "A: b\r\nX-M: v\r\n\r\n"},
    {"1.4 replace twice: the later one holds",
     "header-replace (NAME \"X-M\" VALUE \"a\")\nheader-replace (NAME \"X-M\" VALUE \"b\")",
     "A: b\r\n\r\n", "A: b\r\nX-M: b\r\n\r\n"},
    {"1.4 delete comes before add", ADD "\nheader-delete (NAME \"N\")", "N: a\r\n\r\n",
     "N: v\r\n\r\n"},

    {"2.4 LF where all lines have it", ADD "\n" PREPEND, "A: b\n\nx\r\n",
     "N: v\nA: b\nN: v\n\nx\r\n"},
    {"2.4 CRLF where a line has it", ADD, "A: b\r\nC: d\n\nx", "A: b\r\nN: v\r\nC: d\n\nx"},

    {"2.5 no header section", ADD, "just text\r\nmore\r\n", "N: v\r\n\r\njust text\r\nmore\r\n"},
    {"2.5 nothing at all", ADD, "", "N: v\r\n\r\n"},
    {"2.5 an empty section", ADD, "\r\nA: b\r\n\r\n", "N: v\r\n\r\nA: b\r\n\r\n"},
    {"2.5 no empty line", ADD, "A: b\r\n", "A: b\r\nN: v\r\n"},
    {"2.5 no end of the line", ADD, "A: b", "A: b\r\nN: v\r\n"},
    {"2.5 half an end of the line", ADD, "A: b\r", "A: b\r\nN: v\r\n"},
    {"2.5 no end of a line that goes", ADD "\n" DELETE, "A: b\r\nX-M: c", "A: b\r\nN: v\r\n"},
    {"2.5 no end of a line that is replaced", ADD "\n" REPLACE, "X-M: c", "X-M: v\r\nN: v\r\n"},
    {"2.5 a byte order mark", PREPEND,
     "\xEF\xBB\xBF"
     "A: b\r\n\r\n",
     "\xEF\xBB\xBFN: v\r\nA: b\r\n\r\n"},
    {"2.5 a name above ASCII", ADD "\n" PREPEND, "A\xE4: b\r\nC: d\r\n\r\n",
     "N: v\r\nN: v\r\nA\xE4: b\r\nC: d\r\n\r\n"},
    {"2.5 behind a mailbox's line", ADD "\n" PREPEND, "From a@b Mon\r\nA: b\r\n\r\n",
     "From a@b Mon\r\nN: v\r\nA: b\r\nN: v\r\n\r\n"},
    {"2.5 behind a mailbox's line with a time", ADD,
     "From a@b Mon Jan  1 12:00:00 2026\r\nA: b\r\n\r\n",
     "From a@b Mon Jan  1 12:00:00 2026\r\nA: b\r\nN: v\r\n\r\n"},
    {"2.5 behind folds of nothing", PREPEND, " a\r\nA: b\r\n\r\n", " a\r\nN: v\r\nA: b\r\n\r\n"},
    {"2.5 before a line that is no field", ADD, "A: b\r\njunk\r\nC: d\r\n\r\n",
     "A: b\r\nN: v\r\njunk\r\nC: d\r\n\r\n"},
    {"2.5 before a line of blanks", ADD, "A: b\r\nC: d\r\n \t\r\nE: f\r\n\r\n",
     "A: b\r\nN: v\r\nC: d\r\n \t\r\nE: f\r\n\r\n"},
    {"2.5 before an empty line of bare CR", ADD, "A: b\r\nC: d\r\rE: f\r\n\r\n",
     "A: b\r\nN: v\r\nC: d\r\rE: f\r\n\r\n"},
    {"2.5 a bare CR alone is no end", ADD, "A: b\rc\r\n\r\n", "A: b\rc\r\nN: v\r\n\r\n"},
    {"2.5 NUL", ADD, "A: b\r\n\r\n", "A: b\r\nN: v\r\n\r\n"},
    {"2.5 what is left is no field", DELETE, "X-M: a\r\njunk\r\nC: d\r\n\r\n",
     "Comments: fields were removed\r\njunk\r\nC: d\r\n\r\n"},
    {"2.5 what is left is no field, LF", DELETE, "X-M: a\njunk\nC: d\n\n",
     "Comments: fields were removed\njunk\nC: d\n\n"},
    {"2.5 what is left is no field, with one added", DELETE "\n" ADD,
     "X-M: a\r\njunk\r\nC: d\r\n\r\n", "N: v\r\njunk\r\nC: d\r\n\r\n"},
    {"2.5 the last one that is left is no field", DELETE, "A: b\r\njunk\r\nX-M: a\r\n\r\nx",
     "A: b\r\njunk\r\nComments: fields were removed\r\n\r\nx"},
    {"2.5 all fields go", DELETE, "X-M: a\r\n\r\nx", "\r\nx"},
    {"2.5 replace where all readers see it", REPLACE, "A: b\r\njunk\r\nX-M: a\r\nC: d\r\n\r\n",
     "A: b\r\nX-M: v\r\njunk\r\nC: d\r\n\r\n"},

    {"2.6 case and blanks", MARKS, "A: b\r\nx-m : c\r\nX-M\t: d\r\nX-n-o:e\r\n\r\n",
     "A: b\r\n\r\n"},
    {"2.6 folded before the colon", MARKS, "A: b\r\nX-M\r\n : c\r\n\r\n", "A: b\r\n\r\n"},
    {"2.6 comments and controls in the name", MARKS,
     "A: b\r\nX-(c)M: d\r\nX-\x02M: e\r\nX-\xC2\xADM: f\r\n\r\n", "A: b\r\n\r\n"},
    {"2.6 an encoded word as the name", MARKS, "A: b\r\n=?us-ascii?q?X-M?=: c\r\n\r\n",
     "A: b\r\n\r\n"},
    {"2.6 no colon", MARKS, "A: b\r\nX-M c\r\nX-M\r\n\r\n", "A: b\r\n\r\n"},
    {"2.6 behind a bare CR", MARKS, "A: b\rX-M: c\rD: e\r\nF: g\rX-M:h\r\n i\r\n\r\n",
     "A: b\rD: e\r\nF: g\r\n\r\n"},
    {"2.6 behind bare CRs, several", MARKS, "A: b\rX-M: c\rX-M: d\rX-N-A: e\r\n\r\n",
     "A: b\r\n\r\n"},
    {"2.6 on a fold", MARKS, "A: b\r\n X-M: c\r\n\tX-M: d\r\n e\r\n\r\n", "A: b\r\n e\r\n\r\n"},
    {"2.6 not in a signature's fold", MARKS, "DKIM-Signature: h=a:\r\n X-M: b\r\n\r\n",
     "DKIM-Signature: h=a:\r\n X-M: b\r\n\r\n"},
    {"2.6 first, behind a blank", MARKS, " X-M: c\r\nA: b\r\n\r\n", "A: b\r\n\r\n"},
    {"2.6 behind a line that is no field", MARKS,
     "A: b\r\njunk\r\nX-M: c\r\nC: d\r\n\r\nX-M: d\r\n", "A: b\r\njunk\r\nC: d\r\n\r\nX-M: d\r\n"},
    {"2.6 not what only looks so", MARKS, "X-Ma: b\r\nNot-X-M: c\r\nX-N: d\r\n\r\n",
     "X-Ma: b\r\nNot-X-M: c\r\nX-N: d\r\n\r\n"},

    {"2.7 before the subject", TAG, "Subject: a\r\n\r\n", "Subject: [T] a\r\n\r\n"},
    {"2.7 once", TAG, "Subject: Re: [t] a\r\n\r\n", "Subject: Re: [t] a\r\n\r\n"},
    {"2.7 once, encoded", UMLAUT, "Subject: =?iso-8859-1?q?=5B=C4=5D?= a\r\n\r\n",
     "Subject: =?iso-8859-1?q?=5B=C4=5D?= a\r\n\r\n"},
    {"2.7 no subject", TAG, "A: b\r\n\r\n", "A: b\r\nSubject: [T]\r\n\r\n"},
    {"2.7 an empty subject", TAG, "Subject:\r\nA: b\r\n\r\n", "Subject: [T]\r\nA: b\r\n\r\n"},
    {"2.7 a subject of blanks", TAG, "Subject: \r\n \r\nA: b\r\n\r\n",
     "Subject: [T]\r\nA: b\r\n\r\n"},
    {"2.7 a subject in a fold", TAG, "Subject:\r\n a\r\n\r\n", "Subject:\r\n [T] a\r\n\r\n"},
    {"2.7 before encoded words", TAG, "Subject: =?utf-8?q?=C3=A4?=\r\n\r\n",
     "Subject: [T] =?utf-8?q?=C3=A4?=\r\n\r\n"},
    {"2.7 an encoded tag before text", UMLAUT, "Subject: a\r\n\r\n",
     "Subject: =?UTF-8?B?W8OEXQ==?= a\r\n\r\n"},
    {"2.7 an encoded tag before encoded words", UMLAUT, "Subject: =?utf-8?q?=C3=A4?=\r\n\r\n",
     "Subject: =?UTF-8?B?W8OEXSA=?= =?utf-8?q?=C3=A4?=\r\n\r\n"},
    {"2.7 an encoded tag before what is no word", UMLAUT, "Subject: =?utf-8?a\r\n\r\n",
     "Subject: =?UTF-8?B?W8OEXQ==?= =?utf-8?a\r\n\r\n"},
    {"2.7 several tags", UMLAUT "\n" TAG "\n" TAG, "Subject: =?utf-8?q?=C3=A4?=\r\n\r\n",
     "Subject: =?UTF-8?B?W8OEXQ==?= [T] =?utf-8?q?=C3=A4?=\r\n\r\n"},
    {"2.7 raw octets of another charset", UMLAUT, "Subject: \xE4\r\n\r\n",
     "Subject: =?UTF-8?B?W8OEXQ==?= \xE4\r\n\r\n"},
    {"2.7 an internationalised message", UMLAUT, "Subject: \xC3\xA4\r\n\r\n",
     "Subject: [\xC3\x84] \xC3\xA4\r\n\r\n"},
    {"2.7 a long subject is folded", TAG,
     "Subject: 1234567890123456789012345678901234567890123456789012345678901234567\r\n\r\n",
     "Subject: [T]\r\n "
     "1234567890123456789012345678901234567890123456789012345678901234567\r\n\r\n"},
    {"2.7 every subject", TAG, "Subject: a\r\nSubject: b\r\n\r\n",
     "Subject: [T] a\r\nSubject: [T] b\r\n\r\n"},
    {"2.7 a replaced subject", TAG "\nheader-replace (NAME \"Subject\" VALUE \"\xC3\xA4\")",
     "Subject: a\r\n\r\n", "Subject: [T] =?UTF-8?B?w6Q=?=\r\n\r\n"},
    {"2.7 a subject behind what ends the header", TAG, "A: b\r\njunk\r\nSubject: a\r\n\r\n",
     "A: b\r\nSubject: [T]\r\njunk\r\nSubject: [T] a\r\n\r\n"},

    {"2.3 a value without octets", "header-add (NAME \"N\" VALUE \"\")", "A: b\r\n\r\n",
     "A: b\r\nN:\r\n\r\n"},
    {"2.3 raw UTF-8 in an internationalised message", "header-add (NAME \"N\" VALUE \"\xC3\xA4\")",
     "A: \xC3\xA4\r\n\r\n", "A: \xC3\xA4\r\nN: \xC3\xA4\r\n\r\n"},
    {"2.3 other octets above ASCII are no such message",
     "header-add (NAME \"N\" VALUE \"\xC3\xA4\")", "A: \xC3\xA4\r\nB: \xE4\r\n\r\n",
     "A: \xC3\xA4\r\nB: \xE4\r\nN: =?UTF-8?B?w6Q=?=\r\n\r\n"},

    {"4.2 only the addr-spec", "address (MAP \"a@b\" MAP \"c@d\")",
     "From: \"a@b\" (a@b)\r\n <a@b> (x)\r\nTo: G: a@B, e@f;\r\nX: a@b\r\n\r\n",
     "From: \"a@b\" (a@b)\r\n <c@d> (x)\r\nTo: G: c@d, e@f;\r\nX: a@b\r\n\r\n"},
    {"4.2 comments and folds within", "address (MAP \"a@b\" MAP \"c@d\")",
     "From: a(x)@\r\n b(y)\r\n\r\n", "From: c(x)@\r\n d(y)\r\n\r\n"},
    {"4.2 quoted where it must be", "address (MAP \"a@b\" MAP \"c \\\"d@e\")", "From: a@b\r\n\r\n",
     "From: \"c \\\"d\"@e\r\n\r\n"},
    {"4.2 A-labels", "address (MAP \"a@b\" MAP \"c@\xC3\xA4.example\")", "From: a@b\r\n\r\n",
     "From: c@xn--4ca.example\r\n\r\n"},
    {"4.2 U-labels in an internationalised message",
     "address (MAP \"a@b\" MAP \"c@\xC3\xA4.example\")", "From: \xC3\xA4 <a@b>\r\n\r\n",
     "From: \xC3\xA4 <c@\xC3\xA4.example>\r\n\r\n"},
    {"4.2 what cannot be written stays", "address (MAP \"a@b\" MAP \"\xC3\xA4@d\")",
     "From: a@b\r\n\r\n", "From: a@b\r\n\r\n"},
    {"4.1 Resent- fields too", "address (MAP \"a@b\" MAP \"c@d\")", "Resent-To: a@b\r\n\r\n",
     "Resent-To: c@d\r\n\r\n"},
    {"4.1 the fields that are given", "address (MAP \"a@b\" MAP \"c@d\" FIELDS \"X\")",
     "From: a@b\r\nX: a@b\r\n\r\n", "From: a@b\r\nX: c@d\r\n\r\n"},
    {"4.1 several pairs", "address (MAP \"c\" MAP \"d@e\" MAP \"a@b\" MAP \"c@d\")",
     "To: a@b, c, c@d\r\n\r\n", "To: c@d, d@e, c@d\r\n\r\n"},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    struct made_copy copy;

    made_copy_init(&copy, bytes_of_text(row->given), row->edits);
    assert_int_equal(copy.status, STATUS_OK);
    assert_int_equal(buffer_append_octet(&copy.octets, '\0'), STATUS_OK);
    assert_string_equal(copy.octets.data, row->expected);
    assert_int_equal(copy.octets.size, strlen(row->expected) + 1);
    made_copy_clear(&copy);
}

static const struct row refused_rows[] = {
    {"2.3 a name with a blank", "header-add (NAME \"A b\" VALUE \"v\")", "A: b\r\n\r\n", ""},
    {"2.3 a name with a colon", "header-prepend (NAME \"A:\" VALUE \"v\")", "A: b\r\n\r\n", ""},
    {"2.3 no name", "header-replace (NAME \"\" VALUE \"v\")", "A: b\r\n\r\n", ""},
    {"2.3 a name of 65",
     "header-add (NAME \"12345678901234567890123456789012345678901234567890123456789012345\" "
     "VALUE \"v\")",
     "A: b\r\n\r\n", ""},
    {"1 no value", "header-add (NAME \"A\")", "A: b\r\n\r\n", ""},
    {"1 a part that is not there", "marks (PARTS 2 NAME \"A\")", "A: b\r\n\r\n", ""},
    {"4 half a pair", "address (MAP \"a@b\")", "A: b\r\n\r\n", ""},
};

static void test_refused(void **state)
{
    const struct row *row = *state;
    struct made_copy copy;

    made_copy_init(&copy, bytes_of_text(row->given), row->edits);
    assert_int_equal(copy.status, STATUS_INVALID);
    made_copy_clear(&copy);
}

static void test_unwritable_is_noted(void **state)
{
    struct made_copy copy;

    (void)state;
    made_copy_init(&copy, BYTES("From: a@b\r\n\r\n"), "address (MAP \"a@b\" MAP \"\xC3\xA4@d\")");
    assert_int_equal(copy.report.findings_count, 1);
    assert_true(bytes_equal(copy.report.findings[0].symbol, BYTES("convert.address-unwritable")));
    assert_int_equal(copy.report.findings[0].class, CLASS_NOTE);
    made_copy_clear(&copy);
}

/* 2.5: NUL, and a field of a megabyte. */
static void test_octets(void **state)
{
    enum { LONG = 1 << 20 };
    static const uint8_t nul[] = "A: b\0c\r\n\r\nx\0y";
    char *field = test_malloc(LONG);
    struct made_copy copy;

    (void)state;
    made_copy_init(&copy, (struct bytes){nul, sizeof nul - 1}, ADD);
    assert_int_equal(copy.octets.size, sizeof nul - 1 + 6);
    assert_memory_equal(copy.octets.data, "A: b\0c\r\nN: v\r\n\r\nx\0y", sizeof nul - 1 + 6);
    assert_int_equal(copy.report.copies[0].body, BODY_BINARYMIME);
    made_copy_clear(&copy);
    memset(field, 'a', LONG);
    memcpy(field, "Subject: ", 9);
    memcpy(field + LONG - 4, "\r\n\r\n", 4);
    made_copy_init(&copy, (struct bytes){(uint8_t *)field, LONG}, ADD "\n" TAG);
    assert_int_equal(copy.octets.size, LONG + 6 + 6);
    assert_memory_equal(copy.octets.data, "Subject: [T]\r\n aaa", 18);
    assert_int_equal(splice_data_size(&copy.report.copies[0].splice), 12);
    made_copy_clear(&copy);
    test_free(field);
}

struct needs_row {
    const char *name, *given;
    enum body_kind body;
    bool smtputf8;
};

static const struct needs_row needs_rows[] = {
    {"1.2 ASCII", "A: b\r\n\r\nx\r\n", BODY_7BIT, false},
    {"1.2 8-bit in the body", "A: b\r\n\r\n\xE4\r\n", BODY_8BITMIME, false},
    {"1.2 UTF-8 in the header", "A: \xC3\xA4\r\n\r\nx\r\n", BODY_8BITMIME, true},
    {"1.2 UTF-8 in the body", "A: b\r\n\r\n\xC3\xA4\r\n", BODY_8BITMIME, false},
    {"1.2 other octets in the header", "A: \xC3\xA4\xE4\r\n\r\nx\r\n", BODY_8BITMIME, false},
    {"1.2 a bare CR", "A: b\r\n\r\nx\ry\r\n", BODY_BINARYMIME, false},
    {"1.2 a CR at the end", "A: b\r\n\r\nx\r", BODY_BINARYMIME, false},
    {"1.2 a bare LF among CRLF", "A: b\r\n\r\nx\ny\r\n", BODY_BINARYMIME, false},
    {"1.2 LF everywhere", "A: b\n\nx\ny\n", BODY_7BIT, false},
};

static void test_needs(void **state)
{
    const struct needs_row *row = *state;
    struct made_copy copy;

    made_copy_init(&copy, bytes_of_text(row->given), "");
    assert_int_equal(copy.report.copies[0].body, row->body);
    assert_int_equal(copy.report.copies[0].smtputf8, row->smtputf8);
    made_copy_clear(&copy);
}

/* 1.2: 998 octets in a line are the most. */
static void test_long_line(void **state)
{
    char octets[1100];
    struct made_copy copy;

    (void)state;
    memset(octets, 'a', sizeof octets);
    memcpy(octets, "A: b\r\n\r\n", 8);
    for (size_t line = 998; line <= 999; line++) {
        memcpy(octets + 8 + line, "\r\n", 2);
        made_copy_init(&copy, (struct bytes){(uint8_t *)octets, 8 + line + 2}, "");
        assert_int_equal(copy.report.copies[0].body, line == 998 ? BODY_7BIT : BODY_BINARYMIME);
        made_copy_clear(&copy);
        octets[8 + line] = octets[8 + line + 1] = 'a';
    }
}

enum {
    ROWS = sizeof rows / sizeof rows[0],
    REFUSED = sizeof refused_rows / sizeof refused_rows[0],
    NEEDS = sizeof needs_rows / sizeof needs_rows[0]
};

int main(void)
{
    struct CMUnitTest tests[ROWS + REFUSED + NEEDS + 3] = {
        cmocka_unit_test(test_unwritable_is_noted), cmocka_unit_test(test_octets),
        cmocka_unit_test(test_long_line)};
    size_t count = 3;

#define ADD_ROWS(table, size, function)                                                            \
    for (size_t i = 0; i < size; i++)                                                              \
    tests[count++] = (struct CMUnitTest){                                                          \
        .name = table[i].name, .test_func = function, .initial_state = (void *)&table[i]}
    ADD_ROWS(rows, ROWS, test_row);
    ADD_ROWS(refused_rows, REFUSED, test_refused);
    ADD_ROWS(needs_rows, NEEDS, test_needs);
    message_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
