/* Magic numbers. A row's check looks at more than the magic where that is short. */
#include "engines/attachment/listing_kind.h"

#include <string.h>

#include "engines/attachment/inflate.h"
#include "engines/attachment/little_endian.h"
#include "engines/attachment/zip.h"

struct magic {
    struct listing_kind kind;
    size_t offset;
    struct bytes octets;
    bool (*check)(struct bytes octets);
    bool is_carried; /* by self-extracting programs */
};

static bool has_at(struct bytes octets, size_t at, struct bytes magic)
{
    return at <= octets.size && octets.size - at >= magic.size &&
           memcmp(octets.data + at, magic.data, magic.size) == 0;
}

static bool check_gzip(struct bytes octets)
{
    return octets.size >= 10 && octets.data[2] == 8 && (octets.data[3] & 0xE0) == 0;
}

static bool check_bzip2(struct bytes octets)
{
    return octets.size >= 10 && octets.data[3] >= '1' && octets.data[3] <= '9' &&
           (has_at(octets, 4, BYTES("1AY&SY")) || has_at(octets, 4, BYTES("\x17rE8P\x90")));
}

/* .lzma has no magic: properties 5D, a dictionary of 2^n, 2^n + 2^(n-1) or 2^32 - 1, a size
 * that is sane. */
static bool check_lzma(struct bytes octets)
{
    uint64_t dictionary = little_endian(octets, 1, 4), size_high = little_endian(octets, 9, 4);
    uint64_t rest = dictionary & (dictionary - 1);

    return octets.size > 13 && octets.data[0] == 0x5D && dictionary >= 4096 &&
           (dictionary == UINT32_MAX || (rest & (rest - 1)) == 0) &&
           (size_high == UINT32_MAX || size_high < 256) && octets.data[13] == 0;
}

static bool check_compress(struct bytes octets)
{
    return octets.size > 3 && (octets.data[2] & 0x1F) >= 9 && (octets.data[2] & 0x1F) <= 16;
}

static bool check_lzip(struct bytes octets)
{
    return octets.size > 20 && octets.data[4] <= 1;
}

static bool check_7z(struct bytes octets)
{
    return octets.size >= 32 &&
           inflate_crc(bytes_slice(octets, 12, 20)) == little_endian(octets, 8, 4);
}

/* MS-CAB 2.1: reserved1 is 0, version 1.x, the header fits. */
static bool check_cab(struct bytes octets)
{
    return octets.size >= 36 && little_endian(octets, 4, 4) == 0 && octets.data[25] == 1;
}

static bool check_lha(struct bytes octets)
{
    return octets.size > 21 && octets.data[6] == '-' &&
           (octets.data[3] == 'l' || octets.data[3] == 'p') &&
           (octets.data[4] == 'h' || octets.data[4] == 'z' || octets.data[4] == 'm') &&
           octets.data[20] <= 3;
}

static bool check_arj(struct bytes octets)
{
    uint64_t size = little_endian(octets, 2, 2);

    return octets.size > size + 8 && size >= 30 && size <= 2600 &&
           inflate_crc(bytes_slice(octets, 4, size)) == little_endian(octets, 4 + size, 4);
}

/* Binary cpio: the name's size counts its NUL. */
static bool check_cpio(struct bytes octets, uint64_t size)
{
    return size > 1 && size <= 4096 && octets.size >= 26 + size && octets.data[25 + size] == 0 &&
           octets.data[26] != 0;
}

static bool check_cpio_little(struct bytes octets)
{
    return check_cpio(octets, little_endian(octets, 20, 2));
}

static bool check_cpio_big(struct bytes octets)
{
    return check_cpio(octets, little_endian(octets, 20, 1) << 8 | little_endian(octets, 21, 1));
}

/* A frame that says nothing, before the first one that does. */
static bool check_skippable(struct bytes octets)
{
    return octets.data[0] >> 4 == 5;
}

static bool check_rpm(struct bytes octets)
{
    return octets.size > 96 && octets.data[4] >= 2 && octets.data[4] <= 4;
}

/* Octets of the checksum itself count as blanks; old writers add up signed octets. */
static bool check_tar(struct bytes octets)
{
    uint32_t wanted = 0, sum = 0, negative = 0;
    size_t at = 148;

    if (octets.size < 512 || octets.data[0] == 0)
        return false;
    while (at < 156 && octets.data[at] == ' ')
        at++;
    if (at == 156 || octets.data[at] < '0' || octets.data[at] > '7')
        return false;
    for (; at < 156 && octets.data[at] >= '0' && octets.data[at] <= '7'; at++)
        wanted = wanted << 3 | (uint32_t)(octets.data[at] - '0');
    for (size_t i = 0; i < 512; i++) {
        uint8_t octet = i >= 148 && i < 156 ? ' ' : octets.data[i];

        sum += octet;
        negative += octet >= 0x80 ? 256 : 0;
    }
    return wanted == sum || wanted == sum - negative;
}

#define MAGIC(literal)                                                                             \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }
#define ROW(format, reader, offset, literal, check)                                                \
    {                                                                                              \
        {format, reader}, offset, MAGIC(literal), check, false                                     \
    }
#define CARRIED(format, literal, check)                                                            \
    {                                                                                              \
        {format, READER_ARCHIVE}, 0, MAGIC(literal), check, true                                   \
    }

