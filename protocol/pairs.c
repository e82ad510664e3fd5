/* Key and value lists, pulled one pair at a time (spec/cccp.md 3, 3.5). */
#include "protocol/pairs.h"

static bool is_alpha(uint8_t octet)
{
    return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
}

bool is_key(struct bytes key)
{
    if (key.size == 0 || key.size > KEY_LENGTH_MOST || !is_alpha(key.data[0]))
        return false;
    for (size_t i = 1; i < key.size; i++) {
        uint8_t octet = key.data[i];
        bool is_digit = octet >= '0' && octet <= '9';
        if (!is_alpha(octet) && !is_digit && octet != '-' && octet != '.')
            return false;
    }
    return true;
}

bool pairs_begin(struct pairs *pairs, struct lexer *lexer)
{
    pairs->lexer = lexer;
    pairs->first = true;
    pairs->count = 0;
    return lexer_open(lexer) == STATUS_OK;
}

/* Takes ["!"] key; the failure stands where the key begins. */
static bool take_key(struct pairs *pairs)
{
    struct lexer *lexer = pairs->lexer;
    size_t begin = lexer->at;
    pairs->critical = lexer->at < lexer->size && lexer->octets[lexer->at] == '!';
    lexer->at += pairs->critical;
    if (lexer_atom(lexer, &pairs->key) != STATUS_OK)
        return false;
    const char *expected = NULL;
    if (!is_key(pairs->key))
        expected = "a key";
    else if (pairs->count == PAIRS_MOST)
        expected = "at most 64 keys";
    for (size_t i = 0; i < pairs->count && !expected; i++) {
        if (bytes_equal_fold(pairs->keys[i], pairs->key))
            expected = "each key once";
    }
    if (expected) {
        lexer->at = begin;
        return lexer_fail(lexer, STATUS_PARSE, expected) == STATUS_OK;
    }
    pairs->keys[pairs->count++] = pairs->key;
    return true;
}

bool pairs_next(struct pairs *pairs)
{
    return lexer_item(pairs->lexer, &pairs->first) && take_key(pairs) &&
           lexer_space(pairs->lexer) == STATUS_OK;
}

bool pairs_is(const struct pairs *pairs, const char *key)
{
    return bytes_equal_fold(pairs->key, bytes_of_text(key));
}

void pairs_skip(struct pairs *pairs)
{
    struct lexer *lexer = pairs->lexer;
    if (pairs->critical)
        lexer->status = lexer_fail(lexer, STATUS_UNSUPPORTED, "a key that is known here");
    else
        lexer->status = lexer_skip(lexer, NULL);
}
