#include "rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/lexer.h"

/* Pulls by a script and writes down what came:
 *     a atom  n number  s string  t text  z nil  ' ' space  ( open  ) close
 *     o literal of any octets, NUL as |  w ONE TWO or THREE  y YES or NO
 *     k skip, raw  r a whole id-set  l a list of texts  $ the end
 * and, when a pull failed, "!STATUS@offset". */
struct lexer_row {
    const char *name;
    struct bytes octets;
    const char *script;
    const char *outcome;
};

static const struct lexer_row lexer_rows[] = {
    {"3 atom", OCTETS("aZ09-._:/=+@*"), "a$", "<aZ09-._:/=+@*>"},
    {"3 atom ends before other octets", OCTETS("a,b"), "a$", "<a>!PARSE@1"},
    {"3 atom is not empty", OCTETS(""), "a", "!PARSE@0"},
    {"3 atom has no quote", OCTETS("\"a\""), "a", "!PARSE@0"},
    {"3 atom has no NUL", OCTETS("\0"), "a", "!PARSE@0"},
    {"3 atom is ASCII", OCTETS("\xC3\xA4"), "a", "!PARSE@0"},
    {"3 atom of digits", OCTETS("12"), "a$", "<12>"},
    {"3 exactly one SP", OCTETS("a b"), "a a$", "<a><b>"},
    {"3 not two", OCTETS("a  b"), "a a", "<a>!PARSE@2"},
    {"3 not a TAB", OCTETS("a\tb"), "a a", "<a>!PARSE@1"},
    {"3.6 zero", OCTETS("0"), "n$", "0."},
    {"3.6 largest number", OCTETS("9223372036854775807"), "n$", "9223372036854775807."},
    {"3.6 over 2^63", OCTETS("9223372036854775808"), "n", "!PARSE@0"},
    {"3.6 twenty digits", OCTETS("10000000000000000000"), "n", "!PARSE@0"},
    {"3.6 runs over 2^64", OCTETS("99999999999999999999999"), "n", "!PARSE@0"},
    {"3.6 leading zero", OCTETS("01"), "n", "!PARSE@0"},
    {"3.6 no sign", OCTETS("-1"), "n", "!PARSE@0"},
    {"3.6 letters behind it", OCTETS("12a"), "n", "!PARSE@0"},
    {"3 quoted", OCTETS("\"a b(){}\""), "s$", "<a b(){}>"},
    {"3 quoted, empty", OCTETS("\"\""), "s$", "<>"},
    {"3 quoted, escapes", OCTETS("\"\\\"a\\\\\" b"), "s a$", "<\"a\\><b>"},
    {"3 quoted, UTF-8", OCTETS("\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\""), "s$",
     "<\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80>"},
    {"3 quoted, not UTF-8", OCTETS("\"\xC3\""), "s", "!PARSE@0"},
    {"3 quoted, overlong", OCTETS("\"\xC0\xAF\""), "s", "!PARSE@0"},
    {"3 quoted, unknown escape", OCTETS("\"\\n\""), "s", "!PARSE@0"},
    {"3 quoted, escape at the end", OCTETS("\"\\"), "s", "!PARSE@0"},
    {"3 quoted without an end", OCTETS("\"abc"), "s", "!PARSE@0"},
    {"3 quoted, CR", OCTETS("\"a\rb\""), "s", "!PARSE@0"},
    {"3 quoted, LF", OCTETS("\"a\nb\""), "s", "!PARSE@0"},
    {"3 quoted, CRLF", OCTETS("\"a\r\nb\""), "s", "!PARSE@0"},
    {"3 quoted, NUL", OCTETS("\"a\0b\""), "s", "!PARSE@0"},
    {"3 quoted, TAB", OCTETS("\"a\tb\""), "s", "!PARSE@0"},
    {"3 quoted, DEL", OCTETS("\"\x7f\""), "s", "!PARSE@0"},
    {"3 literal", OCTETS("{3}\r\na\"b x"), "s a$", "<a\"b><x>"},
    {"3 literal, plus", OCTETS("{3+}\r\nabc"), "s$", "<abc>"},
    {"3 literal, empty", OCTETS("{0}\r\n"), "s$", "<>"},
    {"3 literal, any octets", OCTETS("{4}\r\n\r\n\xFF\x01"), "s$", "<\r\n\xFF\x01>"},
    {"2.7 literal with NUL", OCTETS("{3}\r\na\0b"), "s", "!PARSE@0"},
    {"2.7 a literal of any octets", OCTETS("{3}\r\na\0b c"), "o a$", "<a|b><c>"},
    {"2.7 it is no quoted string", OCTETS("\"ab\""), "o", "!PARSE@0"},
    {"2.7 all of it", OCTETS("{3}\r\na\0"), "o", "!PARSE@0"},
    {"2.7 a string behind it has none", OCTETS("{1}\r\n\0 {1}\r\n\0"), "o s", "<|>!PARSE@7"},
    {"3 a word of several", OCTETS("tWo"), "w$", "1."},
    {"3 a word of none", OCTETS("twofold"), "w", "!PARSE@0"},
    {"3 a word that is a string", OCTETS("\"two\""), "w", "!PARSE@0"},
    {"3 YES and NO", OCTETS("yes NO"), "y y$", "1.0."},
    {"3 neither YES nor NO", OCTETS("a maybe"), "a y", "<a>!PARSE@2"},
    {"3 literal, too few octets", OCTETS("{4}\r\nabc"), "s", "!PARSE@0"},
    {"3 literal, huge", OCTETS("{9223372036854775807}\r\nabc"), "s", "!PARSE@0"},
    {"3 literal, no number", OCTETS("{}\r\n"), "s", "!PARSE@0"},
    {"3 literal, leading zero", OCTETS("{03}\r\nabc"), "s", "!PARSE@0"},
    {"3 literal, sign", OCTETS("{-1}\r\nabc"), "s", "!PARSE@0"},
    {"3 literal, plus twice", OCTETS("{3++}\r\nabc"), "s", "!PARSE@0"},
    {"3 literal, bare LF", OCTETS("{3}\nabc"), "s", "!PARSE@0"},
    {"3 literal, bare CR", OCTETS("{3}\rabc"), "s", "!PARSE@0"},
    {"3 literal, cut off", OCTETS("{3"), "s", "!PARSE@0"},
    {"3 literal8 is not known", OCTETS("~{3}\r\nabc"), "s", "!PARSE@0"},
    {"3 text: atom", OCTETS("a"), "t$", "<a>"},
    {"3 text: string", OCTETS("\"a\""), "t$", "<a>"},
    {"3 text: list", OCTETS("(a)"), "t", "!PARSE@0"},
    {"3 NIL", OCTETS("nIl"), "z$", "~"},
    {"3 NIL is a whole atom", OCTETS("NILS"), "z", "!PARSE@0"},
    {"3 list", OCTETS("(a \"b\" c)"), "l$", "(<a><b><c>)"},
    {"3 list, empty", OCTETS("()"), "l$", "()"},
    {"3 list, space before the first", OCTETS("( a)"), "l", "(!PARSE@1"},
    {"3 list, space behind the last", OCTETS("(a )"), "l", "(<a>!PARSE@3"},
    {"3 list, no space between", OCTETS("(a\"b\")"), "l", "(<a>!PARSE@2"},
    {"3 list without an end", OCTETS("(a"), "l", "(<a>!PARSE@2"},
    {"2.2 gap: SP CRLF", OCTETS("(a \r\nb)"), "l$", "(<a><b>)"},
    {"2.2 gap: CRLF alone", OCTETS("(a\r\nb)"), "l", "(<a>!PARSE@2"},
    {"2.2 gap: CRLF SP", OCTETS("(a\r\n b)"), "l", "(<a>!PARSE@2"},
    {"2.2 gap: one more SP", OCTETS("(a \r\n b)"), "l", "(<a>!PARSE@5"},
    {"2.2 gap: twice", OCTETS("(a \r\n\r\nb)"), "l", "(<a>!PARSE@5"},
    {"2.2 no gap outside parentheses", OCTETS("a \r\nb"), "a a", "<a>!PARSE@2"},
    {"2.9 eight deep", OCTETS("((((((((a))))))))"), "k$", "<((((((((a))))))))>"},
    {"2.9 nine deep", OCTETS("(((((((((a)))))))))"), "k", "!LIMIT_NESTING@8"},
    {"2.9 eight deep again", OCTETS("(((((((()))))))) (((((((())))))))"), "k k$",
     "<(((((((())))))))><(((((((())))))))>"},
    {"3 skip keeps what it skips", OCTETS("(A (1 \"\\\"x\") {2}\r\n)) NIL -5) b"), "k a$",
     "<(A (1 \"\\\"x\") {2}\r\n)) NIL -5)><b>"},
    {"3.5 skip takes critical keys", OCTETS("(!A (!B 1) C) b"), "k a$", "<(!A (!B 1) C)><b>"},
    {"3.5 skip, nothing critical", OCTETS("(! A)"), "k", "!PARSE@2"},
    {"3.5 skip, critical outside a list", OCTETS("!A"), "k", "!PARSE@0"},
    {"3 skip takes one value", OCTETS("007 b"), "k a$", "<007><b>"},
    {"3 skip, nothing there", OCTETS(""), "k", "!PARSE@0"},
    {"3 skip, parenthesis closed", OCTETS(")"), "k", "!PARSE@0"},
    {"3 close what is not open", OCTETS(")"), ")", "!PARSE@0"},
    {"3.3 id-set", OCTETS("1:4,7,9:9 x"), "r a$", "1-4,7-7,9-9,<x>"},
    {"3.3 id-set, largest id", OCTETS("4294967295"), "r$", "4294967295-4294967295,"},
    {"3.3 id-set, over 2^32", OCTETS("4294967296"), "r", "!PARSE@0"},
    {"3.3 id-set, zero", OCTETS("0"), "r", "!PARSE@0"},
    {"3.3 id-set, descending range", OCTETS("3:1"), "r", "!PARSE@0"},
    {"3.3 id-set, half a range", OCTETS("3:"), "r", "!PARSE@0"},
    {"3.3 id-set, three ends", OCTETS("1:2:3"), "r", "!PARSE@0"},
    {"3.3 id-set, star is not known", OCTETS("1:*"), "r", "!PARSE@0"},
    {"3.3 id-set, comma at the end", OCTETS("1, a"), "r", "1-1,!PARSE@2"},
    {"2.2 id-set over two lines", OCTETS("1,\r\n3:4 a"), "r a$", "1-1,3-4,<a>"},
    {"2.2 id-set, break before the comma", OCTETS("1\r\n,3"), "r$", "1-1,!PARSE@1"},
    {"3 something is left", OCTETS("a b"), "a$", "<a>!PARSE@1"},
    {"3 the first failure sticks", OCTETS("a (b)"), "n(s a", "!PARSE@0"},
};

