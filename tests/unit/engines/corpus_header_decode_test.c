/* The rows of header-decode-own: encoded words, and parameters of RFC 2231. Argument: the suite's
 * cases.tsv (kind, raw, expected, reference; with escapes as in C and Python). "?" behind an
 * expected text: a lenient reading, one of ours must be it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/charset.h"
#include "engines/decode/encoded_word.h"
#include "engines/message/parameter_reading.h"

enum { TEXT_MOST = 2048 };

struct row {
    char name[TEXT_MOST];
    struct bytes raw;
    struct bytes expected;
    bool is_parameter;
};

static struct row rows[128];
static struct CMUnitTest tests[128];

/* \r, \n, \xHH; \uHHHH and \UHHHHHHHH as UTF-8. In an expected text \xHH is a code point too. */
static struct bytes unescaped(const char *text, bool is_text)
{
    uint8_t *out = malloc(2 * strlen(text) + 1);
    size_t size = 0;

    assert_non_null(out);
    while (*text != '\0') {
        unsigned digits = text[0] != '\\'  ? 0
                          : text[1] == 'x' ? 2
                          : text[1] == 'u' ? 4
                          : text[1] == 'U' ? 8
                                           : 0;
        char number[9] = "";
        unsigned long code;

        if (digits == 0) {
            bool is_break = text[0] == '\\' && (text[1] == 'r' || text[1] == 'n');

            out[size++] = (uint8_t)(!is_break ? text[0] : text[1] == 'r' ? '\r' : '\n');
            text += 1 + is_break;
            continue;
        }
        memcpy(number, text + 2, digits);
        text += 2 + digits;
        code = strtoul(number, NULL, 16);
        if (code < 0x80 || (digits == 2 && !is_text)) {
            out[size++] = (uint8_t)code;
        } else {
            if (code >= 0x10000)
                out[size++] = (uint8_t)(0xF0 | code >> 18);
            if (code >= 0x800)
                out[size++] =
                    (uint8_t)(code >= 0x10000 ? 0x80 | (code >> 12 & 63) : 0xE0 | code >> 12);
            out[size++] = (uint8_t)(code >= 0x800 ? 0x80 | (code >> 6 & 63) : 0xC0 | code >> 6);
            out[size++] = (uint8_t)(0x80 | (code & 63));
        }
    }
    return (struct bytes){out, size};
}

static void test_words(void **state)
{
    const struct row *row = *state;
    struct encoded_text text;
    struct limits limits;
    struct budget budget;
    struct arena arena;

    limits_init(&limits);
    budget_init(&budget, &limits, row->raw.size, 0);
    arena_init(&arena, 1 << 20);
    assert_int_equal(encoded_words_decode(row->raw, &budget, &arena, &text), STATUS_OK);
    assert_int_equal(text.text.size, row->expected.size);
    assert_memory_equal(text.text.data, row->expected.data, row->expected.size);
    arena_clear(&arena);
}

/* "attribute=value" expected: the first reading, unless it is a lenient one. */
static void test_parameter(void **state)
{
    const struct row *row = *state;
    size_t equals = bytes_find(row->expected, 0, '=');
    struct bytes attribute = bytes_slice(row->expected, 0, equals);
    struct bytes expected = bytes_slice(row->expected, equals + 1, SIZE_MAX);
    bool is_lenient = expected.size > 0 && expected.data[expected.size - 1] == '?';
    struct parameter_values values;
    struct limits limits;
    struct budget budget;
    struct arena arena;
    bool found = false;

    limits_init(&limits);
    budget_init(&budget, &limits, row->raw.size, 0);
    arena_init(&arena, 1 << 20);
    expected.size -= is_lenient;
    assert_int_equal(parameter_values_read(row->raw, attribute, &budget, &arena, &values),
                     STATUS_OK);
    for (size_t i = 0; i < values.count && (i == 0 || is_lenient); i++) {
        struct charset_text text;
        const char *cap;

        assert_int_equal(charset_to_utf8(values.values[i].charset, values.values[i].octets, &budget,
                                         &arena, &text, &cap),
                         STATUS_OK);
        found |= bytes_equal(text.text, expected);
    }
    assert_true(found);
    arena_clear(&arena);
}

static size_t read_rows(FILE *file)
{
    char line[2 * TEXT_MOST];
    size_t count = 0;

    while (fgets(line, sizeof line, file) != NULL && count < 128) {
        struct row *row = &rows[count];
        char *rest = line, *kind = strsep(&rest, "\t"), *raw = strsep(&rest, "\t");
        char *expected = strsep(&rest, "\t");

        if (expected == NULL || strncmp(kind, "rfc2", 4) != 0)
            continue;
        row->is_parameter = strcmp(kind, "rfc2231") == 0;
        row->raw = unescaped(raw, false);
        row->expected = unescaped(expected, true);
        snprintf(row->name, sizeof row->name, "%s %.60s", kind, raw);
        tests[count++] = (struct CMUnitTest){
            row->name, row->is_parameter ? test_parameter : test_words, NULL, NULL, row};
    }
    return count;
}

int main(int count, char **arguments)
{
    FILE *file = count == 2 ? fopen(arguments[1], "r") : NULL;
    size_t found;

    if (file == NULL)
        return 1;
    charset_warm_up();
    found = read_rows(file);
    fclose(file);
    if (found < 40)
        return 1;
    return _cmocka_run_group_tests("header_decode_own", tests, found, NULL, NULL);
}
