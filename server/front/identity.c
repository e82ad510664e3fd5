/* Matching of peers with the clients of the configuration (identity.h). */
#include "server/front/identity.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void identity_set(struct identity *identity, const struct config_client *client)
{
    identity->client = client;
    identity->role = client == NULL ? ROLE_ANONYMOUS : client->role;
    snprintf(identity->name, sizeof(identity->name), "%s",
             client == NULL ? "anonymous" : client->name);
}

static bool certificate_matches(const struct config_client *client, const struct session_peer *peer)
{
    if (client->certificate == NULL && client->fingerprint == NULL)
        return false;
    if (client->certificate != NULL && (peer->certificate_name == NULL ||
                                        strcmp(client->certificate, peer->certificate_name) != 0))
        return false;
    return client->fingerprint == NULL ||
           (peer->certificate_fingerprint != NULL &&
            strcasecmp(client->fingerprint, peer->certificate_fingerprint) == 0);
}

const struct config_client *identity_of_peer(const struct config *config,
                                             const struct session_peer *peer)
{
    for (size_t i = 0; i < config->client_count; i++) {
        const struct config_client *client = &config->clients[i];
        if (certificate_matches(client, peer))
            return client;
        if (client->has_uid && peer->has_uid && client->uid == peer->uid)
            return client;
    }
    return NULL;
}

bool identity_may_use(const struct identity *identity, const struct config_listener *listener,
                      struct bytes channel)
{
    const struct config_client *client = identity->client;
    const char **channels = client != NULL ? client->channels : listener->channels;
    size_t count = client != NULL ? client->channel_count : listener->channel_count;
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(bytes_of_text(channels[i]), channel))
            return true;
    return false;
}

bool identity_is_operator(const struct identity *identity, const struct session_peer *peer,
                          uint32_t own_uid)
{
    if (identity->role == ROLE_ANONYMOUS)
        return peer->has_uid && (peer->uid == 0 || peer->uid == own_uid);
    return identity->role == ROLE_OPERATOR;
}
