/* A new mail around the whole one (spec/conversion.md 2.8). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engines/convert_made.h"

#define WRAP "wrap (TEXT \"Notice.\")"
#define MAIL "From: A <a@b>\r\nTo: c@d\r\nSubject: s\r\nX: y\r\n\r\nbody\r\n"

struct row {
    const char *name, *edits, *given;
    const char *header; /* of the mail around it, before MIME-Version */
    const char *type, *encoding;
    enum body_kind body;
    bool smtputf8;
    size_t keeps; /* ranges of the original */
};

static const struct row rows[] = {
    {"2.8 the original as it stands", WRAP, MAIL, "From: A <a@b>\r\nTo: c@d\r\nSubject: s\r\n",
     "message/rfc822", "7bit", BODY_7BIT, false, 1},
    {"2.8 fields as edits left them", WRAP "\nsubject-tag (TEXT \"[T]\")", MAIL,
     "From: A <a@b>\r\nTo: c@d\r\nSubject: [T] s\r\n", "message/rfc822", "7bit", BODY_7BIT, false,
     2},
    {"2.8 fields that go", WRAP "\nheader-delete (NAME \"To\")", MAIL,
     "From: A <a@b>\r\nSubject: s\r\n", "message/rfc822", "7bit", BODY_7BIT, false, 2},
    {"2.8 added fields are outside",
     WRAP "\nheader-add (NAME \"X-A\" VALUE \"b\")\nheader-prepend (NAME \"X-C\" VALUE \"d\")",
     MAIL, "From: A <a@b>\r\nTo: c@d\r\nSubject: s\r\nX-C: d\r\nX-A: b\r\n", "message/rfc822",
     "7bit", BODY_7BIT, false, 1},
    {"2.8 a tag without a subject is outside", WRAP "\nsubject-tag (TEXT \"[T]\")",
     "From: a@b\r\n\r\n", "From: a@b\r\nSubject: [T]\r\n", "message/rfc822", "7bit", BODY_7BIT,
     false, 1},
    {"2.8 what is said of the content stays inside",
     WRAP "\nheader-add (NAME \"Content-Type\" VALUE \"text/html\")", "From: a@b\r\n\r\nx",
     "From: a@b\r\n", "message/rfc822", "7bit", BODY_7BIT, false, 2},
    {"2.8 folds stay", WRAP, "Subject: a\r\n b\r\n\r\n", "Subject: a\r\n b\r\n", "message/rfc822",
     "7bit", BODY_7BIT, false, 1},
    {"2.8 raw octets are made anew", WRAP, "Subject: \xE4\r\n\r\n", "Subject: =?UTF-8?B?w6Q=?=\r\n",
     "message/rfc822", "8bit", BODY_8BITMIME, false, 1},
    {"2.8 a bare CR is made anew", WRAP, "Subject: a\rTo: b\r\n\r\n", "Subject: a To: b\r\n",
     "message/rfc822", "binary", BODY_BINARYMIME, false, 1},
    {"2.8 an internationalised message", WRAP, "Subject: \xC3\xA4\r\n\r\n", "Subject: \xC3\xA4\r\n",
     "message/global", "8bit", BODY_8BITMIME, true, 1},
    {"2.8 no header section", WRAP, "text\r\n", "", "application/octet-stream", "7bit", BODY_7BIT,
     false, 1},
    {"2.8 no end of the last line", WRAP, "From: a@b\r\n\r\nx", "From: a@b\r\n", "message/rfc822",
     "7bit", BODY_7BIT, false, 1},
    {"2.8 the first of two subjects", WRAP, "Subject: a\r\nSubject: b\r\n\r\n", "Subject: a\r\n",
     "message/rfc822", "7bit", BODY_7BIT, false, 1},
};

static size_t keeps_of(const struct splice *splice)
{
    size_t count = 0;

    for (size_t i = 0; i < splice->count; i++)
        count += splice->segments[i].is_keep;
    return count;
}

