/* Lists that several lines have, pulled into an arena: at most so many, and what the arena holds.
 */
#ifndef PROTOCOL_LIST_H
#define PROTOCOL_LIST_H

#include "protocol/arena.h"
#include "protocol/lexer.h"

/* "(" [ string *( gap string ) ] ")": the strings borrow the lexer's octets. PARSE: more than most;
 * MEMORY: the arena is full. */
MUST_CHECK enum status list_strings(struct lexer *lexer, struct arena *arena, size_t most,
                                    struct bytes **strings, size_t *count);
/* A whole id-set. */
MUST_CHECK enum status list_ids(struct lexer *lexer, struct arena *arena, struct id_range **ranges,
                                size_t *count);

#endif
