/* SHA-256 of a content, as its octets arrive (OpenSSL EVP). */
#ifndef SERVER_CRYPTO_DIGEST_H
#define SERVER_CRYPTO_DIGEST_H

#include "protocol/bytes.h"

enum { DIGEST_BYTES = 32 };

struct digest;

/* NULL when out of memory. */
struct digest *digest_new(void);
void digest_free(struct digest **digest);
void digest_add(struct digest *digest, struct bytes octets);
/* Once; only digest_free() afterwards. */
void digest_finish(struct digest *digest, uint8_t result[DIGEST_BYTES]);

#endif
