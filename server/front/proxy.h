/* PROXY protocol version 2 (haproxy, doc/proxy-protocol.txt 2.2), pure: no socket, no clock.
 *
 *     header = 12 octets of signature, version and command, family, length (2), block
 *     block  = addresses (0, 12, 36 or 216 octets by family) *( type length (2) value )
 *
 * The header is required or off, never guessed. Bounded: a header over PROXY_HEADER_MOST octets is
 * refused as soon as its length is known. A CRC32C that is present must be right. */
#ifndef SERVER_FRONT_PROXY_H
#define SERVER_FRONT_PROXY_H

#include "server/front/peer.h"

enum { PROXY_HEADER_MOST = 4096 };

struct proxy {
    size_t size;      /* octets so far */
    size_t expected;  /* whole header, once its length is known; else 16 */
    const char *why;  /* PARSE: static text */
    bool own;         /* LOCAL, or family UNSPEC: the connection's own peer counts */
    struct peer peer; /* else this one */
    uint8_t octets[PROXY_HEADER_MOST];
};

void proxy_init(struct proxy *proxy);
/* Eats the header's octets from *input and none behind them. OK once, when it is complete; MORE;
 * PARSE at the first octet that cannot be, from then on. */
MUST_CHECK enum status proxy_read(struct proxy *proxy, struct bytes *input);

#endif
