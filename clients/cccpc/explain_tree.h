/* The parts of an explained message for people: the first reading as a tree, then every other one,
 * each part with its coverage and, under it, what was found in it. */
#ifndef CCCPC_EXPLAIN_TREE_H
#define CCCPC_EXPLAIN_TREE_H

#include <stdio.h>

#include "clients/libcccp/cccp.h"

void explain_tree_write(FILE *out, const struct cccp_result *result);

#endif
