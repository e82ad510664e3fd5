/* A kind of look-up: how one question is put to the outside. One row in lookup_rows.h each. */
#ifndef SERVER_LOOKUP_KIND_H
#define SERVER_LOOKUP_KIND_H

#include <uv.h>

#include "protocol/job.h"

/* One question under way. */
struct lookup_question {
    struct lookup *lookup;
    uv_loop_t *loop;
    const struct lookup_kind *kind; /* NULL: nobody serves it */
    struct job_answer answer;       /* engine, kind and name are the question's */
    bool answered;
    void *state; /* the kind's own, from ask() to lookup_answer() or stop() */
};

struct lookup_kind {
    const char *name;
    /* Begins; lookup_answer() follows once, never from inside this call. Not OK: it never does,
     * and the question counts as not answered. */
    enum status (*ask)(struct lookup_question *question);
    /* No lookup_answer() after it. */
    void (*stop)(struct lookup_question *question);
};

/* The kind has its answer; value is copied. NULL: the outside has none. */
void lookup_answer(struct lookup_question *question, const struct bytes *value);

/* registry.c: the rows. NULL for an unknown name. */
const struct lookup_kind *lookup_kind_find(struct bytes name);

#endif
