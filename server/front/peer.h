/* Addresses of peers: from sockaddr, as text for the log, as 16 octets for networks and counts. */
#ifndef SERVER_FRONT_PEER_H
#define SERVER_FRONT_PEER_H

#include <sys/socket.h>

#include "server/config/config.h"

enum { PEER_TEXT_BYTES = 80 };

struct peer {
    int family;          /* AF_INET, AF_INET6, AF_UNIX; AF_UNSPEC: not known */
    uint8_t address[16]; /* v4 as v4-mapped; zero for Unix sockets */
    uint16_t port;
    uint32_t uid; /* Unix sockets, when has_uid */
    bool has_uid;
};

void peer_of_sockaddr(const struct sockaddr *address, struct peer *peer);
/* Of a connected socket; peer credentials for Unix sockets. */
void peer_of_socket(int fd, struct peer *peer);
/* "192.0.2.1:4711", "[2001:db8::1]:4711", "unix:uid=0", "unix". */
void peer_text(const struct peer *peer, char text[PEER_TEXT_BYTES]);
/* On this machine: a Unix socket or a loopback address. */
bool peer_is_local(const struct peer *peer);
/* One of the networks holds it; never for Unix sockets. */
bool peer_is_in(const struct peer *peer, const struct network *networks, size_t count);

#endif
