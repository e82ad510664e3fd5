/* Magic numbers and the directory of a ZIP (APPNOTE.TXT 4.3.12, 4.3.16). ZIP64 and damaged local
 * headers are found out otherwise: members that are listed but never come out (scan.c). */
#include "engines/clamav/container.h"

#include <string.h>

enum {
    ZIP_ENTRY_BYTES = 46, /* of the central directory, without name, extra field and comment */
    ZIP_END_BYTES = 22,
    ZIP_COMMENT_MOST = 65535,
    ZIP_METHOD_AES = 99,
    OLE2_HEADER_BYTES = 512,
    OLE2_SECTOR_BYTES = 64,
    ZIP_METHODS_OPENED = 1 << 0 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 12
};

/* Streams without a reader in the packaged libclamav. RAR has one where libclamunrar is installed:
 * it shows by members that come out. */
static const struct {
    uint8_t magic[13];
    uint8_t size;
} closed[] = {
    {{0x28, 0xb5, 0x2f, 0xfd}, 4},                                       /* zstd, RFC 8878 3.1.1 */
    {{0x04, 0x22, 0x4d, 0x18}, 4},                                       /* LZ4 frame */
    {{'L', 'Z', 'I', 'P', 1}, 5},                                        /* lzip */
    {{0x1f, 0x9d}, 2},                                                   /* compress */
    {{0x5d, 0, 0, 0x80, 0, 255, 255, 255, 255, 255, 255, 255, 255}, 13}, /* LZMA alone */
};

static uint32_t little(const uint8_t *data, unsigned count)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < count; i++)
        value |= (uint32_t)data[i] << 8 * i;
    return value;
}

static bool begins(struct bytes octets, struct bytes magic)
{
    return octets.size >= magic.size && memcmp(octets.data, magic.data, magic.size) == 0;
}

/* A skippable frame of zstd and LZ4 (RFC 8878 3.1.2): what follows it is not looked for. */
static bool is_skippable_frame(struct bytes octets)
{
    return octets.size >= 8 && (octets.data[0] & 0xf0) == 0x50 && octets.data[1] == 0x2a &&
           octets.data[2] == 0x4d && octets.data[3] == 0x18;
}

/* Offset of the end record, or octets.size. most: how long its comment may be. */
static size_t zip_end(struct bytes octets, size_t most)
{
    if (octets.size < ZIP_END_BYTES)
        return octets.size;
    size_t last = octets.size - ZIP_END_BYTES;
    for (size_t back = 0; back <= most && back <= last; back++)
        if (memcmp(octets.data + last - back, "PK\5\6", 4) == 0)
            return last - back;
    return octets.size;
}

static const char *zip_entry_closed(const uint8_t *entry)
{
    uint32_t flags = little(entry + 8, 2), method = little(entry + 10, 2);
    if (little(entry + 24, 4) == 0)
        return NULL; /* nothing in it */
    if (flags & 1 || method == ZIP_METHOD_AES)
        return "encrypted";
    return method < 32 && ZIP_METHODS_OPENED >> method & 1 ? NULL : "unsupported";
}

static const char *zip_closed(struct bytes octets, size_t end)
{
    uint32_t count = little(octets.data + end + 10, 2), size = little(octets.data + end + 12, 4);
    const char *reason = NULL;
    if (count == 0xffff || size > end) /* ZIP64, or a lie: libclamav goes by the local headers */
        return size > end && count != 0xffff ? "broken" : NULL;
    size_t at = end - size;
    for (uint32_t i = 0; i < count; i++) {
        if (end - at < ZIP_ENTRY_BYTES || memcmp(octets.data + at, "PK\1\2", 4) != 0)
            return reason ? reason : "broken";
        const uint8_t *entry = octets.data + at;
        if (!reason)
            reason = zip_entry_closed(entry);
        size_t length = ZIP_ENTRY_BYTES + (size_t)little(entry + 28, 2) + little(entry + 30, 2) +
                        little(entry + 32, 2);
        if (length > end - at)
            return reason ? reason : "broken";
        at += length;
    }
    return reason;
}

/* The head of a stream of an OLE2 file; streams begin at multiples of 64 (MS-CFB 2.3, 2.6). */
static bool is_encrypted_stream(const uint8_t *head)
{
    static const uint8_t workbook[] = {0x09, 0x08, 0x10, 0x00};
    /* Word: FibBase.fEncrypted (MS-DOC 2.5.2). */
    if (head[0] == 0xec && head[1] == 0xa5)
        return head[11] & 1;
    /* Excel: a FilePass record behind the first BOF record (MS-XLS 2.4.117). */
    return memcmp(head, workbook, sizeof workbook) == 0 && head[20] == 0x2f && head[21] == 0;
}

/* An Office document under a password is an OLE2 file that holds the stream EncryptedPackage
 * (MS-OFFCRYPTO 2.3.4.4), or says so in an older way; libclamav 1.4 does not tell. */
static bool is_encrypted_office(struct bytes octets)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    if (!begins(octets, BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
        return false;
    for (size_t at = OLE2_HEADER_BYTES; at + OLE2_SECTOR_BYTES <= octets.size;
         at += OLE2_SECTOR_BYTES)
        if (is_encrypted_stream(octets.data + at))
            return true;
    return memmem(octets.data, octets.size, name, sizeof name) != NULL;
}

const char *container_closed(struct bytes octets)
{
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        if (begins(octets, (struct bytes){closed[i].magic, closed[i].size}))
            return "unsupported";
    if (is_skippable_frame(octets))
        return "unsupported";
    if (is_encrypted_office(octets))
        return "encrypted";
    /* With something before it a ZIP is looked for at the very end only. */
    bool zip = begins(octets, BYTES("PK\3\4"));
    size_t end = zip_end(octets, zip ? ZIP_COMMENT_MOST : 0);
    if (end < octets.size)
        return zip_closed(octets, end);
    return zip ? "broken" : NULL;
}

uint64_t container_gzip_size(struct bytes octets)
{
    return octets.size < 18 ? 0 : little(octets.data + octets.size - 4, 4);
}

uint64_t container_zip_entries(struct bytes octets)
{
    const uint8_t *at = octets.data, *end = at + octets.size;
    uint64_t count = 0;
    while (at < end && (at = memmem(at, (size_t)(end - at), "PK\1\2", 4)) != NULL) {
        count++;
        at += ZIP_ENTRY_BYTES < end - at ? ZIP_ENTRY_BYTES : end - at;
    }
    return count;
}
