/* How many connections each remote address has (limits.connections-per-address). One entry for each
 * address that has any, so as many as there are connections at most. */
#ifndef SERVER_FRONT_CENSUS_H
#define SERVER_FRONT_CENSUS_H

#include "protocol/bytes.h"

enum { CENSUS_BUCKETS = 1024 };

struct census {
    struct census_entry *buckets[CENSUS_BUCKETS];
    uint64_t seed; /* an outsider cannot choose addresses that share a bucket */
};

void census_init(struct census *census, uint64_t seed);
/* Nobody is counted any more. */
void census_clear(struct census *census);
/* One more, when there are fewer than most. False: too many, or out of memory; not counted. */
MUST_CHECK bool census_enter(struct census *census, const uint8_t address[16], uint64_t most);
/* One less. */
void census_leave(struct census *census, const uint8_t address[16]);

#endif
