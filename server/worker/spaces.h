/* Name spaces: a network without interfaces for the loader and its workers, a mount table of its
 * own for each worker. What is not permitted is left out, and said. */
#ifndef SERVER_WORKER_SPACES_H
#define SERVER_WORKER_SPACES_H

#include <stdbool.h>
#include <stdint.h>

/* Loader, once. False: not permitted here. */
bool spaces_enter(void);
/* Worker: a tmpfs of that size on folder, seen by this process only. False: not permitted. */
bool spaces_mount(const char *folder, uint64_t size_bytes);

#endif
