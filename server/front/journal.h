/* The log's lines about checks: one for each, when it ends (server/log.h). */
#ifndef SERVER_FRONT_JOURNAL_H
#define SERVER_FRONT_JOURNAL_H

#include "server/front/transaction.h"

/* "check.done": the verdict is made; disposition is that of all recipients. */
void journal_done(const struct transaction *transaction, enum disposition disposition);
/* "check.cancelled": by CANCEL, or because nobody waits for it any more. */
void journal_cancelled(const struct transaction *transaction);
/* "check.kept": answered again from the kept result, to a command with so many recipients. */
void journal_kept(const struct transaction *transaction, size_t recipient_count);

#endif
