/* Landlock: the kernel's own rule that a process may touch one folder and nothing else. */
#ifndef SERVER_WORKER_LANDLOCK_H
#define SERVER_WORKER_LANDLOCK_H

/* What the kernel has: 1, 2, …; 0: nothing. */
int landlock_version(void);
/* From now on this process reaches plain files and folders below folder (an open directory) and no
 * other; no TCP from version 4, no abstract sockets and no signals to others from version 6. For
 * ever. Returns the version used; 0: there is none, or it failed. */
int landlock_lock(int folder);

#endif