struct transcript {
    char text[512];
    size_t size;
};

static void note(struct transcript *transcript, const void *octets, size_t size)
{
    assert_true(transcript->size + size < sizeof transcript->text);
    memcpy(transcript->text + transcript->size, octets, size);
    transcript->size += size;
}

static void note_bytes(struct transcript *transcript, enum status status, struct bytes octets)
{
    if (status != STATUS_OK)
        return;
    note(transcript, "<", 1);
    note(transcript, octets.data, octets.size);
    note(transcript, ">", 1);
}

static void note_number(struct transcript *transcript, uint64_t number, char end)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%" PRIu64 "%c", number, end);
    note(transcript, text, (size_t)size);
}

static void pull_list(struct lexer *lexer, struct transcript *transcript)
{
    bool first = true;
    struct bytes text;
    if (lexer_open(lexer) != STATUS_OK)
        return;
    note(transcript, "(", 1);
    while (lexer_item(lexer, &first))
        note_bytes(transcript, lexer_text(lexer, &text), text);
    if (lexer->status == STATUS_OK)
        note(transcript, ")", 1);
}

static void pull_ranges(struct lexer *lexer, struct transcript *transcript)
{
    bool first = true;
    struct id_range range;
    while (lexer_range(lexer, &first, &range)) {
        note_number(transcript, range.first, '-');
        note_number(transcript, range.last, ',');
    }
}

