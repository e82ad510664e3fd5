/* The door to libsodium: the one thing that this library does not find in libc. Its SHA-256 needs
 * no sodium_init(): nothing is opened, and no implementation is chosen while the program runs. */
#include "clients/libcccp/digest.h"

#include <sodium/crypto_hash_sha256.h>
#include <string.h>

static bool take(void *state, const void *octets, size_t size)
{
    return crypto_hash_sha256_update(state, octets, size) == 0;
}

bool digest_fits(const struct cccp_copy *copy, const void *original)
{
    crypto_hash_sha256_state state;
    uint8_t digest[crypto_hash_sha256_BYTES];
    _Static_assert(sizeof(digest) == sizeof(copy->digest), "SHA-256");
    return crypto_hash_sha256_init(&state) == 0 &&
           cccp_copy_write(copy, original, copy->original_size, take, &state) == CCCP_OK &&
           crypto_hash_sha256_final(&state, digest) == 0 &&
           memcmp(digest, copy->digest, sizeof(digest)) == 0;
}
