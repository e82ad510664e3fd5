/* Scratch folders: what engines may write to. Nothing in them is trusted or kept. */
#ifndef SERVER_WORKER_SCRATCH_H
#define SERVER_WORKER_SCRATCH_H

#include "protocol/bytes.h"

enum { SCRATCH_PATH_BYTES = 512 };

/* Makes the folder (0700) when it is missing. IO. */
MUST_CHECK enum status scratch_new(const char *path);
/* Removes everything in the open folder. False: something is left. Cheap when it is empty. */
bool scratch_empty(int folder);
/* Removes the folder with all it holds. */
void scratch_remove(const char *path);

#endif
