/* Messages one after the other, each result shown for people, or with --json as JSON. */
#ifndef CCCPC_IN_TURN_H
#define CCCPC_IN_TURN_H

#include "clients/cccpc/arguments.h"
#include "clients/cccpc/source.h"
#include "clients/libcccp/cccp.h"

typedef void show_fn(const struct arguments *arguments, const struct source *source,
                     const struct cccp_result *result);

/* From the path number `first` on. An exit status: the worst of all. */
int in_turn_run(const struct arguments *arguments, size_t first, bool explain, show_fn *show);

#endif
