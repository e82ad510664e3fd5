/* From a decision to what one client is told: the decision that holds once copies are made (or
 * cannot be), and what stands for what the client did not ACCEPT (spec/policy.md 1.4, 1.5). Pure.
 */
#ifndef SERVER_FRONT_OUTCOME_H
#define SERVER_FRONT_OUTCOME_H

#include "protocol/command.h"
#include "server/front/copies.h"

/* What a client can perform. */
struct outcome_client {
    unsigned accept; /* 1 << DISPOSITION_x */
    unsigned forms;  /* 1 << ACCEPT_x */
};

/* The decision that holds: a conditional one whose copy is not allowed, or one whose copy can never
 * be made, gives way to its `instead`, and without one to deferred->instead; one whose copy failed
 * to *deferred. While a copy is not settled the decision itself. copies may be NULL when no
 * decision has edits. */
const struct decision *outcome_settle(const struct decision *decision, const struct copies *copies,
                                      const struct decision *deferred);
/* Fills *result; members and stores are in the arena, everything else borrows. UNSUPPORTED: neither
 * what policy wants nor DEFER is accepted. MEMORY. */
MUST_CHECK enum status outcome_make(const struct decision *decision, const struct copies *copies,
                                    const struct decision *deferred,
                                    const struct outcome_client *client, struct arena *arena,
                                    struct reply_result *result);
/* Calls take() for every copy that the decision, as settled, or its members deliver or store. The
 * first status that is not OK ends it. */
MUST_CHECK enum status
outcome_each_edits(const struct decision *decision, const struct copies *copies,
                   const struct decision *deferred,
                   enum status (*take)(void *owner, const struct decision *settled), void *owner);

#endif
