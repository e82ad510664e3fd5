/* The parts of the pool, for its own files only: pool.c owns the queue and decides, generation.c
 * keeps one loader, hand.c one worker process as the front sees it, attempt.c carries a job to a
 * hand and its answer back. Facts go up by pool_on_…(), which the files below call and pool.c has.
 */
#ifndef SERVER_WORKER_PARTS_H
#define SERVER_WORKER_PARTS_H

#include <uv.h>

#include "server/link.h"
#include "server/worker/backoff.h"
#include "server/worker/control.h"
#include "server/worker/datagram.h"
#include "server/worker/folder.h"
#include "server/worker/poison.h"
#include "server/worker/pool.h"

enum {
    POOL_KILL_MS = 2000,       /* from "please end" to SIGKILL */
    POOL_EXIT_MS = 1000,       /* from a worker's end of file to its end */
    POOL_LOAD_MS = 600000,     /* longest loading */
    POOL_FORK_MS = 10000,      /* longest fork, and longest way from fork to READY */
    POOL_QUEUE_LOOK_MS = 50,   /* how often deadlines in the queue are looked at */
    POOL_ANSWERS_MOST = 65536, /* octets of a job's answers */
    POOL_SLOW_NICE = 10,
    POOL_STILLBORN_MOST = 8,    /* workers that die before READY: the generation is no good */
    POOL_STRAY_MS = 20,         /* how often strays are looked for at a generation's end */
    GENERATION_GROUPS_MOST = 64 /* loaders of one generation that are looked after */
};

struct pool_job {
    struct link link; /* pool.queue, or pool.finished */
    uint64_t number;
    struct pool_request request; /* engines and answers are in the arena */
    struct arena arena;
    struct hand *hand;                           /* runs it, or NULL */
    uint64_t try_ms;                             /* time of the running try */
    unsigned deaths, own_deaths, outside_deaths; /* own: self-made (spec/workers.md) */
    bool finished;
    enum status status;
    struct report report;
    uint64_t generation;
    struct config *config; /* of the generation that answered, or NULL */
};

enum hand_state {
    HAND_STARTING, /* forked, has not said READY */
    HAND_IDLE,
    HAND_BUSY,
    HAND_LEAVING /* its socket is closed, or it is killed: waits for its end */
};

/* Why we killed a worker; what its death means for its job. */
enum hand_death {
    DEATH_OWN,      /* crashed or exited by itself */
    DEATH_OVERRUN,  /* our SIGKILL: its time was over */
    DEATH_GARBAGE,  /* our SIGKILL: what it said was no report */
    DEATH_OUTSIDE,  /* a SIGKILL that is not ours */
    DEATH_DISMISSED /* told to go, or its check was cancelled */
};

struct hand {
    struct link link; /* generation.hands */
    struct generation *generation;
    enum hand_state state;
    enum hand_death death; /* DEATH_OWN until we know better */
    int pid, pidfd, socket;
    uv_poll_t readable, ended;
    uv_timer_t timer;
    unsigned open_handles;
    struct pool_job *job;
    uint64_t jobs; /* done */
    bool slow;
    uint64_t slow_at_ms, over_at_ms;
};

enum generation_state {
    GENERATION_LOADING, /* until LOADED */
    GENERATION_FORKING, /* until its first worker is READY */
    GENERATION_IN_USE,
    GENERATION_DRAINING /* its jobs end, nothing is forked */
};

struct generation {
    struct link link; /* pool.generations */
    struct pool *pool;
    uint64_t number;
    enum generation_state state;
    struct config *config;
    int source;        /* memfd with the texts of the configuration */
    struct link hands; /* hand.link */
    unsigned hand_count;
    unsigned forks_asked;
    uint64_t fork_number;
    bool sandbox_said;
    /* its loader: NULL when there is none. loader_count: those whose handles are still open */
    struct loader_process *loader;
    unsigned loader_count;
    int groups[GENERATION_GROUPS_MOST]; /* process groups of its loaders: strays are there */
    unsigned group_count;
    bool loaded;      /* the present loader has said LOADED */
    uv_timer_t timer; /* restart of a loader that died */
    bool closing;
    uint64_t started_ms;
    char why[512]; /* the loader's FAILED, or our own words */
    /* what it is made of */
    struct engine_edition *editions;
    const char **edition_names;
    size_t edition_count;
    uint64_t memory;    /* octets, as the loader says */
    struct arena arena; /* names and editions */
    struct backoff loader_backoff, fork_backoff;
};

