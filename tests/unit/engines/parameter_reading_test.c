/* What mail programs read for one parameter. A row lists all readings, the first one first. */
#include "engines/message/parameter_reading.h"

#include "tests/unit/protocol/rows.h"

#include <stdio.h>
#include <string.h>

#include "engines/decode/charset.h"

struct row {
    const char *name, *attribute, *value;
    const char *expected; /* "first|second|", charset before "'" where there is one */
    bool differ;
};

#define B "boundary"
#define F "filename"

static const struct row rows[] = {
    {"1 a token", B, "multipart/mixed; boundary=abc", "abc|", false},
    {"1 a quoted string", B, "m/m; boundary=\"a;b\"; x=y", "a;b|", false},
    {"1 none", B, "m/m; bound=a; xboundary=b; boundary", "", false},
    {"1 case, blanks and folds", B, "m/m;\r\n BOUNDARY =\r\n abc", "abc| abc|", false},
    {"1 a fold within quotes", F, "x; filename=\"a\r\n b\"", "a b|", false},
    {"1 an equals sign in a token", B, "m/m; boundary=----=_x", "----=_x|", false},
    {"1 an empty value is none", B, "m/m; boundary=\"\"", "", false},
    {"2 two that differ", B, "m/m; boundary=a; boundary=b", "a|b|", true},
    {"2 two that are equal", B, "m/m; boundary=a; boundary=\"a\"", "a|", false},
    {"2 a bad parameter before it", B, "m/m; x:y=1; n\xEF=2; ;; boundary=a", "a|", false},
    {"2 a blank within", F, "x; filename=my evil.exe", "my evil.exe|my|", true},
    {"2 no semicolon between parameters", F, "x; filename=a.txt size=3", "a.txt size=3|a.txt|",
     true},
    {"2 a semicolon within", F, "x; filename=a;.zip", "a|a;.zip|", true},
    {"3 escapes in quotes, for a boundary", B, "m/m; boundary=\"a\\b\"", "ab|a\\b|", true},
    {"3 and for a name", F, "x; filename=\"a\\b\"", "ab|a\\b|", false},
    {"3 escapes without quotes", B, "m/m; boundary=\\abc", "\\abc|abc|", true},
    {"3 quotes that do not end", B, "m/m; boundary=\"abc", "abc|\"abc|", true},
    {"3 with a semicolon in them", F, "x; filename=\"a.exe; size=3",
     "a.exe; size=3|\"a.exe; size=3|a.exe|", true},
    {"3 text behind quotes", F, "x; filename=\"file\".zip", "file|file.zip|\"file\".zip|", true},
    {"3 quotes within", F, "x; filename=a\"b\"", "a\"b\"|ab|a|b|", true},
    {"3 apostrophes", F, "x; filename='a.zip'", "'a.zip'|a.zip|", true},
    {"3 blanks at the edge of a boundary", B, "m/m; boundary=\"a \"", "a |a|", true},
    {"3 blanks at the edge of a name", F, "x; filename=\"a \"", "a |a|", false},
    {"3 CR in a value", B, "m/m; boundary=\"a\rb\"", "ab|a|", true},
    {"4 a comment behind", B, "m/m; boundary=abc (x)", "abc|abc (x)|abc |", true},
    {"4 a comment before", B, "m/m; boundary=(x)abc", "abc|(x)abc|", true},
    {"4 a comment within", B, "m/m; boundary=a(x)b", "a(x)b|ab|a|", true},
    {"4 behind the attribute", B, "m/m; boundary(c)=abc", "abc|", false},
    {"4 within the attribute", B, "m/m; bound(c)ary=abc", "abc|", true},
    {"5 hidden in quotes", B, "m/m; \"boundary=abc\"", "abc\"|abc|", true},
    {"5 hidden in another value", B, "m/m; x=\"y;boundary=a\"; boundary=b", "b|a\"|a|", true},
    {"5 hidden in a comment", B, "m/m (; boundary=a); boundary=b", "b|a)|", true},
    {"5 a comma instead of a semicolon", B, "m/m, boundary=abc", "abc|", true},
    {"5 part of a longer name is not it", "name", "x; filename=a; x-name=b", "", false},
    {"6 extended", F, "x; filename*=utf-8'en-GB'a%20b", "utf-8'a b|utf-8'en-GB'a%20b|", false},
    {"6 extended, bad percents", F, "x; filename*=utf-8''%zz", "utf-8'%zz|utf-8''%zz|", true},
    {"6 extended without a charset", F, "x; filename*=''a.exe", "a.exe|''a.exe|", false},
    {"6 extended without apostrophes", F, "x; filename*=a%41", "aA|a%41|", true},
    {"6 extended before plain, for a name", F, "x; filename=a; filename*=''b", "b|''b|a|", false},
    {"6 what stands first, else", B, "x; boundary=a; boundary*=''b", "a|b|''b|", true},
    {"6 octets that are not ASCII's", B, "x; boundary*=utf-16be''%00a",
     "utf-16be'\\0a|a|utf-16be''%00a|", true},
    {"7 continued", F, "x; filename*0=a; filename*1=b", "ab|", false},
    {"7 continued and extended", F, "x; filename*0*=utf-8''a%20; filename*1=\"b%20\"",
     "utf-8'a b%20|utf-8'a b |utf-8''a%20b%20|", true},
    {"7 out of order", F, "x; filename*1=b; filename*0=a", "ab|ba|", true},
    {"7 a gap", F, "x; filename*0=a; filename*2=b", "ab|a|", true},
    {"7 the first is missing", F, "x; filename*1=a; filename*2=b", "ab|", true},
    {"7 leading zeros", F, "x; filename*00=a; filename*01=b", "ab|", true},
    {"7 repeated", F, "x; filename*0=a; filename*0=x; filename*1=b", "ab|xb|axb|", true},
    {"7 beside a plain one", B, "x; boundary=z; boundary*0=b", "z|b|", true},
    {"8 an encoded word in a name", F, "x; filename=\"=?utf-8?q?a?=\"", "=?utf-8?q?a?=|a|", false},
    {"8 and in a boundary", B, "x; boundary=\"b=?utf-8?q?a?=\"", "b=?utf-8?q?a?=|ba|", true},
};

