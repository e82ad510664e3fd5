/* A hash of octets that others choose, keyed so that they cannot choose collisions (SipHash-2-4 of
 * libsodium). For tables in memory; the key lives as long as the table. */
#ifndef SERVER_CRYPTO_KEYED_HASH_H
#define SERVER_CRYPTO_KEYED_HASH_H

#include "protocol/bytes.h"

struct hash_key {
    uint8_t octets[16];
};

/* A random key. UNAVAILABLE: libsodium cannot be used. Any thread. */
MUST_CHECK enum status hash_key_init(struct hash_key *key);
uint64_t keyed_hash(const struct hash_key *key, struct bytes octets);

#endif
