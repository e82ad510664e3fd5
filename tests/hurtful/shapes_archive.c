/* Archives and binary documents of as many records as fit, for the engine `attachment`. Sums are
 * right where readers check them. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "tests/hurtful/shape.h"

#define ATTACHED(type) "Content-Type: application/" type "; name=x"
#define ZIP ATTACHED("zip")
#define RAW(literal) append(out, BYTES(literal))

enum { TAR_BLOCK = 512, SECTOR = 512 };

/* Octets again and again until size is reached. */
static void fill(struct buffer *out, size_t size, struct bytes octets)
{
    while (out->size < size)
        append(out, octets);
}

/* APPNOTE 4.3.7: an empty, stored entry, named by its number. */
static void local_header(struct buffer *out, size_t number, size_t stored)
{
    RAW("PK\3\4\12\0\0\0\0\0\0\0\0\0\0\0\0\0");
    append_number(out, stored, 4);
    append_number(out, stored, 4);
    append_number(out, 8, 4);
    append_number(out, number, 8);
}

static void central_header(struct buffer *out, size_t number, size_t offset, size_t stored)
{
    RAW("PK\1\2\12\0\12\0\0\0\0\0\0\0\0\0\0\0\0\0");
    append_number(out, stored, 4);
    append_number(out, stored, 4);
    RAW("\10\0\0\0\0\0\0\0\0\0\0\0\0\0");
    append_number(out, offset, 4);
    append_number(out, number, 8);
}

static void end_of_directory(struct buffer *out, size_t begin, size_t count)
{
    RAW("PK\5\6\0\0\0\0");
    append_number(out, count, 2);
    append_number(out, count, 2);
    append_number(out, out->size - 12 - begin, 4);
    append_number(out, begin, 4);
    append_number(out, 0, 2);
}

static void make_zip(struct buffer *out, size_t size)
{
    size_t count = size / (38 + 54), begin;

    for (size_t i = 0; i < count; i++)
        local_header(out, i, 0);
    begin = out->size;
    for (size_t i = 0; i < count; i++)
        central_header(out, i, i * 38, 0);
    end_of_directory(out, begin, count);
}

/* Every record of the directory is the same file. */
static void make_zip_directory(struct buffer *out, size_t size)
{
    local_header(out, 0, 0);
    for (size_t i = 0; out->size < size; i++)
        central_header(out, 0, 0, 0);
    end_of_directory(out, 38, (out->size - 38) / 54);
}

/* Each file holds the headers of all behind it: as large as the rest. */
static void make_zip_overlap(struct buffer *out, size_t size)
{
    size_t count = size / (38 + 54), begin = count * 38;

    for (size_t i = 0; i < count; i++)
        local_header(out, i, begin - (i + 1) * 38);
    for (size_t i = 0; i < count; i++)
        central_header(out, i, i * 38, begin - (i + 1) * 38);
    end_of_directory(out, begin, count);
}

static void make_zip_nest(struct buffer *out, size_t size)
{
    struct buffer head;

    buffer_init(&head, SIZE_MAX);
    append_text(&head, "x", 0);
    while (head.size < size) {
        struct buffer inner = head;
        size_t begin;

        buffer_init(&head, SIZE_MAX);
        local_header(&head, 0x70697A2E61, inner.size);
        append(&head, buffer_bytes(&inner));
        begin = head.size;
        central_header(&head, 0x70697A2E61, 0, inner.size);
        end_of_directory(&head, begin, 1);
        if (head.size > 1 << 14)
            fill(&head, 2 * head.size, BYTES("PK\3\4"));
        buffer_clear(&inner);
    }
    append(out, buffer_bytes(&head));
    buffer_clear(&head);
}

static void make_zip_locals(struct buffer *out, size_t size)
{
    for (size_t i = 0; out->size < size; i++)
        local_header(out, i, 0);
}

static void make_zip_ends(struct buffer *out, size_t size)
{
    local_header(out, 0, 0);
    fill(out, size, BYTES("PK\5\6\0\0\0\0\1\0\1\0\377\377\377\377\0\0\0\0\0\0"));
}

static void make_zip_signatures(struct buffer *out, size_t size)
{
    fill(out, size, BYTES("PK\3\4"));
}

