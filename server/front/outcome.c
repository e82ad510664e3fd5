/* What a client is told for a decision (outcome.h). */
#include "server/front/outcome.h"

#include <string.h>

#include "server/policy/verdict_table.h"

/* --- which decision holds --- */

/* All that is wanted of it is there. */
static bool copy_is_settled(const struct decision *decision, const struct copies *copies)
{
    uint32_t number = decision->edits->number;
    return copies_state(copies, number) >= COPY_READY &&
           copies_have(copies, number, decision->is_conditional);
}

/* As for a message (spec/policy.md 1.3): what is gapped beside a finding needs both words. */
static bool copy_is_allowed(const struct decision *decision, const struct copies *copies)
{
    if (!decision->is_conditional)
        return true;
    if (copies_is_original(copies, decision->edits->number))
        return false; /* nothing was cleaned */
    struct verdict verdict = copies_verdict(copies, decision->edits->number);
    enum verdict_gap gap = verdict_gap_of(verdict);
    unsigned needed = 1U << verdict.kind;
    if (gap == GAP_UNEXAMINABLE)
        needed |= 1U << VERDICT_INCOMPLETE;
    return gap != GAP_FAILED && (decision->allowed & needed) == needed;
}

/* It could not be looked at: trying again may help. */
static bool copy_check_failed(const struct decision *decision, const struct copies *copies)
{
    return decision->is_conditional && copy_is_settled(decision, copies) &&
           copies_state(copies, decision->edits->number) == COPY_READY &&
           !copies_is_original(copies, decision->edits->number) &&
           verdict_gap_of(copies_verdict(copies, decision->edits->number)) == GAP_FAILED;
}

const struct decision *outcome_settle(const struct decision *decision, const struct copies *copies,
                                      const struct decision *deferred)
{
    while (decision != NULL && decision->edits != NULL) {
        enum copy_state state = copies_state(copies, decision->edits->number);
        if (state == COPY_FAILED || copy_check_failed(decision, copies))
            return deferred;
        if (state < COPY_IMPOSSIBLE &&
            (!copy_is_settled(decision, copies) || copy_is_allowed(decision, copies)))
            return decision;
        decision = decision->instead;
    }
    if (decision == NULL)
        return deferred->instead != NULL ? deferred->instead : deferred;
    return decision;
}

enum status outcome_each_edits(const struct decision *decision, const struct copies *copies,
                               const struct decision *deferred,
                               enum status (*take)(void *owner, const struct decision *settled),
                               void *owner)
{
    enum status status = STATUS_OK;
    decision = outcome_settle(decision, copies, deferred);
    if (decision->edits != NULL)
        status = take(owner, decision);
    for (size_t i = 0; i < decision->member_count && status == STATUS_OK; i++) {
        const struct decision *member = decision->members[i].decision;
        if (i == 0 || member != decision->members[i - 1].decision)
            status = outcome_each_edits(member, copies, deferred, take, owner);
    }
    return status;
}

/* --- what the client can take --- */

static bool accepts(const struct outcome_client *client, enum disposition disposition)
{
    return (client->accept & 1U << disposition) != 0;
}

static bool takes(const struct outcome_client *client, enum accept_form form)
{
    return (client->forms & 1U << form) != 0;
}

static bool is_marks_alone(const struct decision_edits *edits)
{
    for (size_t i = 0; i < edits->count; i++)
        if (edits->edits[i].kind != EDIT_MARKS)
            return false;
    return true;
}

/* A client without copies takes our marks away itself (spec/cccp.md 7.2). */
static bool needs_copy(const struct decision *decision, const struct outcome_client *client)
{
    return decision->edits != NULL &&
           !(is_marks_alone(decision->edits) && !takes(client, ACCEPT_COPY));
}

static bool lacks_copy(const struct decision *decision, const struct outcome_client *client)
{
    return needs_copy(decision, client) && !takes(client, ACCEPT_COPY);
}

static bool forms_suffice(const struct decision *decision, const struct outcome_client *client)
{
    return !lacks_copy(decision, client) &&
           (!decision->has_sender || takes(client, ACCEPT_SENDER)) &&
           (decision->route.size == 0 || takes(client, ACCEPT_ROUTE)) &&
           (decision->store_count == 0 || takes(client, ACCEPT_STORE));
}

static bool can_perform(const struct decision *decision, const struct outcome_client *client)
{
    return accepts(client, decision->disposition) && forms_suffice(decision, client);
}

/* --- one result --- */

static void words_fill(const struct decision *decision, struct reply_result *result)
{
    result->class = decision->class;
    result->status =
        decision->disposition == DISPOSITION_REJECT ? decision->status : (struct bytes){0};
    result->text = decision->text;
    result->mark = decision->mark;
    result->is_silent = decision->is_silent;
    result->has_after = decision->disposition == DISPOSITION_DEFER && decision->has_after;
    result->after_s = decision->after_s;
}

