/* Rules that can never be asked, or whose condition never holds (spec/policy.md 7). Only what is
 * certain is an error: a condition that has all conjuncts of an earlier rule's, in the same words
 * but for sets, holds only when that one does. */
#include "server/policy/rule_index.h"
#include "server/policy/rule_reader.h"

#define ALL_VERDICTS                                                                               \
    (1U << VERDICT_SPAM | 1U << VERDICT_POLICY | 1U << VERDICT_INCOMPLETE | 1U << VERDICT_INFECTED)

enum { CHECK_ARENA_BYTES = 256 << 20, CERTAIN_MOST = 64 };

struct rules_checked {
    struct rule_reader *reading;
    const struct node *item; /* of the rule that is looked at */
    struct key_map map; /* of the rules that may cover others, each under its rarest conjunct */
};

static enum status complain(struct rules_checked *checked, const struct rule *rule,
                            const char *what, const struct rule *earlier)
{
    const struct node *when = node_find(checked->item, "when");
    const struct node *place = when != NULL ? when : checked->item;
    struct config_reader *reader = checked->reading->reader;
    if (earlier == NULL)
        return problem_of(reader->problem, place, "%s.%u%s: %s", reader->path, rule->number + 1,
                          when != NULL ? ".when" : "", what);
    return problem_of(reader->problem, place,
                      "%s.%u%s: %s: the rule \"%s\" of line %u decides whenever its condition "
                      "holds",
                      reader->path, rule->number + 1, when != NULL ? ".when" : "", what,
                      earlier->name, earlier->line);
}

static const struct term *first_of(const struct rule *rule)
{
    return rule->when != NULL ? conjunct_at(rule->when, 0) : NULL;
}

static bool holds_always(const struct rule *rule)
{
    return rule->when == NULL ||
           (rule->when->root->kind == TERM_CONSTANT && rule->when->root->truth);
}

/* Whether the rule decides for certain when its condition holds: what redirects may find no
 * address, what delivers does so for some verdicts. */
static bool covers(const struct rule *earlier, const struct rule *later)
{
    if (!earlier->decides || earlier->then == DISPOSITION_REDIRECT ||
        earlier->then == DISPOSITION_EXPAND)
        return false;
    if (earlier->then != DISPOSITION_DELIVER || earlier->despite == ALL_VERDICTS)
        return true;
    bool delivers = later->decides && !later->cleans &&
                    (later->then == DISPOSITION_DELIVER || later->then == DISPOSITION_REDIRECT ||
                     later->then == DISPOSITION_EXPAND);
    return delivers && (later->despite & ~earlier->despite) == 0;
}

static bool set_has_text(const struct term *set, struct bytes text)
{
    if (set->kind != TERM_SET)
        return bytes_equal_fold(set->right.text, text);
    for (size_t i = 0; i < set->set_count; i++)
        if (bytes_equal_fold(set->set[i], text))
            return true;
    return false;
}

static struct bytes text_at(const struct term *set, size_t i)
{
    return set->kind == TERM_SET ? set->set[i] : set->right.text;
}

/* Both need a text fact to equal a constant. */
static bool is_keyed_pair(const struct term *a, const struct term *b)
{
    return term_key_count(a) > 0 && term_key_count(b) > 0 && a->left.fact == b->left.fact;
}

/* Whenever a holds, b does. */
static bool implies(const struct term *a, const struct term *b)
{
    if (!is_keyed_pair(a, b))
        return term_equal(a, b);
    bool within = true;
    for (size_t i = 0; i < term_key_count(a) && within; i++)
        within = set_has_text(b, text_at(a, i));
    return within;
}

static bool rule_implies(const struct rule *later, const struct rule *earlier)
{
    for (const struct term *wanted = first_of(earlier); wanted != NULL;
         wanted = conjunct_next(earlier->when, wanted)) {
        const struct term *term = first_of(later);
        while (term != NULL && !implies(term, wanted))
            term = conjunct_next(later->when, term);
        if (term == NULL)
            return false;
    }
    return true;
}

/* A conjunct that cannot hold beside another one. */
static bool excludes(const struct term *a, const struct term *b)
{
    if (b->kind == TERM_NOT)
        return implies(a, b->first);
    if (!is_keyed_pair(a, b) || a->left.fact->row->is_many)
        return false;
    for (size_t i = 0; i < term_key_count(a); i++)
        if (set_has_text(b, text_at(a, i)))
            return false;
    return true;
}

static bool contradicts_itself(const struct rule *rule)
{
    for (const struct term *a = first_of(rule); a != NULL; a = conjunct_next(rule->when, a))
        for (const struct term *b = first_of(rule); b != NULL; b = conjunct_next(rule->when, b))
            if (a != b && excludes(a, b))
                return true;
    return false;
}

static size_t hash_count(const struct term *term)
{
    size_t keys = term_key_count(term);
    return keys > 0 ? keys : 1;
}

