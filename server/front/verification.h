/* Passwords that are being verified for sessions (server/crypto/password.h does the work). A
 * session that leaves takes its verification away. */
#ifndef SERVER_FRONT_VERIFICATION_H
#define SERVER_FRONT_VERIFICATION_H

#include "server/front/session.h"
#include "server/link.h"

/* list: of the house. session_authenticated() comes later, exactly once, or never when the session
 * leaves. OVERLOADED, MEMORY. */
MUST_CHECK enum status verification_start(struct link *list, struct session *session,
                                          struct bytes name, struct bytes password);
void verification_forget(struct link *list, const struct session *session);

#endif
