/* Which rules apply to one recipient. Rules are asked in their order: those of the base list, which
 * the message alone could not rule out, and those that a fact of the recipient leads to. */
#include <stdlib.h>
#include <string.h>

#include "server/policy/decider_inside.h"

/* Ascending lists of rules, merged. */
struct candidates {
    const uint32_t *lists[INDEX_FACTS_MOST + 1];
    size_t counts[INDEX_FACTS_MOST + 1];
    size_t list_count;
};

enum delivery { DELIVERY_NO, DELIVERY_YES, DELIVERY_TRANSIENT };

static int by_number(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    return (one > other) - (one < other);
}

/* False: a conjunct about the message alone is false, and no pattern gave up on it. */
static bool message_allows(struct decider *decider, const struct rule *rule)
{
    struct fact_view *view = &decider->view;
    for (const struct term *term = rule->when != NULL ? conjunct_at(rule->when, 0) : NULL;
         term != NULL; term = conjunct_next(rule->when, term)) {
        if (!term->is_of_message)
            continue;
        view->is_bound_hit = false;
        if (!term_run(term, view) && !view->is_bound_hit)
            return false;
    }
    return true;
}

static size_t find_by_fact(struct decider *decider, const struct fact *fact, size_t value,
                           const uint32_t **numbers)
{
    const struct fact_values *values = fact_values(&decider->view, fact);
    return key_map_find(&decider->policy->index->map, fact_key(fact, values->texts[value]),
                        numbers);
}

static size_t base_most(struct decider *decider)
{
    const struct rule_index *index = decider->policy->index;
    const uint32_t *numbers = NULL;
    size_t most = index->always_count;
    for (size_t i = 0; i < index->of_message_count; i++) {
        const struct fact *fact = index->of_message[i];
        for (size_t j = 0; j < fact_values(&decider->view, fact)->count; j++)
            most += find_by_fact(decider, fact, j, &numbers);
    }
    return most;
}

static void base_fill(struct decider *decider)
{
    const struct rule_index *index = decider->policy->index;
    size_t count = index->always_count;
    if (count > 0)
        memcpy(decider->base, index->always, count * sizeof *decider->base);
    for (size_t i = 0; i < index->of_message_count; i++) {
        const struct fact *fact = index->of_message[i];
        for (size_t j = 0; j < fact_values(&decider->view, fact)->count; j++) {
            const uint32_t *numbers = NULL;
            size_t found = find_by_fact(decider, fact, j, &numbers);
            if (found > 0)
                memcpy(decider->base + count, numbers, found * sizeof *numbers);
            count += found;
        }
    }
    qsort(decider->base, count, sizeof *decider->base, by_number);
    for (size_t i = 0; i < count; i++) {
        uint32_t number = decider->base[i];
        bool again = i > 0 && decider->base[i - 1] == number;
        if (!again && message_allows(decider, &decider->policy->rules[number]))
            decider->base[decider->base_count++] = number;
    }
}

enum status walk_prepare(struct decider *decider)
{
    size_t most = base_most(decider);
    decider->base = arena_take(&decider->arena, (most + 1) * sizeof *decider->base);
    if (decider->base == NULL)
        return STATUS_MEMORY;
    base_fill(decider);
    return decider->view.status;
}

void view_turn(struct decider *decider, const struct place *place)
{
    decider->view.epoch++;
    decider->view.recipient = place->address;
    decider->view.original = place->original;
    decider->view.is_key_made = false;
    decider->view.is_bound_hit = false;
}

static void candidates_find(struct decider *decider, struct candidates *candidates)
{
    const struct rule_index *index = decider->policy->index;
    candidates->lists[0] = decider->base;
    candidates->counts[0] = decider->base_count;
    candidates->list_count = 1;
    for (size_t i = 0; i < index->of_recipient_count; i++) {
        const struct fact *fact = index->of_recipient[i];
        const uint32_t *numbers = NULL;
        if (fact_values(&decider->view, fact)->count == 0)
            continue;
        size_t found = find_by_fact(decider, fact, 0, &numbers);
        if (found == 0)
            continue;
        candidates->lists[candidates->list_count] = numbers;
        candidates->counts[candidates->list_count++] = found;
    }
}

