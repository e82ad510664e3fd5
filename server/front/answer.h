/* The lines that tell a client how its check ended: RES, EXPLAIN lines, REPORT, completion (spec
 * 7). Written new for each command from the transaction, running or kept. */
#ifndef SERVER_FRONT_ANSWER_H
#define SERVER_FRONT_ANSWER_H

#include "server/front/transaction.h"

struct answer_request {
    struct bytes tag;
    const uint32_t *ids; /* ascending; NULL: the transaction's own */
    size_t id_count;
    unsigned accept;
    bool explain;
};

/* out is empty and bounded by limits.reply_bytes: EXPLAIN lines that do not fit are left out.
 * *disposition is that of all recipients. LIMIT_REPLY, MEMORY, UNSUPPORTED (decide.h). */
MUST_CHECK enum status answer_write(const struct transaction *transaction,
                                    const struct answer_request *request, struct buffer *out,
                                    enum disposition *disposition);
#endif
