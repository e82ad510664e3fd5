/* What becomes of each recipient, and of the members of those that are expanded, for people. */
#ifndef CCCPC_EXPLAIN_RECIPIENTS_H
#define CCCPC_EXPLAIN_RECIPIENTS_H

#include <stdio.h>

#include "clients/libcccp/cccp.h"

void explain_recipient_write(FILE *out, uint32_t id, const char *address,
                             const struct cccp_recipient *recipient);
void explain_recipients_write(FILE *out, const struct cccp_result *result,
                              const char *const *addresses);

#endif
