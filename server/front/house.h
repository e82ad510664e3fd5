/* The front's memory: transactions, kept results, the pool and the lookups behind them. Implements
 * the table that sessions call (session.h). One per process; transactions outlive connections and
 * configurations. */
#ifndef SERVER_FRONT_HOUSE_H
#define SERVER_FRONT_HOUSE_H

#include "server/front/session.h"
#include "server/worker/pool.h"

struct house;

struct house_settings {
    uv_loop_t *loop;
    struct config *config;
    struct pool *pool;
    /* Output stands in session->output: the connection sends it, a little later. Called on the
     * loop thread at any moment; it only notes that and never calls back. */
    void (*flush)(struct session *session);
};

MUST_CHECK enum status house_new(const struct house_settings *settings, struct house **house);
/* All transactions are over (house_drained). */
void house_free(struct house **house);
/* The table for session_init(). */
const struct session_house *house_table(struct house *house);
/* Checks from now on are decided by this configuration. What is kept was decided by another one and
 * is forgotten. */
void house_configure(struct house *house, struct config *config);
/* The pool has a new generation: results of the old one are forgotten. */
void house_renew(struct house *house);
/* The connection is gone: its transactions linger, or are cancelled (anonymous). */
void house_leave(struct house *house, struct session *session);
/* No new checks; drained is called once when the last one has ended, or after limits.drain_ms (the
 * rest is cancelled). */
void house_drain(struct house *house, void *owner, void (*drained)(void *owner));
/* For /readyz and HEALTH: NULL when ready, else why not ("loading signatures"). */
const char *house_not_ready(const struct house *house);

#endif
