/* A house with everything around it that a test needs: a loop, a configuration, sessions, and a
 * pool that does what the test says. */
#ifndef TESTS_SUPPORT_HOUSE_WORLD_H
#define TESTS_SUPPORT_HOUSE_WORLD_H

#include "server/front/house.h"

enum { WORLD_SESSIONS = 6, WORLD_JOBS = 64 };

/* What pool_submit() was given; jobs are numbered from 0 in the order of submission. */
struct world_job {
    struct world *world;
    struct pool_request request;
    uint64_t generation;
    struct config *config; /* of the generation that does it; NULL: the world's */
    char engines[64];      /* "alpha,beta"; "*" for all */
    char answers[128];     /* "alpha:wait:5=5" */
    bool done, cancelled;
};

struct world {
    uv_loop_t loop;
    struct config config;
    struct config_listener listener;
    struct config_client clients[2]; /* uid 1: "mx1", uid 2: "mx2" */
    struct config_channel channels[2];
    struct engine engines[2];
    struct config_engine config_engines[2];
    struct house *house;
    struct session sessions[WORLD_SESSIONS];
    bool open[WORLD_SESSIONS];
    struct world_job jobs[WORLD_JOBS];
    size_t job_count;
    enum status submit; /* what pool_submit() says */
    struct pool_state state;
    unsigned drained;
};

/* One engine, "alpha", is enabled; settings may be changed before the first session opens. */
void world_init(struct world *world);
/* Leaves every session, ends what is under way, frees the house. All contents must be gone. */
void world_clear(struct world *world);

/* uid 0: anonymous; 1, 2: authenticated as mx1, mx2. Greeting and that are already read. */
void world_open(struct world *world, unsigned i, unsigned uid);
void world_leave(struct world *world, unsigned i);
/* The client sends; the loop does not run. */
void world_send(struct world *world, unsigned i, const char *text);
/* "tag CHECK txn inbound () ((1 "a@x")) () {5+}" and the content "hello". */
void world_check(struct world *world, unsigned i, const char *tag, const char *txn);
/* Takes all output of the session: must be this. "#" stands for any digits, "~" for a reference,
 * "^" for the rest of a line. */
void world_expect(struct world *world, unsigned i, const char *text);

/* Lets the loop run until nothing is due at this moment; cancelled jobs are done then. */
void world_turn(struct world *world);
/* Runs the loop until the threads that the house has set to work have come back. */
void world_wait(struct world *world);
/* The clock is put on by so many milliseconds (nobody sleeps), then world_turn(). */
void world_skip(struct world *world, unsigned ms);

enum world_report {
    REPORT_CLEAN,
    REPORT_VIRUS,
    REPORT_POLICY,
    REPORT_SPAM,
    REPORT_NOTE,
    REPORT_UNEXAMINABLE,
    REPORT_FAILED,
    REPORT_SPAM_UNEXAMINABLE, /* both */
    REPORT_SPAM_FAILED,
    REPORT_SILENT,      /* the engine says nothing */
    REPORT_ASKS,        /* "alpha" asks (wait "5") */
    REPORT_ASKS_LONG,   /* (wait "60000") */
    REPORT_ASKS_NOBODY, /* (nobody "x") */
};
/* The worker answers. */
void world_report(struct world *world, size_t job, enum world_report report);
/* The same with a leaf, which what is found is about. */
void world_report_part(struct world *world, size_t job, enum world_report report);
/* The worker answers with that; the house may take its contents. */
void world_answer(struct world *world, size_t job, struct report *report);
void world_fail(struct world *world, size_t job, enum status status);

/* The REPORT and completion lines that world_expect() is to see. */
#define CLEAN_LINES(tag, count)                                                                    \
    tag " REPORT (VERDICT CLEAN COVERAGE FULL EXPECTED 1 EXAMINED 1 EXEMPT 0 UNEXAMINABLE 0 "      \
        "FAILED 0 REASONS () ENGINES ((\"alpha\" \"1\")) GENERATION 3 TIME # REF \"~\")\r\n" tag   \
        " OK [DONE] " count "\r\n"
#define FRONT_LINES(tag, transient, word)                                                          \
    tag " REPORT (VERDICT INCOMPLETE TRANSIENT " transient                                         \
        " COVERAGE PARTIAL EXPECTED 0 EXAMINED 0 EXEMPT 0 UNEXAMINABLE 0 FAILED 0 REASONS "        \
        "((\"front\" \"" word "\")) ENGINES () GENERATION # TIME # REF \"~\")\r\n" tag             \
        " OK [DONE] 1 recipient\r\n"
#define DEFER_LINE(tag)                                                                            \
    tag " RES 1 DEFER (CLASS incomplete TEXT \"not checked completely, try again\" AFTER "         \
        "60)\r\n"
#define DEFER_LINES(tag, word) DEFER_LINE(tag) FRONT_LINES(tag, "YES", word)

#endif
