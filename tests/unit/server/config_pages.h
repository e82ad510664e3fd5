/* The parts of pages that are made from rows: spec/configuration.md, spec/limits.md,
 * spec/policy.md, cccpd.yaml(5) and cccpd-policy(5). */
#ifndef TESTS_UNIT_SERVER_CONFIG_PAGES_H
#define TESTS_UNIT_SERVER_CONFIG_PAGES_H

#include "protocol/bytes.h"

void pages_keys_markdown(struct buffer *out);
void pages_keys_manual(struct buffer *out);
void pages_limits_markdown(struct buffer *out);
void pages_facts_markdown(struct buffer *out);
void pages_facts_manual(struct buffer *out);
/* The files spec/examples/policy-NAME.yaml. */
void pages_examples_manual(struct buffer *out);
extern const char *const pages_examples[]; /* NAMEs, ended by NULL */

#endif