static void make_zip_extras(struct buffer *out, size_t size)
{
    while (out->size < size) {
        RAW("PK\3\4\12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0");
        append_number(out, 65532, 2);
        RAW("x");
        fill(out, out->size + 65532, BYTES("\1\0\0\0"));
    }
}

/* POSIX ustar, ended by its sum. */
static void tar_header(struct buffer *out, size_t number, char type, size_t content)
{
    char block[TAR_BLOCK] = {0};
    unsigned sum = 0;

    snprintf(block, 100, "%zu", number);
    snprintf(block + 100, 8, "0000644");
    snprintf(block + 124, 12, "%011zo", content);
    snprintf(block + 136, 12, "%011o", 0U);
    memset(block + 148, ' ', 8);
    block[156] = type;
    memcpy(block + 257,
           "ustar\0"
           "00",
           8);
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    append(out, (struct bytes){(uint8_t *)block, TAR_BLOCK});
}

static void make_tar(struct buffer *out, size_t size)
{
    for (size_t i = 0; out->size < size; i++)
        tar_header(out, i, '0', 0);
}

static void make_tar_names(struct buffer *out, size_t size)
{
    while (out->size < size) {
        tar_header(out, 0, 'L', 65536);
        fill(out, out->size + 65536, BYTES("././/../"));
        tar_header(out, 0, '0', 0);
    }
}

static void make_tar_pax(struct buffer *out, size_t size)
{
    while (out->size < size) {
        tar_header(out, 0, 'x', 65536);
        fill(out, out->size + 65536, BYTES("8 a=bcd\n"));
        tar_header(out, 0, '0', 0);
    }
}

/* RFC 1951 3.2.4: stored blocks of nothing. */
static void make_gzip_blocks(struct buffer *out, size_t size)
{
    RAW("\37\213\10\0\0\0\0\0\0\3");
    fill(out, size, BYTES("\0\0\0\377\377"));
}

static void make_gzip_members(struct buffer *out, size_t size)
{
    fill(out, size, BYTES("\37\213\10\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0"));
}

static void make_gzip_name(struct buffer *out, size_t size)
{
    RAW("\37\213\10\10\0\0\0\0\0\3");
    fill(out, size, BYTES("name"));
}

