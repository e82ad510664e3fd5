/* Charsets to UTF-8: labels, what is invalid, where texts are cut, what is borrowed and charged. */
#include "engines/decode/charset.h"

#include "tests/unit/protocol/rows.h"

#include <stdio.h>
#include <string.h>

#define BAD "\xEF\xBF\xBD"

struct row {
    const char *name, *label;
    struct bytes octets, expected;
    uint64_t invalid;
    bool is_unknown;
};

static const struct row rows[] = {
    /* labels */
    {"1 a label of the standard", "windows-1251", OCTETS("\xCF"), OCTETS("\xD0\x9F"), 0, false},
    {"1 case and punctuation are nothing", " \"Windows_1251\" ", OCTETS("\xCF"), OCTETS("\xD0\x9F"),
     0, false},
    {"1 a code page without a dash", "windows1252", OCTETS("\x80"), OCTETS("\xE2\x82\xAC"), 0,
     false},
    {"1 a code page with one", "cp-850", OCTETS("\x81"), OCTETS("\xC3\xBC"), 0, false},
    {"1 a code page with a zero", "IBM037", OCTETS("\xC1"), OCTETS("A"), 0, false},
    {"1 a code page by number", "866", OCTETS("\x80"), OCTETS("\xD0\x90"), 0, false},
    {"1 x- before a label", "x-sjis", OCTETS("\x82\xA0"), OCTETS("\xE3\x81\x82"), 0, false},
    {"1 cs before a label", "csISO88592", OCTETS("\xB1"), OCTETS("\xC4\x85"), 0, false},
    {"1 iso8859_1 is windows-1252", "iso8859_1", OCTETS("\x93"), OCTETS("\xE2\x80\x9C"), 0, false},
    {"1 gb2312 is gb18030", "gb2312", OCTETS("\x95\x32\x82\x36"), OCTETS("\xF0\xA0\x80\x80"), 0,
     false},
    {"1 unicode-1-1-utf-7 is UTF-7", "unicode-1-1-utf-7", OCTETS("+AOk-"), OCTETS("\xC3\xA9"), 0,
     false},
    {"1 an unknown label is UTF-8", "x-bogus", OCTETS("\xC3\xA9"), OCTETS("\xC3\xA9"), 0, true},
    {"1 or windows-1252", "x-bogus", OCTETS("\xE9"), OCTETS("\xC3\xA9"), 0, true},
    {"1 an empty label is unknown", "", OCTETS("a\x80"), OCTETS("a\xE2\x82\xAC"), 0, true},
    {"1 us-ascii is known and read so too", "us-ascii", OCTETS("\xE9"), OCTETS("\xC3\xA9"), 0,
     false},
    {"1 a label that is too long is unknown",
     "utf-7utf-7utf-7utf-7utf-7utf-7utf-7utf-7utf-7utf-7utf-7utf-7", OCTETS("+AOk-"),
     OCTETS("+AOk-"), 0, true},
    /* one octet */
    {"2 an octet without a meaning", "iso-8859-3",
     OCTETS("a\xA5"
            "b"),
     OCTETS("a" BAD "b"), 1, false},
    {"2 EBCDIC", "cp1047", OCTETS("\xC8\x85\x93\x93\x96"), OCTETS("Hello"), 0, false},
    /* pairs */
    {"3 ASCII behind a lead stays", "shift_jis", OCTETS("\x81\"<"), OCTETS(BAD "\"<"), 1, false},
    {"3 another octet goes with it", "euc-jp",
     OCTETS("\xA1\x80"
            "a"),
     OCTETS(BAD "a"), 1, false},
    {"3 a lead at the end", "big5", OCTETS("a\xA4"), OCTETS("a" BAD), 1, false},
    {"3 a pair with a mark", "big5", OCTETS("\x88\x62"), OCTETS("\xC3\x8A\xCC\x84"), 0, false},
    {"3 three octets", "euc-jp", OCTETS("\x8F\xB0\xA1"), OCTETS("\xE4\xB8\x82"), 0, false},
    {"3 three octets that are cut", "euc-jp", OCTETS("\x8F\xB0"), OCTETS(BAD), 1, false},
    {"3 four octets", "euc-tw", OCTETS("\x8E\xA2\xA1\xA1"), OCTETS("\xE4\xB9\x82"), 0, false},
    {"3 four octets that are cut", "gb18030", OCTETS("\x95\x32\x82"), OCTETS(BAD "2" BAD), 2,
     false},
    {"3 four octets beyond Unicode", "gb18030", OCTETS("\xFE\x39\xFE\x39"), OCTETS(BAD "9" BAD "9"),
     2, false},
    /* Unicode */
    {"4 UTF-8 loses nothing", "utf-8",
     OCTETS("a\xC3"
            "b\xFF\xE2\x82"),
     OCTETS("a" BAD "b" BAD BAD), 3, false},
    {"4 no overlong form, no surrogate", "utf8", OCTETS("\xC0\xAF\xED\xA0\x80"),
     OCTETS(BAD BAD BAD BAD BAD), 5, false},
    {"4 UTF-16 by its mark", "utf-16", OCTETS("\xFE\xFF\0A"), OCTETS("A"), 0, false},
    {"4 UTF-16 by its other mark", "utf-16",
     OCTETS("\xFF\xFE"
            "A\0"),
     OCTETS("A"), 0, false},
    {"4 UTF-16 by its look", "utf-16", OCTETS("\0A\0B"), OCTETS("AB"), 0, false},
    {"4 UTF-16 by its other look", "utf-16", OCTETS("A\0B\0"), OCTETS("AB"), 0, false},
    {"4 UTF-16 that is labelled wrongly", "utf-16le", OCTETS("\xFE\xFF\0A"), OCTETS("A"), 0, false},
    {"4 UTF-16 above the BMP", "utf-16be", OCTETS("\xD8\x40\xDC\x00"), OCTETS("\xF0\xA0\x80\x80"),
     0, false},
    {"4 half a surrogate, half a unit", "utf-16be", OCTETS("\xD8\x40\0A\0"), OCTETS(BAD "A" BAD), 2,
     false},
    {"4 UTF-32", "utf-32", OCTETS("\0\0\0A"), OCTETS("A"), 0, false},
    {"4 UTF-32 little", "utf-32le", OCTETS("A\0\0\0"), OCTETS("A"), 0, false},
    {"4 UTF-32 beyond Unicode and cut", "utf-32be", OCTETS("\0\x11\0\0\0\0"), OCTETS(BAD BAD), 2,
     false},
    {"4 UTF-7", "utf-7", OCTETS("Hi +Jjo-!+-+AGEAYg"), OCTETS("Hi \xE2\x98\xBA!+ab"), 0, false},
    {"4 UTF-7 that is cut", "utf-7", OCTETS("+2EA-a\x80+"), OCTETS(BAD "a" BAD BAD), 3, false},
    /* shifts */
    {"5 ISO-2022-JP", "iso-2022-jp", OCTETS("\x1B$B$\"\x1B(Ba"),
     OCTETS("\xE3\x81\x82"
            "a"),
     0, false},
    {"5 yen and overline of JIS Roman", "iso-2022-jp", OCTETS("\x1B(J\\~"),
     OCTETS("\xC2\xA5\xE2\x80\xBE"), 0, false},
    {"5 an escape that means nothing", "iso-2022-jp", OCTETS("\x1B(Zab"), OCTETS(BAD "(Zab"), 1,
     false},
    {"5 a pair that is cut, a line break within", "iso-2022-jp", OCTETS("\x1B$B$\n$\""),
     OCTETS(BAD "\n\xE3\x81\x82"), 1, false},
    {"5 octets above 127", "iso-2022-jp",
     OCTETS("\x80"
            "a"),
     OCTETS(BAD "a"), 1, false},
    {"5 ISO-2022-KR", "iso-2022-kr",
     OCTETS("\x1B$)C\x0E"
            "0!\x0F"
            "a"),
     OCTETS("\xEA\xB0\x80"
            "a"),
     0, false},
    {"5 ISO-2022-CN with a single shift", "iso-2022-cn", OCTETS("\x1B$*H\x1BN!!"),
     OCTETS("\xE4\xB9\x82"), 0, false},
    {"5 HZ", "hz-gb-2312", OCTETS("a~~~{<:Ky~}b~\nc"),
     OCTETS("a~\xE5\xB7\xB1\xE6\x89\x80"
            "bc"),
     0, false},
    {"5 a line break ends HZ's run", "hz-gb-2312", OCTETS("~{<:\na"), OCTETS("\xE5\xB7\xB1\na"), 0,
     false},
    {"5 HZ that is cut", "hz", OCTETS("~{<"), OCTETS(BAD), 1, false},
};

