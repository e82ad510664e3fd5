/* A command that waits for a transaction: CHECK, or RESULT with WAIT. Owned by its session (its tag
 * is in flight there): a session that leaves takes its attachments away. */
#ifndef SERVER_FRONT_ATTACHMENT_H
#define SERVER_FRONT_ATTACHMENT_H

#include "server/front/answer.h"

struct attachment {
    struct session *session;
    char tag[TAG_LENGTH_MOST + 1];
    struct transaction *transaction;
    struct link link; /* transaction.attachments */
    struct answer_recipient
        *recipients; /* as the command names them; NULL: all, as the check did */
    size_t recipient_count;
    unsigned accept, forms;
    bool explain;
    struct alarm alarm; /* PROGRESS is due; or the end of WAIT */
    uint64_t progress_ms;
};

enum {
    ACCEPT_DEFAULT = 1 << DISPOSITION_DELIVER | 1 << DISPOSITION_REJECT | 1 << DISPOSITION_DISCARD |
                     1 << DISPOSITION_QUARANTINE | 1 << DISPOSITION_DEFER
};

unsigned attachment_accept(const struct command *command);
unsigned attachment_forms(const struct command *command);
/* The command's tag is in flight from now on. CLIENT_BUG, LIMIT_IN_FLIGHT, MEMORY: nothing
 * happened. */
MUST_CHECK enum status attachment_new(struct transaction *transaction, struct session *session,
                                      const struct command *command);
/* The tag has been completed, or the connection is gone. */
void attachment_free(struct attachment **attachment);

#endif
