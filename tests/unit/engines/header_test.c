/* Fields and parameters as they stand. */
#include "engines/message/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *name;
    const char *given;
    const char *expected;
};

/* "name=value|" for each field; value with its folds. */
static const struct row field_rows[] = {
    {"2 a field ends with its line", "A: b\r\nC:d\r\n", "A=b|C=d|"},
    {"2 folds belong to the field", "A: b\r\n\tc\r\n d\r\nE: f\r\n", "A=b\r\n\tc\r\n d|E=f|"},
    {"2 a blank line ends the section", "A: b\r\n\r\nC: d\r\n", "A=b|"},
    {"2 LF alone ends a line", "A: b\nC: d\n\nE: f\n", "A=b|C=d|"},
    {"2 blanks around the name are not its own", " A : b\r\n", "A=b|"},
    {"2 a line without a colon has no name", "junk\r\nA: b", "=junk|A=b|"},
    {"2 a colon in a fold is no name", "junk\r\n x: y\r\n", "=junk\r\n x: y|"},
    {"2 an empty section has no field", "", ""},
};

static const struct row parameter_rows[] = {
    {"2 parameters follow the first semicolon", "text/plain; a=b; c=d", "a=b|c=d|"},
    {"2 quotes are not part of the value", "x;name=\"a;b\";c=d", "name=a;b|c=d|"},
    {"2 escapes stay as they stand", "x; name=\"a\\\"b\"", "name=a\\\"b|"},
    {"2 comments are left out", "x (;no=1) ; (c) a (d) = (e) b (f)", "a=b|"},
    {"2 comments nest", "x; (a(b)\\)c) d=e", "d=e|"},
    {"2 a quote without an end takes the rest", "x; a=\"bc", "a=bc|"},
    {"2 a comment without an end takes the rest", "x; a=b (c; d=e", "a=b|"},
    {"2 parameters stand twice", "x; a=b; A=c", "a=b|A=c|"},
    {"2 a parameter without a value", "x; a; b=", "a=|b=|"},
    {"2 empty parameters are skipped", "x;;; a=b;", "a=b|"},
    {"2 junk behind a value is skipped", "x; a=\"b\"c; d=e", "a=b|d=e|"},
    {"2 no parameters", "x/y", ""},
};

static void append(char *out, struct bytes name, struct bytes value)
{
    snprintf(out + strlen(out), 400 - strlen(out), "%.*s=%.*s|", (int)name.size,
             (const char *)name.data, (int)value.size, (const char *)value.data);
}

static void test_fields(void **state)
{
    const struct row *row = *state;
    struct fields fields = {bytes_of_text(row->given), 0};
    char out[400] = "";
    struct field field;
    size_t behind = 0;

    while (fields_next(&fields, &field)) {
        assert_int_equal(field.offset, behind);
        behind = field.offset + field.size;
        append(out, field.name, field.value);
    }
    assert_string_equal(out, row->expected);
}

static void test_parameters(void **state)
{
    const struct row *row = *state;
    struct parameters parameters;
    struct parameter parameter;
    char out[400] = "";

    parameters_init(&parameters, bytes_of_text(row->given));
    while (parameters_next(&parameters, &parameter))
        append(out, parameter.name, parameter.value);
    assert_string_equal(out, row->expected);
}

/* Every beginning and every end of every row is read to its end without leaving the octets: under
 * the address sanitizer each cut is an allocation of its own. */
static void test_cuts(void **state)
{
    const struct row *row = *state;
    size_t size = strlen(row->given);

    for (size_t cut = 0; cut <= size; cut++) {
        char *octets = test_malloc(cut + 1);
        struct bytes given = {memcpy(octets, row->given, cut), cut};
        struct fields fields = {given, 0};
        struct parameters parameters;
        struct parameter parameter;
        struct field field;
        size_t steps = 0;

        while (fields_next(&fields, &field))
            steps++;
        parameters_init(&parameters, given);
        while (parameters_next(&parameters, &parameter))
            steps++;
        assert_true(steps <= 2 * cut);
        test_free(octets);
    }
}

