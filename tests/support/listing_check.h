/* A walk through any octets, and what must hold of it whatever they are. */
#ifndef TESTS_SUPPORT_LISTING_CHECK_H
#define TESTS_SUPPORT_LISTING_CHECK_H

#include "engines/attachment/listing.h"

/* NULL, or what is wrong. The choice picks small limits or the defaults, so that caps are reached
 * too. */
const char *listing_check(struct bytes octets, uint8_t choice, struct listing *listing);

#endif
