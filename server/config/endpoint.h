/* Addresses of sockets as they stand in a configuration. */
#ifndef SERVER_CONFIG_ENDPOINT_H
#define SERVER_CONFIG_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/config/config.h"

enum endpoint_kind { ENDPOINT_TCP, ENDPOINT_UNIX, ENDPOINT_INHERITED };

struct endpoint {
    enum endpoint_kind kind;
    bool version_6;
    bool loopback;      /* 127.0.0.0/8 or ::1; a Unix socket too; unknown for an inherited one */
    uint8_t octets[16]; /* TCP; v4 as v4-mapped */
    uint16_t port;      /* TCP; 0: any free one */
    const char *name;   /* Unix: the path; inherited: the name. Borrowed from the text. */
};

/* "127.0.0.1:10030", "[::1]:10030", "unix:/path", "fd:name". NULL when it is one, else what is
 * wrong with it. Host names are none: what a listener binds must not depend on a resolver. */
const char *endpoint_read(const char *text, struct endpoint *endpoint);
/* Nobody outside this machine can reach it. An inherited socket is asked for its address; one that
 * was not passed cannot be listened on either, and counts as local. */
bool endpoint_is_local(const struct endpoint *endpoint);
/* "192.0.2.0/24", "2001:db8::/32", or one address; no octet behind the prefix is set. */
const char *network_read(const char *text, struct network *network);
/* The other way; text has at least 64 octets. */
const char *network_write(const struct network *network, char text[64]);

#endif
