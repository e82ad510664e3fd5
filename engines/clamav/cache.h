/* Content that was examined and is clean, by digest: so that a picture which comes a thousand times
 * is scanned once. Lives in one worker, in memory that is taken once and never grows. */
#ifndef ENGINES_CLAMAV_CACHE_H
#define ENGINES_CLAMAV_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/status.h"

enum { CACHE_DIGEST_BYTES = 32 };

/* What was scanned. The kind keeps apart scans that look for different things. */
struct cache_key {
    uint8_t digest[CACHE_DIGEST_BYTES]; /* SHA-256 */
    uint64_t size;
    uint32_t kind;
};

struct cache;

/* entries is rounded up to a power of two; 0 is the caller's to avoid. STATUS_MEMORY. */
MUST_CHECK enum status cache_new(size_t entries, struct cache **cache);
void cache_free(struct cache **cache);
/* Asking makes an entry young again. */
bool cache_has(struct cache *cache, const struct cache_key *key);
/* The oldest of the few entries that may stand in the same place gives way. */
void cache_add(struct cache *cache, const struct cache_key *key);

#endif
