/* Addresses of sockets and networks: numbers only, no resolver. */
#include "server/config/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "server/config/quantity.h"
#include "server/systemd.h"

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/* size octets of text as an IP address; v4 becomes v4-mapped. */
static bool read_ip(const char *text, size_t size, bool version_6, uint8_t octets[16])
{
    char copy[64];
    if (size == 0 || size >= sizeof copy)
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    if (version_6)
        return inet_pton(AF_INET6, copy, octets) == 1;
    memcpy(octets, mapped, sizeof mapped);
    return inet_pton(AF_INET, copy, octets + 12) == 1;
}

static bool is_loopback(const uint8_t octets[16])
{
    static const uint8_t one[16] = {[15] = 1};
    if (memcmp(octets, mapped, sizeof mapped) == 0)
        return octets[12] == 127;
    return memcmp(octets, one, sizeof one) == 0;
}

static const char *read_name(const char *text, struct endpoint *endpoint)
{
    bool is_unix = strncmp(text, "unix:", 5) == 0;
    endpoint->loopback = is_unix;
    endpoint->kind = is_unix ? ENDPOINT_UNIX : ENDPOINT_INHERITED;
    endpoint->name = text + (is_unix ? 5 : 3);
    if (endpoint->name[0] == '\0')
        return is_unix ? "a path is missing behind unix:" : "a name is missing behind fd:";
    if (is_unix && strlen(endpoint->name) > 107)
        return "the path of a Unix socket has at most 107 octets";
    return NULL;
}

const char *endpoint_read(const char *text, struct endpoint *endpoint)
{
    *endpoint = (struct endpoint){.kind = ENDPOINT_TCP};
    if (strncmp(text, "unix:", 5) == 0 || strncmp(text, "fd:", 3) == 0)
        return read_name(text, endpoint);
    const char *colon = strrchr(text, ':');
    uint64_t port = 0;
    if (colon == NULL)
        return "a port is missing";
    if (quantity_read(colon + 1, NULL, &port) != QUANTITY_FINE || port > 65535)
        return "the port is not a number from 0 to 65535";
    endpoint->port = (uint16_t)port;
    size_t size = (size_t)(colon - text);
    endpoint->version_6 = text[0] == '[' && size > 2 && text[size - 1] == ']';
    bool read = endpoint->version_6 ? read_ip(text + 1, size - 2, true, endpoint->octets)
                                    : read_ip(text, size, false, endpoint->octets);
    if (!read)
        return memchr(text, ':', size) != NULL && !endpoint->version_6
                   ? "an IPv6 address stands in brackets: [::1]:10030"
                   : "the host is not an IP address";
    endpoint->loopback = is_loopback(endpoint->octets);
    return NULL;
}

bool endpoint_is_local(const struct endpoint *endpoint)
{
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage any;
    } name = {.any.ss_family = AF_UNSPEC};
    socklen_t size = sizeof name;
    uint8_t octets[16];
    if (endpoint->kind != ENDPOINT_INHERITED)
        return endpoint->loopback;
    int fd = systemd_socket(endpoint->name);
    if (fd < 0 || getsockname(fd, (struct sockaddr *)&name, &size) != 0)
        return true;
    if (name.any.ss_family == AF_INET6)
        return is_loopback(name.v6.sin6_addr.s6_addr);
    memcpy(octets, mapped, sizeof mapped);
    memcpy(octets + 12, &name.v4.sin_addr, 4);
    return name.any.ss_family == AF_UNIX || (name.any.ss_family == AF_INET && is_loopback(octets));
}

/* True when an octet bit behind the prefix is set. */
static bool has_host_bits(const struct network *network)
{
    for (unsigned bit = network->bits; bit < 128; bit++)
        if (network->address[bit / 8] & (0x80 >> bit % 8))
            return true;
    return false;
}

const char *network_read(const char *text, struct network *network)
{
    const char *slash = strchr(text, '/');
    size_t size = slash != NULL ? (size_t)(slash - text) : strlen(text);
    bool version_6 = memchr(text, ':', size) != NULL;
    uint64_t most = version_6 ? 128 : 32;
    uint64_t bits = most;
    if (!read_ip(text, size, version_6, network->address))
        return "not an IP network";
    if (slash != NULL && (quantity_read(slash + 1, NULL, &bits) != QUANTITY_FINE || bits > most))
        return version_6 ? "the prefix is not from 0 to 128" : "the prefix is not from 0 to 32";
    network->bits = (unsigned)(version_6 ? bits : bits + 96);
    return has_host_bits(network) ? "bits behind the prefix are set" : NULL;
}

const char *network_write(const struct network *network, char text[64])
{
    char host[INET6_ADDRSTRLEN];
    bool version_4 = network->bits >= 96 && memcmp(network->address, mapped, sizeof mapped) == 0;
    if (version_4)
        inet_ntop(AF_INET, network->address + 12, host, sizeof host);
    else
        inet_ntop(AF_INET6, network->address, host, sizeof host);
    snprintf(text, 64, "%s/%u", host, version_4 ? network->bits - 96 : network->bits);
    return text;
}

bool network_contains(const struct network *network, const uint8_t address[16])
{
    size_t whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    if (memcmp(network->address, address, whole) != 0)
        return false;
    uint8_t mask = (uint8_t)(0xFF00 >> rest);
    return rest == 0 || ((network->address[whole] ^ address[whole]) & mask) == 0;
}