static void read_values(struct bytes value, const char *attribute, struct arena *arena,
                        struct parameter_values *values)
{
    struct limits limits;
    struct budget budget;

    limits_init(&limits);
    budget_init(&budget, &limits, value.size, 0);
    arena_init(arena, (size_t)64 << 20);
    assert_int_equal(parameter_values_read(value, bytes_of_text(attribute), &budget, arena, values),
                     STATUS_OK);
}

static void append(char out[1000], struct bytes octets)
{
    size_t length = strlen(out);

    for (size_t i = 0; i < octets.size && length < 990; i++) {
        if (octets.data[i] == '\0')
            out[length++] = '\\';
        out[length++] = octets.data[i] == '\0' ? '0' : (char)octets.data[i];
    }
    out[length] = '\0';
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct bytes given = bytes_of_text(row->value);
    AUTO(rows_free) uint8_t *copy = rows_copy(given);
    struct parameter_values values;
    struct arena arena;
    char out[1000] = "";

    read_values((struct bytes){copy, given.size}, row->attribute, &arena, &values);
    for (size_t i = 0; i < values.count; i++) {
        const struct parameter_value *value = &values.values[i];

        append(out, value->charset);
        append(out, value->charset.size > 0 ? BYTES("'") : BYTES(""));
        append(out, value->octets);
        append(out, BYTES("|"));
        assert_true(value->where.offset + value->where.size <= given.size);
    }
    assert_string_equal(out, row->expected);
    assert_int_equal(values.differ, row->differ);
    assert_false(values.is_over);
    arena_clear(&arena);
}

static void test_nul(void **state)
{
    struct parameter_values values;
    struct arena arena;

    (void)state;
    read_values(BYTES("x; filename=\"a.exe\0.txt\""), F, &arena, &values);
    assert_int_equal(values.count, 2);
    assert_bytes(values.values[0].octets, BYTES("a.exe"));
    assert_bytes(values.values[1].octets, BYTES("a.exe.txt"));
    assert_true(values.differ);
    arena_clear(&arena);
}

/* More than fit, and floods of what makes one look ahead: bounded, and said. */
static void test_floods(void **state)
{
    static const char *const pieces[] = {"; boundary=a",  "; boundary*0=a", "boundary(",  "(",
                                         "; boundary=\"", "boundary*99999", "boundary=(", "\\"};
    static uint8_t octets[1 << 18];

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t size = strlen(pieces[i]), times = sizeof octets / size;
        struct parameter_values values;
        struct arena arena;

        for (size_t j = 0; j < times; j++)
            memcpy(octets + j * size, pieces[i], size);
        read_values((struct bytes){octets, times * size}, B, &arena, &values);
        assert_true(values.count <= PARAMETER_VALUES_MOST);
        assert_int_equal(values.is_over, i < 2 || i == 4 || i == 6);
        arena_clear(&arena);
    }
}

int main(int count, char **arguments)
{
    static struct rows all;

    charset_warm_up();
    ROWS_ADD(&all, rows, test_row);
    rows_add_one(&all, "8 NUL ends a value or is nothing", test_nul);
    rows_add_one(&all, "9 floods", test_floods);
    return rows_run("parameter_reading", &all, count, arguments);
}