static uint64_t hash_at(const struct term *term, size_t i)
{
    return term_key_count(term) > 0 ? term_key(term, i) : term_hash(term);
}

/* The first earlier rule that covers this one; a set is looked for by its first text. */
static const struct rule *find_cover(const struct rules_checked *checked, const struct rule *rule)
{
    const struct rule *rules = checked->reading->policy->rules;
    const struct rule *found = NULL;
    for (const struct term *term = first_of(rule); term != NULL;
         term = conjunct_next(rule->when, term)) {
        const uint32_t *numbers = NULL;
        size_t count = key_map_find(&checked->map, hash_at(term, 0), &numbers);
        for (size_t i = 0; i < count && numbers[i] < rule->number; i++) {
            const struct rule *earlier = &rules[numbers[i]];
            if (covers(earlier, rule) && rule_implies(rule, earlier) &&
                (found == NULL || earlier->number < found->number))
                found = earlier;
        }
    }
    return found;
}

static const struct term *rarest_of(const struct key_map *map, const struct rule *rule)
{
    const struct term *best = NULL;
    size_t least = SIZE_MAX;
    for (const struct term *term = first_of(rule); term != NULL;
         term = conjunct_next(rule->when, term)) {
        size_t most = 0;
        for (size_t i = 0; i < hash_count(term); i++) {
            size_t counted = key_map_counted(map, hash_at(term, i));
            most = counted > most ? counted : most;
        }
        if (most < least) {
            least = most;
            best = term;
        }
    }
    return best;
}

static void count_terms(const struct policy *policy, struct key_map *map)
{
    for (size_t i = 0; i < policy->count; i++)
        for (const struct term *term = first_of(&policy->rules[i]); term != NULL;
             term = conjunct_next(policy->rules[i].when, term))
            for (size_t j = 0; j < hash_count(term); j++)
                key_map_count(map, hash_at(term, j));
}

static bool map_make(struct rules_checked *checked, struct arena *arena)
{
    const struct policy *policy = checked->reading->policy;
    struct key_map *map = &checked->map;
    size_t keys = 0;
    for (size_t i = 0; i < policy->count; i++)
        for (const struct term *term = first_of(&policy->rules[i]); term != NULL;
             term = conjunct_next(policy->rules[i].when, term))
            keys += hash_count(term);
    const struct term **rarest = arena_take(arena, (policy->count + 1) * sizeof *rarest);
    if (rarest == NULL || !key_map_init(map, arena, keys))
        return false;
    count_terms(policy, map);
    for (size_t i = 0; i < policy->count; i++)
        rarest[i] = policy->rules[i].decides ? rarest_of(map, &policy->rules[i]) : NULL;
    key_map_forget(map);
    for (size_t i = 0; i < policy->count; i++)
        for (size_t j = 0; rarest[i] != NULL && j < hash_count(rarest[i]); j++)
            key_map_count(map, hash_at(rarest[i], j));
    if (!key_map_settle(map, arena))
        return false;
    for (size_t i = 0; i < policy->count; i++)
        for (size_t j = 0; rarest[i] != NULL && j < hash_count(rarest[i]); j++)
            key_map_put(map, hash_at(rarest[i], j), policy->rules[i].number);
    return true;
}

/* The first of those that hold always and cover this rule. */
static const struct rule *find_certain(const struct rule **certain, size_t count,
                                       const struct rule *rule)
{
    for (size_t i = 0; i < count; i++)
        if (covers(certain[i], rule))
            return certain[i];
    return NULL;
}

static enum status check_rule(struct rules_checked *checked, const struct rule *rule,
                              const struct rule **certain, size_t *certain_count)
{
    bool is_false =
        rule->when != NULL && rule->when->root->kind == TERM_CONSTANT && !rule->when->root->truth;
    if (is_false || contradicts_itself(rule))
        return complain(checked, rule, "the condition is never true", NULL);
    const struct rule *cover = find_certain(certain, *certain_count, rule);
    if (cover == NULL && !holds_always(rule))
        cover = find_cover(checked, rule);
    if (cover != NULL)
        return complain(checked, rule, "never asked", cover);
    /* One for each set of verdicts is enough; more are covered by one another. */
    if (holds_always(rule) && rule->decides && *certain_count < CERTAIN_MOST)
        certain[(*certain_count)++] = rule;
    return STATUS_OK;
}

enum status rules_check(struct rule_reader *reading, const struct node *list)
{
    struct rules_checked checked = {.reading = reading, .item = list->first};
    const struct rule *certain[CERTAIN_MOST];
    size_t certain_count = 0;
    AUTO(arena_clear) struct arena arena;
    arena_init(&arena, CHECK_ARENA_BYTES);
    if (!map_make(&checked, &arena))
        return problem_memory(reading->reader->problem);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < reading->policy->count && status == STATUS_OK; i++) {
        status = check_rule(&checked, &reading->policy->rules[i], certain, &certain_count);
        checked.item = checked.item->next;
    }
    return status;
}
