/* Patterns: what matches, what is refused, and that no text is slow (spec/policy.md 2.3, 3.5). */
#include <string.h>

#include "server/policy/pattern.h"
#include "tests/unit/protocol/rows.h"

struct match_row {
    const char *name;
    const char *pattern;
    struct bytes subject;
    enum pattern_answer answer;
};

static const struct match_row match_rows[] = {
    {"2.3 anywhere", "b+", OCTETS("abba"), PATTERN_YES},
    {"2.3 nowhere", "c", OCTETS("abba"), PATTERN_NO},
    {"2.3 case is ignored", "RECHNUNG", OCTETS("Ihre Rechnung"), PATTERN_YES},
    {"2.3 case of UTF-8", "\xC3\x84RGER", OCTETS("\xC3\xA4rger"), PATTERN_YES},
    {"2.3 a character is one of UTF-8", "^.$", OCTETS("\xE2\x82\xAC"), PATTERN_YES},
    {"2.3 anchors", "^a$", OCTETS("ab"), PATTERN_NO},
    {"2.3 an empty text", "^$", OCTETS(""), PATTERN_YES},
    {"2.3 an empty pattern", "", OCTETS("a"), PATTERN_YES},
    {"2.3 NUL within a text", "a.b", OCTETS("a\0b"), PATTERN_YES},
    {"3.5 octets that are no UTF-8 match nothing", "a.b",
     OCTETS("a\xFF"
            "b"),
     PATTERN_NO},
    {"3.5 what stands beside them matches", "money", OCTETS("\xFF money"), PATTERN_YES},
};

/* Of a text alone. */
static enum pattern_answer matches(const struct pattern *pattern, struct bytes subject)
{
    uint64_t steps = 0;
    return pattern_match(pattern, subject, &steps);
}

static void test_match(void **state)
{
    const struct match_row *row = *state;
    struct pattern *pattern = NULL;
    size_t offset;
    char why[PATTERN_WHY_BYTES];
    assert_int_equal(pattern_new(bytes_of_text(row->pattern), &pattern, &offset, why), STATUS_OK);
    assert_int_equal(matches(pattern, row->subject), row->answer);
    pattern_free(&pattern);
    assert_null(pattern);
}

struct broken_row {
    const char *name;
    const char *pattern;
    size_t offset;
};

static const struct broken_row broken_rows[] = {
    {"2.3 a group that does not end", "a(b", 3},
    {"2.3 nothing to repeat", "a|*b", 2},
    {"3.5 octets out of characters", "a\\Cb", 3},
    {"2.3 a reference to no group", "(a)\\2", 4},
};

static void test_broken(void **state)
{
    const struct broken_row *row = *state;
    struct pattern *pattern = NULL;
    size_t offset = 0;
    char why[PATTERN_WHY_BYTES] = "";
    assert_int_equal(pattern_new(bytes_of_text(row->pattern), &pattern, &offset, why),
                     STATUS_INVALID);
    assert_null(pattern);
    assert_int_equal(offset, row->offset);
    assert_int_not_equal(why[0], '\0');
}

struct slow_row {
    const char *name;
    const char *pattern;
    const char *unit, *end; /* the text: unit until it is full, then end */
};

/* Each needs more than 2^40 steps, or more than n^2, where nothing bounds it. */
static const struct slow_row slow_rows[] = {
    {"3.5 nested repetition", "^(a+)+$", "a", "b"},
    {"3.5 nested repetition, not anchored", "(a+)+c", "a", "bc"},
    {"3.5 alternatives that overlap", "^(a|aa)+$", "a", "b"},
    {"3.5 an optional many times", "(?:a?){60}a{60}q", "a", "bq"},
    {"3.5 many stars", ".*a.*a.*a.*a.*a.*q$", "a", "qb"},
    {"3.5 what looks like an address", "([a-z0-9.]+)*@([a-z]+)+$", "a", "@!"},
    {"3.5 a back reference", "(a*)*\\1q$", "a", "qb"},
    {"3.5 looking back", "(?<=a|aa)(a+)+q$", "a", "qb"},
    {"3.5 a recursion", "^(a(?1)?a|a)+q$", "a", "qb"},
    {"3.5 letters of UTF-8", "^(\\p{L}+)+$", "\xC3\xA4", "!"},
};

