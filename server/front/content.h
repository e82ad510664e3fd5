/* The octets of one message on their way to the workers: a memfd, or an unlinked file above
 * limits.spill_bytes; hashed as they arrive; their size reserved in the one budget of all contents
 * before the first octet is accepted. Immutable (sealed) once complete, and then shared by
 * reference. */
#ifndef SERVER_FRONT_CONTENT_H
#define SERVER_FRONT_CONTENT_H

#include "protocol/bytes.h"
#include "server/config/config.h"
#include "server/crypto/digest.h"

struct content {
    int fd;
    uint64_t size; /* announced */
    uint64_t received;
    uint64_t charged; /* beside the size */
    bool sealed;
    bool in_memory; /* else an unlinked file */
    unsigned references;
    struct digest *hash; /* while it is received */
    uint8_t digest[DIGEST_BYTES];
};

/* Reserves size octets. OVERLOADED: the budget is used up. TOO_BIG. IO. */
MUST_CHECK enum status content_new(const struct limits *limits, const char *spill_dir,
                                   uint64_t size, struct content **content);
/* Reserves more octets, of what comes with it. OVERLOADED: nothing is reserved. A content that is
 * alone may always have them: else one that takes the whole budget could never come. */
MUST_CHECK enum status content_charge(const struct limits *limits, struct content *content,
                                      uint64_t octets);
/* At most as many octets as were announced (assert). IO: the disk is full. */
MUST_CHECK enum status content_write(struct content *content, struct bytes octets);
/* All octets are there: seals, finishes the digest. */
MUST_CHECK enum status content_seal(struct content *content);
struct content *content_ref(struct content *content);
/* Gives the budget back with the last reference. */
void content_unref(struct content **content);
/* Octets reserved at this moment, all contents. */
uint64_t content_reserved(void);

#endif
