/* The poison ledger: a ring of digests, looked through from end to end. It is empty on almost every
 * day, and 4,096 comparisons cost less than one scan. */
#include "server/worker/poison.h"

#include <stdlib.h>
#include <string.h>

void poison_init(struct poison *poison)
{
    *poison = (struct poison){0};
}

void poison_clear(struct poison *poison)
{
    free(poison->entries);
    poison_init(poison);
}

static struct poison_entry *find(const struct poison *poison,
                                 const uint8_t digest[POISON_DIGEST_BYTES], uint64_t generation)
{
    for (size_t i = 0; i < poison->count; i++) {
        struct poison_entry *entry = &poison->entries[i];
        if (entry->generation == generation &&
            memcmp(entry->digest, digest, POISON_DIGEST_BYTES) == 0) {
            return entry;
        }
    }
    return NULL;
}

void poison_add(struct poison *poison, const uint8_t digest[POISON_DIGEST_BYTES],
                uint64_t generation, uint64_t until_ms)
{
    if (poison->entries == NULL) {
        poison->entries = calloc(POISON_ENTRIES_MOST, sizeof *poison->entries);
        if (poison->entries == NULL) {
            return;
        }
    }
    struct poison_entry *entry = find(poison, digest, generation);
    if (entry == NULL) {
        entry = &poison->entries[poison->next];
        poison->next = (poison->next + 1) % POISON_ENTRIES_MOST;
        poison->count += poison->count < POISON_ENTRIES_MOST;
    }
    memcpy(entry->digest, digest, POISON_DIGEST_BYTES);
    entry->generation = generation;
    entry->until_ms = until_ms;
}

bool poison_contains(const struct poison *poison, const uint8_t digest[POISON_DIGEST_BYTES],
                     uint64_t generation, uint64_t now_ms)
{
    const struct poison_entry *entry = find(poison, digest, generation);
    return entry != NULL && now_ms < entry->until_ms;
}
