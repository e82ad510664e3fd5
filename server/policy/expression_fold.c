/* Terms made smaller: what is certain goes, chains of one kind are joined, equalities of one text
 * become a set. */
#include <stdlib.h>
#include <string.h>

#include "server/policy/expression_inside.h"

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
}

int text_compare_fold(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    for (size_t i = 0; i < common; i++) {
        int order = (int)fold(a.data[i]) - (int)fold(b.data[i]);
        if (order != 0)
            return order;
    }
    return (a.size > b.size) - (a.size < b.size);
}

static enum status make_constant(struct expression_reader *reader, bool truth, struct term **term)
{
    *term = term_new(reader, TERM_CONSTANT);
    if (*term == NULL)
        return STATUS_MEMORY;
    (*term)->truth = truth;
    return STATUS_OK;
}

enum status term_negate(struct expression_reader *reader, struct term **term)
{
    if ((*term)->kind == TERM_CONSTANT)
        return make_constant(reader, !(*term)->truth, term);
    if ((*term)->kind == TERM_NOT) {
        *term = (*term)->first;
        return STATUS_OK;
    }
    struct term *made = term_new(reader, TERM_NOT);
    if (made == NULL)
        return STATUS_MEMORY;
    term_append(made, *term);
    *term = made;
    return STATUS_OK;
}

/* Of one fact with itself: true, or, of its order, known by the operator. */
static enum status fold_comparison(struct expression_reader *reader, struct term **term)
{
    const struct term *old = *term;
    if (old->right.kind != OPERAND_FACT || old->left.fact != old->right.fact ||
        old->relation != RELATION_EQUAL)
        return STATUS_OK;
    return make_constant(reader, true, term);
}

static bool is_equality(const struct term *term)
{
    return term->kind == TERM_COMPARE && term->relation == RELATION_EQUAL &&
           term->left.kind == OPERAND_FACT && term->left.type == FACT_TEXT &&
           term->right.kind == OPERAND_CONSTANT;
}

static bool is_about(const struct term *term, const struct fact *fact)
{
    return (is_equality(term) || term->kind == TERM_SET) && term->left.fact == fact;
}

static int by_text(const void *a, const void *b)
{
    return text_compare_fold(*(const struct bytes *)a, *(const struct bytes *)b);
}

static void set_sort(struct term *set)
{
    qsort(set->set, set->set_count, sizeof *set->set, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < set->set_count; i++)
        if (kept == 0 || text_compare_fold(set->set[kept - 1], set->set[i]) != 0)
            set->set[kept++] = set->set[i];
    set->set_count = kept;
}

static size_t texts_about(const struct term *chain, const struct fact *fact)
{
    size_t count = 0;
    for (const struct term *child = chain->first; child != NULL; child = child->next)
        if (is_about(child, fact))
            count += child->kind == TERM_SET ? child->set_count : 1;
    return count;
}

/* One set in the place of the first of them. */
static struct term *set_of(struct expression_reader *reader, const struct term *chain,
                           const struct term *first)
{
    size_t count = texts_about(chain, first->left.fact);
    struct term *set = term_new(reader, TERM_SET);
    struct bytes *texts = arena_take(reader->names->arena, count * sizeof *texts);
    if (set == NULL || texts == NULL)
        return NULL;
    set->left = first->left;
    set->is_of_message = first->is_of_message;
    set->set = texts;
    for (const struct term *child = chain->first; child != NULL; child = child->next) {
        if (!is_about(child, first->left.fact))
            continue;
        if (child->kind == TERM_SET)
            memcpy(texts + set->set_count, child->set, child->set_count * sizeof *texts);
        else
            texts[set->set_count] = child->right.text;
        set->set_count += child->kind == TERM_SET ? child->set_count : 1;
    }
    set_sort(set);
    if (set->set_count > 1)
        return set;
    set->kind = TERM_COMPARE; /* all were the same */
    set->relation = RELATION_EQUAL;
    set->right = (struct operand){.kind = OPERAND_CONSTANT, .type = FACT_TEXT, .text = texts[0]};
    set->set_count = 0;
    return set;
}

static bool is_first_about(const struct term *chain, const struct term *term)
{
    const struct term *child = chain->first;
    while (child != term && !is_about(child, term->left.fact))
        child = child->next;
    return child == term;
}

/* Of "or": several equalities of one text fact are one set. */
static enum status join_equalities(struct expression_reader *reader, struct term *chain)
{
    struct term joined = *chain;
    joined.first = joined.last = NULL;
    struct term *next = NULL;
    /* The old links are still needed while sets are made: children are appended as copies. */
    for (struct term *child = chain->first; child != NULL; child = next) {
        next = child->next;
        bool about = is_equality(child) || child->kind == TERM_SET;
        if (about && !is_first_about(chain, child))
            continue;
        struct term *kept = term_new(reader, child->kind);
        if (about && kept != NULL && texts_about(chain, child->left.fact) > 1)
            kept = set_of(reader, chain, child);
        else if (kept != NULL)
            *kept = *child;
        if (kept == NULL)
            return STATUS_MEMORY;
        term_append(&joined, kept);
    }
    chain->first = joined.first;
    chain->last = joined.last;
    return STATUS_OK;
}

/* Children of the same kind come up; the neutral constant goes; *absorbed: the other one is there.
 */
static void flatten(struct term *chain, bool *absorbed)
{
    struct term *child = chain->first, *next = NULL;
    bool neutral = chain->kind == TERM_AND;
    chain->first = chain->last = NULL;
    for (; child != NULL; child = next) {
        next = child->next;
        if (child->kind == TERM_CONSTANT) {
            *absorbed = *absorbed || child->truth != neutral;
            continue;
        }
        if (child->kind != chain->kind) {
            term_append(chain, child);
            continue;
        }
        for (struct term *inner = child->first, *follower; inner != NULL; inner = follower) {
            follower = inner->next;
            term_append(chain, inner);
        }
    }
}

enum status term_fold(struct expression_reader *reader, struct term **term)
{
    struct term *chain = *term;
    bool absorbed = false;
    if (chain->kind == TERM_COMPARE)
        return fold_comparison(reader, term);
    flatten(chain, &absorbed);
    bool neutral = chain->kind == TERM_AND;
    if (absorbed || chain->first == NULL)
        return make_constant(reader, absorbed ? !neutral : neutral, term);
    enum status status = chain->kind == TERM_OR ? join_equalities(reader, chain) : STATUS_OK;
    if (status == STATUS_OK && chain->first == chain->last)
        *term = chain->first;
    return status;
}
