/* What a server started as root gives up before it reads an octet from outside, and the folder it
 * keeps: server.runtime-dir, with the Unix socket and the scratch folders of workers. */
#ifndef SERVER_PRIVILEGE_H
#define SERVER_PRIVILEGE_H

#include "server/config/config.h"

/* Makes the folder (0700, the user's) if it is missing; refuses one that others can write to or
 * that another cccpd holds. *lock is held until the process ends. */
MUST_CHECK enum status privilege_folder(const struct config *config, int *lock, char why[256]);
/* Becomes config->user for good, when started as root. */
MUST_CHECK enum status privilege_drop(const struct config *config, char why[256]);
/* As many descriptors as the system allows. */
void privilege_raise_descriptors(void);

#endif
