/* Texts with ${fact} in them (spec/policy.md 1.8). What is put in is one line of printable text of
 * at most 512 octets, whatever the message says. */
#ifndef SERVER_POLICY_SUBSTITUTION_H
#define SERVER_POLICY_SUBSTITUTION_H

#include "server/policy/expression.h"

struct rule;
struct substitution;

/* is_html: what is put in is written for HTML. INVALID: *fault says where and why. */
MUST_CHECK enum status substitution_compile(struct expression_names *names, struct bytes text,
                                            bool is_html, struct substitution **substitution,
                                            struct expression_fault *fault);
/* It is the same for every recipient: it reads no fact of them. */
bool substitution_is_steady(const struct substitution *substitution);

/* The whole text of one that has nothing to fill in. */
struct bytes substitution_literal(const struct substitution *substitution);

/* What ${rule}, ${reference}, ${disposition} are. */
struct substitution_context {
    struct fact_view *view;
    const struct rule *rule;
    enum disposition disposition;
};
/* Into the arena. MEMORY. */
MUST_CHECK enum status substitution_fill(const struct substitution *substitution,
                                         const struct substitution_context *context,
                                         struct arena *arena, struct bytes *text);

#endif
