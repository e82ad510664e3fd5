/* A worker's own side: one message at a time, until its socket ends (design 3). */
#ifndef SERVER_WORKER_WORKER_H
#define SERVER_WORKER_WORKER_H

#include "engines/engine.h"
#include "server/worker/sandbox.h"

struct worker_settings {
    struct sandbox_settings sandbox;
    bool spaces; /* the loader has its own network */
    const struct engine_instance *instances;
    size_t instance_count;
    const struct limits *limits;
};

/* Both halves of the sandbox with the engines' enter() between them. */
MUST_CHECK enum status worker_enter(const struct worker_settings *settings, int socket,
                                    struct sandbox *sandbox);
/* In the forked process. */
_Noreturn void worker_run(const struct worker_settings *settings, int socket);
/* Most octets of an answer: a report, or, of a TRANSFORM, a copy, which is as long as a reply may
 * be that carries it. Both sides go by it. */
uint64_t worker_answer_most(const struct limits *limits, enum job_stage stage);

#endif