/* As small as deflate makes zeros: a block that needs nothing before it, again and again. */
static void make_gzip_zeros(struct buffer *out, size_t size)
{
    static uint8_t zeros[1 << 20];
    z_stream stream = {0};
    uint8_t room[1 << 13];

    if (deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    stream.next_in = zeros;
    stream.avail_in = sizeof zeros;
    stream.next_out = room;
    stream.avail_out = sizeof room;
    (void)deflate(&stream, Z_FULL_FLUSH);
    RAW("\37\213\10\0\0\0\0\0\0\3");
    fill(out, size, (struct bytes){room, sizeof room - stream.avail_out});
    deflateEnd(&stream);
}

static void make_bzip2(struct buffer *out, size_t size)
{
    fill(out, size, BYTES("BZh9\27\162\105\70\120\220\0\0\0\0"));
}

static void make_xz(struct buffer *out, size_t size)
{
    fill(out, size,
         BYTES("\3757zXZ\0\0\4\346\326\264F\0\0\0\0\34\337D!\37\266\363}\1\0\0\0\0\4YZ"));
}

static void make_zstd(struct buffer *out, size_t size)
{
    RAW("(\265/\375\0\130\1\0\0");
    fill(out, size, BYTES("P*M\30\0\0\0\0"));
}

/* A header of 7-Zip that names as many empty files as fit. */
static void make_7z(struct buffer *out, size_t size)
{
    struct buffer header;
    size_t count = size / 4 < 0x1FFFFF ? size / 4 : 0x1FFFFF;
    uint32_t sum;

    buffer_init(&header, SIZE_MAX);
    append(&header, BYTES("\1\5\300"));
    append_number(&header, count >> 16 << 0, 0);
    header.data[header.size - 1] = (uint8_t)(0xC0 | count >> 16);
    append_number(&header, count & 0xFFFF, 2);
    append(&header, BYTES("\21\340"));
    header.data[header.size - 1] = 0xF0;
    append_number(&header, count * 4 + 1, 4);
    append_number(&header, 0, 1);
    for (size_t i = 0; i < count; i++)
        append_number(&header, 'a', 4);
    append_number(&header, 0, 2);
    RAW("7z\274\257\47\34\0\4");
    sum = (uint32_t)crc32(0, header.data, (unsigned)header.size);
    {
        struct buffer start;

        buffer_init(&start, SIZE_MAX);
        append_number(&start, 0, 8);
        append_number(&start, header.size, 8);
        append_number(&start, sum, 4);
        append_number(out, crc32(0, start.data, (unsigned)start.size), 4);
        append(out, buffer_bytes(&start));
        buffer_clear(&start);
    }
    append(out, buffer_bytes(&header));
    buffer_clear(&header);
}

/* RAR 4 blocks of files of nothing, with right sums. */
static void make_rar(struct buffer *out, size_t size)
{
    static const uint8_t file[] = {0x74, 0, 0x80, 0x21, 0, 0, 0,  0,    0, 0, 0, 0, 0, 0, 0,  0,
                                   0,    0, 0,    0,    0, 0, 20, 0x30, 1, 0, 0, 0, 0, 0, 'x'};
    uint32_t sum = (uint32_t)crc32(0, file, sizeof file);

    RAW("Rar!\32\7\0\317\220s\0\0\15\0\0\0\0\0\0\0");
    while (out->size < size) {
        append_number(out, sum & 0xFFFF, 2);
        append(out, (struct bytes){file, sizeof file});
    }
}

static void make_cab(struct buffer *out, size_t size)
{
    size_t count = size / 18 < 65535 ? size / 18 : 65535;

    RAW("MSCF\0\0\0\0");
    append_number(out, size, 4);
    append_number(out, 0, 4);
    append_number(out, 44, 4);
    append_number(out, 0, 4);
    RAW("\3\1\1\0");
    append_number(out, count, 2);
    append_number(out, 0, 6);
    append_number(out, 44 + count * 18, 4);
    append_number(out, 0, 4);
    fill(out, size, BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x\0"));
}

/* [MS-CFB]: a FAT whose one chain goes through all sectors; last: the entry of the last one. */
static void ole(struct buffer *out, size_t size, uint32_t last)
{
    size_t sectors = size / SECTOR, fats = sectors / 128 < 109 ? sectors / 128 : 109;

    RAW("\320\317\21\340\241\261\32\341\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0>\0\3\0\376\377\11\0\6\0");
    append_number(out, 0, 10);
    append_number(out, fats, 4);
    append_number(out, fats, 4); /* the directory begins behind the FAT */
    append_number(out, 0, 4);
    append_number(out, 4096, 4);
    append_number(out, 0xFFFFFFFE, 4);
    append_number(out, 0, 4);
    append_number(out, 0xFFFFFFFE, 4);
    append_number(out, 0, 4);
    for (size_t i = 0; i < 109; i++)
        append_number(out, i < fats ? i : 0xFFFFFFFF, 4);
    for (size_t i = 0; i < fats * 128; i++)
        append_number(out, i < fats ? 0xFFFFFFFD : i + 1 < fats * 128 ? i + 1 : last, 4);
    while (out->size < size) {
        RAW("x\0");
        append_number(out, 0, 8);
        fill(out, out->size + 54, BYTES("\0\0\0\0\0\0"));
        RAW("\4\0\2\1");
        append_number(out, (out->size / 128) % 60000, 4);
        append_number(out, (out->size / 128 + 7) % 60000, 4);
        append_number(out, (out->size / 128 + 3) % 60000, 4);
        append_number(out, 0, 48);
    }
}

static void make_ole_chain(struct buffer *out, size_t size)
{
    ole(out, size, 0xFFFFFFFE);
}

static void make_ole_cycle(struct buffer *out, size_t size)
{
    ole(out, size, 200);
}

static void make_tnef(struct buffer *out, size_t size)
{
    RAW("\170\237>\"\1\0");
    fill(out, size, BYTES("\2\17\200\6\0\0\0\0\0\0\0"));
}

static void make_tnef_properties(struct buffer *out, size_t size)
{
    RAW("\170\237>\"\1\0");
    while (out->size < size) {
        RAW("\1\3\220\6\0");
        append_number(out, 4 + 8 * 8000, 4);
        append_number(out, 8000, 4);
        fill(out, out->size + 8 * 8000, BYTES("\3\0\1\66\0\0\0\0"));
        append_number(out, 0x36 * 8000 + 3 * 8000 + 8000 + 0x40 + 0x1F, 2);
    }
}

/* ISO 9660: a directory that is its own entry, again and again. */
static void make_iso(struct buffer *out, size_t size)
{
    static const char record[] = "\50\0\24\0\0\0\0\0\0\24\0\0\10\0\0\10\0\0\0\0\0\0\0\0\0\2\0\0"
                                 "\1\0\0\1\7ABCDEFG";

    fill(out, 32768, BYTES("\0\0\0\0\0\0\0\0"));
    RAW("\1CD001\1\0");
    fill(out, 32768 + 80, BYTES("\0\0\0\0\0\0\0\0"));
    append_number(out, size / 2048, 4);
    append_number(out, 0, 44);
    append_number(out, 2048, 2);
    fill(out, 32768 + 156, BYTES("\0\0"));
    RAW("\42\0\24\0\0\0\0\0\0\24\0\0\20\0\0\0\0\20\0\0\0\0\0\0\0\2\0\0\1\0\0\1\1\0");
    fill(out, 20 * 2048, BYTES("\0\0"));
    while (out->size < size) {
        fill(out, out->size + 2000, (struct bytes){(const uint8_t *)record, 40});
        append_number(out, 0, 48);
    }
}

static void make_der(struct buffer *out, size_t size)
{
    while (out->size < size)
        RAW("0\200");
}

const struct shape shapes_archive[] = {
    {"zip of empty files", NULL, NULL, NULL, ZIP, make_zip},
    {"zip directory of one file", NULL, NULL, NULL, ZIP, make_zip_directory},
    {"zip of files within files", NULL, NULL, NULL, ZIP, make_zip_overlap},
    {"zip in zip", NULL, NULL, NULL, ZIP, make_zip_nest},
    {"zip headers without a directory", NULL, NULL, NULL, ZIP, make_zip_locals},
    {"zip ends of a directory", NULL, NULL, NULL, ZIP, make_zip_ends},
    {"zip signatures", NULL, NULL, NULL, ZIP, make_zip_signatures},
    {"zip extra fields", NULL, NULL, NULL, ZIP, make_zip_extras},
    {"tar of empty files", NULL, NULL, NULL, ATTACHED("x-tar"), make_tar},
    {"tar of long names", NULL, NULL, NULL, ATTACHED("x-tar"), make_tar_names},
    {"tar of pax records", NULL, NULL, NULL, ATTACHED("x-tar"), make_tar_pax},
    {"gzip blocks of nothing", NULL, NULL, NULL, ATTACHED("gzip"), make_gzip_blocks},
    {"gzip members of nothing", NULL, NULL, NULL, ATTACHED("gzip"), make_gzip_members},
    {"gzip name", NULL, NULL, NULL, ATTACHED("gzip"), make_gzip_name},
    {"gzip of zeros", NULL, NULL, NULL, ATTACHED("gzip"), make_gzip_zeros},
    {"bzip2 streams of nothing", NULL, NULL, NULL, ATTACHED("x-bzip2"), make_bzip2},
    {"xz streams of nothing", NULL, NULL, NULL, ATTACHED("x-xz"), make_xz},
    {"zstd frames to skip", NULL, NULL, NULL, ATTACHED("zstd"), make_zstd},
    {"7z of empty files", NULL, NULL, NULL, ATTACHED("x-7z-compressed"), make_7z},
    {"rar of empty files", NULL, NULL, NULL, ATTACHED("vnd.rar"), make_rar},
    {"cab of empty files", NULL, NULL, NULL, ATTACHED("vnd.ms-cab-compressed"), make_cab},
    {"OLE with one chain", NULL, NULL, NULL, ATTACHED("msword"), make_ole_chain},
    {"OLE with a cycle", NULL, NULL, NULL, ATTACHED("msword"), make_ole_cycle},
    {"TNEF attributes", NULL, NULL, NULL, ATTACHED("ms-tnef"), make_tnef},
    {"TNEF properties", NULL, NULL, NULL, ATTACHED("ms-tnef"), make_tnef_properties},
    {"ISO directories", NULL, NULL, NULL, ATTACHED("x-iso9660-image"), make_iso},
    {"DER within DER", NULL, NULL, NULL, ATTACHED("pkcs7-mime"), make_der},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
