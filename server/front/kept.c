/* Kept results, oldest first, in two lists: of the scope and of the house (kept.h). */
#include "server/front/kept.h"

#include "server/front/house_inside.h"
#include "server/metrics.h"

/* All scopes together may keep so many times what one may. */
enum { SCOPES_FULL = 8 };

static uint64_t octets_of(const struct transaction *transaction)
{
    uint64_t octets =
        sizeof(*transaction) + transaction->arena.used + transaction->report.arena.used;
    if (transaction->decider != NULL)
        octets += decider_memory(transaction->decider);
    if (transaction->copies != NULL)
        octets += copies_memory(transaction->copies);
    octets += transaction->notes_arena.used;
    return octets;
}

static void evict(struct house *house, struct scope *scope)
{
    const struct limits *limits = &house->config->limits;
    while (scope->kept_count > limits->retain_results || scope->kept_octets > limits->retain_bytes)
        transaction_forget(LINK_OWNER(scope->kept.next, struct transaction, scope_kept));
    while (house->kept_count > limits->retain_results * SCOPES_FULL ||
           house->kept_octets > limits->retain_bytes * SCOPES_FULL)
        transaction_forget(LINK_OWNER(house->kept.next, struct transaction, all_kept));
}

static void count(struct transaction *transaction, bool in)
{
    struct house *house = transaction->house;
    struct scope *scope = transaction->scope;
    uint64_t octets = transaction->kept_octets;
    scope->kept_count += in ? 1 : (size_t)-1;
    house->kept_count += in ? 1 : (size_t)-1;
    scope->kept_octets = in ? scope->kept_octets + octets : scope->kept_octets - octets;
    house->kept_octets = in ? house->kept_octets + octets : house->kept_octets - octets;
    metrics.held_results = house->kept_count;
}

static bool is_of_today(const struct transaction *transaction)
{
    const struct house *house = transaction->house;
    return transaction->config == house->config &&
           (transaction->decider == NULL || transaction->sets == house->config->sets) &&
           transaction->generation == pool_state(house->settings.pool)->generation;
}

bool kept_add(struct transaction *transaction)
{
    struct house *house = transaction->house;
    const struct limits *limits = &house->config->limits;
    uint64_t octets = octets_of(transaction);
    if (limits->retain_ms == 0 || limits->retain_results == 0 || octets > limits->retain_bytes ||
        !is_of_today(transaction))
        return false;
    transaction->kept_octets = octets;
    link_append(&transaction->scope->kept, &transaction->scope_kept);
    link_append(&house->kept, &transaction->all_kept);
    count(transaction, true);
    alarm_set(&transaction->alarm, alarms_now_ms(house->alarms) + limits->retain_ms);
    evict(house, transaction->scope);
    return true;
}

void kept_remove(struct transaction *transaction)
{
    alarm_unset(&transaction->alarm);
    link_remove(&transaction->scope_kept);
    link_remove(&transaction->all_kept);
    count(transaction, false);
}

void kept_forget_all(struct house *house)
{
    while (!link_is_alone(&house->kept))
        transaction_forget(LINK_OWNER(house->kept.next, struct transaction, all_kept));
}

void kept_forget_scope(struct scope *scope)
{
    while (!link_is_alone(&scope->kept))
        transaction_forget(LINK_OWNER(scope->kept.next, struct transaction, scope_kept));
}
