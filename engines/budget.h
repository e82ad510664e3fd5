/* One budget per message: what all decoders, unpackers, readings and engines together may use. All
 * that stems from the message charges the same object, archives within archives too; it is never
 * refilled. A cap that was hit stays hit and has the name of its row (spec/limits.md): the one who
 * hits it reports it with reporter_cap(), and what it kept from being examined is unexaminable. */
#ifndef ENGINES_BUDGET_H
#define ENGINES_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/limits.h"

struct budget {
    const struct limits *limits;
    uint64_t given_bytes; /* the message's own size: the other side of the ratio */
    uint64_t deadline_us; /* CLOCK_MONOTONIC; 0: none */
    uint64_t cpu_begun_us;
    /* used so far */
    uint64_t decoded_bytes, scratch_bytes;
    uint64_t parts, readings, entries;
    const char *cap; /* name of the first cap that was hit, or NULL */
};

void budget_init(struct budget *budget, const struct limits *limits, uint64_t given_bytes,
                 uint64_t deadline_us);

/* Each returns NULL, or the name of the cap that is hit: then nothing was taken. */
/* Octets that a decoder or unpacker yields: `decoded`, or `ratio` once BUDGET_RATIO_FREE_BYTES have
 * been yielded. */
const char *budget_take_octets(struct budget *budget, uint64_t count);
/* How many of them are left: no cap is hit for so many. */
uint64_t budget_left_octets(const struct budget *budget);
/* Octets written to the scratch folder: `scratch-octets`. */
const char *budget_take_scratch(struct budget *budget, uint64_t count);
const char *budget_take_part(struct budget *budget);    /* `parts` */
const char *budget_take_reading(struct budget *budget); /* `readings`: a part of another reading */
const char *budget_take_entry(struct budget *budget);   /* `entries`: of archives and documents */
/* An archive within `levels` others: `archive-depth`. */
const char *budget_allow_depth(struct budget *budget, uint64_t levels);
/* Processor time of this thread since budget_init(): `cpu-time`. Costs a system call's time: once
 * in a while (a few KiB, an entry). */
const char *budget_allow_cpu(struct budget *budget);
/* Notes a cap that was hit elsewhere by its row's name; the first one stays. Returns it. */
const char *budget_hit(struct budget *budget, const char *cap);

/* Microseconds until the deadline, 0 when it has passed; UINT64_MAX without one. */
uint64_t budget_left_us(const struct budget *budget);
/* CLOCK_MONOTONIC, the clock of deadline_us. */
uint64_t budget_now_us(void);

/* Below it no ratio is looked at: small files of blanks are ordinary. */
enum { BUDGET_RATIO_FREE_BYTES = 16 << 20 };

#endif
