/* One linear pass over the octets before the library sees them (spec/message.md 1): a superset of
 * every structure that a reader could see, measured against the limits. GMime alone would need
 * seconds for 20,000 parameters and 1.35 kB for each 6-octet part. */
#ifndef ENGINES_MESSAGE_PRESCAN_H
#define ENGINES_MESSAGE_PRESCAN_H

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/limits.h"

struct prescan {
    const char *cap;                    /* name of the first limit that is passed, or NULL */
    struct range where;                 /* its evidence */
    uint64_t sections;                  /* header sections: an upper bound of parts */
    bool has_header_nul, has_header_cr; /* NUL; CR that is not before LF */
    struct range header_nul, header_cr;
    bool has_header_8bit; /* octets above 127 */
};

/* STATUS_MEMORY only. The arena holds the boundaries that were declared. */
MUST_CHECK enum status prescan_octets(struct bytes octets, const struct limits *limits,
                                      struct arena *arena, struct prescan *prescan);

#endif