static void test_slow(void **state)
{
    const struct slow_row *row = *state;
    struct pattern *pattern = NULL;
    size_t offset, size = 0, unit = strlen(row->unit), end = strlen(row->end);
    char why[PATTERN_WHY_BYTES], text[PATTERN_SUBJECT_BYTES];
    for (; size + unit + end <= sizeof text; size += unit)
        memcpy(text + size, row->unit, unit);
    memcpy(text + size, row->end, end);
    assert_int_equal(pattern_new(bytes_of_text(row->pattern), &pattern, &offset, why), STATUS_OK);
    assert_int_equal(matches(pattern, (struct bytes){(uint8_t *)text, size + end}), PATTERN_BOUND);
    pattern_free(&pattern);
}

/* Each of them is below the bound of one text; thousands of them are not. */
static void test_many(void **state)
{
    (void)state;
    struct pattern *pattern = NULL;
    size_t offset, texts = 0;
    uint64_t steps = 0;
    char why[PATTERN_WHY_BYTES];
    assert_int_equal(pattern_new(BYTES("^(a+)+$"), &pattern, &offset, why), STATUS_OK);
    while (texts < 10000 && pattern_match(pattern, BYTES("aaaaaaaa!"), &steps) == PATTERN_NO)
        texts++;
    assert_in_range(texts, 100, 9999);
    pattern_free(&pattern);
}

static void test_long(void **state)
{
    (void)state;
    struct pattern *pattern = NULL;
    size_t offset;
    char why[PATTERN_WHY_BYTES];
    static char text[PATTERN_BYTES_MOST + 1];
    memset(text, 'a', sizeof text);
    assert_int_equal(pattern_new(BYTES("a"), &pattern, &offset, why), STATUS_OK);
    assert_int_equal(matches(pattern, (struct bytes){(uint8_t *)text, PATTERN_SUBJECT_BYTES}),
                     PATTERN_YES);
    assert_int_equal(matches(pattern, (struct bytes){(uint8_t *)text, PATTERN_SUBJECT_BYTES + 1}),
                     PATTERN_BOUND);
    pattern_free(&pattern);
    assert_int_equal(
        pattern_new((struct bytes){(uint8_t *)text, sizeof text}, &pattern, &offset, why),
        STATUS_INVALID);
}

struct replace_row {
    const char *name;
    const char *pattern, *subject, *replacement;
    enum pattern_answer answer;
    const char *result;
};

static const struct replace_row replace_rows[] = {
    {"3.5 groups", "^(.*)@(.*)\\.old\\.example$", "Anna@mail.old.example", "$1@$2.new.example",
     PATTERN_YES, "Anna@mail.new.example"},
    {"3.5 all of it", "b+", "abba", "<$0>", PATTERN_YES, "<bb>"},
    {"3.5 a dollar", "a", "a", "$$1", PATTERN_YES, "$1"},
    {"3.5 a group that took nothing", "(x)?a(y)?", "a", "[$1$2]", PATTERN_YES, "[]"},
    {"3.5 the ninth group", "(a)(b)(c)(d)(e)(f)(g)(h)(i)", "abcdefghi", "$9$1", PATTERN_YES, "ia"},
    {"3.5 no match", "b", "a", "c", PATTERN_NO, ""},
    {"3.5 no such group", "(a)", "a", "$2", PATTERN_BOUND, ""},
    {"3.5 a dollar at the end", "a", "a", "b$", PATTERN_BOUND, ""},
    {"3.5 no room", "a+", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "$0$0", PATTERN_BOUND, ""},
};

static void test_replace(void **state)
{
    const struct replace_row *row = *state;
    struct pattern *pattern = NULL;
    size_t offset;
    char why[PATTERN_WHY_BYTES];
    AUTO(buffer_clear) struct buffer out;
    buffer_init(&out, 64);
    assert_int_equal(pattern_new(bytes_of_text(row->pattern), &pattern, &offset, why), STATUS_OK);
    assert_int_equal(pattern_replace(pattern, bytes_of_text(row->subject),
                                     bytes_of_text(row->replacement), &out),
                     row->answer);
    assert_bytes(buffer_bytes(&out), bytes_of_text(row->result));
    pattern_free(&pattern);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, match_rows, test_match);
    ROWS_ADD(&rows, broken_rows, test_broken);
    ROWS_ADD(&rows, slow_rows, test_slow);
    ROWS_ADD(&rows, replace_rows, test_replace);
    rows_add_one(&rows, "3.5 lengths of texts and patterns", test_long);
    rows_add_one(&rows, "3.5 many texts of one condition", test_many);
    return rows_run("pattern", &rows, argc, argv);
}
