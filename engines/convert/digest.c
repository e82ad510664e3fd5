/* The door to libsodium's hash, which needs no sodium_init(): that opens devices. */
#include "engines/convert/digest.h"

#include <assert.h>

#include <sodium.h>

_Static_assert(COPY_DIGEST_BYTES == crypto_hash_sha256_BYTES, "SHA-256");

static enum status take(void *owner, struct bytes piece)
{
    (void)crypto_hash_sha256_update(owner, piece.data, piece.size);
    return STATUS_OK;
}

void digest_of_splice(const struct splice *splice, struct bytes original,
                      uint8_t digest[COPY_DIGEST_BYTES])
{
    crypto_hash_sha256_state state;
    enum status status;

    (void)crypto_hash_sha256_init(&state);
    status = splice_each(splice, original, take, &state);
    assert(status == STATUS_OK); /* take() never fails */
    (void)crypto_hash_sha256_final(&state, digest);
}
