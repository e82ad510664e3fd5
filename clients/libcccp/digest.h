/* SHA-256 (FIPS 180-4) of a copy, out of its pieces. */
#ifndef LIBCCCP_DIGEST_H
#define LIBCCCP_DIGEST_H

#include <stdbool.h>

#include "clients/libcccp/cccp.h"

/* Whether the octets of the copy have its digest. Its segments have been held against original. */
bool digest_fits(const struct cccp_copy *copy, const void *original);

#endif
