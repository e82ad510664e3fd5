/* What the front, loaders and fresh workers say to each other besides jobs: one line in one
 * datagram (spec/workers.md, "Datagrams"). */
#ifndef SERVER_WORKER_CONTROL_H
#define SERVER_WORKER_CONTROL_H

#include "engines/engine.h"
#include "protocol/arena.h"

enum control_word {
    CONTROL_FORK,
    CONTROL_LOADED,
    CONTROL_FAILED,
    CONTROL_WORKER,
    CONTROL_REFUSED,
    CONTROL_STALE,
    CONTROL_READY,
    CONTROL_COUNT
};

struct control_engine {
    struct bytes name;
    struct engine_edition edition;
};

struct control {
    enum control_word word;
    uint64_t id;                    /* FORK, WORKER, REFUSED; 0: untagged */
    uint64_t number;                /* WORKER: pid; LOADED: octets of memory */
    struct bytes text;              /* FAILED, REFUSED: why; READY: the sandbox */
    struct control_engine *engines; /* LOADED */
    size_t engine_count;
};

MUST_CHECK enum status control_write(const struct control *control, struct buffer *out);
/* Borrows octets (changed in place) and the arena. PARSE, MEMORY. */
MUST_CHECK enum status control_read(uint8_t *octets, size_t size, struct arena *arena,
                                    struct control *control);

#endif
