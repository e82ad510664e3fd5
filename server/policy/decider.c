/* What all recipients of one message share, and the decision for each. */
#include "server/policy/decider.h"

#include <stdlib.h>

#include "server/policy/verdict_table.h"

struct decider {
    struct arena arena;
    struct decide_input input;
    struct decision *by_table;
};

static enum status table_decide(struct decider *decider, struct decision **decision)
{
    const struct config_channel *channel = decider->input.channel;
    struct verdict_row row =
        verdict_row_find(decider->input.verdict, decider->input.report, channel);
    struct decision *made = arena_take(&decider->arena, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    *made = (struct decision){.number = 1,
                              .disposition = row.disposition,
                              .row = row.name,
                              .otherwise = DISPOSITION_DEFER};
    if (row.class != NULL) {
        made->class = bytes_of_text(row.class);
        made->text = row.text;
    }
    if (row.class != NULL && row.disposition == DISPOSITION_DELIVER)
        made->mark = made->class;
    if (row.disposition == DISPOSITION_REJECT)
        made->status = BYTES("5.7.1");
    if (row.disposition == DISPOSITION_DEFER) {
        made->has_after = true;
        made->after_s = channel->defer_after_s;
    }
    *decision = made;
    return STATUS_OK;
}

enum status decider_new(const struct decide_input *input, struct decider **decider)
{
    AUTO(decider_free) struct decider *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    made->input = *input;
    arena_init(&made->arena, (size_t)input->config->limits.decision_bytes);
    enum status status = table_decide(made, &made->by_table);
    if (status != STATUS_OK)
        return status;
    *decider = made;
    made = NULL;
    return STATUS_OK;
}

void decider_free(struct decider **decider)
{
    struct decider *old = *decider;
    *decider = NULL;
    if (old == NULL)
        return;
    arena_clear(&old->arena);
    free(old);
}

enum status decider_decide(struct decider *decider, struct bytes recipient,
                           const struct decision **decision)
{
    (void)recipient;
    *decision = decider->by_table;
    return STATUS_OK;
}

uint32_t decider_count(const struct decider *decider)
{
    (void)decider;
    return 1;
}

size_t decider_memory(const struct decider *decider)
{
    return sizeof *decider + decider->arena.used;
}

bool decider_may_expand(const struct config_channel *channel)
{
    (void)channel;
    return false;
}

const struct decision_edits *decider_edits(const struct decider *decider, uint32_t number)
{
    (void)decider;
    (void)number;
    return NULL;
}

enum status decider_needs(struct decider *decider, struct bytes recipient,
                          const struct report_finding *const **needs, size_t *count)
{
    (void)decider;
    (void)recipient;
    *needs = NULL;
    *count = 0;
    return STATUS_OK;
}

const struct bytes *decider_wants(const struct config_channel *channel, size_t *count)
{
    (void)channel;
    *count = 0;
    return NULL;
}
