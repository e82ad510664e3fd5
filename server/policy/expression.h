/* Conditions of rules (spec/policy.md 2): typed and folded when the configuration is read,
 * evaluated within a bound that their size gives. Evaluation never fails: what nobody knows is the
 * value `unknown`.
 *
 *     expression = conjunction *( "or" conjunction )
 *     conjunction = negation *( "and" negation )
 *     negation   = [ "not" ] comparison
 *     comparison = operand [ operator operand ] / "(" expression ")" */
#ifndef SERVER_POLICY_EXPRESSION_H
#define SERVER_POLICY_EXPRESSION_H

#include "server/policy/fact.h"
#include "server/policy/pattern.h"

enum { EXPRESSION_OPERANDS_MOST = 256, EXPRESSION_DEPTH_MOST = 32, EXPRESSION_BYTES_MOST = 65536 };

struct expression;

/* What names mean while expressions are read; all of one channel. */
struct expression_names {
    struct arena *arena;
    const struct config *config; /* lists; organisations */
    struct facts *facts;         /* gets those that are used */
    size_t term_slots;           /* of conditions on the message alone */
    struct pattern **patterns;   /* made so far, in the arena; the owner frees each */
    size_t pattern_count, pattern_capacity;
};

struct expression_fault {
    size_t offset;    /* in the text, octets */
    char reason[320]; /* "an unknown fact \"recipent\"; \"recipient\" is meant?" */
};

/* Sets the reason; the offset stands. Returns INVALID. */
enum status expression_fault_write(struct expression_fault *fault, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes the pattern over, also when it fails. MEMORY. */
MUST_CHECK enum status expression_keep_pattern(struct expression_names *names,
                                               struct pattern *pattern);
/* INVALID: *fault says where and why. MEMORY. */
MUST_CHECK enum status expression_compile(struct expression_names *names, struct bytes text,
                                          const struct expression **expression,
                                          struct expression_fault *fault);
/* True or false for the message and recipient of the view; view->is_bound_hit is set when a pattern
 * gave up. */
bool expression_run(const struct expression *expression, struct fact_view *view);
/* The compiled form as a text that compiles to the same. */
MUST_CHECK enum status expression_print(const struct expression *expression,
                                        const struct config *config, struct buffer *out);

#endif
