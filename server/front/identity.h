/* Which configured client a peer is, and what it may use (spec/cccp.md 4.3, 4.4). Pure. */
#ifndef SERVER_FRONT_IDENTITY_H
#define SERVER_FRONT_IDENTITY_H

#include "server/front/session.h"

/* client NULL: anonymous. */
void identity_set(struct identity *identity, const struct config_client *client);
/* EXTERNAL: the client that the transport proves. A client that names both a certificate's name
 * and its fingerprint needs both. NULL: none. */
const struct config_client *identity_of_peer(const struct config *config,
                                             const struct session_peer *peer);
/* The channel stands in the client's list, or in the listener's for an anonymous peer. */
bool identity_may_use(const struct identity *identity, const struct config_listener *listener,
                      struct bytes channel);
/* May see how policy decides (DRYRUN): the role, or, anonymous on a Unix socket, root and the
 * server's own user, who could read its memory anyway. */
bool identity_is_operator(const struct identity *identity, const struct session_peer *peer,
                          uint32_t own_uid);

#endif
