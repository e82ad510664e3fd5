/* A session before a house that answers at once: for tests and the fuzzer of the session. Every
 * content is echoed in the completion; the transaction "hold" stays in flight. */
#ifndef TESTS_SUPPORT_SESSION_FAKE_H
#define TESTS_SUPPORT_SESSION_FAKE_H

#include "server/front/session.h"

enum fake_peer {
    FAKE_ANONYMOUS, /* on a listener that admits it */
    FAKE_STRANGER,  /* must authenticate; private, with uid 7 */
    FAKE_REMOTE,    /* must authenticate; neither private nor with a uid */
};

enum { FAKE_CONTENT_MOST = 1000 }; /* TOOBIG beyond it */

struct session_fake {
    struct session session;
    struct session_house house;
    struct config config;
    struct config_listener listener;
    struct config_client clients[2];
    const char *channels[1];
    struct buffer content; /* of the check that is received */
    bool write_fails;      /* the disk is full */
    char password[32];     /* that is being verified; "" none */
    bool known;            /* its name is */
    unsigned contents;     /* that were announced and neither checked nor dropped */
    unsigned waiting;      /* passwords: session_authenticated() is due */
};

void session_fake_init(struct session_fake *fake, enum fake_peer peer);
void session_fake_clear(struct session_fake *fake);
/* Feeds all octets, at most `step` at a time; passwords are answered when the session waits. */
void session_fake_feed(struct session_fake *fake, struct bytes octets, size_t step);

#endif
