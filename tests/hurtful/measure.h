/* One message through the view and all engines but clamav, in a process of its own whose stack has
 * 256 KiB. */
#ifndef TESTS_HURTFUL_MEASURE_H
#define TESTS_HURTFUL_MEASURE_H

#include "tests/support/opened_engines.h"

struct measure {
    uint64_t cpu_us;
    uint64_t memory_kb; /* most that was resident at a time, without the message itself */
    char says[256];     /* symbols of findings, each once */
    char fault[64];     /* why there is no report, or empty */
};

void measure(const struct opened_engines *opened, struct bytes octets, struct measure *measure);

#endif
