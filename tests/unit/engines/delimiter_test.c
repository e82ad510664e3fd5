/* Delimiter lines, strict and lenient: "begin-end" of each, "!" behind a closing one. */
#include "engines/message/delimiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *name;
    const char *octets, *boundary;
    const char *strict, *lenient;
};

static const struct row rows[] = {
    {"RFC 2046 5.1.1 at the beginning", "--b\r\nx", "b", "0-5 ", "0-5 "},
    {"RFC 2046 5.1.1 the line break before belongs to it", "x\r\n--b\r\ny\r\n--b--", "b",
     "1-8 9-16! ", "1-8 9-16! "},
    {"RFC 2046 5.1.1 LF alone", "x\n--b\ny", "b", "1-6 ", "1-6 "},
    {"RFC 2046 5.1.1 blanks behind", "--b \t\r\n--b-- \r\n", "b", "0-7 7-15! ", "0-7 7-15! "},
    {"lenient: blanks before", "x\n  --b\n", "b", "", "1-8 "},
    {"lenient: text behind", "--bc\n--b c\n--b--c\n", "b", "", "0-5 5-11 11-18! "},
    {"in the middle of a line", "x --b\ny--b\n", "b", "", ""},
    {"dashes before the dashes", "---b\n--b\n", "b", "4-9 ", "4-9 "},
    {"an empty boundary", "x\n--\ny\n----\n", "", "1-5 6-12! ", "1-5 6-12! "},
    {"a boundary of dashes", "-----\n------\n", "---", "0-6 ", "0-6 6-13 "},
    {"the boundary again behind text", "x --b --b\n--b --b\n", "b", "", "9-18 "},
    {"the boundary in the line before", "b b\r\n--b\r\n", "b", "3-10 ", "3-10 "},
    {"two lines that touch", "--b\n--b\n", "b", "0-4 4-8 ", "0-4 4-8 "},
    {"nothing", "", "b", "", ""},
};

static void describe(const struct row *row, enum delimiter_mode mode, char out[200])
{
    struct delimiters delimiters = {bytes_of_text(row->octets), bytes_of_text(row->boundary), mode,
                                    0};
    struct delimiter delimiter;
    size_t length = 0;

    while (delimiters_next(&delimiters, &delimiter)) {
        assert_true(delimiter.end <= delimiters.octets.size);
        length += (size_t)sprintf(out + length, "%zu-%zu%s ", delimiter.begin, delimiter.end,
                                  delimiter.is_close ? "!" : "");
    }
    out[length] = '\0';
}

static void test_row(void **state)
{
    const struct row *row = *state;
    char out[200];

    describe(row, DELIMITER_STRICT, out);
    assert_string_equal(out, row->strict);
    describe(row, DELIMITER_LENIENT, out);
    assert_string_equal(out, row->lenient);
}

/* A sanitizer looks at all that memmem() may look at in each call. */
#ifdef CCCPD_SANITIZED
enum { UNITS = 20000 };
#else
enum { UNITS = 2000000 };
#endif

/* Ten megabytes of what looks like one, on one line, behind each other. */
static void test_is_linear(void **state)
{
    static const char units[][8] = {"--b", "--b--b", " --b", "--b\n", "----"};

    (void)state;
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        size_t unit = strlen(units[u]), size = unit * UNITS, count = 0;
        uint8_t *octets = malloc(size);
        struct delimiters delimiters = {{octets, size}, BYTES("b"), DELIMITER_LENIENT, 0};
        struct delimiter delimiter;

        assert_non_null(octets);
        for (size_t i = 0; i < size; i++)
            octets[i] = (uint8_t)units[u][i % unit];
        while (delimiters_next(&delimiters, &delimiter))
            count++;
        assert_int_equal(count, u == 3 ? UNITS : u == 4 ? 0 : 1);
        free(octets);
    }
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + 1] = {
        [ROWS] = {"every octet is looked at a few times", test_is_linear, NULL, NULL, NULL}};

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
