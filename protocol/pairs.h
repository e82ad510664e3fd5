/* Key and value lists, pulled one pair at a time (spec/cccp.md 3, 3.5).
 *
 *     pairs = "(" [ pair *( gap pair ) ] ")"     pair = ["!"] key gap value
 *     key   = ALPHA *31( ALPHA / DIGIT / "-" / "." )
 *
 *     if (pairs_begin(&pairs, lexer))
 *         while (pairs_next(&pairs))
 *             if (pairs_is(&pairs, "SIZE")) lexer_number(lexer, &size); else pairs_skip(&pairs);
 *
 * A key twice is STATUS_PARSE, and so are more than PAIRS_MOST keys: looking for a double stays
 * cheap. */
#ifndef PROTOCOL_PAIRS_H
#define PROTOCOL_PAIRS_H

#include "protocol/lexer.h"

enum { PAIRS_MOST = 64, KEY_LENGTH_MOST = 32 };

struct pairs {
    struct lexer *lexer;
    struct bytes key; /* the current one, without "!" */
    bool critical;    /* "!" stands before it */
    bool first;
    size_t count;
    struct bytes keys[PAIRS_MOST];
};

bool is_key(struct bytes key);
/* Takes "(": false after a failure. */
bool pairs_begin(struct pairs *pairs, struct lexer *lexer);
/* True with a key, its value is next; false when ")" was taken or after a failure. */
bool pairs_next(struct pairs *pairs);
/* Is this the current key? Case is folded. */
bool pairs_is(const struct pairs *pairs, const char *key);
/* The value of a key that is not known is skipped; with "!" before it: STATUS_UNSUPPORTED. */
void pairs_skip(struct pairs *pairs);

#endif
