/* The index is made in three passes: all constants are counted; each rule takes the conjunct whose
 * constants are the rarest; these are put into the map. */
#include "server/policy/rule_index.h"

#include "server/policy/rule_reader.h"

const struct term *conjunct_at(const struct expression *when, size_t i)
{
    const struct term *term = when->root;
    if (term->kind != TERM_AND)
        return i == 0 ? term : NULL;
    term = term->first;
    for (; term != NULL && i > 0; i--)
        term = term->next;
    return term;
}

const struct term *conjunct_next(const struct expression *when, const struct term *term)
{
    return when->root->kind == TERM_AND ? term->next : NULL;
}

uint64_t fact_key(const struct fact *fact, struct bytes text)
{
    uint64_t hash = 0xCBF29CE484222325ULL ^ (uint64_t)fact->slot * 0x9E3779B97F4A7C15ULL;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];
        octet = octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
        hash = (hash ^ octet) * 0x100000001B3ULL;
    }
    return hash;
}

size_t term_key_count(const struct term *term)
{
    if (term->kind == TERM_SET)
        return term->set_count;
    bool equals = term->kind == TERM_COMPARE && term->relation == RELATION_EQUAL &&
                  term->left.kind == OPERAND_FACT && term->left.type == FACT_TEXT &&
                  term->right.kind == OPERAND_CONSTANT;
    return equals ? 1 : 0;
}

uint64_t term_key(const struct term *term, size_t i)
{
    return fact_key(term->left.fact, term->kind == TERM_SET ? term->set[i] : term->right.text);
}

/* How many rules share the constant that most rules share. */
static size_t commonness(const struct key_map *map, const struct term *term)
{
    size_t most = 0;
    for (size_t i = 0; i < term_key_count(term); i++) {
        size_t counted = key_map_counted(map, term_key(term, i));
        most = counted > most ? counted : most;
    }
    return most;
}

static const struct term *choose(const struct key_map *map, const struct rule *rule)
{
    const struct term *best = NULL;
    size_t least = SIZE_MAX;
    if (rule->when == NULL)
        return NULL;
    for (const struct term *term = conjunct_at(rule->when, 0); term != NULL;
         term = conjunct_next(rule->when, term)) {
        size_t common = term_key_count(term) > 0 ? commonness(map, term) : SIZE_MAX;
        if (common >= least)
            continue;
        least = common;
        best = term;
    }
    return best;
}

static size_t count_keys(const struct policy *policy)
{
    size_t count = 0;
    for (size_t i = 0; i < policy->count; i++) {
        const struct expression *when = policy->rules[i].when;
        for (const struct term *term = when != NULL ? conjunct_at(when, 0) : NULL; term != NULL;
             term = conjunct_next(when, term))
            count += term_key_count(term);
    }
    return count;
}

static void count_all(const struct policy *policy, struct key_map *map)
{
    for (size_t i = 0; i < policy->count; i++) {
        const struct expression *when = policy->rules[i].when;
        for (const struct term *term = when != NULL ? conjunct_at(when, 0) : NULL; term != NULL;
             term = conjunct_next(when, term))
            for (size_t j = 0; j < term_key_count(term); j++)
                key_map_count(map, term_key(term, j));
    }
}

static bool has_fact(const struct fact *const *facts, size_t count, const struct fact *fact)
{
    for (size_t i = 0; i < count; i++)
        if (facts[i] == fact)
            return true;
    return false;
}

static bool add_fact(struct rule_index *index, const struct fact *fact)
{
    if (fact->row->scope == FACT_OF_MESSAGE) {
        if (!has_fact(index->of_message, index->of_message_count, fact))
            index->of_message[index->of_message_count++] = fact;
        return true;
    }
    if (has_fact(index->of_recipient, index->of_recipient_count, fact))
        return true;
    if (index->of_recipient_count == INDEX_FACTS_MOST)
        return false;
    index->of_recipient[index->of_recipient_count++] = fact;
    return true;
}

/* NULL in chosen: the rule is asked in any case. */
static void choose_all(const struct policy *policy, struct rule_index *index,
                       const struct term **chosen)
{
    for (size_t i = 0; i < policy->count; i++) {
        chosen[i] = choose(&index->map, &policy->rules[i]);
        if (chosen[i] != NULL && !add_fact(index, chosen[i]->left.fact))
            chosen[i] = NULL;
        if (chosen[i] == NULL)
            index->always[index->always_count++] = policy->rules[i].number;
    }
    key_map_forget(&index->map);
    for (size_t i = 0; i < policy->count; i++)
        for (size_t j = 0; chosen[i] != NULL && j < term_key_count(chosen[i]); j++)
            key_map_count(&index->map, term_key(chosen[i], j));
}

enum status rules_index(struct rule_reader *reading)
{
    struct policy *policy = reading->policy;
    struct arena *arena = reading->reader->arena;
    struct rule_index *index = arena_take(arena, sizeof *index);
    const struct term **chosen = arena_take(arena, (policy->count + 1) * sizeof *chosen);
    if (index == NULL || chosen == NULL || !key_map_init(&index->map, arena, count_keys(policy)))
        return problem_memory(reading->reader->problem);
    index->always = arena_take(arena, (policy->count + 1) * sizeof *index->always);
    index->of_message = arena_take(arena, (policy->facts->count + 1) * sizeof *index->of_message);
    if (index->always == NULL || index->of_message == NULL)
        return problem_memory(reading->reader->problem);
    count_all(policy, &index->map);
    choose_all(policy, index, chosen);
    if (!key_map_settle(&index->map, arena))
        return problem_memory(reading->reader->problem);
    for (size_t i = 0; i < policy->count; i++)
        for (size_t j = 0; chosen[i] != NULL && j < term_key_count(chosen[i]); j++)
            key_map_put(&index->map, term_key(chosen[i], j), policy->rules[i].number);
    policy->index = index;
    return STATUS_OK;
}
