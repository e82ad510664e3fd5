/* The limits table made from LIMITS_ROWS. */
#include "protocol/limits.h"

#include <stddef.h>

static const struct limit_row rows[] = {
#define LIMITS_ROW(field, name, unit, value, least, most, status, text)                            \
    {name, unit, value, least, most, STATUS_##status, text},
    LIMITS_ROWS(LIMITS_ROW)
#undef LIMITS_ROW
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static const size_t places[ROW_COUNT] = {
#define LIMITS_PLACE(field, name, unit, value, least, most, status, text)                          \
    offsetof(struct limits, field),
    LIMITS_ROWS(LIMITS_PLACE)
#undef LIMITS_PLACE
};

void limits_init(struct limits *limits)
{
    for (unsigned i = 0; i < ROW_COUNT; i++)
        *limits_value(limits, i) = rows[i].value;
}

const struct limit_row *limits_row(unsigned i)
{
    return i < ROW_COUNT ? &rows[i] : NULL;
}

uint64_t *limits_value(struct limits *limits, unsigned i)
{
    return i < ROW_COUNT ? (uint64_t *)((char *)limits + places[i]) : NULL;
}
