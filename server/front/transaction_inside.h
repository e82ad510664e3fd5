/* The inside of a transaction, shared by the files it is split into: transaction.c (its life),
 * inspection.c (jobs and questions), deciding.c (verdict and answers). Nobody else includes this.
 */
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
/* Completes all attachments. True when the result is final: neither transient nor DEFER for
 * anybody. */
bool deciding_reply(struct transaction *transaction);

#endif
