/* One budget per message: what all decoders, unpackers and engines together may use. Inherited by
 * children, never refilled. A cap that was hit stays hit and has a name (spec/limits.md). */
#ifndef ENGINES_BUDGET_H
#define ENGINES_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/limits.h"

struct budget {
    const struct limits *limits;
    uint64_t decoded_bytes; /* used so far */
    uint64_t parts;
    uint64_t deadline_us; /* CLOCK_MONOTONIC; 0: none */
    const char *cap;      /* name of the first cap that was hit, or NULL */
};

void budget_init(struct budget *budget, const struct limits *limits, uint64_t deadline_us);
/* False, and the cap noted, when the octets no longer fit. */
bool budget_take_octets(struct budget *budget, uint64_t count);
bool budget_take_part(struct budget *budget);
/* Notes a cap by its row's name; the first one stays. Returns false. */
bool budget_hit(struct budget *budget, const char *cap);
/* Microseconds until the deadline, 0 when it has passed; UINT64_MAX without one. */
uint64_t budget_left_us(const struct budget *budget);
/* CLOCK_MONOTONIC, the clock of deadline_us. */
uint64_t budget_now_us(void);

#endif
