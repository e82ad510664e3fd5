/* The inside of a transaction, shared by the files it is split into: transaction.c (its life),
 * inspection.c (jobs and questions), deciding.c (verdict and decisions), transforming.c (copies),
 * replying.c (answers to all who wait). Nobody else includes this. */
#ifndef SERVER_FRONT_TRANSACTION_INSIDE_H
#define SERVER_FRONT_TRANSACTION_INSIDE_H

#include "server/front/transaction.h"

/* Follows an arrow (transaction.h). */
void transaction_enter(struct transaction *transaction, enum transaction_state state);
/* Work goes on. */
bool transaction_is_unfinished(const struct transaction *transaction);
/* No job uses it any more: frees it when it is over. */
void transaction_release(struct transaction *transaction);

/* These set transaction->failure when they cannot; else job or lookup is under way. */
void inspection_begin(struct transaction *transaction);
void inspection_look_up(struct transaction *transaction);
void inspection_conclude(struct transaction *transaction);

/* Makes the verdict, from the report or from the failure. */
void deciding_conclude(struct transaction *transaction);
/* Decides for every recipient: at once, or in a thread, whose end advances the transaction. */
void deciding_begin(struct transaction *transaction);
/* A thread that decides ends soon. */
void deciding_stop(struct transaction *transaction);
/* Into the metrics, when it is told. */
void deciding_count(const struct transaction *transaction);
bool deciding_is_busy(const struct transaction *transaction);
void deciding_clear(struct transaction *transaction);
/* Time is over after the verdict was made: everybody is deferred. */
void deciding_give_up(struct transaction *transaction);
/* Of one recipient, copies considered. */
const struct decision *deciding_decision(const struct transaction *transaction, size_t i);

/* struct copies_settings: one of its copies goes on. */
void transaction_on_copy(void *owner);
/* Asks for the copies that decisions need. True: all are there, or never will be. */
bool transforming_advance(struct transaction *transaction);

/* Writes the notices that somebody takes. Once, when all is decided. */
void notifying_write(struct transaction *transaction);

/* Completes all attachments. True when the result is final: neither transient nor DEFER for
 * anybody, and can be told again. */
bool replying_complete(struct transaction *transaction);

#endif