/* The lowest number that is left, each once. */
static bool candidates_next(struct candidates *candidates, uint32_t *number)
{
    bool found = false;
    for (size_t i = 0; i < candidates->list_count; i++) {
        if (candidates->counts[i] == 0 || (found && candidates->lists[i][0] >= *number))
            continue;
        *number = candidates->lists[i][0];
        found = true;
    }
    for (size_t i = 0; found && i < candidates->list_count; i++) {
        if (candidates->counts[i] == 0 || candidates->lists[i][0] != *number)
            continue;
        candidates->lists[i]++;
        candidates->counts[i]--;
    }
    return found;
}

/* 1.3: what a rule that delivers says about the verdict of this message. */
static enum delivery delivery_of(struct verdict verdict, unsigned despite)
{
    enum verdict_gap gap = verdict_gap_of(verdict);
    bool is_gap_alone = verdict.kind == VERDICT_INCOMPLETE || verdict.kind >= VERDICT_KIND_COUNT;
    bool covered =
        is_gap_alone || verdict.kind == VERDICT_CLEAN || (despite & 1U << verdict.kind) != 0;
    if (!covered)
        return DELIVERY_NO;
    if (gap == GAP_FAILED)
        return DELIVERY_TRANSIENT;
    if (gap == GAP_UNEXAMINABLE && (despite & 1U << VERDICT_INCOMPLETE) == 0)
        return DELIVERY_NO;
    return DELIVERY_YES;
}

/* An address that led here is not sent on again. */
static bool is_on_its_way(const struct place *place)
{
    for (const struct place *above = place->above; above != NULL; above = above->above)
        if (bytes_equal_fold(above->address, place->address))
            return true;
    return false;
}

/* False: the rule does not apply after all. */
static bool step_of_delivery(struct decider *decider, const struct place *place,
                             const struct rule *rule, enum step_kind *kind)
{
    bool sends_on = rule->then != DISPOSITION_DELIVER;
    if (sends_on &&
        (is_on_its_way(place) || !targets_exist(decider, rule, decider->view.recipient)))
        return false;
    switch (delivery_of(decider->input.verdict, rule->despite)) {
    case DELIVERY_YES:
        *kind = STEP_DECIDES;
        return true;
    case DELIVERY_TRANSIENT:
        *kind = STEP_DEFERS;
        return true;
    case DELIVERY_NO:
        break;
    }
    *kind = STEP_CONDITIONAL;
    return !sends_on && rule->cleans && verdict_gap_of(decider->input.verdict) != GAP_FAILED &&
           rule_cleans_here(decider, rule);
}

static bool step_of(struct decider *decider, const struct place *place, const struct rule *rule,
                    enum step_kind *kind)
{
    *kind = rule->decides ? STEP_DECIDES : STEP_ADDS;
    bool delivers =
        rule->decides && (rule->then == DISPOSITION_DELIVER || rule->then == DISPOSITION_REDIRECT ||
                          rule->then == DISPOSITION_EXPAND);
    return !delivers || step_of_delivery(decider, place, rule, kind);
}

static void trail_add(struct decider *decider, struct trail *trail, enum step_kind kind,
                      const struct rule *rule)
{
    uint64_t code = (rule != NULL ? rule->number + 1ULL : 0) * 8 + kind;
    if (!arena_grow(&decider->arena, (void **)&decider->steps, &decider->step_capacity,
                    trail->count, sizeof *decider->steps)) {
        decider->view.status = STATUS_MEMORY;
        return;
    }
    trail->steps = decider->steps;
    trail->steps[trail->count++] = (struct step){kind, rule};
    trail->hash = (trail->hash ^ code) * 0x9E3779B97F4A7C15ULL;
    trail->hash ^= trail->hash >> 31;
    trail->is_steady = trail->is_steady && (rule == NULL || rule->is_steady);
}

void walk(struct decider *decider, const struct place *place, struct trail *trail)
{
    struct candidates candidates;
    uint32_t number = 0;
    *trail = (struct trail){.steps = decider->steps, .is_steady = true};
    view_turn(decider, place);
    candidates_find(decider, &candidates);
    while (candidates_next(&candidates, &number)) {
        const struct rule *rule = &decider->policy->rules[number];
        enum step_kind kind = STEP_ADDS;
        bool holds = rule->when == NULL || expression_run(rule->when, &decider->view);
        if (decider->view.is_bound_hit) {
            trail_add(decider, trail, STEP_BOUND, NULL);
            return;
        }
        if (!holds || !step_of(decider, place, rule, &kind))
            continue;
        trail_add(decider, trail, kind, rule);
        if (kind == STEP_DECIDES || kind == STEP_DEFERS)
            return;
    }
    trail_add(decider, trail, STEP_TABLE, NULL);
}
