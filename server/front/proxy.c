#include "server/front/proxy.h"

#include <arpa/inet.h>
#include <string.h>

enum {
    FIXED_BYTES = 16,
    COMMAND_LOCAL = 0x20,
    COMMAND_PROXY = 0x21,
    TYPE_CRC32C = 0x03,
    TLV_HEAD_BYTES = 3,
};

static const uint8_t signature[12] = "\r\n\r\n\0\r\nQUIT\n";

/* Family and transport octet, and how many octets of addresses it has. */
static const struct family {
    uint8_t code;
    int family;
    size_t size;
} families[] = {
    {0x00, AF_UNSPEC, 0},
    {0x11, AF_INET, 12},
    {0x21, AF_INET6, 36},
    {0x31, AF_UNIX, 216},
};

void proxy_init(struct proxy *proxy)
{
    proxy->size = 0;
    proxy->expected = FIXED_BYTES;
    proxy->why = NULL;
    proxy->own = false;
    proxy->peer = (struct peer){.family = AF_UNSPEC};
}

static enum status refuse(struct proxy *proxy, const char *why)
{
    proxy->why = why;
    return STATUS_PARSE;
}

static size_t number16(const uint8_t *octets)
{
    return (size_t)octets[0] << 8 | octets[1];
}

static uint32_t number32(const uint8_t *octets)
{
    return (uint32_t)number16(octets) << 16 | (uint32_t)number16(octets + 2);
}

/* RFC 3720 appendix B.4, reflected polynomial; the header is short, so bit by bit. */
static uint32_t crc32c(uint32_t crc, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        crc ^= octets[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1u)));
    }
    return crc;
}

/* Over the whole header, with zeros in the place of the checksum. */
static bool checksum_is_right(const struct proxy *proxy, size_t place)
{
    static const uint8_t zeros[4];
    uint32_t crc = crc32c(0xffffffffu, proxy->octets, place);
    crc = crc32c(crc, zeros, sizeof(zeros));
    crc = crc32c(crc, proxy->octets + place + 4, proxy->size - place - 4);
    return ~crc == number32(proxy->octets + place);
}

static enum status read_tlvs(struct proxy *proxy, size_t place)
{
    while (place < proxy->size) {
        if (proxy->size - place < TLV_HEAD_BYTES)
            return refuse(proxy, "a TLV is cut off");
        uint8_t type = proxy->octets[place];
        size_t size = number16(proxy->octets + place + 1);
        place += TLV_HEAD_BYTES;
        if (proxy->size - place < size)
            return refuse(proxy, "a TLV is cut off");
        if (type == TYPE_CRC32C && (size != 4 || !checksum_is_right(proxy, place)))
            return refuse(proxy, "wrong checksum");
        place += size;
    }
    return STATUS_OK;
}

static void take_peer(struct proxy *proxy, int family)
{
    const uint8_t *block = proxy->octets + FIXED_BYTES;
    struct peer *peer = &proxy->peer;
    *peer = (struct peer){.family = family};
    if (family == AF_INET) {
        peer->address[10] = peer->address[11] = 0xff;
        memcpy(peer->address + 12, block, 4);
        peer->port = (uint16_t)number16(block + 8);
    } else if (family == AF_INET6) {
        memcpy(peer->address, block, 16);
        peer->port = (uint16_t)number16(block + 32);
    }
    proxy->own = family == AF_UNSPEC;
}

static enum status read_block(struct proxy *proxy)
{
    if (proxy->octets[12] == COMMAND_LOCAL) { /* a health check: the block is not looked at */
        proxy->own = true;
        return STATUS_OK;
    }
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (families[i].code != proxy->octets[13])
            continue;
        if (proxy->size < FIXED_BYTES + families[i].size)
            return refuse(proxy, "addresses are cut off");
        take_peer(proxy, families[i].family);
        return read_tlvs(proxy, FIXED_BYTES + families[i].size);
    }
    return refuse(proxy, "not a stream of a known family");
}

/* Everything in the fixed octets that can be known so far. */
static enum status read_fixed(struct proxy *proxy)
{
    size_t known = proxy->size < sizeof(signature) ? proxy->size : sizeof(signature);
    if (memcmp(proxy->octets, signature, known) != 0)
        return refuse(proxy, "not a PROXY v2 header");
    if (proxy->size > 12 && proxy->octets[12] != COMMAND_LOCAL &&
        proxy->octets[12] != COMMAND_PROXY)
        return refuse(proxy, "unknown version or command");
    if (proxy->size < FIXED_BYTES)
        return STATUS_MORE;
    proxy->expected = FIXED_BYTES + number16(proxy->octets + 14);
    if (proxy->expected > PROXY_HEADER_MOST)
        return refuse(proxy, "header too long");
    return STATUS_OK;
}

/* Takes what is missing to the expected size. */
static void take(struct proxy *proxy, struct bytes *input)
{
    size_t size = proxy->expected - proxy->size;
    if (size > input->size)
        size = input->size;
    if (size > 0)
        memcpy(proxy->octets + proxy->size, input->data, size);
    proxy->size += size;
    *input = bytes_slice(*input, size, input->size - size);
}

enum status proxy_read(struct proxy *proxy, struct bytes *input)
{
    if (proxy->why != NULL)
        return STATUS_PARSE;
    if (proxy->size < FIXED_BYTES) {
        take(proxy, input);
        enum status status = read_fixed(proxy);
        if (status != STATUS_OK)
            return status;
    }
    take(proxy, input);
    return proxy->size == proxy->expected ? read_block(proxy) : STATUS_MORE;
}
