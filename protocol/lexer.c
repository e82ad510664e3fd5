/* Pulls tokens from complete octets (spec/cccp.md 3). Every pull first looks whether an earlier one
 * failed; none goes back. */
#include "protocol/lexer.h"

#include <string.h>

#include "protocol/command.h"

enum { ATOM_LENGTH_MOST = 128, NUMBER_DIGITS_MOST = 19 };

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static bool is_alphanumeric(uint8_t octet)
{
    return is_digit(octet) || (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
}

static bool is_atom_octet(uint8_t octet)
{
    return is_alphanumeric(octet) || (octet != 0 && strchr("-._:/=+@*", octet));
}

/* The octet at the lexer, NUL at the end (no token begins with NUL). */
static uint8_t next_octet(const struct lexer *lexer)
{
    return lexer->at < lexer->size ? lexer->octets[lexer->at] : 0;
}

static bool next_is_line_end(const struct lexer *lexer, size_t at)
{
    return lexer->size - at >= 2 && lexer->octets[at] == '\r' && lexer->octets[at + 1] == '\n';
}

/* The run of atom octets at the lexer, perhaps empty, of any length. */
static struct bytes next_run(const struct lexer *lexer)
{
    size_t end = lexer->at;
    while (end < lexer->size && is_atom_octet(lexer->octets[end]))
        end++;
    return (struct bytes){lexer->octets + lexer->at, end - lexer->at};
}

static bool is_digits(struct bytes run)
{
    for (size_t i = 0; i < run.size; i++) {
        if (!is_digit(run.data[i]))
            return false;
    }
    return run.size > 0;
}

/* number = "0" / nz-number, below 2^63. */
static bool number_of(struct bytes run, uint64_t *number)
{
    if (!is_digits(run) || run.size > NUMBER_DIGITS_MOST || (run.data[0] == '0' && run.size > 1))
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < run.size; i++)
        value = value * 10 + (run.data[i] - '0');
    if (value > INT64_MAX)
        return false;
    *number = value;
    return true;
}

void lexer_init(struct lexer *lexer, uint8_t *octets, size_t size, unsigned depth_limit)
{
    *lexer = (struct lexer){
        .octets = octets, .size = size, .depth_limit = depth_limit, .status = STATUS_OK};
}

enum status lexer_fail(struct lexer *lexer, enum status status, const char *expected)
{
    if (lexer->status == STATUS_OK) {
        lexer->status = status;
        lexer->wrong_at = lexer->at;
        lexer->expected = expected;
    }
    return lexer->status;
}

enum token lexer_peek(const struct lexer *lexer)
{
    if (lexer->at >= lexer->size)
        return TOKEN_END;
    switch (lexer->octets[lexer->at]) {
    case '(':
        return TOKEN_OPEN;
    case ')':
        return TOKEN_CLOSE;
    case '"':
    case '{':
        return TOKEN_STRING;
    default:
        break;
    }
    struct bytes run = next_run(lexer);
    if (run.size == 0)
        return TOKEN_END;
    if (bytes_equal_fold(run, BYTES("NIL")))
        return TOKEN_NIL;
    return is_digits(run) ? TOKEN_NUMBER : TOKEN_ATOM;
}

bool lexer_at_end(const struct lexer *lexer)
{
    return lexer->at >= lexer->size;
}

enum status lexer_space(struct lexer *lexer)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    if (next_octet(lexer) != ' ')
        return lexer_fail(lexer, STATUS_PARSE, "a space");
    lexer->at++;
    if (lexer->depth > 0 && next_is_line_end(lexer, lexer->at))
        lexer->at += 2;
    return STATUS_OK;
}

enum status lexer_atom(struct lexer *lexer, struct bytes *atom)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    struct bytes run = next_run(lexer);
    if (run.size == 0)
        return lexer_fail(lexer, STATUS_PARSE, "an atom");
    if (run.size > ATOM_LENGTH_MOST)
        return lexer_fail(lexer, STATUS_PARSE, "an atom of at most 128 octets");
    lexer->at += run.size;
    *atom = run;
    return STATUS_OK;
}

enum status lexer_word(struct lexer *lexer, const char *const *words, unsigned count,
                       const char *expected, unsigned *index)
{
    size_t begin = lexer->at;
    struct bytes word;
    unsigned i = 0;
    if (lexer_atom(lexer, &word) != STATUS_OK)
        return lexer->status;
    while (i < count && !bytes_equal_fold(word, bytes_of_text(words[i])))
        i++;
    if (i == count) {
        lexer->at = begin;
        return lexer_fail(lexer, STATUS_PARSE, expected);
    }
    *index = i;
    return STATUS_OK;
}

enum status lexer_yes(struct lexer *lexer, bool *yes)
{
    static const char *const words[] = {"NO", "YES"};
    unsigned index;
    if (lexer_word(lexer, words, 2, "YES or NO", &index) == STATUS_OK)
        *yes = index == 1;
    return lexer->status;
}

