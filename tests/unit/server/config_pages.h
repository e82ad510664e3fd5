/* The parts of pages that are made from rows: spec/configuration.md, spec/limits.md and
 * cccpd.yaml(5). */
#ifndef TESTS_UNIT_SERVER_CONFIG_PAGES_H
#define TESTS_UNIT_SERVER_CONFIG_PAGES_H

#include "protocol/bytes.h"

void pages_keys_markdown(struct buffer *out);
void pages_keys_manual(struct buffer *out);
void pages_limits_markdown(struct buffer *out);

#endif
