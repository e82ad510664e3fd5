/* The lines that tell a client how its check ended: COPY, RES, NOTE, DECISION, EXPLAIN lines,
 * REPORT, completion (spec 7). Written new for each command from the transaction, running or kept.
 */
#ifndef SERVER_FRONT_ANSWER_H
#define SERVER_FRONT_ANSWER_H

#include "server/front/transaction.h"

struct answer_request {
    struct bytes tag;
    const struct answer_recipient *recipients; /* ids ascend; NULL: the transaction's own */
    size_t recipient_count;
    unsigned accept, forms;
    bool explain;
};

/* What was told, to how many recipients. */
struct answer_told {
    size_t recipients[DISPOSITION_COUNT];
    bool octets; /* copies went out inline: they cannot be told again */
};

/* out is empty and bounded by limits.reply_bytes: EXPLAIN lines that do not fit are left out.
 * LIMIT_REPLY, MEMORY, UNSUPPORTED (outcome.h). */
MUST_CHECK enum status answer_write(const struct transaction *transaction,
                                    const struct answer_request *request, struct buffer *out,
                                    struct answer_told *told);
#endif