static bool is_stored(const struct reply_result *result, const struct reply_store *stores,
                      const struct reply_store *store)
{
    for (size_t i = 0; i < result->store_count; i++)
        if (stores[i].kind == store->kind && stores[i].copy == store->copy &&
            bytes_equal(stores[i].name, store->name))
            return true;
    return false;
}

/* Behind those that it has, each once; copy: the one that is delivered. */
static enum status stores_add(const struct decision *decision, uint64_t copy, struct arena *arena,
                              struct reply_result *result)
{
    struct reply_store *stores = arena_take(arena, REPLY_STORES_MOST * sizeof(*stores));
    if (stores == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < result->store_count; i++)
        stores[i] = result->stores[i];
    for (size_t i = 0; i < decision->store_count; i++) {
        const struct decision_store *from = &decision->stores[i];
        const struct reply_store store = {from->kind, from->is_original ? 0 : copy, from->name};
        if (!is_stored(result, stores, &store) && result->store_count < REPLY_STORES_MOST)
            stores[result->store_count++] = store;
    }
    result->stores = stores;
    return STATUS_OK;
}

static void disposition_set(struct reply_result *result, enum disposition disposition)
{
    result->disposition = disposition;
    result->known = true;
    result->word = bytes_of_text(disposition_word(disposition));
}

static enum status result_fill(const struct decision *decision, const struct outcome_client *client,
                               struct arena *arena, struct reply_result *result)
{
    *result = (struct reply_result){
        .has_sender = decision->has_sender, .sender = decision->sender, .route = decision->route};
    disposition_set(result, decision->disposition);
    words_fill(decision, result);
    if (needs_copy(decision, client))
        result->copy = decision->edits->number;
    return decision->store_count > 0 ? stores_add(decision, result->copy, arena, result)
                                     : STATUS_OK;
}

/* In the place of what the client cannot do. */
static enum status result_otherwise(const struct decision *decision,
                                    const struct outcome_client *client,
                                    const struct decision *deferred, struct reply_result *result)
{
    enum disposition disposition = decision->otherwise;
    if (!accepts(client, disposition) || disposition == DISPOSITION_DELIVER)
        disposition = DISPOSITION_DEFER;
    if (!accepts(client, disposition))
        return STATUS_UNSUPPORTED;
    *result = (struct reply_result){0};
    disposition_set(result, disposition);
    words_fill(decision, result);
    if (result->class.size == 0)
        result->class = BYTES("unaccepted");
    if (result->text.size == 0 && disposition == DISPOSITION_DEFER)
        result->text = BYTES("the client does not accept what policy decided");
    result->mark = (struct bytes){0};
    if (disposition == DISPOSITION_REJECT && result->status.size == 0)
        result->status = BYTES("5.7.1");
    result->has_after = disposition == DISPOSITION_DEFER;
    result->after_s = deferred->after_s;
    return STATUS_OK;
}

static enum status deferred_fill(const struct decision *deferred,
                                 const struct outcome_client *client, struct reply_result *result)
{
    if (!accepts(client, DISPOSITION_DEFER))
        return STATUS_UNSUPPORTED;
    *result = (struct reply_result){0};
    disposition_set(result, DISPOSITION_DEFER);
    words_fill(deferred, result);
    return STATUS_OK;
}

/* --- members --- */

static enum status redirect_make(const struct decision *decision, const struct decision *target,
                                 const struct outcome_client *client,
                                 const struct decision *deferred, struct arena *arena,
                                 struct reply_result *result)
{
    if (target->disposition != DISPOSITION_DELIVER)
        return can_perform(target, client) ? result_fill(target, client, arena, result)
                                           : result_otherwise(target, client, deferred, result);
    if (!can_perform(decision, client) || !forms_suffice(target, client))
        return result_otherwise(decision, client, deferred, result);
    enum status status = result_fill(target, client, arena, result);
    disposition_set(result, DISPOSITION_REDIRECT);
    result->target = decision->members[0].address;
    if (decision->has_sender && !result->has_sender) {
        result->has_sender = true;
        result->sender = decision->sender;
    }
    if (status == STATUS_OK && decision->store_count > 0)
        status = stores_add(decision, result->copy, arena, result);
    return status;
}

/* Members one behind the other with the same decision: one group. */
struct grouping {
    const struct decision *decision;
    const struct copies *copies;
    const struct decision *deferred;
    const struct outcome_client *client;
    struct arena *arena;
    struct reply_members *groups;
    size_t count;
    bool is_deferred; /* a member is: so is the whole */
};

static size_t group_end(const struct grouping *grouping, size_t begin)
{
    const struct decision *decision = grouping->decision;
    size_t end = begin + 1;
    while (end < decision->member_count &&
           decision->members[end].decision == decision->members[begin].decision)
        end++;
    return end;
}

