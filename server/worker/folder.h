/* The folder that holds all scratch folders of one pool: runtime-dir/pool-PID. */
#ifndef SERVER_WORKER_FOLDER_H
#define SERVER_WORKER_FOLDER_H

#include <sys/types.h>

#include "server/worker/scratch.h"

void folder_path(const char *runtime_dir, pid_t front, char path[SCRATCH_PATH_BYTES]);
/* Makes it for this process, and removes those that dead fronts have left. */
MUST_CHECK enum status folder_open(const char *runtime_dir, char path[SCRATCH_PATH_BYTES]);
void folder_close(const char *path);

#endif
