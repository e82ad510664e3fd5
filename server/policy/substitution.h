/* Texts with ${fact} in them (spec/policy.md 1.8). What is put in is one line of printable text of
 * at most SUBSTITUTE_BYTES octets, whatever the message says. */
#ifndef SERVER_POLICY_SUBSTITUTION_H
#define SERVER_POLICY_SUBSTITUTION_H

#include "server/policy/expression.h"

enum { SUBSTITUTE_BYTES = 512 };

struct rule;
struct substitution;

/* is_html: what is put in is written for HTML. INVALID: *fault says where and why. */
MUST_CHECK enum status substitution_compile(struct expression_names *names, struct bytes text,
                                            bool is_html, struct substitution **substitution,
                                            struct expression_fault *fault);
/* It reads facts of the recipient. */
bool substitution_is_steady(const struct substitution *substitution);

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