static void pull_octets(struct lexer *lexer, struct transcript *transcript)
{
    struct bytes octets;
    if (lexer_literal(lexer, &octets) != STATUS_OK)
        return;
    note(transcript, "<", 1);
    for (size_t i = 0; i < octets.size; i++)
        note(transcript, octets.data[i] ? (const char *)&octets.data[i] : "|", 1);
    note(transcript, ">", 1);
}

static void pull_word(struct lexer *lexer, bool is_yes, struct transcript *transcript)
{
    static const char *const words[] = {"ONE", "TWO", "THREE"};
    unsigned index = 0;
    bool yes = false;
    enum status status =
        is_yes ? lexer_yes(lexer, &yes) : lexer_word(lexer, words, 3, "ONE, TWO or THREE", &index);
    if (status == STATUS_OK)
        note_number(transcript, is_yes ? yes : index, '.');
}

static void pull(struct lexer *lexer, char what, struct transcript *transcript)
{
    struct bytes octets = {0};
    uint64_t number = 0;
    enum status status = STATUS_OK;
    switch (what) {
    case 'a':
        note_bytes(transcript, lexer_atom(lexer, &octets), octets);
        break;
    case 'n':
        if (lexer_number(lexer, &number) == STATUS_OK)
            note_number(transcript, number, '.');
        break;
    case 's':
        status = lexer_string(lexer, &octets);
        note_bytes(transcript, status, octets);
        break;
    case 't':
        status = lexer_text(lexer, &octets);
        note_bytes(transcript, status, octets);
        break;
    case 'k':
        status = lexer_skip(lexer, &octets);
        note_bytes(transcript, status, octets);
        break;
    case 'z':
        if (lexer_nil(lexer) == STATUS_OK)
            note(transcript, "~", 1);
        break;
    case 'o':
        pull_octets(lexer, transcript);
        break;
    case 'w':
    case 'y':
        pull_word(lexer, what == 'y', transcript);
        break;
    case 'l':
        pull_list(lexer, transcript);
        break;
    case 'r':
        pull_ranges(lexer, transcript);
        break;
    case '(':
        status = lexer_open(lexer);
        break;
    case ')':
        status = lexer_close(lexer);
        break;
    case ' ':
        status = lexer_space(lexer);
        break;
    default:
        status = lexer_end(lexer);
        break;
    }
    assert_true(status == STATUS_OK || status == lexer->status);
}

