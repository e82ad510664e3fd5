#include "server/front/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

void peer_of_sockaddr(const struct sockaddr *address, struct peer *peer)
{
    *peer = (struct peer){.family = address->sa_family};
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
        memcpy(peer->address, v4_mapped, sizeof(v4_mapped));
        memcpy(peer->address + 12, &v4->sin_addr, 4);
        peer->port = ntohs(v4->sin_port);
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        memcpy(peer->address, &v6->sin6_addr, 16);
        peer->port = ntohs(v6->sin6_port);
    }
}

void peer_of_socket(int fd, struct peer *peer)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(address);
    *peer = (struct peer){.family = AF_UNSPEC};
    if (getpeername(fd, (struct sockaddr *)&address, &size) != 0)
        return;
    peer_of_sockaddr((const struct sockaddr *)&address, peer);
    if (peer->family != AF_UNIX)
        return;
    struct ucred credentials;
    size = sizeof(credentials);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
        peer->has_uid = true;
        peer->uid = credentials.uid;
    }
}

void peer_text(const struct peer *peer, char text[PEER_TEXT_BYTES])
{
    char address[INET6_ADDRSTRLEN] = "";
    bool v4 = memcmp(peer->address, v4_mapped, sizeof(v4_mapped)) == 0;
    if (peer->family == AF_INET || (peer->family == AF_INET6 && v4)) {
        inet_ntop(AF_INET, peer->address + 12, address, sizeof(address));
        snprintf(text, PEER_TEXT_BYTES, "%s:%u", address, peer->port);
    } else if (peer->family == AF_INET6) {
        inet_ntop(AF_INET6, peer->address, address, sizeof(address));
        snprintf(text, PEER_TEXT_BYTES, "[%s]:%u", address, peer->port);
    } else if (peer->family == AF_UNIX && peer->has_uid) {
        snprintf(text, PEER_TEXT_BYTES, "unix:uid=%u", peer->uid);
    } else {
        snprintf(text, PEER_TEXT_BYTES, "%s", peer->family == AF_UNIX ? "unix" : "unknown");
    }
}

bool peer_is_local(const struct peer *peer)
{
    static const struct network loopback[] = {
        {.address = {[10] = 0xff, [11] = 0xff, [12] = 127}, .bits = 104},
        {.address = {[15] = 1}, .bits = 128},
    };
    return peer->family == AF_UNIX || peer_is_in(peer, loopback, 2);
}

bool peer_is_in(const struct peer *peer, const struct network *networks, size_t count)
{
    if (peer->family != AF_INET && peer->family != AF_INET6)
        return false;
    for (size_t i = 0; i < count; i++)
        if (network_contains(&networks[i], peer->address))
            return true;
    return false;
}
