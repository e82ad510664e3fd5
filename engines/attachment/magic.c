/* Finds the kind of a file: signatures at fixed places first, then the formats whose mark needs a
 * look at a field or two, then what is text. The first row that fits wins. */
#include "engines/attachment/magic.h"

#include <string.h>

#include "engines/attachment/magic_kinds.h"

struct signature {
    uint32_t offset;
    uint8_t size;
    const char *octets;
    enum magic_kind kind;
};

#define AT(offset, octets, kind)                                                                   \
    {                                                                                              \
        offset, sizeof(octets) - 1, octets, KIND_##kind                                            \
    }
/* clang-format off */
static const struct signature signatures[] = {
    AT(0, "\177ELF", ELF), AT(0, "\xFE\xED\xFA\xCE", MACHO), AT(0, "\xFE\xED\xFA\xCF", MACHO),
    AT(0, "\xCE\xFA\xED\xFE", MACHO), AT(0, "\xCF\xFA\xED\xFE", MACHO), AT(0, "dex\n03", DEX),
    AT(0, "\0asm", WASM), AT(0, "ITSF", CHM), AT(0, "?_\x03\0", HLP),
    AT(0, "\xED\xAB\xEE\xDB", RPM), AT(0, "xar!", XAR), AT(0, "!<arch>\ndebian-binary", DEB),
    AT(0, "!<arch>\n", AR), AT(0, "L\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0F", LNK),
    AT(0, "vhdxfile", VHDX), AT(0, "conectix", VHD), AT(0, "KDMV", VMDK),
    AT(0, "# Disk DescriptorFile", VMDK), AT(0x40, "\x7F\x10\xDA\xBE", VDI), AT(0, "QFI\xFB", QCOW),
    AT(0, "hsqs", SQUASHFS), AT(0, "MSWIM\0\0\0", WIM), AT(3, "NTFS    ", NTFS),
    AT(0, "Rar!\x1A\x07", RAR), AT(0, "7z\xBC\xAF\x27\x1C", SEVEN_ZIP), AT(0, "\x1F\x8B\x08", GZIP),
    AT(0, "\3757zXZ\0", XZ), AT(0, "LZIP", LZIP), AT(0, "\x89LZO\0\r\n\x1A\n", LZOP),
    AT(0, "\x28\xB5\x2F\xFD", ZSTD), AT(0, "\x04\x22\x4D\x18", LZ4), AT(0, "\x1F\x9D", COMPRESS),
    AT(257, "ustar", TAR), AT(0, "070701", CPIO), AT(0, "070702", CPIO), AT(0, "070707", CPIO),
    AT(0, "\xC7\x71", CPIO), AT(0, "MSCF\0\0\0\0", CAB), AT(7, "**ACE**", ACE),
    AT(0, "ALZ\x01", ALZ), AT(0, "EGGA", EGG), AT(20, "\xDC\xA7\xC4\xFD", ZOO),
    AT(0, "SZDD\x88\xF0\x27\x33", SZDD), AT(0, "StuffIt", STUFFIT), AT(0, "SIT!", STUFFIT),
    AT(0, "\x78\x9F\x3E\x22", TNEF), AT(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", OLE),
    AT(0, "{\\rt", RTF), AT(0, "%!PS", POSTSCRIPT), AT(0, "\xC5\xD0\xD3\xC6", POSTSCRIPT),
    AT(0, "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", ONENOTE),
    AT(0, "\xA1\x2F\xFF\x43\xD9\xEF\x76\x4C\x9E\xE2\x10\xEA\x57\x22\x76\x5F", ONENOTE),
    AT(0, "\x09\0\x04\0", BIFF), AT(0, "\x09\x02\x06\0", BIFF), AT(0, "\x09\x04\x06\0", BIFF),
    AT(0, "\0\x01\0\0Standard Jet DB", ACCESS), AT(0, "\0\x01\0\0Standard ACE DB", ACCESS),
    AT(0, "\xFFWPC", WORDPERFECT), AT(0, "AT&TFORM", DJVU), AT(0, "SQLite format 3\0", SQLITE),
    AT(0, "\x89PNG\r\n\x1A\n", PNG), AT(0, "GIF87a", GIF), AT(0, "GIF89a", GIF),
    AT(0, "\xFF\xD8\xFF", JPEG), AT(0, "II*\0", TIFF), AT(0, "MM\0*", TIFF), AT(0, "8BPS", PSD),
    AT(0, "\0\0\0\x0CjP  ", JPEG2000), AT(0, "\xD7\xCD\xC6\x9A", WMF), AT(40, " EMF", EMF),
    AT(0, "ID3", MP3), AT(0, "OggS", OGG), AT(0, "fLaC", FLAC), AT(0, "MThd", MIDI),
    AT(0, "#!AMR", AMR), AT(0, ".snd", AU), AT(0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11", ASF),
    AT(0, "\0\0\x01\xBA", MPEG), AT(0, "\0\0\x01\xB3", MPEG), AT(0, "\x1A\x45\xDF\xA3", MATROSKA),
    AT(0, "FLV\x01", FLV), AT(0, "\0\x01\0\0\0", TRUETYPE), AT(0, "ttcf", TRUETYPE),
    AT(0, "OTTO", OPENTYPE), AT(0, "wOFF", WOFF), AT(0, "wOF2", WOFF), AT(0x8001, "CD001", ISO),
    AT(0x8801, "CD001", ISO), AT(0x9001, "CD001", ISO), AT(0x8001, "BEA01", UDF),
    AT(0x8801, "NSR02", UDF), AT(0x8801, "NSR03", UDF), AT(1024, "H+\0\x04", HFS),
    AT(1024, "HX\0\x05", HFS),
};
/* clang-format on */
#undef AT

static bool holds_at(struct bytes octets, size_t at, const char *wanted, size_t size)
{
    return octets.size >= size && at <= octets.size - size &&
           memcmp(octets.data + at, wanted, size) == 0;
}

static uint32_t little(struct bytes octets, size_t at, unsigned size)
{
    uint32_t value = 0;

    if (octets.size < size || at > octets.size - size)
        return 0;
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)octets.data[at + i] << 8 * i;
    return value;
}

/* A DOS program has binary octets in its header: "MZ" alone begins words too. */
static enum magic_kind program_kind(struct bytes octets)
{
    uint32_t header = little(octets, 0x3C, 4), optional = header + 24;

    if (!holds_at(octets, 0, "MZ", 2) && !holds_at(octets, 0, "ZM", 2))
        return KIND_DATA;
    if (holds_at(octets, header, "PE\0\0", 4)) {
        bool is_wide = little(octets, optional, 2) == 0x20B;
        return little(octets, (size_t)optional + (is_wide ? 224 : 208), 4) != 0 ? KIND_DOTNET
                                                                                : KIND_PE;
    }
    return memchr(octets.data, 0, octets.size < 64 ? octets.size : 64) != NULL ? KIND_DOS
                                                                               : KIND_DATA;
}

/* CAFEBABE is Java when what follows is its version, a fat Mach-O when it is a small count. */
static enum magic_kind coffee_kind(struct bytes octets)
{
    if (!holds_at(octets, 0, "\xCA\xFE\xBA\xBE", 4) || octets.size < 8)
        return KIND_DATA;
    return octets.data[6] == 0 && octets.data[7] < 45 ? KIND_MACHO : KIND_JAVA;
}

static enum magic_kind riff_kind(struct bytes octets)
{
    if (!holds_at(octets, 0, "RIFF", 4) && !holds_at(octets, 0, "FORM", 4))
        return KIND_DATA;
    if (holds_at(octets, 8, "WEBP", 4))
        return KIND_WEBP;
    if (holds_at(octets, 8, "AVI ", 4))
        return KIND_AVI;
    if (holds_at(octets, 8, "AIF", 3))
        return KIND_AIFF;
    if (holds_at(octets, 8, "ACON", 4))
        return KIND_ICON;
    return holds_at(octets, 8, "WAVE", 4) ? KIND_WAVE : KIND_DATA;
}

static enum magic_kind media_kind(struct bytes octets)
{
    static const char still[][5] = {"heic", "heix", "heim", "mif1", "msf1", "avif", "avis"};

    if (holds_at(octets, 4, "moov", 4) || holds_at(octets, 4, "mdat", 4))
        return KIND_MP4;
    if (!holds_at(octets, 4, "ftyp", 4))
        return KIND_DATA;
    for (size_t i = 0; i < sizeof still / sizeof still[0]; i++) {
        if (holds_at(octets, 8, still[i], 4))
            return KIND_HEIF;
    }
    return KIND_MP4;
}

/* Formats whose mark is short: another field has to agree. */
static enum magic_kind short_kind(struct bytes octets)
{
    uint32_t header = little(octets, 14, 4);

    if (holds_at(octets, 0, "BM", 2) && (header == 12 || (header >= 40 && header <= 124)))
        return KIND_BMP;
    if ((holds_at(octets, 0, "\0\0\x01\0", 4) || holds_at(octets, 0, "\0\0\x02\0", 4)) &&
        little(octets, 4, 2) - 1 < 256 && octets.size >= 22)
        return KIND_ICON;
    if (holds_at(octets, 0, "BZh", 3) && holds_at(octets, 4, "1AY&SY", 6))
        return KIND_BZIP2;
    if (holds_at(octets, 0, "\x60\xEA", 2) && little(octets, 2, 2) - 1 < 2600)
        return KIND_ARJ;
    if (holds_at(octets, 2, "-lh", 3) && holds_at(octets, 6, "-", 1))
        return KIND_LHA;
    if (octets.size > 4 && octets.data[0] == 0xFF && (octets.data[1] & 0xFE) == 0xFA &&
        octets.data[2] >> 4 != 15 && (octets.data[2] & 12) != 12)
        return KIND_MP3;
    if (octets.size > 8 && strchr("FCZ", octets.data[0]) != NULL && octets.data[0] != 0 &&
        holds_at(octets, 1, "WS", 2) && octets.data[3] < 64)
        return KIND_FLASH;
    return KIND_DATA;
}

/* A boot sector with a file allocation table, or the marks that stand at the end of an image. */
static enum magic_kind disk_kind(struct bytes octets)
{
    if (holds_at(octets, 510, "\x55\xAA", 2) &&
        (holds_at(octets, 54, "FAT1", 4) || holds_at(octets, 82, "FAT32", 5)))
        return KIND_FAT;
    if (octets.size >= 512 && holds_at(octets, octets.size - 512, "koly", 4))
        return KIND_DMG;
    if (octets.size >= 512 && holds_at(octets, octets.size - 512, "conectix", 8))
        return KIND_VHD;
    return KIND_DATA;
}

/* A package whose first member says what it is (OpenDocument, EPUB). */
static enum magic_kind zip_kind(struct bytes octets)
{
    static const char open_document[] = "mimetypeapplication/vnd.oasis.opendocument";

    if (!holds_at(octets, 0, "PK\x03\x04", 4) && !holds_at(octets, 0, "PK\x05\x06", 4) &&
        !holds_at(octets, 0, "PK\x07\x08PK\x03\x04", 8) &&
        !holds_at(octets, 0, "PK00PK\x03\x04", 8))
        return KIND_DATA;
    if (holds_at(octets, 30, open_document, sizeof open_document - 1) ||
        holds_at(octets, 30, "mimetypeapplication/vnd.sun.xml", 31))
        return KIND_ODF;
    return holds_at(octets, 30, "mimetypeapplication/epub+zip", 28) ? KIND_EPUB : KIND_ZIP;
}

/* ContentInfo of RFC 5652: a SEQUENCE that begins with an OID below 1.2.840.113549.1. */
static enum magic_kind cms_kind(struct bytes octets)
{
    size_t at = 2;

    if (octets.size < 12 || octets.data[0] != 0x30)
        return KIND_DATA;
    if (octets.data[1] > 0x80)
        at += octets.data[1] & 0x7F;
    if (at > 6 || (!holds_at(octets, at, "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07", 10) &&
                   !holds_at(octets, at, "\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10", 11)))
        return KIND_DATA;
    return KIND_CMS;
}

static enum magic_kind late_kind(struct bytes octets)
{
    struct bytes head = bytes_slice(octets, 0, 1024);

    if (memmem(head.data, head.size, "%PDF-", 5) != NULL)
        return KIND_PDF;
    return KIND_DATA;
}

static enum magic_kind signature_kind(struct bytes octets)
{
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const struct signature *row = &signatures[i];

        if (holds_at(octets, row->offset, row->octets, row->size))
            return row->kind;
    }
    return KIND_DATA;
}

const struct magic *magic_of(struct bytes octets)
{
    static enum magic_kind (*const tests[])(struct bytes octets) = {
        signature_kind, program_kind, coffee_kind, zip_kind,  riff_kind,      media_kind,
        short_kind,     disk_kind,    cms_kind,    late_kind, magic_text_kind};

    if (octets.size == 0)
        return &magic_kinds[KIND_EMPTY];
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        enum magic_kind kind = tests[i](octets);

        if (kind != KIND_DATA)
            return &magic_kinds[kind];
    }
    return &magic_kinds[KIND_DATA];
}
