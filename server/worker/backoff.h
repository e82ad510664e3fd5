/* When to try again what keeps failing: three times at once, then with growing pauses. Time is a
 * parameter. */
#ifndef SERVER_WORKER_BACKOFF_H
#define SERVER_WORKER_BACKOFF_H

#include <stdint.h>

struct backoff {
    uint64_t least_ms, most_ms; /* the first and the longest pause */
    unsigned free;              /* failures that cost no pause */
    unsigned failures;          /* since the last success */
    uint64_t until_ms;          /* not before */
};

void backoff_init(struct backoff *backoff, uint64_t least_ms, uint64_t most_ms, unsigned free);
void backoff_failed(struct backoff *backoff, uint64_t now_ms);
void backoff_succeeded(struct backoff *backoff);
/* Milliseconds until the next try; 0: now. */
uint64_t backoff_left_ms(const struct backoff *backoff, uint64_t now_ms);

#endif
