/* Numbers of archives and TNEF. */
#ifndef ENGINES_ATTACHMENT_LITTLE_ENDIAN_H
#define ENGINES_ATTACHMENT_LITTLE_ENDIAN_H

#include "protocol/bytes.h"

/* Of up to 8 octets; those beyond the end are 0. */
static inline uint64_t little_endian(struct bytes octets, uint64_t at, unsigned size)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < size; i++)
        if (at < octets.size && i < octets.size - at)
            number |= (uint64_t)octets.data[at + i] << 8 * i;
    return number;
}

#endif
