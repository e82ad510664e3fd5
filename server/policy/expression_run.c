/* Evaluation: every term has a value, whatever is known; work is bounded by the size of the
 * expression and the values of its facts. */
#include <string.h>

#include "server/policy/expression_inside.h"

/* What view->terms keeps of a condition on the message alone. */
enum { KEPT_FALSE = 1, KEPT_TRUE = 2, KEPT_BOUND_HIT = 4 };

static struct bytes_array side_of(const struct operand *operand, struct fact_view *view)
{
    if (operand->kind != OPERAND_FACT)
        return (struct bytes_array){&operand->text, 1};
    const struct fact_values *values = fact_values(view, operand->fact);
    return (struct bytes_array){values->texts, values->count};
}

/* The octets that differ first are looked at first: most texts begin and end otherwise. */
static bool same_octet(uint8_t a, uint8_t b)
{
    return a == b || ((a ^ b) == 0x20 && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
}

static bool text_compare(enum relation relation, struct bytes a, struct bytes b)
{
    if (relation == RELATION_CONTAINS)
        return text_contains(a, b);
    if (a.size < b.size || b.size == 0)
        return b.size == 0;
    if (relation == RELATION_ENDS)
        a = bytes_slice(a, a.size - b.size, b.size);
    return same_octet(a.data[0], b.data[0]) && same_octet(a.data[b.size - 1], b.data[b.size - 1]) &&
           bytes_equal_fold(bytes_slice(a, 0, b.size), b);
}

/* The right side of what is not equality is a literal or a fact of one value. */
static bool run_texts(const struct term *term, struct fact_view *view)
{
    struct bytes_array left = side_of(&term->left, view), right = side_of(&term->right, view);
    if (term->relation == RELATION_EQUAL)
        return texts_share(view, left, right);
    for (size_t i = 0; i < left.count && right.count > 0; i++)
        if (text_compare(term->relation, left.texts[i], right.texts[0]))
            return true;
    return false;
}

static bool number_of(const struct operand *operand, struct fact_view *view, int64_t *number)
{
    *number = operand->number;
    if (operand->kind != OPERAND_FACT)
        return true;
    const struct fact_values *values = fact_values(view, operand->fact);
    *number = values->number;
    return values->count > 0;
}

static bool run_numbers(const struct term *term, struct fact_view *view)
{
    int64_t a = 0, b = 0;
    bool has_a = number_of(&term->left, view, &a), has_b = number_of(&term->right, view, &b);
    if (!has_a || !has_b)
        return term->relation == RELATION_EQUAL && has_a == has_b;
    bool less = term->relation == RELATION_LESS || term->relation == RELATION_LESS_EQUAL;
    bool strict = term->relation == RELATION_LESS || term->relation == RELATION_MORE;
    if (a == b)
        return !strict;
    return term->relation != RELATION_EQUAL && less == (a < b);
}

/* An address in a network that is a literal. */
static bool run_network(const struct term *term, struct fact_view *view)
{
    const struct fact_values *values = fact_values(view, term->left.fact);
    return values->count > 0 && network_contains(&term->right.network, values->address);
}

static bool run_comparison(const struct term *term, struct fact_view *view)
{
    if (term->right.kind == OPERAND_UNKNOWN)
        return fact_values(view, term->left.fact)->count == 0;
    if (term->left.type == FACT_NUMBER)
        return run_numbers(term, view);
    if (term->left.type == FACT_NETWORK)
        return run_network(term, view);
    return run_texts(term, view);
}

static bool run_fact(const struct term *term, struct fact_view *view)
{
    const struct fact_values *values = fact_values(view, term->left.fact);
    return term->left.type == FACT_BOOLEAN ? values->truth : values->count > 0;
}

static bool run_list(const struct term *term, struct fact_view *view)
{
    const struct list *list = view->lists->lists[term->right.list];
    const struct fact_values *values = fact_values(view, term->left.fact);
    if (term->left.type == FACT_NETWORK)
        return values->count > 0 && list_has_network(list, values->address);
    for (size_t i = 0; i < values->count; i++)
        if (list_has(list, values->texts[i]))
            return true;
    return false;
}

static bool set_has(const struct term *term, struct bytes text)
{
    size_t low = 0, high = term->set_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare_fold(text, term->set[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool run_set(const struct term *term, struct fact_view *view)
{
    const struct fact_values *values = fact_values(view, term->left.fact);
    for (size_t i = 0; i < values->count; i++)
        if (set_has(term, values->texts[i]))
            return true;
    return false;
}

/* A text that reaches the bound ends it: whatever the others say, the decision is incomplete. */
static bool run_match(const struct term *term, struct fact_view *view)
{
    const struct fact_values *values = fact_values(view, term->left.fact);
    enum pattern_answer answer = PATTERN_NO;
    uint64_t steps = 0;
    for (size_t i = 0; i < values->count && answer == PATTERN_NO; i++)
        answer = pattern_match(term->pattern, values->texts[i], &steps);
    view->is_bound_hit = view->is_bound_hit || answer == PATTERN_BOUND;
    return answer == PATTERN_YES;
}

/* True as soon as one child is `wanted`. */
static bool run_any(const struct term *chain, bool wanted, struct fact_view *view)
{
    for (const struct term *child = chain->first; child != NULL; child = child->next)
        if (term_run(child, view) == wanted)
            return true;
    return false;
}

static bool run_new(const struct term *term, struct fact_view *view)
{
    switch (term->kind) {
    case TERM_CONSTANT:
        return term->truth;
    case TERM_FACT:
        return run_fact(term, view);
    case TERM_AND:
        return !run_any(term, false, view);
    case TERM_OR:
        return run_any(term, true, view);
    case TERM_NOT:
        return !term_run(term->first, view);
    case TERM_COMPARE:
        return run_comparison(term, view);
    case TERM_LIST:
        return run_list(term, view);
    case TERM_SET:
        return run_set(term, view);
    case TERM_MATCH:
        return run_match(term, view);
    }
    return false;
}

bool term_run(const struct term *term, struct fact_view *view)
{
    if (term->slot == 0)
        return run_new(term, view);
    uint8_t *kept = &view->terms[term->slot - 1];
    if (*kept == 0) {
        bool outer = view->is_bound_hit;
        view->is_bound_hit = false;
        bool truth = run_new(term, view);
        *kept =
            (uint8_t)((truth ? KEPT_TRUE : KEPT_FALSE) | (view->is_bound_hit ? KEPT_BOUND_HIT : 0));
        view->is_bound_hit = outer;
    }
    view->is_bound_hit = view->is_bound_hit || (*kept & KEPT_BOUND_HIT) != 0;
    return (*kept & KEPT_TRUE) != 0;
}

bool expression_run(const struct expression *expression, struct fact_view *view)
{
    return term_run(expression->root, view);
}
