/* Copies and notices for people: of each copy what the next hop must be able to do, what breaks,
 * and its edits as octet ranges of the original, with the beginning of what was taken out and put
 * in. */
#ifndef CCCPC_EXPLAIN_COPIES_H
#define CCCPC_EXPLAIN_COPIES_H

#include <stdio.h>

#include "clients/cccpc/source.h"
#include "clients/libcccp/cccp.h"

void explain_copies_write(FILE *out, const struct cccp_result *result, const struct source *source);
void explain_notes_write(FILE *out, const struct cccp_result *result);

#endif