static enum status group_make(struct grouping *grouping, size_t begin, size_t end)
{
    const struct decision *decision = grouping->decision;
    struct bytes *addresses = arena_take(grouping->arena, (end - begin) * sizeof(*addresses));
    struct reply_result *result = arena_take(grouping->arena, sizeof(*result));
    if (addresses == NULL || result == NULL)
        return STATUS_MEMORY;
    for (size_t i = begin; i < end; i++)
        addresses[i - begin] = decision->members[i].address;
    enum status status =
        outcome_make(decision->members[begin].decision, grouping->copies, grouping->deferred,
                     grouping->client, grouping->arena, result);
    grouping->is_deferred = grouping->is_deferred || result->disposition == DISPOSITION_DEFER;
    grouping->groups[grouping->count++] =
        (struct reply_members){.addresses = addresses, .count = end - begin, .result = result};
    return status;
}

static enum status groups_make(struct grouping *grouping)
{
    size_t count = 0, begin = 0, member_count = grouping->decision->member_count;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < member_count; i = group_end(grouping, i))
        count++;
    grouping->groups = arena_take(grouping->arena, (count + 1) * sizeof(*grouping->groups));
    if (grouping->groups == NULL)
        return STATUS_MEMORY;
    while (begin < member_count && status == STATUS_OK) {
        size_t end = group_end(grouping, begin);
        status = group_make(grouping, begin, end);
        begin = end;
    }
    return status;
}

static enum status expand_make(struct grouping *grouping, struct reply_result *result)
{
    const struct decision *decision = grouping->decision;
    enum status status = groups_make(grouping);
    if (status != STATUS_OK)
        return status;
    if (grouping->is_deferred)
        return deferred_fill(grouping->deferred, grouping->client, result);
    status = result_fill(decision, grouping->client, grouping->arena, result);
    /* These stand in the groups. */
    result->copy = 0;
    result->route = result->mark = (struct bytes){0};
    result->is_list = decision->is_list;
    result->members = grouping->groups;
    result->member_count = grouping->count;
    return status;
}

/* What only a checked copy would allow is not to be had without copies; a copy that is not there is
 * told to nobody. */
static const struct decision *settle_for(const struct outcome_client *client,
                                         const struct decision *decision,
                                         const struct copies *copies,
                                         const struct decision *deferred)
{
    decision = outcome_settle(decision, copies, deferred);
    while (decision->is_conditional && lacks_copy(decision, client))
        decision = decision->instead == NULL ? deferred
                                             : outcome_settle(decision->instead, copies, deferred);
    bool is_told = needs_copy(decision, client) && takes(client, ACCEPT_COPY);
    return is_told && !copy_is_settled(decision, copies) ? deferred : decision;
}

static enum status result_make(const struct decision *decision, const struct copies *copies,
                               const struct decision *deferred, const struct outcome_client *client,
                               struct arena *arena, struct reply_result *result)
{
    decision = settle_for(client, decision, copies, deferred);
    if (decision->disposition == DISPOSITION_REDIRECT) {
        const struct decision *target =
            settle_for(client, decision->members[0].decision, copies, deferred);
        return redirect_make(decision, target, client, deferred, arena, result);
    }
    if (!can_perform(decision, client))
        return result_otherwise(decision, client, deferred, result);
    if (decision->disposition != DISPOSITION_EXPAND)
        return result_fill(decision, client, arena, result);
    struct grouping grouping = {.decision = decision,
                                .copies = copies,
                                .deferred = deferred,
                                .client = client,
                                .arena = arena};
    return expand_make(&grouping, result);
}

/* A cleaned copy that is not clean, but allowed, says so (spec/policy.md 1.9). */
static void mark_set(const struct decision *decision, const struct copies *copies,
                     struct reply_result *result)
{
    if (!decision->is_conditional || result->copy != decision->edits->number ||
        result->disposition != DISPOSITION_DELIVER)
        return;
    const char *class = verdict_class(copies_verdict(copies, decision->edits->number));
    if (class != NULL)
        result->mark = bytes_of_text(class);
}

/* Where nothing had to be changed there is no copy. */
static void originals_set(const struct copies *copies, struct reply_result *result)
{
    struct reply_store *stores = (struct reply_store *)result->stores; /* ours: stores_add() */
    if (copies_is_original(copies, (uint32_t)result->copy))
        result->copy = 0;
    for (size_t i = 0; i < result->store_count; i++)
        if (copies_is_original(copies, (uint32_t)stores[i].copy))
            stores[i].copy = 0;
}

enum status outcome_make(const struct decision *decision, const struct copies *copies,
                         const struct decision *deferred, const struct outcome_client *client,
                         struct arena *arena, struct reply_result *result)
{
    enum status status = result_make(decision, copies, deferred, client, arena, result);
    if (status == STATUS_OK) {
        originals_set(copies, result);
        mark_set(outcome_settle(decision, copies, deferred), copies, result);
    }
    return status;
}
