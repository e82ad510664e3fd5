/* Octets to octets, many of them: open addressing over one pool in which keys and values lie one
 * behind the other. Grows by doubling, is never deleted from. Hashes are keyed (SipHash), so that
 * whoever has entries put into a list cannot make look-ups slow. */
#ifndef SERVER_POLICY_INDEX_H
#define SERVER_POLICY_INDEX_H

#include "server/crypto/keyed_hash.h"

enum { INDEX_COUNT_MOST = 16 << 20, INDEX_KEY_BYTES = 65535 };

struct index_slot;

struct index {
    struct hash_key hash_key;
    struct index_slot *slots;
    size_t slot_count, count;
    uint8_t *pool;
    size_t size, capacity;
};

/* One entry: how it was written when that is not the key, and what belongs to it. */
struct index_entry {
    struct bytes key, written, value;
};

/* UNAVAILABLE: no random key. */
MUST_CHECK enum status index_init(struct index *index);
void index_clear(struct index *index);
/* A key that is there stays as it is, and *is_new is false. LIMIT, MEMORY. */
MUST_CHECK enum status index_add(struct index *index, const struct index_entry *entry,
                                 bool *is_new);
/* Gives back what is not used; nothing is added afterwards. */
void index_finish(struct index *index);
bool index_find(const struct index *index, struct bytes key, struct index_entry *entry);
/* All entries in the order in which they were added; *at begins as 0. */
bool index_next(const struct index *index, size_t *at, struct index_entry *entry);

#endif