static void convert(const char *label, struct bytes octets, const struct limits *limits,
                    struct arena *arena, struct charset_text *text, const char **cap)
{
    struct budget budget;

    budget_init(&budget, limits, octets.size, 0);
    assert_int_equal(charset_to_utf8(bytes_of_text(label), octets, &budget, arena, text, cap),
                     STATUS_OK);
    assert_true(bytes_is_utf8(text->text));
}

static void test_row(void **state)
{
    const struct row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    struct charset_text text;
    struct limits limits;
    struct arena arena;
    const char *cap;

    limits_init(&limits);
    arena_init(&arena, 1 << 20);
    convert(row->label, (struct bytes){copy, row->octets.size}, &limits, &arena, &text, &cap);
    assert_null(cap);
    assert_bytes(text.text, row->expected);
    assert_int_equal(text.invalid, row->invalid);
    assert_int_equal(text.is_known, !row->is_unknown);
    arena_clear(&arena);
}

/* The same text again and again, longer than a block: nothing happens at the seams. */
static void test_blocks(void **state)
{
    static const struct {
        const char *label;
        struct bytes octets, expected;
    } texts[] = {
        {"windows-1252",
         OCTETS("\x80"
                "ab"),
         OCTETS("\xE2\x82\xAC"
                "ab")},
        {"utf-16be", OCTETS("\xD8\x40\xDC\x00\0A"),
         OCTETS("\xF0\xA0\x80\x80"
                "A")},
        {"utf-7", OCTETS("+2EDcAA-a"),
         OCTETS("\xF0\xA0\x80\x80"
                "a")},
        {"iso-2022-jp", OCTETS("\x1B$B$\"\x1B(B"), OCTETS("\xE3\x81\x82")},
        {"gb18030",
         OCTETS("\x95\x32\x82\x36"
                "a"),
         OCTETS("\xF0\xA0\x80\x80"
                "a")},
        {"hz", OCTETS("~{<:~}"), OCTETS("\xE5\xB7\xB1")},
    };
    static uint8_t octets[60000], expected[60000];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t times = 6000, size = texts[i].octets.size, out = texts[i].expected.size;
        struct charset_text text;
        struct limits limits;
        struct arena arena;
        const char *cap;

        for (size_t j = 0; j < times; j++) {
            memcpy(octets + j * size, texts[i].octets.data, size);
            memcpy(expected + j * out, texts[i].expected.data, out);
        }
        limits_init(&limits);
        arena_init(&arena, 1 << 20);
        convert(texts[i].label, (struct bytes){octets, times * size}, &limits, &arena, &text, &cap);
        assert_bytes(text.text, ((struct bytes){expected, times * out}));
        assert_int_equal(text.invalid, 0);
        arena_clear(&arena);
    }
}

