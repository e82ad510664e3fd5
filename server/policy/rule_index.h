/* Rules that need a text fact to equal a constant are found by that constant (spec/policy.md 9);
 * the others are asked in any case. */
#ifndef SERVER_POLICY_RULE_INDEX_H
#define SERVER_POLICY_RULE_INDEX_H

#include "server/policy/expression_inside.h"
#include "server/policy/key_map.h"
#include "server/policy/rule.h"

enum { INDEX_FACTS_MOST = 16 };

struct rule_index {
    uint32_t *always; /* rules without such a fact, ascending */
    size_t always_count;
    struct key_map map;
    /* facts by which rules are found */
    const struct fact **of_message;
    size_t of_message_count;
    const struct fact *of_recipient[INDEX_FACTS_MOST];
    size_t of_recipient_count;
};

/* The conjunct number i of a condition; NULL past the last. A condition that is none is its own. */
const struct term *conjunct_at(const struct expression *when, size_t i);
const struct term *conjunct_next(const struct expression *when, const struct term *term);
/* Constants that a conjunct needs a fact to equal one of; 0: it is another condition. */
size_t term_key_count(const struct term *term);
uint64_t term_key(const struct term *term, size_t i);
uint64_t fact_key(const struct fact *fact, struct bytes text);

#endif
