/* What libclamav calls clean because it does not open it: told by the octets themselves. Only that;
 * unpacking is libclamav's. */
#ifndef ENGINES_CLAMAV_CONTAINER_H
#define ENGINES_CLAMAV_CONTAINER_H

#include "protocol/bytes.h"

/* "encrypted", "unsupported" or "broken" when octets are a container that libclamav does not open,
 * or not wholly; NULL when there is nothing against them. Linear in the size. */
const char *container_closed(struct bytes octets);
/* What a gzip stream says it unpacks to (RFC 1952 2.3.1, ISIZE): of its last member, modulo 2^32,
 * and it may lie. Enough to stop a plain bomb before it is unpacked. */
uint64_t container_gzip_size(struct bytes octets);
/* Entries in the directories of ZIP files in octets, wherever they stand. Linear. */
uint64_t container_zip_entries(struct bytes octets);

#endif