static void test_words(void **state)
{
    uint8_t room[8];
    struct bytes word;

    (void)state;
    assert_true(value_word(BYTES(" Base64 (c)"), room, sizeof room, &word));
    assert_true(bytes_equal(word, BYTES("base64")));
    assert_false(value_word(BYTES("\"7bit\""), room, sizeof room, &word));
    assert_true(bytes_equal(word, BYTES("7bit")));
    assert_false(value_word(BYTES("7bit;"), room, sizeof room, &word));
    assert_false(value_word(BYTES("much-too-long"), room, sizeof room, &word));
    assert_int_equal(word.size, sizeof room);
}

static void test_lines(void **state)
{
    (void)state;
    assert_true(line_is_blank(BYTES(" \t\r\n")));
    assert_false(line_is_blank(BYTES(" x")));
    assert_true(bytes_equal(line_without_blanks_behind(BYTES(" a \t\r\n")), BYTES(" a")));
    assert_int_equal(line_without_blanks_behind(BYTES(" ")).size, 0);
    assert_int_equal(line_break_before(BYTES("a\r\nb"), 3), 1);
    assert_int_equal(line_break_before(BYTES("a\nb"), 2), 1);
    assert_int_equal(line_break_before(BYTES("ab"), 1), 1);
    assert_int_equal(line_break_before(BYTES("\n"), 1), 0);
}

static void test_beginnings(void **state)
{
    static const struct {
        const char *octets;
        bool is_field, is_part;
        size_t walked;
    } cases[] = {{"Content-Type: x\r\nA: b\r\n", true, true, 17},
                 {"A: b\r\n c\r\ncontent-x: d\r\n", true, true, 24},
                 {"A: b\r\n\r\nContent-Type: x", true, false, 8},
                 {"A: b\r\njunk\r\nContent-Type: x", true, false, 12},
                 {"Content-Type : x", false, true, 16},
                 {"\xA0"
                  "A: b",
                  false, false, 5},
                 {": b", false, false, 3},
                 {"no colon", false, false, 8},
                 {"", false, false, 0}};
    size_t walked;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes octets = bytes_of_text(cases[i].octets);

        assert_int_equal(header_begins_field(octets), cases[i].is_field);
        assert_int_equal(header_begins_part(octets, &walked), cases[i].is_part);
        assert_int_equal(walked, cases[i].walked);
    }
}

enum {
    FIELD_ROWS = sizeof field_rows / sizeof field_rows[0],
    PARAMETER_ROWS = sizeof parameter_rows / sizeof parameter_rows[0]
};

int main(void)
{
    struct CMUnitTest tests[2 * (FIELD_ROWS + PARAMETER_ROWS) + 3];
    size_t count = 0;

    memset(tests, 0, sizeof tests);
    for (size_t i = 0; i < FIELD_ROWS; i++)
        tests[count++] = (struct CMUnitTest){field_rows[i].name, test_fields, NULL, NULL,
                                             (void *)&field_rows[i]};
    for (size_t i = 0; i < PARAMETER_ROWS; i++)
        tests[count++] = (struct CMUnitTest){parameter_rows[i].name, test_parameters, NULL, NULL,
                                             (void *)&parameter_rows[i]};
    for (size_t i = 0; i < FIELD_ROWS + PARAMETER_ROWS; i++) {
        const struct row *row = i < FIELD_ROWS ? &field_rows[i] : &parameter_rows[i - FIELD_ROWS];

        tests[count++] = (struct CMUnitTest){row->name, test_cuts, NULL, NULL, (void *)row};
    }
    tests[count++] = (struct CMUnitTest){"3 the word of a value", test_words, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"2 blanks and line breaks", test_lines, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"2 what begins a field, what begins a part",
                                         test_beginnings, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
