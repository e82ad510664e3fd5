/* sd_notify(3) and socket activation (sd_listen_fds(3)), 60 lines of our own: a library would bring
 * compression code into the front. */
#ifndef SERVER_SYSTEMD_H
#define SERVER_SYSTEMD_H

#include "protocol/bytes.h"

/* "READY=1", "STOPPING=1", "RELOADING=1\nMONOTONIC_USEC=…", "STATUS=…". Nothing without
 * NOTIFY_SOCKET. */
void systemd_notify(const char *state);
/* WATCHDOG_USEC / 2 in ms, 0 without. */
uint64_t systemd_watchdog_ms(void);
/* The descriptor passed under this name (LISTEN_FDNAMES, or its number from 0), close-on-exec; -1:
 * none. */
int systemd_socket(const char *name);

#endif
