/* Pulls tokens from complete octets (what frame.c found). The one lexer of the house: commands,
 * replies, jobs, reports. Every function skips nothing and guesses nothing: exactly one SP between
 * tokens (or SP CRLF inside parentheses). Grammar: spec/cccp.md 3.
 *
 *     atom   = 1*128( ALPHA / DIGIT / "-" / "." / "_" / ":" / "/" / "=" / "+" / "@" / "*" )
 *     number = "0" / ( %x31-39 *18DIGIT ), below 2^63
 *     string = quoted / literal; quoted: UTF-8, escapes \" and \\ only; no CR, LF, NUL
 *     list   = "(" [ item *( SP item ) ] ")"          item = value / "!" atom
 *     id-set = range *( "," [CRLF] range )            range = nz-number [":" nz-number], below 2^32
 *
 * The first failure sticks: status, the offset where, and what was expected. Later pulls return it
 * again, so a parser may pull several tokens and look once. Quoted strings are unescaped in place:
 * the octets must be writable. */
#ifndef PROTOCOL_LEXER_H
#define PROTOCOL_LEXER_H

#include "protocol/bytes.h"

enum token {
    TOKEN_END,
    TOKEN_ATOM,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_NIL
};

struct lexer {
    uint8_t *octets;
    size_t size;
    size_t at;
    unsigned depth, depth_limit;
    enum status status;
    size_t wrong_at;
    const char *expected; /* static text: "a number" */
};

struct id_range {
    uint32_t first, last; /* inclusive */
};

void lexer_init(struct lexer *lexer, uint8_t *octets, size_t size, unsigned depth_limit);
/* What comes next, without taking it. An atom of digits only is TOKEN_NUMBER; NIL (any case) is
 * TOKEN_NIL. */
enum token lexer_peek(const struct lexer *lexer);
/* True when nothing is left. */
bool lexer_at_end(const struct lexer *lexer);
MUST_CHECK enum status lexer_space(struct lexer *lexer);
/* Also takes what looks like a number or NIL. */
MUST_CHECK enum status lexer_atom(struct lexer *lexer, struct bytes *atom);
MUST_CHECK enum status lexer_number(struct lexer *lexer, uint64_t *number);
/* quoted or literal; NUL in a literal is STATUS_PARSE. */
MUST_CHECK enum status lexer_string(struct lexer *lexer, struct bytes *string);
/* A literal of any octets, NUL too (spec/cccp.md 2.7). */
MUST_CHECK enum status lexer_literal(struct lexer *lexer, struct bytes *octets);
/* atom, number or string, as text: what a person may type either way. */
MUST_CHECK enum status lexer_text(struct lexer *lexer, struct bytes *text);
/* An atom that is one of count words, case folded: *index is its place. expected: all of them. */
MUST_CHECK enum status lexer_word(struct lexer *lexer, const char *const *words, unsigned count,
                                  const char *expected, unsigned *index);
/* YES or NO. */
MUST_CHECK enum status lexer_yes(struct lexer *lexer, bool *yes);
MUST_CHECK enum status lexer_nil(struct lexer *lexer);
MUST_CHECK enum status lexer_open(struct lexer *lexer);
MUST_CHECK enum status lexer_close(struct lexer *lexer);
/* Inside a list: true when an item follows (its SP is taken, if it is not the first); false when
 * ")" was taken. Also false after a failure, so that `while (lexer_item(&lexer, &first))` ends.
 * first starts as true. */
bool lexer_item(struct lexer *lexer, bool *first);
/* Takes one value of any kind, lists with all they hold. *raw: its octets as they stand (may be
 * NULL). */
MUST_CHECK enum status lexer_skip(struct lexer *lexer, struct bytes *raw);
/* One range of an id-set at a time: true with a range; false at its end or after a failure. first
 * starts as true. */
bool lexer_range(struct lexer *lexer, bool *first, struct id_range *range);
MUST_CHECK enum status lexer_end(struct lexer *lexer);
/* Notes a failure of the caller's own ("an even number"): returns the sticking status. */
enum status lexer_fail(struct lexer *lexer, enum status status, const char *expected);

bool is_tag(struct bytes tag); /* 1*32( ALPHA / DIGIT / "." / "-" / "_" ) */
bool is_atom(struct bytes text);
bool is_transaction_id(struct bytes text); /* 1..128 octets %x21-7E */

#endif
