/* The workers, seen from the front: jobs in, reports out. Owns generations (loader + workers), the
 * queue, watchdogs, the retry, recycling, slow jobs and the poison ledger (design 3). Loop thread
 * only; never blocks.
 *
 *      queued ─worker free→ running ─report→ done
 *                 running ─deadline, crash→ (first time) queued again ─→ running ─deadline, crash→
 * failed any ─pool_cancel→ gone (done is still called once, with STATUS_CANCELLED) */
#ifndef SERVER_WORKER_POOL_H
#define SERVER_WORKER_POOL_H

#include <uv.h>

#include "protocol/job.h"
#include "server/config/config.h"

struct pool;
struct pool_job;

enum { POOL_DIGEST_BYTES = 32 };

struct pool_request {
    enum job_stage stage;
    int content_fd; /* sealed memfd or unlinked file; borrowed until done */
    uint64_t size;
    uint8_t digest[POOL_DIGEST_BYTES]; /* of the content: names poison */
    uint64_t deadline_ms;              /* uv_now() based: when the check's time is over */
    const struct bytes
        *engines; /* borrowed until pool_submit() returns; NULL: all that are enabled */
    const struct config_channel *channel; /* only its engines, with NULL above; borrowed until done;
                                             NULL: no channel */
    size_t engine_count;
    const struct job_answer *answers; /* copied */
    size_t answer_count;
    const struct bytes *wants; /* SCAN: facts about the header; borrowed until done */
    size_t want_count;
    int edits_fd; /* TRANSFORM: sealed memfd of EDIT lines; borrowed until done */
    uint64_t edits_size;
    void *owner;
    /* Exactly once, never from inside pool_submit() or pool_cancel(). status OK: *report is checked
     * (report_check) and the callee's: it may take its contents by struct copy and report_init()
     * what it leaves. Else why it could not be had: DEADLINE, CRASHED, ENGINE, CANCELLED,
     * OVERLOADED, UNAVAILABLE (no generation), MEMORY, or LIMIT for poison. config: of the
     * generation that answered, borrowed for the call; NULL when none did. */
    void (*done)(void *owner, enum status status, struct report *report, uint64_t generation,
                 struct config *config);
};

struct pool_callbacks {
    void *owner;
    /* A generation is in use, or loading it failed (the old one goes on). why is for people. */
    void (*on_generation)(void *owner, uint64_t generation, bool usable, const char *why);
    void (*on_closed)(void *owner);
};

struct pool_state {      /* for HEALTH, metrics, readiness */
    uint64_t generation; /* 0: none usable yet */
    bool loading;
    unsigned workers, running, slow, queued;
    uint64_t jobs, retries, crashes, deadlines, recycled, poisoned, poison_refused;
    struct engine_edition
        *editions; /* one for each enabled engine, in configuration order; pool's own */
    const char **edition_names;
    size_t edition_count;
};

/* Starts loading generation 1; jobs are queued until it is usable. */
MUST_CHECK enum status pool_start(uv_loop_t *loop, struct config *config,
                                  const struct config_source *source,
                                  const struct pool_callbacks *callbacks, struct pool **pool);
/* Loads a new generation with this configuration beside the running one, self-tests, switches. */
MUST_CHECK enum status pool_reload(struct pool *pool, struct config *config,
                                   const struct config_source *source);
/* OVERLOADED: the queue is full, done will not be called. */
MUST_CHECK enum status pool_submit(struct pool *pool, const struct pool_request *request,
                                   struct pool_job **job);
/* The work stops at once: a running worker is killed. */
void pool_cancel(struct pool *pool, struct pool_job *job);
/* What stands in HEALTH and /metrics. Valid until the loop runs again. */
const struct pool_state *pool_state(const struct pool *pool);
/* Ends every process; unfinished jobs are done with SHUTDOWN; on_closed last. */
void pool_stop(struct pool *pool);

/* The other end, in the exec'ed process: reads the configuration from fd 4 and serves fd 3. Never
 * returns. */
_Noreturn void loader_main(void);

#endif
