/* Tells everybody who waits for a check how it ended. */
#include "server/front/answer.h"
#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/journal.h"
#include "server/front/transaction_inside.h"
#include "server/metrics.h"

static void count_recipients(const struct answer_told *told)
{
    for (unsigned i = 0; i < DISPOSITION_COUNT; i++)
        metrics.recipients[i] += told->recipients[i];
}

/* False: this result is not one to keep. */
static bool attachment_reply(struct transaction *transaction, struct attachment *attachment,
                             struct answer_told *told)
{
    struct session *session = attachment->session;
    struct answer_request request = {.tag = bytes_of_text(attachment->tag),
                                     .recipients = attachment->recipients,
                                     .recipient_count = attachment->recipient_count,
                                     .accept = attachment->accept,
                                     .forms = attachment->forms,
                                     .explain = attachment->explain};
    struct buffer lines;
    buffer_init(&lines, (size_t)session->config->limits.reply_bytes);
    enum status status = answer_write(transaction, &request, &lines, told);
    if (status == STATUS_OK) {
        session_append(session, buffer_bytes(&lines));
        session_tag_end(session, attachment->tag);
        count_recipients(told);
    } else {
        struct session_outcome outcome = {.status = status,
                                          .has_number = status == STATUS_LIMIT_REPLY,
                                          .number = session->config->limits.reply_bytes};
        session_complete(session, attachment->tag, &outcome);
    }
    buffer_clear(&lines);
    transaction->house->settings.flush(session);
    return status == STATUS_OK && told->recipients[DISPOSITION_DEFER] == 0 && !told->octets;
}

/* Nobody waits any more: what the client that began it will be told when it asks again. */
static bool nobody_reply(const struct transaction *transaction, struct answer_told *told)
{
    struct answer_request request = {
        .tag = BYTES("0"), .accept = transaction->accept, .forms = transaction->forms};
    struct buffer lines;
    buffer_init(&lines, (size_t)transaction->config->limits.reply_bytes);
    enum status status = answer_write(transaction, &request, &lines, told);
    buffer_clear(&lines);
    return status == STATUS_OK && told->recipients[DISPOSITION_DEFER] == 0 && !told->octets;
}

bool replying_complete(struct transaction *transaction)
{
    struct answer_told told = {0}, first = {0};
    size_t waiting = journal_waiting(transaction);
    bool is_first = waiting > 0;
    bool final = !transaction->dry_run && !(transaction->verdict.kind == VERDICT_INCOMPLETE &&
                                            transaction->verdict.transient);
    if (waiting == 0)
        final = nobody_reply(transaction, &first) && final;
    while (!link_is_alone(&transaction->attachments)) {
        struct attachment *attachment =
            LINK_OWNER(transaction->attachments.next, struct attachment, link);
        final = attachment_reply(transaction, attachment, &told) && final;
        attachment_free(&attachment);
        if (is_first)
            first = told;
        is_first = false;
    }
    journal_done(transaction, &first, waiting);
    return final;
}
