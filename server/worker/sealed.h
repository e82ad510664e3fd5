/* Octets that travel between processes as a descriptor and cannot change on the way: sealed memfds,
 * and unlinked regular files that only the front can write. */
#ifndef SERVER_WORKER_SEALED_H
#define SERVER_WORKER_SEALED_H

#include "protocol/bytes.h"

/* A mapping; private, so its octets may be changed by its owner when it was asked for so. */
struct sealed_map {
    uint8_t *data; /* NULL when size is 0 */
    size_t size;
};

enum sealed_kind {
    SEALED_MEMFD, /* all four seals, else INVALID */
    SEALED_ANY    /* also a regular file without a name */
};

/* A new sealed memfd that holds octets. */
MUST_CHECK enum status sealed_new(const char *name, struct bytes octets, int *fd);
/* Checks the seals and that there are exactly size octets, and maps them. INVALID, MEMORY. */
MUST_CHECK enum status sealed_map(int fd, enum sealed_kind kind, uint64_t size, bool writable,
                                  struct sealed_map *map);
/* Checks a memfd in the same way and copies its octets (free()): what a worker has made is not
 * mapped where a missing page would be our end. INVALID, MEMORY. */
MUST_CHECK enum status sealed_read(int fd, uint64_t size, uint8_t **octets);
void sealed_unmap(struct sealed_map *map);
/* The descriptor to hand out: fd itself when it is sealed, else a new one that can only be read
 * (*opened, the caller closes it). -1: failed. */
int sealed_read_only(int fd, bool *opened);

#endif
