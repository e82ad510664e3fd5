/* Which copies a check needs, until all of them are made (spec/conversion.md 1). A decision whose
 * copy is refused gives way to another one, which may need a copy of its own: so it is asked again
 * until nothing new is wanted. */
#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/outcome.h"
#include "server/front/transaction_inside.h"

struct wanting {
    struct transaction *transaction;
    bool keep;   /* somebody wants the octets themselves */
    bool is_new; /* one was not known yet */
};

static enum status copies_open(struct transaction *transaction)
{
    struct house *house = transaction->house;
    const struct copies_settings settings = {
        .loop = house->settings.loop,
        .pool = house->settings.pool,
        .limits = &transaction->config->limits,
        .spill_dir = house->spill_dir,
        .content = transaction->content,
        .channel = transaction->channel,
        .deadline_ms = transaction->deadline_ms,
        .owner = transaction,
        .advance = transaction_on_copy,
    };
    return copies_new(&settings, &transaction->copies);
}

static enum status want(void *owner, const struct decision *decision)
{
    struct wanting *wanting = owner;
    struct transaction *transaction = wanting->transaction;
    enum status status = transaction->copies == NULL ? copies_open(transaction) : STATUS_OK;
    if (status != STATUS_OK ||
        copies_have(transaction->copies, decision->edits->number, decision->is_conditional))
        return status;
    wanting->is_new = true;
    return copies_want(transaction->copies, decision->edits, decision->is_conditional,
                       wanting->keep);
}

/* A client that takes copies but no splices gets their octets. */
static bool octets_are_wanted(const struct transaction *transaction)
{
    for (const struct link *at = transaction->attachments.next; at != &transaction->attachments;
         at = at->next) {
        const struct attachment *attachment = LINK_OWNER(at, struct attachment, link);
        if ((attachment->forms & 1U << ACCEPT_COPY) != 0 &&
            (attachment->forms & 1U << ACCEPT_SPLICE) == 0)
            return true;
    }
    return false;
}

/* What can only be told without copies is not made. */
static bool copies_are_wanted(const struct transaction *transaction)
{
    for (const struct link *at = transaction->attachments.next; at != &transaction->attachments;
         at = at->next) {
        const struct attachment *attachment = LINK_OWNER(at, struct attachment, link);
        if ((attachment->forms & 1U << ACCEPT_COPY) != 0)
            return true;
    }
    return false;
}

static enum status want_all(struct wanting *wanting)
{
    struct transaction *transaction = wanting->transaction;
    const struct decision *last = NULL;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < transaction->recipient_count && status == STATUS_OK; i++) {
        const struct decision *decision = deciding_decision(transaction, i);
        if (decision != last)
            status = outcome_each_edits(decision, transaction->copies, &transaction->deferred, want,
                                        wanting);
        last = decision;
    }
    return status;
}

bool transforming_advance(struct transaction *transaction)
{
    if (transaction->copies == NULL && !copies_are_wanted(transaction))
        return true;
    for (;;) {
        struct wanting wanting = {transaction, octets_are_wanted(transaction), false};
        if (transaction->copies != NULL && !copies_settled(transaction->copies))
            return false;
        if (want_all(&wanting) != STATUS_OK) {
            copies_stop(transaction->copies);
            transaction->decisions = NULL; /* out of memory: everybody is deferred */
            return true;
        }
        if (!wanting.is_new)
            return true;
    }
}
