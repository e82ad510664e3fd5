/* The walls around a worker (spec/workers.md, "The sandbox"). The only door to libseccomp. */
#ifndef SERVER_WORKER_SANDBOX_H
#define SERVER_WORKER_SANDBOX_H

#include <sys/types.h>

#include "protocol/bytes.h"
#include "server/worker/scratch.h"

struct sandbox_settings {
    const char *folder;     /* holds the scratch folders of one pool */
    uint64_t scratch_bytes; /* most that may be written */
    uint64_t memory_bytes;  /* address space beyond what there is already */
    pid_t front;            /* dies: so does the worker */
};

/* How far it got. */
struct sandbox {
    char scratch[SCRATCH_PATH_BYTES]; /* its folder */
    int scratch_fd;
    bool spaces; /* own network: said by the loader */
    bool tmpfs;  /* own file system of limited size */
    int landlock;
    bool seccomp;
};

/* Everything that is still open afterwards: 0, 1, 2 (/dev/null), this, and the scratch folder. */
enum { SANDBOX_SOCKET = 3, SANDBOX_FOLDER = 4 };

/* First half: scratch folder, descriptors. socket becomes SANDBOX_SOCKET. Engines enter after it.
 */
MUST_CHECK enum status sandbox_enter(struct sandbox *sandbox,
                                     const struct sandbox_settings *settings, int socket);
/* Second half: nothing can be opened, called or gained from now on. UNAVAILABLE: a wall that must
 * stand does not; the process has to exit. */
MUST_CHECK enum status sandbox_lock(struct sandbox *sandbox,
                                    const struct sandbox_settings *settings);
/* "namespaces tmpfs landlock-7 seccomp" */
void sandbox_describe(const struct sandbox *sandbox, char *text, size_t size);

#endif
