/* Encoded words: examples of RFC 2047 and what mail programs take besides. */
#include "engines/decode/encoded_word.h"

#include "tests/unit/protocol/rows.h"

#include <string.h>

#include "engines/decode/charset.h"

struct row {
    const char *name;
    struct bytes value, expected;
    uint64_t words;
    bool is_odd;
};

static const struct row rows[] = {
    {"1 no word", OCTETS("plain =3D text"), OCTETS("plain =3D text"), 0, false},
    {"1 Q", OCTETS("=?iso-8859-1?Q?a=E9_b?="), OCTETS("a\xC3\xA9 b"), 1, false},
    {"1 B", OCTETS("=?utf-8?B?w6k=?="), OCTETS("\xC3\xA9"), 1, false},
    {"1 a language", OCTETS("=?utf-8*en-GB?q?hello?="), OCTETS("hello"), 1, false},
    {"1 text around words", OCTETS("Re: =?utf-8?q?x?= (y)"), OCTETS("Re: x (y)"), 1, false},
    {"1 a fold is one blank", OCTETS("a\r\n \tb"), OCTETS("a b"), 0, false},
    {"2 words that adjoin", OCTETS("=?utf-8?q?a?=\r\n =?utf-8?q?b?= c"), OCTETS("ab c"), 2, false},
    {"2 a character in two words", OCTETS("=?utf-8?B?4g==?= =?utf-8?B?gqw=?="),
     OCTETS("\xE2\x82\xAC"), 2, false},
    {"2 B and Q join too", OCTETS("=?utf-8?B?4g==?= =?UTF-8?q?=82=AC?="), OCTETS("\xE2\x82\xAC"), 2,
     false},
    {"2 other charsets do not", OCTETS("=?utf-8?q?a?= =?iso-8859-2?q?=B1?="), OCTETS("a\xC4\x85"),
     2, false},
    {"3 no blank around", OCTETS("x=?utf-8?q?a?=y"), OCTETS("xay"), 1, true},
    {"3 words without a blank between", OCTETS("=?utf-8?q?a?==?utf-8?q?b?="), OCTETS("ab"), 2,
     true},
    {"3 a blank within", OCTETS("=?utf-8?q?a b?="), OCTETS("a b"), 1, true},
    {"3 bad digits stay", OCTETS("=?utf-8?q?a=4?="), OCTETS("a=4"), 1, true},
    {"3 padding that is missing", OCTETS("=?utf-8?B?w6k?="), OCTETS("\xC3\xA9"), 1, true},
    {"3 an unknown charset", OCTETS("=?x-bogus?q?=E9?="), OCTETS("\xC3\xA9"), 1, true},
    {"3 invalid octets", OCTETS("=?utf-8?q?=FF?="), OCTETS("\xEF\xBF\xBD"), 1, true},
    {"4 not ended", OCTETS("=?utf-8?B?w6k"), OCTETS("=?utf-8?B?w6k"), 0, false},
    {"4 another encoding", OCTETS("=?utf-8?X?w6k?="), OCTETS("=?utf-8?X?w6k?="), 0, false},
    {"4 a beginning within", OCTETS("=?utf-8?q?a =?utf-8?q?b?="), OCTETS("=?utf-8?q?a b"), 1,
     false},
    {"4 no charset", OCTETS("=??q?a?="), OCTETS("=??q?a?="), 0, false},
    {"5 line breaks never come out", OCTETS("=?utf-8?q?a=0D=0ABcc:_b?="), OCTETS("a Bcc: b"), 1,
     false},
    {"5 nor NUL, nor other controls", OCTETS("=?utf-8?q?a=00b=1B=7F=C2=85c?="), OCTETS("abc"), 1,
     false},
    {"5 nor from outside words",
     OCTETS("a\0\x07"
            "b\tc\rd"),
     OCTETS("ab c d"), 0, false},
    {"6 UTF-8 outside words", OCTETS("\xC3\xA9"), OCTETS("\xC3\xA9"), 0, false},
    {"6 windows-1252 outside words", OCTETS("\x80"), OCTETS("\xE2\x82\xAC"), 0, false},
};

static void decode(struct bytes value, struct arena *arena, struct encoded_text *text)
{
    struct budget budget;
    struct limits limits;

    limits_init(&limits);
    budget_init(&budget, &limits, value.size, 0);
    assert_int_equal(encoded_words_decode(value, &budget, arena, text), STATUS_OK);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->value);
    struct encoded_text text;
    struct arena arena;

    arena_init(&arena, 1 << 20);
    decode((struct bytes){copy, row->value.size}, &arena, &text);
    assert_bytes(text.text, row->expected);
    assert_int_equal(text.words, row->words);
    assert_int_equal(text.is_odd, row->is_odd);
    arena_clear(&arena);
}

/* A flood of beginnings: what is taken stays in proportion, and so does the work (the harness ends
 * a test that is quadratic here). */
static void test_flood(void **state)
{
    static const char *const pieces[] = {"=?", "=?a?q?", "=?utf-8?q?x?=", "=?a?q?=?"};
    static uint8_t octets[1 << 20];

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t size = strlen(pieces[i]), times = sizeof octets / size;
        struct encoded_text text;
        struct arena arena;

        for (size_t j = 0; j < times; j++)
            memcpy(octets + j * size, pieces[i], size);
        arena_init(&arena, (size_t)64 << 20);
        decode((struct bytes){octets, times * size}, &arena, &text);
        assert_true(text.text.size <= 4 * times * size);
        arena_clear(&arena);
    }
}

int main(int count, char **arguments)
{
    static struct rows all;

    charset_warm_up();
    ROWS_ADD(&all, rows, test_row);
    rows_add_one(&all, "7 floods", test_flood);
    return rows_run("encoded_word", &all, count, arguments);
}
