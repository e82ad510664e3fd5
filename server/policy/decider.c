/* What all recipients of one message share, and the decision for each. */
#include "server/policy/decider_inside.h"

#include <stdlib.h>
#include <string.h>

static enum status view_prepare(struct decider *decider)
{
    const struct policy *policy = decider->policy;
    struct fact_view *view = &decider->view;
    *view = (struct fact_view){
        .input = &decider->input, .arena = &decider->arena, .epoch = 1, .lists = decider->lists};
    view->values = arena_take(&decider->arena, (policy->facts->count + 1) * sizeof *view->values);
    view->terms = arena_take(&decider->arena, policy->term_slots + 1);
    if (view->values == NULL || view->terms == NULL)
        return STATUS_MEMORY;
    const struct organisations *inside = decider->input.config->inside;
    view->is_inside = inside != NULL && organisations_have_sender(inside, decider->input.envelope);
    return STATUS_OK;
}

enum status decider_make(const struct decide_input *input, struct lists *lists,
                         struct decider **decider)
{
    AUTO(decider_free) struct decider *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    made->input = *input;
    made->policy = policy_of(input->channel);
    made->lists = lists;
    arena_init(&made->arena, (size_t)input->config->limits.decision_bytes);
    *decider = made;
    made = NULL;
    return STATUS_OK;
}

enum status decider_prepare(struct decider *decider)
{
    if (decider->is_prepared)
        return STATUS_OK;
    enum status status = view_prepare(decider);
    if (status == STATUS_OK)
        status = walk_prepare(decider);
    if (status == STATUS_OK)
        status = edits_prepare_marks(decider);
    decider->is_prepared = status == STATUS_OK;
    return status;
}

enum status decider_new(const struct decide_input *input, struct decider **decider)
{
    struct lists *lists = input->config->sets;
    enum status status = decider_make(input, lists, decider);
    if (status == STATUS_OK && lists != NULL)
        (*decider)->held = lists_ref(lists);
    return status;
}

void decider_free(struct decider **decider)
{
    struct decider *old = *decider;
    *decider = NULL;
    if (old == NULL)
        return;
    lists_unref(&old->held);
    arena_clear(&old->arena);
    free(old);
}

static bool same_steps(const struct trail *a, const struct trail *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++)
        same = a->steps[i].kind == b->steps[i].kind && a->steps[i].rule == b->steps[i].rule;
    return same;
}

/* The steps of a walk stand until the next one: members are walked before a decision is made. */
static enum status keep_steps(struct decider *decider, struct trail *trail)
{
    struct step *steps = arena_take(&decider->arena, trail->count * sizeof *steps);
    if (steps == NULL)
        return STATUS_MEMORY;
    memcpy(steps, trail->steps, trail->count * sizeof *steps);
    trail->steps = steps;
    return STATUS_OK;
}

static enum status steady_decide(struct decider *decider, const struct place *place,
                                 struct trail *trail, const struct decision **decision)
{
    for (const struct hashed *one = hashed_find(&decider->trails, trail->hash); one != NULL;
         one = hashed_next(one)) {
        const struct kept_trail *known = (const struct kept_trail *)one;
        if (!same_steps(&known->trail, trail))
            continue;
        *decision = known->decision;
        return STATUS_OK;
    }
    enum status status = keep_steps(decider, trail);
    if (status == STATUS_OK)
        status = decision_make(decider, place, trail, decision);
    struct kept_trail *kept = arena_take(&decider->arena, sizeof *kept);
    if (status != STATUS_OK || kept == NULL)
        return status != STATUS_OK ? status : STATUS_MEMORY;
    kept->trail = *trail;
    kept->decision = *decision;
    return hashed_add(decider, &decider->trails, &kept->hashed, trail->hash);
}

enum status place_decide(struct decider *decider, const struct place *place,
                         const struct decision **decision)
{
    struct trail trail;
    walk(decider, place, &trail);
    if (decider->view.status != STATUS_OK)
        return decider->view.status;
    if (trail.is_steady)
        return steady_decide(decider, place, &trail, decision);
    const struct rule *last = trail.steps[trail.count - 1].rule;
    enum status status =
        last != NULL && last->target_count > 0 ? keep_steps(decider, &trail) : STATUS_OK;
    return status == STATUS_OK ? decision_make(decider, place, &trail, decision) : status;
}

enum status decider_decide(struct decider *decider, struct bytes recipient,
                           const struct decision **decision)
{
    size_t members = 0;
    struct place place = {.address = recipient, .members = &members};
    enum status status = decider_prepare(decider);
    return status == STATUS_OK ? place_decide(decider, &place, decision) : status;
}

uint32_t decider_count(const struct decider *decider)
{
    return (uint32_t)decider->decisions.count;
}

size_t decider_memory(const struct decider *decider)
{
    return sizeof *decider + decider->arena.used;
}

bool decider_takes_long(const struct config_channel *channel)
{
    const struct policy *policy = policy_of(channel);
    return policy->may_expand || policy->pattern_count > 0;
}

const struct decision_edits *decider_edits(const struct decider *decider, uint32_t number)
{
    const struct kept_edits *kept = decider->first_edits;
    while (kept != NULL && kept->edits.number != number)
        kept = kept->next;
    return kept != NULL ? &kept->edits : NULL;
}

const struct bytes *decider_wants(const struct config_channel *channel, size_t *count)
{
    const struct policy *policy = policy_of(channel);
    *count = policy->want_count;
    return policy->wants;
}
