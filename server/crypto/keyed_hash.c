/* SipHash-2-4 with a random key. */
#include "server/crypto/keyed_hash.h"

#include <string.h>

#include <sodium.h>

_Static_assert(crypto_shorthash_KEYBYTES == sizeof(struct hash_key), "the key of SipHash");
_Static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "what SipHash gives");

enum status hash_key_init(struct hash_key *key)
{
    if (sodium_init() < 0)
        return STATUS_UNAVAILABLE;
    randombytes_buf(key->octets, sizeof key->octets);
    return STATUS_OK;
}

uint64_t keyed_hash(const struct hash_key *key, struct bytes octets)
{
    uint64_t hash;
    uint8_t result[sizeof hash];
    (void)crypto_shorthash(result, octets.data, octets.size, key->octets);
    memcpy(&hash, result, sizeof hash);
    return hash;
}
