/* What `cccpc check --out DIR` writes for one message: NAME.json, NAME.copy-N.eml for each copy and
 * NAME.note-N.eml for each notice. */
#ifndef CCCPC_OUT_H
#define CCCPC_OUT_H

#include "clients/cccpc/arguments.h"
#include "clients/cccpc/source.h"
#include "clients/libcccp/cccp.h"

/* 0, or an exit status; what is wrong has been said. */
int out_open(const struct arguments *arguments);
int out_write(const struct arguments *arguments, const struct source *source,
              const struct cccp_result *result);

#endif
