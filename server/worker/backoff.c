/* The crash-loop breaker's clockwork. */
#include "server/worker/backoff.h"

void backoff_init(struct backoff *backoff, uint64_t least_ms, uint64_t most_ms, unsigned free)
{
    *backoff = (struct backoff){.least_ms = least_ms, .most_ms = most_ms, .free = free};
}

void backoff_failed(struct backoff *backoff, uint64_t now_ms)
{
    backoff->failures++;
    if (backoff->failures <= backoff->free) {
        return;
    }
    uint64_t pause = backoff->least_ms;
    for (unsigned i = backoff->free + 1; i < backoff->failures && pause < backoff->most_ms; i++) {
        pause *= 2;
    }
    backoff->until_ms = now_ms + (pause < backoff->most_ms ? pause : backoff->most_ms);
}

void backoff_succeeded(struct backoff *backoff)
{
    backoff->failures = 0;
    backoff->until_ms = 0;
}

uint64_t backoff_left_ms(const struct backoff *backoff, uint64_t now_ms)
{
    return now_ms < backoff->until_ms ? backoff->until_ms - now_ms : 0;
}
