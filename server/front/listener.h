/* Listening sockets: TCP v4/v6, Unix, inherited (socket activation). A reload keeps sockets whose
 * address stays and never unbinds them; new ones are bound before old ones close. */
#ifndef SERVER_FRONT_LISTENER_H
#define SERVER_FRONT_LISTENER_H

#include "server/front/house.h"

struct listeners;

struct listeners_settings {
    uv_loop_t *loop;
    struct config *config;
    struct house *house;
};

/* Not OK: *why names the address and the reason; *listeners is set all the same (unless there is
 * no memory) and must be stopped. */
MUST_CHECK enum status listeners_start(const struct listeners_settings *settings,
                                       struct listeners **listeners, char why[256]);
MUST_CHECK enum status listeners_configure(struct listeners *listeners, struct config *config,
                                           char why[256]);
/* New connections are greeted BYE [DRAINING] from now on; open ones are told and closed when
 * nothing is in flight. */
void listeners_drain(struct listeners *listeners);
/* Closes everything; closed is called when the last handle is gone. */
void listeners_stop(struct listeners *listeners, void *owner, void (*closed)(void *owner));
/* Where socket number (from 0) listens in truth ("127.0.0.1:40123" for port 0); NULL past the last.
 */
const char *listeners_address(const struct listeners *listeners, size_t number);
/* Called by the house's flush. */
void connection_flush(struct session *session);

#endif