static const struct magic magics[] = {
    ROW("zip", READER_ZIP, 0, "PK\3\4", NULL),
    ROW("zip", READER_ZIP, 0, "PK\5\6", NULL),
    ROW("zip", READER_ZIP, 0, "PK\7\10PK\3\4", NULL),
    ROW("zip", READER_ZIP, 0, "PK00PK\3\4", NULL),
    ROW("gzip", READER_GZIP, 0, "\x1F\x8B", check_gzip),
    ROW("tnef", READER_TNEF, 0, "\x78\x9F\x3E\x22", NULL),
    CARRIED("7z", "7z\xBC\xAF\x27\x1C", check_7z),
    CARRIED("rar", "Rar!\x1A\7\0", NULL),
    CARRIED("rar5", "Rar!\x1A\7\1\0", NULL),
    CARRIED("cab", "MSCF", check_cab),
    ROW("ar", READER_ARCHIVE, 0, "!<arch>\n", NULL),
    ROW("xar", READER_ARCHIVE, 0, "xar!", NULL),
    ROW("cpio", READER_ARCHIVE, 0, "070701", NULL),
    ROW("cpio", READER_ARCHIVE, 0, "070702", NULL),
    ROW("cpio", READER_ARCHIVE, 0, "070707", NULL),
    ROW("cpio", READER_ARCHIVE, 0, "\xC7\x71", check_cpio_little),
    ROW("cpio", READER_ARCHIVE, 0, "\x71\xC7", check_cpio_big),
    ROW("tar", READER_ARCHIVE, 148, "", check_tar),
    ROW("iso9660", READER_ARCHIVE, 32769, "CD001", NULL),
    ROW("lha", READER_ARCHIVE, 2, "-", check_lha),
    ROW("bzip2", READER_STREAM, 0, "BZh", check_bzip2),
    ROW("xz", READER_STREAM, 0, "\xFD\x37zXZ\0", NULL),
    ROW("zstd", READER_STREAM, 0, "\x28\xB5\x2F\xFD", NULL),
    ROW("zstd", READER_STREAM, 1, "\x2A\x4D\x18", check_skippable),
    ROW("lz4", READER_STREAM, 0, "\4\x22\x4D\x18", NULL),
    ROW("lzip", READER_STREAM, 0, "LZIP", check_lzip),
    ROW("compress", READER_STREAM, 0, "\x1F\x9D", check_compress),
    ROW("rpm", READER_STREAM, 0, "\xED\xAB\xEE\xDB", check_rpm),
    ROW("lzma", READER_STREAM, 0, "\x5D", check_lzma),
    ROW("udf", READER_NOBODY, 32769, "BEA01", NULL),
    ROW("arj", READER_NOBODY, 0, "\x60\xEA", check_arj),
    ROW("ace", READER_NOBODY, 7, "**ACE**", NULL),
    ROW("alz", READER_NOBODY, 0, "ALZ\1", NULL),
    ROW("egg", READER_NOBODY, 0, "EGGA", NULL),
    ROW("zoo", READER_NOBODY, 20, "\xDC\xA7\xC4\xFD", NULL),
    ROW("rar1", READER_NOBODY, 0, "RE~^", NULL),
    ROW("iscab", READER_NOBODY, 0, "ISc(", NULL),
    ROW("stuffit", READER_NOBODY, 0, "StuffIt (c)", NULL),
    ROW("stuffit", READER_NOBODY, 10, "rLau", NULL),
    ROW("szdd", READER_NOBODY, 0, "SZDD\x88\xF0\x27\x33", NULL),
    ROW("kwaj", READER_NOBODY, 0, "KWAJ\x88\xF0\x27\xD1", NULL),
    ROW("wim", READER_NOBODY, 0, "MSWIM\0\0\0", NULL),
    ROW("lzop", READER_NOBODY, 0, "\x89LZO\0\r\n\x1A\n", NULL),
    ROW("lrzip", READER_NOBODY, 0, "LRZI", NULL),
};
enum { MAGICS = sizeof magics / sizeof magics[0] };

static const struct listing_kind *kind_at(struct bytes octets)
{
    for (unsigned i = 0; i < MAGICS; i++)
        if (has_at(octets, magics[i].offset, magics[i].octets) &&
            (magics[i].check == NULL || magics[i].check(octets)))
            return &magics[i].kind;
    return NULL;
}

static bool is_program(struct bytes octets)
{
    return has_at(octets, 0, BYTES("MZ")) || has_at(octets, 0,
                                                    BYTES("\x7F"
                                                          "ELF"));
}

/* The first place from which on the octets are of that kind; size when there is none. */
static size_t find_kind(struct bytes octets, size_t size, const struct magic *magic)
{
    const uint8_t *next = octets.data;

    while ((next = memmem(next, (size_t)(octets.data + size - next), magic->octets.data,
                          magic->octets.size)) != NULL) {
        size_t at = (size_t)(next++ - octets.data);

        if (magic->check == NULL || magic->check(bytes_slice(octets, at, octets.size - at)))
            return at;
    }
    return size;
}

/* The first archive behind a program's own octets. */
static const struct listing_kind *kind_behind(struct bytes program, size_t *at)
{
    const struct listing_kind *found = NULL;
    size_t first = program.size, next;

    for (unsigned i = 0; i < MAGICS; i++) {
        next = magics[i].is_carried ? find_kind(program, first, &magics[i]) : first;
        if (next < first)
            found = &magics[i].kind;
        first = next;
    }
    *at = found != NULL ? first : 0;
    return found;
}

const struct listing_kind *listing_kind_of(struct bytes octets, size_t *at)
{
    const struct listing_kind *kind = kind_at(octets);

    *at = 0;
    if (kind == NULL && zip_has_end(octets))
        kind = &magics[0].kind;
    if (kind == NULL && is_program(octets))
        kind = kind_behind(octets, at);
    return kind;
}
