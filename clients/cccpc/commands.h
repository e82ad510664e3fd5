/* The commands of cccpc. Each returns an exit status: 0 every recipient delivered, 1 another
 * verdict, 2 incomplete, or one of sysexits.h; the worst of all messages. */
#ifndef CCCPC_COMMANDS_H
#define CCCPC_COMMANDS_H

#include "clients/cccpc/arguments.h"

enum { EXIT_OTHER_VERDICT = 1, EXIT_INCOMPLETE = 2 };

int command_check(const struct arguments *arguments);
int command_explain(const struct arguments *arguments);
int command_ping(const struct arguments *arguments);
int command_bench(const struct arguments *arguments);
int command_replay(const struct arguments *arguments);
int command_policy(const struct arguments *arguments);
int command_samples(const struct arguments *arguments);

#endif