static void test_budget(void **state)
{
    static const uint8_t octets[100000] = {0x80};
    const struct bytes given = {octets, sizeof octets};
    struct limits limits;
    struct charset_text text;
    struct arena arena;
    const char *cap;

    (void)state;
    limits_init(&limits);
    limits.decoded_bytes = 50000;
    arena_init(&arena, 1 << 20);
    convert("windows-1252", given, &limits, &arena, &text, &cap);
    assert_string_equal(cap, "decoded");
    assert_in_range(text.text.size, 1, 50000);
    assert_memory_equal(text.text.data, "\xE2\x82\xAC", 3);
    arena_clear(&arena);
}

static void test_borrowed(void **state)
{
    const struct limits none = {.ratio = 1};
    const struct bytes ascii = BYTES("only ASCII"), utf8 = BYTES("\xC3\xA9");
    struct charset_text text;
    struct arena arena;
    const char *cap;

    (void)state;
    arena_init(&arena, 0);
    convert("shift_jis", ascii, &none, &arena, &text, &cap);
    assert_ptr_equal(text.text.data, ascii.data);
    convert("utf-8", utf8, &none, &arena, &text, &cap);
    assert_ptr_equal(text.text.data, utf8.data);
    assert_null(cap);
    arena_clear(&arena);
}

static void test_keeps_ascii(void **state)
{
    static const char *const yes[] = {"utf-8",     "us-ascii", "x-bogus", "",       "iso-8859-1",
                                      "shift_jis", "big5",     "gb18030", "euc-kr", "koi8-r"};
    static const char *const no[] = {"utf-16",      "utf-16le",    "utf-32be", "utf-7",
                                     "hz-gb-2312",  "iso-2022-jp", "cp037",    "cp1047",
                                     "iso-2022-kr", "iso-2022-cn", "jis_x0201"};

    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        assert_true(charset_keeps_ascii(bytes_of_text(yes[i])));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_false(charset_keeps_ascii(bytes_of_text(no[i])));
}

int main(int count, char **arguments)
{
    static struct rows all;

    charset_warm_up();
    ROWS_ADD(&all, rows, test_row);
    rows_add_one(&all, "6 nothing happens at the seams of blocks", test_blocks);
    rows_add_one(&all, "6 a cap ends the text", test_budget);
    rows_add_one(&all, "6 what needs no change is borrowed and not charged", test_borrowed);
    rows_add_one(&all, "6 which charsets keep ASCII", test_keeps_ascii);
    return rows_run("charset", &all, count, arguments);
}
