/* One password check for each session that waits for it (verification.h). */
#include "server/front/verification.h"

#include <stdlib.h>

#include "server/crypto/password.h"

struct verification {
    struct link link;
    struct session *session;
    const struct config_client *client; /* of the session's configuration; NULL: unknown name */
    struct password_check *check;
};

static void on_verified(void *owner, bool right)
{
    struct verification *verification = owner;
    struct session *session = verification->session;
    const struct config_client *client = right ? verification->client : NULL;
    link_remove(&verification->link);
    free(verification);
    session_authenticated(session, client);
}

enum status verification_start(struct link *list, struct session *session, struct bytes name,
                               struct bytes password)
{
    struct verification *verification = calloc(1, sizeof(*verification));
    if (verification == NULL)
        return STATUS_MEMORY;
    verification->session = session;
    verification->client = config_find_client(session->config, name);
    const char *hash = verification->client == NULL ? NULL : verification->client->password;
    enum status status = password_verify(hash, password, session->failures, verification,
                                         on_verified, &verification->check);
    if (status != STATUS_OK) {
        free(verification);
        return status;
    }
    link_append(list, &verification->link);
    return STATUS_OK;
}

void verification_forget(struct link *list, const struct session *session)
{
    for (struct link *at = list->next; at != list; at = at->next) {
        struct verification *verification = LINK_OWNER(at, struct verification, link);
        if (verification->session != session)
            continue;
        password_forget(&verification->check);
        link_remove(at);
        free(verification);
        return;
    }
}
