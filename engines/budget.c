/* The one budget of a message: counts up, never down; remembers the first cap that was hit. */
#include "engines/budget.h"

#include <stddef.h>
#include <time.h>

static uint64_t clock_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void budget_init(struct budget *budget, const struct limits *limits, uint64_t given_bytes,
                 uint64_t deadline_us)
{
    *budget = (struct budget){.limits = limits,
                              .given_bytes = given_bytes,
                              .deadline_us = deadline_us,
                              .cpu_begun_us = clock_us(CLOCK_THREAD_CPUTIME_ID)};
}

/* Counts up to most. */
static const char *take(struct budget *budget, uint64_t *used, uint64_t count, uint64_t most,
                        const char *cap)
{
    if (*used > most || count > most - *used)
        return budget_hit(budget, cap);
    *used += count;
    return NULL;
}

const char *budget_take_octets(struct budget *budget, uint64_t count)
{
    uint64_t sum = budget->decoded_bytes + count;

    if (sum >= count && sum > BUDGET_RATIO_FREE_BYTES &&
        sum / budget->limits->ratio > budget->given_bytes)
        return budget_hit(budget, "ratio");
    return take(budget, &budget->decoded_bytes, count, budget->limits->decoded_bytes, "decoded");
}

static uint64_t left(uint64_t used, uint64_t most)
{
    return used < most ? most - used : 0;
}

uint64_t budget_left_octets(const struct budget *budget)
{
    uint64_t ratio = budget->limits->ratio, least = BUDGET_RATIO_FREE_BYTES, most;
    uint64_t decoded = left(budget->decoded_bytes, budget->limits->decoded_bytes);

    if (__builtin_mul_overflow(budget->given_bytes, ratio, &most) ||
        __builtin_add_overflow(most, ratio - 1, &most))
        most = UINT64_MAX;
    most = left(budget->decoded_bytes, most > least ? most : least);
    return most < decoded ? most : decoded;
}

const char *budget_take_scratch(struct budget *budget, uint64_t count)
{
    return take(budget, &budget->scratch_bytes, count, budget->limits->scratch_bytes,
                "scratch-octets");
}

const char *budget_take_part(struct budget *budget)
{
    return take(budget, &budget->parts, 1, budget->limits->parts, "parts");
}

const char *budget_take_reading(struct budget *budget)
{
    return take(budget, &budget->readings, 1, budget->limits->readings, "readings");
}

const char *budget_take_entry(struct budget *budget)
{
    return take(budget, &budget->entries, 1, budget->limits->entries, "entries");
}

const char *budget_allow_depth(struct budget *budget, uint64_t levels)
{
    return levels > budget->limits->archive_depth ? budget_hit(budget, "archive-depth") : NULL;
}

const char *budget_allow_cpu(struct budget *budget)
{
    uint64_t used_us = clock_us(CLOCK_THREAD_CPUTIME_ID) - budget->cpu_begun_us;

    return used_us / 1000 > budget->limits->cpu_ms ? budget_hit(budget, "cpu-time") : NULL;
}

const char *budget_hit(struct budget *budget, const char *cap)
{
    if (budget->cap == NULL)
        budget->cap = cap;
    return cap;
}

uint64_t budget_now_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

uint64_t budget_left_us(const struct budget *budget)
{
    uint64_t now_us;

    if (budget->deadline_us == 0)
        return UINT64_MAX;
    now_us = budget_now_us();
    return now_us < budget->deadline_us ? budget->deadline_us - now_us : 0;
}
