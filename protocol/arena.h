/* Memory that lives and dies together: a command, a reply, a report, a transaction. Nobody frees a
 * piece. A hard limit bounds what a peer can make us keep. */
#ifndef PROTOCOL_ARENA_H
#define PROTOCOL_ARENA_H

#include <stddef.h>

#include "protocol/bytes.h"

struct arena {
    struct arena_block *blocks;
    struct arena_adopted *adopted;
    size_t used;  /* octets handed out, each piece rounded up */
    size_t limit; /* most octets it hands out */
};

void arena_init(struct arena *arena, size_t limit);
/* Frees everything; the arena can be used again. */
void arena_clear(struct arena *arena);
/* Zeroed, aligned for any type. NULL when over the limit or out of memory. */
void *arena_take(struct arena *arena, size_t size);
/* A copy that is NUL-terminated behind its last octet. NULL as above. */
const char *arena_copy(struct arena *arena, struct bytes octets);

/* Owns what malloc() gave, size octets of it in use, from now on: what is large need not be copied.
 * False when over the limit or out of memory: it stays the caller's. */
bool arena_adopt(struct arena *arena, void *octets, size_t size);

/* Grows an array in place of *items: room for one more. *items moves. Doubles, so the waste stays
 * below the used size. False when the arena is full. */
bool arena_grow(struct arena *arena, void **items, size_t *capacity, size_t count,
                size_t item_size);

#endif
