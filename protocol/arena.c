/* Memory that lives and dies together: a chain of zeroed blocks, the newest first. A request that
 * does not fit into the newest block opens a new one; what is left in the old one is lost. */
#include "protocol/arena.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_FIRST_BYTES = 1024, BLOCK_MOST_BYTES = 65536 };

struct arena_block {
    struct arena_block *next; /* older */
    size_t size, used;
    max_align_t octets[];
};

/* What stands elsewhere; itself within a block. */
struct arena_adopted {
    struct arena_adopted *next;
    void *octets;
};

void arena_init(struct arena *arena, size_t limit)
{
    *arena = (struct arena){.limit = limit};
}

void arena_clear(struct arena *arena)
{
    for (; arena->adopted; arena->adopted = arena->adopted->next)
        free(arena->adopted->octets);
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    arena->used = 0;
}

static struct arena_block *block_new(struct arena *arena, size_t least)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : BLOCK_FIRST_BYTES;
    if (size > BLOCK_MOST_BYTES)
        size = BLOCK_MOST_BYTES;
    if (size < least)
        size = least;
    struct arena_block *block = calloc(1, sizeof *block + size);
    if (!block)
        return NULL;
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_take(struct arena *arena, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    if (size > SIZE_MAX - sizeof(struct arena_block) - align)
        return NULL;
    size_t rounded = size > 0 ? (size + align - 1) / align * align : align;
    if (arena->used > arena->limit || rounded > arena->limit - arena->used)
        return NULL;
    struct arena_block *block = arena->blocks;
    if (!block || block->size - block->used < rounded)
        block = block_new(arena, rounded);
    if (!block)
        return NULL;
    void *taken = (uint8_t *)block->octets + block->used;
    block->used += rounded;
    arena->used += rounded;
    return taken;
}

const char *arena_copy(struct arena *arena, struct bytes octets)
{
    if (octets.size == SIZE_MAX)
        return NULL;
    char *copy = arena_take(arena, octets.size + 1);
    if (copy && octets.size > 0)
        memcpy(copy, octets.data, octets.size);
    return copy;
}

bool arena_adopt(struct arena *arena, void *octets, size_t size)
{
    struct arena_adopted *adopted = arena_take(arena, sizeof *adopted);
    if (!adopted || size > arena->limit - arena->used)
        return false;
    *adopted = (struct arena_adopted){arena->adopted, octets};
    arena->adopted = adopted;
    arena->used += size;
    return true;
}

bool arena_grow(struct arena *arena, void **items, size_t *capacity, size_t count, size_t item_size)
{
    if (count < *capacity)
        return true;
    size_t grown_capacity = *capacity > 0 ? *capacity * 2 : 4;
    size_t grown_size;
    if (grown_capacity <= *capacity ||
        __builtin_mul_overflow(grown_capacity, item_size, &grown_size))
        return false;
    void *grown = arena_take(arena, grown_size);
    if (!grown)
        return false;
    if (count > 0)
        memcpy(grown, *items, count * item_size);
    *items = grown;
    *capacity = grown_capacity;
    return true;
}
