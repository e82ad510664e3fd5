/* The log's lines about checks: one for each, when it ends (server/log.h). */
#ifndef SERVER_FRONT_JOURNAL_H
#define SERVER_FRONT_JOURNAL_H

#include "server/front/answer.h"

/* "check.done": the check is answered; told is what the first of so many that waited heard. */
void journal_done(const struct transaction *transaction, const struct answer_told *told,
                  size_t waiting);
/* How many commands wait for it. */
size_t journal_waiting(const struct transaction *transaction);
/* "check.cancelled": by CANCEL, or because nobody waits for it any more. */
void journal_cancelled(const struct transaction *transaction);
/* "check.kept": answered again from the kept result, to a command with so many recipients. */
void journal_kept(const struct transaction *transaction, size_t recipient_count);

#endif
