#include "clients/cccpc/zip.h"

#include <string.h>

enum { ENCRYPTION_HEADER = 12, DATE_2026 = (2026 - 1980) << 9 | 1 << 5 | 1 };

struct keys {
    uint32_t key[3];
};

static uint32_t crc_octet(uint32_t crc, uint8_t octet)
{
    crc ^= octet;
    for (unsigned bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    return crc;
}

static uint32_t crc_of(struct bytes octets)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < octets.size; i++)
        crc = crc_octet(crc, octets.data[i]);
    return ~crc;
}

static void keys_update(struct keys *keys, uint8_t octet)
{
    keys->key[0] = crc_octet(keys->key[0], octet);
    keys->key[1] = (keys->key[1] + (keys->key[0] & 0xFF)) * 134775813u + 1;
    keys->key[2] = crc_octet(keys->key[2], (uint8_t)(keys->key[1] >> 24));
}

static uint8_t encrypt(struct keys *keys, uint8_t octet)
{
    uint32_t mixed = (keys->key[2] | 2) & 0xFFFF;
    uint8_t pad = (uint8_t)(mixed * (mixed ^ 1) >> 8);
    keys_update(keys, octet);
    return octet ^ pad;
}

static enum status number_append(struct buffer *out, uint32_t number, unsigned size)
{
    uint8_t octets[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                         (uint8_t)(number >> 24)};
    return buffer_append(out, (struct bytes){octets, size});
}

static enum status member_append(struct buffer *out, struct bytes content, uint32_t crc,
                                 const char *password)
{
    struct keys keys = {{0x12345678u, 0x23456789u, 0x34567890u}};
    if (!password)
        return buffer_append(out, content);
    for (const char *at = password; *at; at++)
        keys_update(&keys, (uint8_t)*at);
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < ENCRYPTION_HEADER && status == STATUS_OK; i++) {
        uint8_t octet = i + 1 == ENCRYPTION_HEADER ? (uint8_t)(crc >> 24) : (uint8_t)(i * 37);
        status = buffer_append_octet(out, encrypt(&keys, octet));
    }
    for (size_t i = 0; i < content.size && status == STATUS_OK; i++)
        status = buffer_append_octet(out, encrypt(&keys, content.data[i]));
    return status;
}

struct field {
    uint32_t value;
    unsigned size;
};

static enum status fields_append(struct buffer *out, const struct field *fields, size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = number_append(out, fields[i].value, fields[i].size);
    return status;
}

enum status zip_write(struct buffer *out, const char *name, struct bytes content,
                      const char *password)
{
    uint32_t crc = crc_of(content), start = (uint32_t)out->size;
    uint32_t packed = (uint32_t)content.size + (password ? ENCRYPTION_HEADER : 0);
    uint32_t length = (uint32_t)strlen(name), flags = password != NULL;
    const struct field common[] = {{20, 2},  {flags, 2},  {0, 2}, {0, 2},
                                   {DATE_2026, 2}, {crc, 4}, {packed, 4},
                                   {(uint32_t)content.size, 4}, {length, 2}, {0, 2}};
    enum { COMMON = sizeof(common) / sizeof(common[0]) };
    const struct field local[] = {{0x04034B50u, 4}}, directory[] = {{0x02014B50u, 4}, {20, 2}},
                       rest[] = {{0, 2}, {0, 2}, {0, 2}, {0, 4}, {0, 4}};
    enum status status = fields_append(out, local, 1);
    if (status == STATUS_OK)
        status = fields_append(out, common, COMMON);
    if (status == STATUS_OK)
        status = buffer_append(out, bytes_of_text(name));
    if (status == STATUS_OK)
        status = member_append(out, content, crc, password);
    uint32_t directory_at = (uint32_t)out->size - start;
    if (status == STATUS_OK)
        status = fields_append(out, directory, 2);
    if (status == STATUS_OK)
        status = fields_append(out, common, COMMON);
    if (status == STATUS_OK)
        status = fields_append(out, rest, 5);
    if (status == STATUS_OK)
        status = buffer_append(out, bytes_of_text(name));
    uint32_t directory_size = (uint32_t)out->size - start - directory_at;
    const struct field end[] = {{0x06054B50u, 4}, {0, 2}, {0, 2}, {1, 2}, {1, 2},
                                {directory_size, 4}, {directory_at, 4}, {0, 2}};
    return status == STATUS_OK ? fields_append(out, end, 8) : status;
}
