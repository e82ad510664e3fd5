/* Which DKIM signatures edits break (spec/conversion.md 3; RFC 6376 3.5, 5.4.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engines/convert_made.h"

/* Of a message with these tags and the fields and body behind them. */
#define SIGNED(tags, rest) "DKIM-Signature: v=1; d=x.example; s=key; " tags "\r\n" rest
#define REST "From: a@b\r\nSubject: s\r\nTo: c@d\r\nReceived: 1\r\nReceived: 2\r\n\r\nbody\r\n"
#define ADD(name) "header-add (NAME \"" name "\" VALUE \"v\")"
#define PREPEND(name) "header-prepend (NAME \"" name "\" VALUE \"v\")"
#define DELETE(name) "header-delete (NAME \"" name "\")"

struct row {
    const char *name, *given, *edits;
    bool breaks;
};

static const struct row rows[] = {
    {"3 no edit", SIGNED("h=from", REST), "", false},
    {"3 a field that is not named", SIGNED("h=from:subject", REST), ADD("X"), false},
    {"3 a field that is named", SIGNED("h=from:subject", REST), "subject-tag (TEXT \"[T]\")", true},
    {"3 a tag where the subject is not named", SIGNED("h=from", REST), "subject-tag (TEXT \"[T]\")",
     false},
    {"3 names in any case, with blanks", SIGNED("h=From :\r\n\t SUBJECT", REST),
     "subject-tag (TEXT \"[T]\")", true},
    {"3 one more at the bottom", SIGNED("h=from:subject", REST), ADD("Subject"), true},
    {"3 one more at the top is not selected", SIGNED("h=from:subject", REST), PREPEND("Subject"),
     false},
    {"3 one more at the top where it is named twice", SIGNED("h=from:subject:subject", REST),
     PREPEND("Subject"), true},
    {"3 a field that was named in vain comes", SIGNED("h=from:reply-to", REST), ADD("Reply-To"),
     true},
    {"3 a field that was named in vain does not come", SIGNED("h=from:reply-to", REST),
     DELETE("Reply-To"), false},
    {"3 the selected ones go", SIGNED("h=from:received", REST), DELETE("Received"), true},
    {"3 replaced", SIGNED("h=to", REST), "header-replace (NAME \"To\" VALUE \"v\")", true},
    {"3 an address", SIGNED("h=to", REST), "address (MAP \"c@d\" MAP \"e@f\")", true},
    {"3 an address that is not there", SIGNED("h=to", REST), "address (MAP \"x@d\" MAP \"e@f\")",
     false},
    {"3 a mark within a named field", SIGNED("h=x", "X: y\rX-M: z\r\n\r\n"), "marks (NAME \"X-M\")",
     true},
    {"3 the signature itself", SIGNED("h=from", REST), DELETE("DKIM-*"), true},
    {"3 no h= at all", SIGNED("", REST), ADD("From"), false},
    {"3 the body", SIGNED("h=from", REST), "footer (TEXT \"f\")", true},
    {"3 behind l=", SIGNED("h=from; l=6", REST), "footer (TEXT \"f\")", false},
    {"3 before l= ends", SIGNED("h=from; l=7", REST), "footer (TEXT \"f\")", true},
    {"3 l= that is no number", SIGNED("h=from; l=6x", REST), "footer (TEXT \"f\")", true},
    {"3 l= in octets of the canonical body",
     SIGNED("h=from; c=simple/relaxed; l=5", "From: a\r\n\r\na  \t b  \r\n\r\n\r\n"),
     "footer (TEXT \"f\")", false},
    {"3 an empty body is a line of the simple form", SIGNED("h=from; l=2", "From: a\r\n\r\n"),
     "footer (TEXT \"f\")", true},
    {"3 an empty body, and a line", SIGNED("h=from; l=2", "From: a\r\n\r\n\r\n"),
     "footer (TEXT \"f\")", false},
    {"3 wrapped", SIGNED("h=from", REST), "wrap (TEXT \"t\")", true},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    struct made_copy copy;

    made_copy_init(&copy, bytes_of_text(row->given), row->edits);
    assert_int_equal(copy.status, STATUS_OK);
    assert_int_equal(copy.report.copies[0].broken_count, row->breaks);
    if (row->breaks)
        assert_true(bytes_equal(copy.report.copies[0].broken[0], BYTES("d=x.example s=key")));
    made_copy_clear(&copy);
}

static void test_several(void **state)
{
    struct made_copy copy;

    (void)state;
    made_copy_init(&copy,
                   BYTES("DKIM-Signature: d=a; s=1; h=from\r\nDKIM-Signature: d=b; s=2; h=to\r\n"
                         "dkim-signature: d=c\x01\xFF e ; s = 3 ; h=from:to\r\n"
                         "From: x\r\nTo: y\r\n\r\n"),
                   ADD("To"));
    assert_int_equal(copy.report.copies[0].broken_count, 2);
    assert_true(bytes_equal(copy.report.copies[0].broken[0], BYTES("d=b s=2")));
    assert_true(bytes_equal(copy.report.copies[0].broken[1], BYTES("d=c??e s=3")));
    made_copy_clear(&copy);
}

/* More signatures than are named, more names than are looked at one by one: never too few. */
static void test_many(void **state)
{
    enum { FIELDS = 400, ROOM = FIELDS * 60 };
    char *octets = test_malloc(ROOM);
    struct made_copy copy;
    size_t size = 0;

    (void)state;
    for (size_t i = 0; i < FIELDS; i++)
        size += (size_t)snprintf(octets + size, ROOM - size, "DKIM-Signature: h=x-300\r\n");
    for (size_t i = 0; i < FIELDS; i++)
        size += (size_t)snprintf(octets + size, ROOM - size, "X-%zu: a\r\n", i);
    size += (size_t)snprintf(octets + size, ROOM - size, "\r\nbody\r\n");
    made_copy_init(&copy, (struct bytes){(uint8_t *)octets, size}, DELETE("X-*"));
    assert_int_equal(copy.status, STATUS_OK);
    assert_int_equal(copy.report.copies[0].broken_count, COPY_SIGNATURES_MOST);
    made_copy_clear(&copy);
    made_copy_init(&copy, (struct bytes){(uint8_t *)octets, size}, DELETE("X-2*"));
    assert_int_equal(copy.report.copies[0].broken_count, 0);
    made_copy_clear(&copy);
    test_free(octets);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + 2] = {cmocka_unit_test(test_several),
                                         cmocka_unit_test(test_many)};

    for (size_t i = 0; i < ROWS; i++)
        tests[2 + i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = test_row, .initial_state = (void *)&rows[i]};
    message_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
