/* Decide: a pure function of (facts, findings, coverage, policy, one recipient) to a decision
 * (spec/policy.md). A decider holds what all recipients of one message share: the conditions on the
 * message alone are evaluated once. No clock, no input or output; the same input gives the same
 * octets. */
#ifndef SERVER_POLICY_DECIDER_H
#define SERVER_POLICY_DECIDER_H

#include "protocol/command.h"
#include "server/config/config.h"
#include "server/policy/decision.h"

struct decider;

/* What is known of the message and its envelope. Borrowed until decider_free(). */
struct decide_input {
    const struct config *config; /* organisations, lists as they are now, limits */
    const struct config_channel *channel;
    const struct report *report;
    struct verdict verdict;
    const struct envelope *envelope; /* slices may be empty: not told */
    size_t recipient_count;          /* of the check */
    uint64_t size;
    const char *reference; /* REF */
};

/* MEMORY. */
MUST_CHECK enum status decider_new(const struct decide_input *input, struct decider **decider);
void decider_free(struct decider **decider);
/* MEMORY: also when what all decisions hold together is over limits.decisions. */
MUST_CHECK enum status decider_decide(struct decider *decider, struct bytes recipient,
                                      const struct decision **decision);
/* How many different decisions there are so far, those of members and `instead` included: numbers
 * go from 1 to it. */
uint32_t decider_count(const struct decider *decider);
/* Octets that it holds. */
size_t decider_memory(const struct decider *decider);
/* True when one recipient can become many, or texts are searched by patterns: then it is a thread's
 * work. */
bool decider_takes_long(const struct config_channel *channel);
/* The distinct lists of edits so far, number 1..count. NULL past the last. */
const struct decision_edits *decider_edits(const struct decider *decider, uint32_t number);
/* For a dry run: the smallest set of findings without which the decision for this recipient would
 * be another one (spec/policy.md 8); pointers into the report, the array in the decider's arena.
 * Empty: it rests on no finding. */
MUST_CHECK enum status decider_needs(struct decider *decider, struct bytes recipient,
                                     const struct report_finding *const **needs, size_t *count);

/* The names of facts that the policy of this channel reads from the header: WANTS of a job, with
 * `mark.NAME` for the channel's marks. */
const struct bytes *decider_wants(const struct config_channel *channel, size_t *count);

#endif