enum status lexer_number(struct lexer *lexer, uint64_t *number)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    struct bytes run = next_run(lexer);
    if (!number_of(run, number))
        return lexer_fail(lexer, STATUS_PARSE, "a number");
    lexer->at += run.size;
    return STATUS_OK;
}

/* The end of a quoted string that begins at the lexer: the offset of its closing quote. */
static enum status quoted_end(struct lexer *lexer, size_t *end)
{
    for (size_t at = lexer->at + 1; at < lexer->size; at++) {
        uint8_t octet = lexer->octets[at];
        if (octet == '"') {
            *end = at;
            return STATUS_OK;
        }
        if (octet < 0x20 || octet == 0x7F)
            break;
        if (octet != '\\')
            continue;
        at++;
        if (at >= lexer->size || (lexer->octets[at] != '"' && lexer->octets[at] != '\\'))
            return lexer_fail(lexer, STATUS_PARSE, "a quoted string with \\\" and \\\\ only");
    }
    return lexer_fail(lexer, STATUS_PARSE, "a quoted string with its end and without controls");
}

/* Takes the backslashes away in place; the shortened string stays at its beginning. */
static struct bytes unescape(uint8_t *octets, size_t size)
{
    uint8_t *backslash = size > 0 ? memchr(octets, '\\', size) : NULL;
    if (!backslash)
        return (struct bytes){octets, size};
    size_t to = (size_t)(backslash - octets);
    for (size_t from = to; from < size; from++) {
        if (octets[from] == '\\')
            from++;
        octets[to++] = octets[from];
    }
    return (struct bytes){octets, to};
}

static enum status take_quoted(struct lexer *lexer, bool as_it_stands, struct bytes *string)
{
    size_t end;
    if (quoted_end(lexer, &end) != STATUS_OK)
        return lexer->status;
    uint8_t *octets = lexer->octets + lexer->at + 1;
    size_t size = end - lexer->at - 1;
    if (!bytes_is_utf8((struct bytes){octets, size}))
        return lexer_fail(lexer, STATUS_PARSE, "a quoted string in UTF-8");
    *string = as_it_stands ? (struct bytes){octets, size} : unescape(octets, size);
    lexer->at = end + 1;
    return STATUS_OK;
}

/* literal = "{" number ["+"] "}" CRLF *OCTET */
static enum status take_literal(struct lexer *lexer, struct bytes *string)
{
    size_t at = lexer->at + 1, begin = at;
    uint64_t size;
    while (at < lexer->size && is_digit(lexer->octets[at]))
        at++;
    if (!number_of((struct bytes){lexer->octets + begin, at - begin}, &size))
        return lexer_fail(lexer, STATUS_PARSE, "a literal");
    if (at < lexer->size && lexer->octets[at] == '+')
        at++;
    if (at >= lexer->size || lexer->octets[at] != '}' || !next_is_line_end(lexer, at + 1))
        return lexer_fail(lexer, STATUS_PARSE, "a literal");
    at += 3;
    if (size > lexer->size - at)
        return lexer_fail(lexer, STATUS_PARSE, "all octets of the literal");
    *string = (struct bytes){lexer->octets + at, size};
    lexer->at = at + size;
    return STATUS_OK;
}

/* A literal that is a string: without NUL. */
static enum status take_literal_string(struct lexer *lexer, struct bytes *string)
{
    struct lexer before = *lexer;
    struct bytes literal;
    if (take_literal(lexer, &literal) != STATUS_OK)
        return lexer->status;
    if (bytes_find(literal, 0, '\0') < literal.size) {
        *lexer = before;
        return lexer_fail(lexer, STATUS_PARSE, "a string without NUL");
    }
    *string = literal;
    return STATUS_OK;
}

static enum status take_string(struct lexer *lexer, bool as_it_stands, struct bytes *string)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    if (next_octet(lexer) == '"')
        return take_quoted(lexer, as_it_stands, string);
    if (next_octet(lexer) == '{')
        return take_literal_string(lexer, string);
    return lexer_fail(lexer, STATUS_PARSE, "a string");
}

enum status lexer_string(struct lexer *lexer, struct bytes *string)
{
    return take_string(lexer, false, string);
}

enum status lexer_literal(struct lexer *lexer, struct bytes *octets)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    if (next_octet(lexer) != '{')
        return lexer_fail(lexer, STATUS_PARSE, "a literal");
    return take_literal(lexer, octets);
}

enum status lexer_text(struct lexer *lexer, struct bytes *text)
{
    if (lexer_peek(lexer) == TOKEN_STRING)
        return lexer_string(lexer, text);
    return lexer_atom(lexer, text);
}