static void test_lexer(void **state)
{
    const struct lexer_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    struct transcript transcript = {.size = 0};
    struct lexer lexer;
    lexer_init(&lexer, copy, row->octets.size, 8);
    for (const char *script = row->script; *script; script++)
        pull(&lexer, *script, &transcript);
    if (lexer.status != STATUS_OK) {
        assert_non_null(lexer.expected);
        note(&transcript, "!", 1);
        note(&transcript, status_name(lexer.status), strlen(status_name(lexer.status)));
        note(&transcript, "@", 1);
        note_number(&transcript, lexer.wrong_at, '\0');
        transcript.size--;
    }
    transcript.text[transcript.size] = '\0';
    assert_string_equal(transcript.text, row->outcome);
}

static void test_peek(void **state)
{
    (void)state;
    static const struct {
        struct bytes octets;
        enum token token;
    } rows[] = {{OCTETS(""), TOKEN_END},         {OCTETS("a"), TOKEN_ATOM},
                {OCTETS("1"), TOKEN_NUMBER},     {OCTETS("1a"), TOKEN_ATOM},
                {OCTETS("+1"), TOKEN_ATOM},      {OCTETS("NIL"), TOKEN_NIL},
                {OCTETS("nil "), TOKEN_NIL},     {OCTETS("NILE"), TOKEN_ATOM},
                {OCTETS("\"1\""), TOKEN_STRING}, {OCTETS("{1}"), TOKEN_STRING},
                {OCTETS("(1)"), TOKEN_OPEN},     {OCTETS(")"), TOKEN_CLOSE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(rows_free) uint8_t *copy = rows_copy(rows[i].octets);
        struct lexer lexer;
        lexer_init(&lexer, copy, rows[i].octets.size, 8);
        assert_int_equal(lexer_peek(&lexer), rows[i].token);
        assert_int_equal(lexer.at, 0);
    }
}

static void test_words(void **state)
{
    (void)state;
    char longest[130];
    memset(longest, 'a', sizeof longest);
    assert_true(is_atom((struct bytes){(uint8_t *)longest, 128}));
    assert_false(is_atom((struct bytes){(uint8_t *)longest, 129}));
    assert_true(is_tag((struct bytes){(uint8_t *)longest, 32}));
    assert_false(is_tag((struct bytes){(uint8_t *)longest, 33}));
    assert_true(is_transaction_id((struct bytes){(uint8_t *)longest, 128}));
    assert_false(is_transaction_id((struct bytes){(uint8_t *)longest, 129}));
    assert_true(is_tag(BYTES("aZ09.-_")));
    assert_false(is_tag(BYTES("*")) || is_tag(BYTES("+")) || is_tag(BYTES("")));
    assert_false(is_tag(BYTES("a b")) || is_tag(BYTES("a:b")));
    assert_true(is_transaction_id(BYTES("!~\"\\{}()")));
    assert_false(is_transaction_id(BYTES("a b")) || is_transaction_id(BYTES("\x7f")));
    assert_false(is_transaction_id(BYTES("\xC3\xA4")) || is_transaction_id(BYTES("")));
    assert_false(is_atom(BYTES("")) || is_atom(BYTES("a\0")) || is_atom(BYTES("a,")));
}

static void test_atom_length(void **state)
{
    (void)state;
    uint8_t longest[129];
    struct bytes atom;
    struct lexer lexer;
    memset(longest, 'a', sizeof longest);
    lexer_init(&lexer, longest, 128, 8);
    assert_int_equal(lexer_atom(&lexer, &atom), STATUS_OK);
    lexer_init(&lexer, longest, 129, 8);
    assert_int_equal(lexer_atom(&lexer, &atom), STATUS_PARSE);
    assert_string_equal(lexer.expected, "an atom of at most 128 octets");
}

static void test_own_failure(void **state)
{
    (void)state;
    uint8_t octets[] = "7 x";
    uint64_t number;
    struct lexer lexer;
    lexer_init(&lexer, octets, 3, 8);
    assert_int_equal(lexer_number(&lexer, &number), STATUS_OK);
    assert_int_equal(lexer_fail(&lexer, STATUS_UNSUPPORTED, "an even number"), STATUS_UNSUPPORTED);
    assert_int_equal(lexer_fail(&lexer, STATUS_PARSE, "something else"), STATUS_UNSUPPORTED);
    assert_int_equal(lexer_space(&lexer), STATUS_UNSUPPORTED);
    assert_int_equal(lexer.wrong_at, 1);
    assert_string_equal(lexer.expected, "an even number");
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, lexer_rows, test_lexer);
    rows_add_one(&rows, "3 what comes next", test_peek);
    rows_add_one(&rows, "3 tags, atoms, transaction ids", test_words);
    rows_add_one(&rows, "3 an atom's length", test_atom_length);
    rows_add_one(&rows, "3 a failure of the caller's own", test_own_failure);
    return rows_run("lexer", &rows, argc, argv);
}
