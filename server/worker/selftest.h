/* A generation is tried before it is used: a worker of its own finds what every engine must find.
 */
#ifndef SERVER_WORKER_SELFTEST_H
#define SERVER_WORKER_SELFTEST_H

#include "server/worker/worker.h"

enum { SELFTEST_MS = 30000, SELFTEST_WHY_BYTES = 320 };

/* In the loader. Blocks until the child has ended or is killed. Not OK: why is for people. */
MUST_CHECK enum status selftest_run(const struct worker_settings *settings,
                                    char why[SELFTEST_WHY_BYTES]);

#endif