enum status lexer_nil(struct lexer *lexer)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    if (lexer_peek(lexer) != TOKEN_NIL)
        return lexer_fail(lexer, STATUS_PARSE, "NIL");
    lexer->at += sizeof "NIL" - 1;
    return STATUS_OK;
}

enum status lexer_open(struct lexer *lexer)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    if (next_octet(lexer) != '(')
        return lexer_fail(lexer, STATUS_PARSE, "\"(\"");
    if (lexer->depth >= lexer->depth_limit)
        return lexer_fail(lexer, STATUS_LIMIT_NESTING, "fewer parentheses within parentheses");
    lexer->depth++;
    lexer->at++;
    return STATUS_OK;
}

enum status lexer_close(struct lexer *lexer)
{
    if (lexer->status != STATUS_OK)
        return lexer->status;
    if (next_octet(lexer) != ')' || lexer->depth == 0)
        return lexer_fail(lexer, STATUS_PARSE, "\")\"");
    lexer->depth--;
    lexer->at++;
    return STATUS_OK;
}

bool lexer_item(struct lexer *lexer, bool *first)
{
    if (lexer->status != STATUS_OK)
        return false;
    if (next_octet(lexer) == ')') {
        lexer->status = lexer_close(lexer);
        return false;
    }
    if (*first) {
        *first = false;
        return true;
    }
    if (next_octet(lexer) != ' ') {
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a space or \")\"");
        return false;
    }
    return lexer_space(lexer) == STATUS_OK;
}

/* "(" [ item *( gap item ) ] ")", item = value / "!" atom. Recursion is as deep as depth_limit. */
static enum status skip_list(struct lexer *lexer)
{
    bool first = true;
    struct bytes key;
    if (lexer_open(lexer) != STATUS_OK)
        return lexer->status;
    while (lexer_item(lexer, &first)) {
        bool critical = next_octet(lexer) == '!';
        lexer->at += critical;
        lexer->status = critical ? lexer_atom(lexer, &key) : lexer_skip(lexer, NULL);
    }
    return lexer->status;
}

enum status lexer_skip(struct lexer *lexer, struct bytes *raw)
{
    size_t begin = lexer->at;
    struct bytes ignored;
    enum status status;
    switch (lexer_peek(lexer)) {
    case TOKEN_OPEN:
        status = skip_list(lexer);
        break;
    case TOKEN_STRING:
        status = take_string(lexer, true, &ignored);
        break;
    case TOKEN_ATOM:
    case TOKEN_NUMBER:
    case TOKEN_NIL:
        status = lexer_atom(lexer, &ignored);
        break;
    case TOKEN_END:
    case TOKEN_CLOSE:
    default:
        return lexer_fail(lexer, STATUS_PARSE, "a value");
    }
    if (status == STATUS_OK && raw)
        *raw = (struct bytes){lexer->octets + begin, lexer->at - begin};
    return status;
}

/* id = nz-number below 2^32, of digits[0 .. size). */
static bool id_of(struct bytes digits, uint32_t *id)
{
    uint64_t number;
    if (!number_of(digits, &number) || number == 0 || number > UINT32_MAX)
        return false;
    *id = (uint32_t)number;
    return true;
}

bool lexer_range(struct lexer *lexer, bool *first, struct id_range *range)
{
    if (lexer->status != STATUS_OK)
        return false;
    if (!*first) {
        if (next_octet(lexer) != ',')
            return false;
        lexer->at++;
        if (next_is_line_end(lexer, lexer->at))
            lexer->at += 2;
    }
    *first = false;
    struct bytes run = next_run(lexer);
    size_t colon = bytes_find(run, 0, ':');
    struct bytes low = bytes_slice(run, 0, colon);
    struct bytes high = colon < run.size ? bytes_slice(run, colon + 1, run.size) : low;
    if (!id_of(low, &range->first) || !id_of(high, &range->last) || range->last < range->first) {
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "an id or a range of ids");
        return false;
    }
    lexer->at += run.size;
    return true;
}

enum status lexer_end(struct lexer *lexer)
{
    if (lexer->status == STATUS_OK && lexer->at < lexer->size)
        return lexer_fail(lexer, STATUS_PARSE, "the end of the line");
    return lexer->status;
}

bool is_tag(struct bytes tag)
{
    for (size_t i = 0; i < tag.size; i++) {
        uint8_t octet = tag.data[i];
        if (!is_alphanumeric(octet) && octet != '.' && octet != '-' && octet != '_')
            return false;
    }
    return tag.size > 0 && tag.size <= TAG_LENGTH_MOST;
}

bool is_atom(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_atom_octet(text.data[i]))
            return false;
    }
    return text.size > 0 && text.size <= ATOM_LENGTH_MOST;
}

bool is_transaction_id(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < 0x21 || text.data[i] > 0x7E)
            return false;
    }
    return text.size > 0 && text.size <= TXN_LENGTH_MOST;
}