static bool contains(struct bytes octets, const char *text)
{
    return memmem(octets.data, octets.size, text, strlen(text)) != NULL;
}

/* Read again: a notice and what was the message. */
static void check_tree(struct bytes octets, const struct row *row)
{
    struct message message;
    struct budget budget;
    struct limits limits;
    struct report report;
    struct bytes notice;

    limits_init(&limits);
    budget_init(&budget, &limits, octets.size, 0);
    report_init(&report, (size_t)limits.report_bytes);
    assert_int_equal(message_init(&message, octets, &budget, &report), STATUS_OK);
    assert_true(message.part_count >= 3);
    assert_true(bytes_equal(message.parts[0].type, BYTES("multipart/mixed")));
    assert_true(bytes_equal(message.parts[1].type, BYTES("text/plain")));
    assert_int_equal(message_decode(&message, &message.parts[1], &notice), STATUS_OK);
    assert_true(bytes_equal(notice, BYTES("Notice.")));
    assert_true(bytes_equal(message.parts[2].type, bytes_of_text(row->type)));
    assert_int_equal(message.parts[2].parent, 1);
    if (row->keeps == 1)
        assert_true(bytes_equal(message.parts[2].raw, bytes_of_text(row->given)));
    message_clear(&message);
    report_clear(&report);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct made_copy copy;
    char expected[400];

    made_copy_init(&copy, bytes_of_text(row->given), row->edits);
    assert_int_equal(copy.status, STATUS_OK);
    snprintf(expected, sizeof expected, "%sMIME-Version: 1.0\r\n", row->header);
    assert_true(bytes_equal(bytes_slice(buffer_bytes(&copy.octets), 0, strlen(expected)),
                            bytes_of_text(expected)));
    snprintf(expected, sizeof expected,
             "\r\nContent-Type: %s\r\nContent-Disposition: attachment; filename=message.eml\r\n"
             "Content-Transfer-Encoding: %s\r\n\r\n",
             row->type, row->encoding);
    assert_true(contains(buffer_bytes(&copy.octets), expected));
    assert_int_equal(copy.report.copies[0].body, row->body);
    assert_int_equal(copy.report.copies[0].smtputf8, row->smtputf8);
    assert_int_equal(keeps_of(&copy.report.copies[0].splice), row->keeps);
    check_tree(buffer_bytes(&copy.octets), row);
    made_copy_clear(&copy);
}

/* The added Content-Type is not that of the mail around it. */
static void test_content_inside(void **state)
{
    struct made_copy copy;

    (void)state;
    made_copy_init(&copy, BYTES("From: a@b\r\n\r\nx"),
                   WRAP "\nheader-add (NAME \"Content-Type\" VALUE \"text/html\")");
    assert_true(contains(buffer_bytes(&copy.octets),
                         "\r\n\r\nFrom: a@b\r\nContent-Type: text/html\r\n\r\nx\r\n--"));
    made_copy_clear(&copy);
}

static void test_lf(void **state)
{
    struct made_copy copy;

    (void)state;
    made_copy_init(&copy, BYTES("From: a@b\nSubject: s\n t\n\nx\n"), WRAP);
    assert_int_equal(bytes_find(buffer_bytes(&copy.octets), 0, '\r'), copy.octets.size);
    assert_true(contains(buffer_bytes(&copy.octets), "From: a@b\nSubject: s\n t\nMIME-"));
    assert_int_equal(copy.report.copies[0].body, BODY_7BIT);
    made_copy_clear(&copy);
}

static void test_twice(void **state)
{
    struct made_copy copy;

    (void)state;
    made_copy_init(&copy, BYTES(MAIL), WRAP "\n" WRAP);
    assert_int_equal(copy.status, STATUS_INVALID);
    made_copy_clear(&copy);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + 3] = {cmocka_unit_test(test_content_inside),
                                         cmocka_unit_test(test_lf), cmocka_unit_test(test_twice)};

    for (size_t i = 0; i < ROWS; i++)
        tests[3 + i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = test_row, .initial_state = (void *)&rows[i]};
    message_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
