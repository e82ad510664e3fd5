/* The whole server in one process, without main(): configuration, pool with its real loader and
 * workers, house, listeners; and clients at its sockets, driven by the same loop. A test program's
 * main() calls stage_main(), which becomes the loader when the pool executes it. */
#ifndef TESTS_FLOW_STAGE_H
#define TESTS_FLOW_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/front/listener.h"

struct stage {
    uv_loop_t loop;
    uv_timer_t tick; /* so that a turn of the loop ends */
    struct config *config;
    struct pool *pool;
    struct house *house;
    struct listeners *listeners;
    char folder[64];
    unsigned generations; /* usable so far */
    bool drained;
    unsigned open;
};

/* sets: "section.key=value", ended by NULL; behind those of every stage (one worker, the scripted
 * engine only, 127.0.0.1:0, a runtime folder of its own). Returns when generation 1 is usable. */
void stage_start(struct stage *stage, const char *const *sets);
/* The same from a YAML text. */
void stage_start_from(struct stage *stage, const char *yaml, const char *const *sets);
/* A reload with these settings. */
void stage_reload(struct stage *stage, const char *yaml, const char *const *sets);
/* Drains, closes, frees; a leaked handle fails the test. */
void stage_stop(struct stage *stage);
/* Runs the loop until the condition holds; fails the test after 30 seconds. */
#define STAGE_UNTIL(stage, condition)                                                              \
    for (uint64_t end_ = stage_deadline(stage); !(condition);)                                     \
    stage_turn(stage, end_, #condition)
uint64_t stage_deadline(struct stage *stage);
void stage_turn(struct stage *stage, uint64_t end, const char *what);

struct client {
    struct stage *stage;
    int fd;
    struct buffer got; /* that no expectation has taken */
    bool ended;        /* end or reset */
};

/* To socket number `listener` of the stage. */
void client_connect(struct stage *stage, unsigned listener, struct client *client);
void client_close(struct client *client);
void client_send(struct client *client, const char *text);
void client_send_octets(struct client *client, struct bytes octets);
/* Takes everything through the text; fails when it does not come. */
void client_expect(struct client *client, const char *text);
/* Nothing but the end comes. */
void client_expect_end(struct client *client);
/* Reads what is there. */
void client_read(struct client *client);
/* A CHECK of "Subject: <subject>" for one recipient, content in one piece ({n+}). */
void client_check(struct client *client, const char *tag, const char *txn, const char *subject);

/* Runs the tests, or becomes the loader. */
int stage_main(int argc, char **argv, const char *name, const struct CMUnitTest *tests,
               size_t count);

#endif
