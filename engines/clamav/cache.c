/* A table of sets: a digest chooses the set, within it the oldest of WAYS entries gives way. */
#include "engines/clamav/cache.h"

#include <stdlib.h>
#include <string.h>

enum { WAYS = 4 };

struct entry {
    struct cache_key key;
    uint64_t used; /* the cache's clock when last asked for; 0: empty */
};

struct cache {
    size_t set_count; /* a power of two */
    uint64_t clock;
    struct entry entries[]; /* set_count times WAYS */
};

enum status cache_new(size_t entries, struct cache **cache)
{
    size_t sets = 1;
    while (sets * WAYS < entries)
        sets *= 2;
    struct cache *made = calloc(1, sizeof *made + sets * WAYS * sizeof made->entries[0]);
    if (!made)
        return STATUS_MEMORY;
    made->set_count = sets;
    *cache = made;
    return STATUS_OK;
}

void cache_free(struct cache **cache)
{
    free(*cache);
    *cache = NULL;
}

static bool key_equal(const struct cache_key *a, const struct cache_key *b)
{
    return a->size == b->size && a->kind == b->kind &&
           memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

static struct entry *set_of(struct cache *cache, const struct cache_key *key)
{
    uint64_t hash;
    memcpy(&hash, key->digest, sizeof hash);
    return &cache->entries[(hash & (cache->set_count - 1)) * WAYS];
}

bool cache_has(struct cache *cache, const struct cache_key *key)
{
    struct entry *set = set_of(cache, key);
    for (int i = 0; i < WAYS; i++) {
        if (set[i].used && key_equal(&set[i].key, key)) {
            set[i].used = ++cache->clock;
            return true;
        }
    }
    return false;
}

void cache_add(struct cache *cache, const struct cache_key *key)
{
    if (cache_has(cache, key))
        return;
    struct entry *set = set_of(cache, key), *oldest = set;
    for (int i = 1; i < WAYS; i++)
        if (set[i].used < oldest->used)
            oldest = &set[i];
    oldest->key = *key;
    oldest->used = ++cache->clock;
}
