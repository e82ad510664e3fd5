/* The one budget of a message: counts up, never down; remembers the first cap that was hit. */
#include "engines/budget.h"

#include <stddef.h>
#include <time.h>

void budget_init(struct budget *budget, const struct limits *limits, uint64_t deadline_us)
{
    *budget = (struct budget){.limits = limits, .deadline_us = deadline_us};
}

bool budget_take_octets(struct budget *budget, uint64_t count)
{
    uint64_t left = budget->limits->decoded_bytes - budget->decoded_bytes;

    if (count > left)
        return budget_hit(budget, "decoded");
    budget->decoded_bytes += count;
    return true;
}

bool budget_take_part(struct budget *budget)
{
    if (budget->parts >= budget->limits->parts)
        return budget_hit(budget, "parts");
    budget->parts++;
    return true;
}

bool budget_hit(struct budget *budget, const char *cap)
{
    if (budget->cap == NULL)
        budget->cap = cap;
    return false;
}

uint64_t budget_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t budget_left_us(const struct budget *budget)
{
    uint64_t now_us;

    if (budget->deadline_us == 0)
        return UINT64_MAX;
    now_us = budget_now_us();
    return now_us < budget->deadline_us ? budget->deadline_us - now_us : 0;
}