struct pool {
    uv_loop_t *loop;
    struct pool_callbacks callbacks;
    struct pool_state state;
    char folder[SCRATCH_PATH_BYTES];
    struct link generations;
    struct generation *current, *next; /* or NULL */
    uint64_t generation_number;
    struct config *config; /* of the newest usable generation, or of the first one */
    struct link queue, finished;
    uint64_t job_number;
    struct poison poison;
    struct backoff reload_backoff; /* reloads of our own: first load, changed signatures */
    uv_timer_t queue_timer, finish_timer, retry_timer;
    unsigned open_handles;
    bool stopping, closing;
    uint8_t incoming[DATAGRAM_BYTES_MOST];
};

/* pool.c: facts from below. Each ends with pool_advance(). */
void pool_on_ready(struct hand *hand);
void pool_on_answer(struct hand *hand, struct datagram *datagram);
void pool_on_hand_ended(struct hand *hand); /* it is off its list afterwards */
void pool_on_load_failed(struct generation *generation);
void pool_on_stale(struct generation *generation);
void pool_on_generation_closed(struct pool *pool);
/* Moves everything on that can move. Not from inside what the owner calls. */
void pool_advance(struct pool *pool);

/* queue.c: jobs between submit and done. */
MUST_CHECK enum status job_new(struct pool *pool, const struct pool_request *request,
                               struct pool_job **job);
void job_free(struct pool_job **job);
/* Takes it out of wherever it is; done is called by queue_flush(). Once: later calls do nothing. */
void job_finish(struct pool *pool, struct pool_job *job, enum status status);
/* Deadlines in the queue. */
void queue_expire(struct pool *pool);
void queue_flush(struct pool *pool);

/* attempt.c: one try of a job. */
/* NOT_FOUND: the worker is gone, the job untouched. Else: this job can never be sent. */
MUST_CHECK enum status attempt_begin(struct hand *hand, struct pool_job *job);
/* Takes the answer: OK with job->report filled, or the engines' own status. INVALID: garbage. */
enum status attempt_read(struct hand *hand, struct datagram *datagram);
/* The job's worker has died: done, or queued again in front. */
void attempt_died(struct pool *pool, struct pool_job *job, enum hand_death death);

/* hand.c */
MUST_CHECK enum status hand_open(struct generation *generation, int pid, int pidfd, int socket);
/* Milliseconds from now; 0: none. */
void hand_set_timer(struct hand *hand, uint64_t timeout_ms);
void hand_signal(const struct hand *hand, int signal);
void hand_kill(struct hand *hand, enum hand_death death);
/* Closes its socket: it exits by itself, or is killed after a while. */
void hand_dismiss(struct hand *hand);

/* loader_process.c: a loader as the front sees it. Frees itself when the process has ended. */
/* group: the process group that its workers are in. */
MUST_CHECK enum status loader_process_open(struct generation *generation, int source,
                                           struct loader_process **loader, int *group);
/* False: it is gone, its end will be told. */
bool loader_process_say(struct loader_process *loader, const struct control *control);
/* It has to say something within that time, or is killed. 0: as long as it likes. */
void loader_process_expect(struct loader_process *loader, uint64_t timeout_ms);
/* It exits by itself, or is killed after a while. Its end is not told; workers that are still on
 * their way are. forks: it is not killed at once, for it may be forking. */
void loader_process_end(struct loader_process *loader, bool forks);

/* generation.c */
void generation_on_control(struct generation *generation, const struct control *control,
                           struct datagram *datagram);
void generation_on_loader_ended(struct generation *generation, int signal, int64_t code);
void generation_on_loader_closed(struct generation *generation);
/* source is taken over, also when it fails. */
MUST_CHECK enum status generation_open(struct pool *pool, struct config *config, int source,
                                       struct generation **generation);
void generation_fork(struct generation *generation);
/* No new workers; busy ones finish; closes itself when the last one has ended. */
void generation_drain(struct generation *generation);
/* What it had to say is said to the owner; pool.c decides what follows. */
void generation_fail(struct generation *generation, const char *why);
/* Goes on with closing when nothing is left in it. */
void generation_advance(struct generation *generation);

/* events.c: what the pool writes to the log. */
void event_loaded(const struct generation *generation);
void event_stale(const struct generation *generation);
void event_failed(const struct generation *generation);
void event_sandbox(const struct generation *generation, struct bytes sandbox);
void event_death(const struct hand *hand, int signal, int code);
void event_poison(const struct pool_job *job, uint64_t generation);
void event_recycled(const struct hand *hand, const char *why);
void event_refused(const struct generation *generation, struct bytes why);
void event_loader_unstarted(const struct generation *generation);
void event_loader_died(const struct generation *generation, int signal, int64_t code);

#endif
