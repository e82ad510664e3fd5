/* All that mail programs read for one parameter of a structured field (RFC 2045 5.1, RFC 2231, RFC
 * 2047 where it does not belong): the first and the last of two, plain and extended, continuations
 * in any order and with gaps, decoded or literal, quotes that do not end, comments, junk before it.
 */
#ifndef ENGINES_MESSAGE_PARAMETER_READING_H
#define ENGINES_MESSAGE_PARAMETER_READING_H

#include "engines/budget.h"
#include "protocol/arena.h"

enum { PARAMETER_VALUES_MOST = 16 };

struct parameter_value {
    struct bytes octets;  /* as that reader has them, not converted; in the arena or borrowed */
    struct bytes charset; /* that RFC 2231 named, or empty */
    struct range where;   /* in the field's value */
    bool is_main;         /* by the rules; else in a way that only some mail programs have */
};

struct parameter_values {
    struct parameter_value values[PARAMETER_VALUES_MOST]; /* distinct; [0] is our first reading */
    size_t count;
    bool differ;  /* mail programs in use would read different ones */
    bool is_over; /* more than fit, or a cap was hit: there may be others */
};

/* field_value: behind the colon, with its folds. attribute: lower case, "boundary", "filename".
 * STATUS_MEMORY only. */
MUST_CHECK enum status parameter_values_read(struct bytes field_value, struct bytes attribute,
                                             struct budget *budget, struct arena *arena,
                                             struct parameter_values *values);

#endif
