/* Contents that killed two workers: not tried again in this generation, for a time (design 3).
 * Bounded; the oldest go first. Time is a parameter. */
#ifndef SERVER_WORKER_POISON_H
#define SERVER_WORKER_POISON_H

#include "protocol/bytes.h"

enum { POISON_ENTRIES_MOST = 4096, POISON_DIGEST_BYTES = 32 };

struct poison_entry {
    uint8_t digest[POISON_DIGEST_BYTES];
    uint64_t generation; /* 0: empty */
    uint64_t until_ms;
};

struct poison {
    struct poison_entry *entries; /* a ring, allocated with the first entry */
    size_t count;                 /* entries in use */
    size_t next;                  /* where the next one goes */
};

void poison_init(struct poison *poison);
void poison_clear(struct poison *poison);
/* Out of memory: not kept, and the content will be tried again. */
void poison_add(struct poison *poison, const uint8_t digest[POISON_DIGEST_BYTES],
                uint64_t generation, uint64_t until_ms);
bool poison_contains(const struct poison *poison, const uint8_t digest[POISON_DIGEST_BYTES],
                     uint64_t generation, uint64_t now_ms);

#endif
