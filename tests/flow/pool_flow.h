/* A pool with real loaders and workers under a test: started from settings, fed with messages, its
 * log kept. The test's own binary is the loader as well. */
#ifndef TESTS_FLOW_POOL_FLOW_H
#define TESTS_FLOW_POOL_FLOW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "server/worker/pool.h"

struct flow {
    uv_loop_t loop;
    uv_timer_t alarm; /* a test that hangs fails; and a tick, so that flow_until() looks again */
    uint64_t hangs_at_ms;
    struct pool *pool;
    struct config *config;
    struct config_source source;
    char folder[64], log[96];
    unsigned usable, failed; /* calls of on_generation */
    char why[512];
    bool closed;
};

/* One submitted message and what became of it. */
struct outcome {
    struct flow *flow;
    struct pool_job *job; /* NULL when done */
    unsigned done;
    enum status status;
    struct report report;
    uint64_t generation;
    int fd;
    const char *engine;                     /* the only one that is asked, or NULL: all */
    void (*after)(struct outcome *outcome); /* called at its end, or NULL */
};

/* settings: "limits.worker-time=1s", ended by NULL. Waits for the first generation. */
void flow_open(struct flow *flow, const char *const *settings);
/* The same without waiting. */
void flow_start(struct flow *flow, const char *const *settings);
/* Stops the pool, checks that nothing is left: no process, no folder. */
void flow_close(struct flow *flow);
/* Runs the loop until the condition holds; a minute at most (five with sanitizers). */
#define flow_until(flow, condition)                                                                \
    do {                                                                                           \
        while (!(condition)) {                                                                     \
            uv_run(&(flow)->loop, UV_RUN_ONCE);                                                    \
        }                                                                                          \
    } while (0)
/* Runs the loop for that long. */
void flow_run(struct flow *flow, uint64_t time_ms);

/* A message that makes the scripted engine do something: "virus X", NULL: nothing. */
void flow_submit_text(struct flow *flow, struct bytes text, uint64_t time_ms,
                      struct outcome *outcome);
/* The same octets in a descriptor of the test's making, which is closed at the end. */
void flow_submit_content(struct flow *flow, int content, struct bytes text, uint64_t time_ms,
                         struct outcome *outcome);
void flow_submit(struct flow *flow, const char *script, uint64_t time_ms, struct outcome *outcome);
void flow_wait(struct flow *flow, struct outcome *outcome);
/* submit and wait. */
void flow_ask(struct flow *flow, const char *script, uint64_t time_ms, struct outcome *outcome);
void outcome_clear(struct outcome *outcome);
/* True when there is a finding of class VIRUS. */
bool outcome_virus(const struct outcome *outcome);
/* How often the word stands in the log. */
unsigned flow_logged(const struct flow *flow, const char *word);
/* Living children of that name; at most most. */
size_t flow_children_of(int parent, const char *name, int *pids, size_t most);
size_t flow_children(const char *name, int *pids, size_t most);

/* main() of such a test. */
int flow_main(int argc, char **argv, const char *name, const struct CMUnitTest *tests,
              size_t count);

#endif
