/* Whether two terms are the same condition. */
#include "server/policy/expression_inside.h"

static bool operand_equal(const struct operand *a, const struct operand *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == OPERAND_FACT)
        return a->fact == b->fact;
    if (a->kind == OPERAND_LIST)
        return a->list == b->list;
    return a->kind == OPERAND_UNKNOWN ||
           (a->type == b->type && a->number == b->number && bytes_equal_fold(a->text, b->text));
}

static bool children_equal(const struct term *a, const struct term *b)
{
    const struct term *one = a->first, *other = b->first;
    while (one != NULL && other != NULL && term_equal(one, other)) {
        one = one->next;
        other = other->next;
    }
    return one == NULL && other == NULL;
}

static bool sets_equal(const struct term *a, const struct term *b)
{
    bool equal = a->left.fact == b->left.fact && a->set_count == b->set_count;
    for (size_t i = 0; i < a->set_count && equal; i++)
        equal = bytes_equal_fold(a->set[i], b->set[i]);
    return equal;
}

bool term_equal(const struct term *a, const struct term *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TERM_CONSTANT:
        return a->truth == b->truth;
    case TERM_FACT:
        return a->left.fact == b->left.fact;
    case TERM_AND:
    case TERM_OR:
    case TERM_NOT:
        return children_equal(a, b);
    case TERM_COMPARE:
    case TERM_LIST:
        return a->relation == b->relation && operand_equal(&a->left, &b->left) &&
               operand_equal(&a->right, &b->right);
    case TERM_SET:
        return sets_equal(a, b);
    case TERM_MATCH: /* case may matter in a pattern */
        return a->left.fact == b->left.fact && bytes_equal(a->right.text, b->right.text);
    }
    return false;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    return hash ^ hash >> 32;
}

static uint64_t mix_text(uint64_t hash, struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];
        hash = (hash ^ (octet >= 'A' && octet <= 'Z' ? octet + 32U : octet)) * 0x100000001B3ULL;
    }
    return mix(hash, text.size);
}

static uint64_t mix_operand(uint64_t hash, const struct operand *operand)
{
    hash = mix(hash, operand->kind);
    if (operand->kind == OPERAND_FACT)
        return mix(hash, operand->fact->slot);
    if (operand->kind == OPERAND_LIST)
        return mix(hash, (uint64_t)operand->list);
    return operand->kind == OPERAND_CONSTANT
               ? mix_text(mix(hash, (uint64_t)operand->number), operand->text)
               : hash;
}

uint64_t term_hash(const struct term *term)
{
    uint64_t hash = mix(term->kind, (uint64_t)term->truth << 8 | term->relation);
    if (term->kind == TERM_CONSTANT)
        return hash;
    for (const struct term *child = term->first; child != NULL; child = child->next)
        hash = mix(hash, term_hash(child));
    if (term->first != NULL)
        return hash;
    hash = mix_operand(hash, &term->left);
    for (size_t i = 0; i < term->set_count; i++)
        hash = mix_text(hash, term->set[i]);
    return term->kind == TERM_COMPARE || term->kind == TERM_LIST || term->kind == TERM_MATCH
               ? mix_operand(hash, &term->right)
               : hash;
}
