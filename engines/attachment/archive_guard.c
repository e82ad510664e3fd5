/* 7z: 7zFormat.txt of the LZMA SDK. xar: a big-endian header, then an index in XML, deflated. */
#include "engines/attachment/archive_guard.h"

#include <string.h>

#include "engines/attachment/inflate.h"
#include "engines/attachment/little_endian.h"

enum { ISO_SECTOR = 2048, ISO_FIRST = 16 * ISO_SECTOR, ISO_DESCRIPTORS_MOST = 64 };

/* A place in a 7z header; reading past the end gives zeros and sets is_over. */
struct cursor {
    struct bytes octets;
    size_t at;
    bool is_over;
};

static uint8_t take_octet(struct cursor *cursor)
{
    cursor->is_over |= cursor->at >= cursor->octets.size;
    return cursor->is_over ? 0 : cursor->octets.data[cursor->at++];
}

static void skip(struct cursor *cursor, uint64_t count)
{
    cursor->is_over |= count > cursor->octets.size - cursor->at;
    cursor->at += cursor->is_over ? 0 : count;
}

/* The first octet's leading ones say how many octets follow. */
static uint64_t take_number(struct cursor *cursor)
{
    uint8_t first = take_octet(cursor), mask = 0x80;
    uint64_t number = 0;

    for (unsigned i = 0; i < 8; i++, mask >>= 1) {
        if ((first & mask) == 0)
            return number | (uint64_t)(first & (mask - 1)) << 8 * i;
        number |= (uint64_t)take_octet(cursor) << 8 * i;
    }
    return number;
}

static uint64_t index_most(const struct walk *walk)
{
    return walk->budget->limits->entries * GUARD_INDEX_OCTETS;
}

static bool refuse_index(struct walk *walk, struct bytes octets)
{
    walk_note(walk, LISTING_CAPPED, budget_hit(walk->budget, "entries"),
              (struct range){0, octets.size});
    return false;
}

bool guard_dictionary(struct walk *walk, uint64_t size, struct range place)
{
    if (size <= walk->budget->limits->archive_memory_bytes)
        return true;
    walk_note(walk, LISTING_CAPPED, budget_hit(walk->budget, "archive-memory"), place);
    return false;
}

bool guard_lzma(struct walk *walk, struct bytes octets)
{
    return guard_dictionary(walk, little_endian(octets, 1, 4), (struct range){0, octets.size});
}

enum { ENCODED_HEADER = 0x17, PACK_INFO = 6, UNPACK_INFO = 7, SIZE = 9, FOLDER = 11, SIZES = 12 };

/* Where the packed header lies, and its size. */
static void skip_pack_info(struct cursor *cursor)
{
    uint64_t streams;

    if (take_octet(cursor) != PACK_INFO)
        cursor->is_over = true;
    take_number(cursor);
    streams = take_number(cursor);
    if (take_octet(cursor) != SIZE)
        cursor->is_over = true;
    for (uint64_t i = 0; i < streams && !cursor->is_over; i++)
        take_number(cursor);
    if (take_octet(cursor) != 0)
        cursor->is_over = true;
}

/* One coder; true when it decrypts (7zAES). */
static bool take_coder(struct cursor *cursor)
{
    uint8_t flags = take_octet(cursor);
    struct bytes id = bytes_slice(cursor->octets, cursor->at, flags & 15);
    bool is_aes = bytes_equal(id, BYTES("\6\xF1\7\1"));

    skip(cursor, flags & 15);
    if ((flags & 0x10) != 0) {
        take_number(cursor);
        take_number(cursor);
    }
    if ((flags & 0x20) != 0)
        skip(cursor, take_number(cursor));
    return is_aes;
}

struct index_claim {
    uint64_t size;
    bool is_encrypted;
};

/* The folder of a packed header: its coders in a line, and what comes out of each. */
static struct index_claim read_folder(struct cursor *cursor)
{
    struct index_claim claim = {0, false};
    uint64_t coders, size;

    if (take_octet(cursor) != UNPACK_INFO || take_octet(cursor) != FOLDER ||
        take_number(cursor) != 1 || take_octet(cursor) != 0)
        cursor->is_over = true;
    coders = take_number(cursor);
    for (uint64_t i = 0; i < coders && !cursor->is_over; i++)
        claim.is_encrypted |= take_coder(cursor);
    for (uint64_t i = 1; i < coders && !cursor->is_over; i++) {
        take_number(cursor);
        take_number(cursor);
    }
    if (take_octet(cursor) != SIZES)
        cursor->is_over = true;
    for (uint64_t i = 0; i < coders && !cursor->is_over; i++) {
        size = take_number(cursor);
        claim.size = size > claim.size ? size : claim.size;
    }
    return claim;
}

bool guard_7z(struct walk *walk, struct bytes octets)
{
    uint64_t from = little_endian(octets, 12, 8), size = little_endian(octets, 20, 8);
    struct index_claim claim;
    struct cursor cursor = {0};

    if (from > octets.size - 32 || size > octets.size - 32 - from)
        return true; /* it ends too early: libarchive says so */
    if (32 + from + size < octets.size)
        walk_oddity(walk, LISTING_SUFFIX,
                    (struct range){32 + from + size, octets.size - 32 - from - size});
    if (size > index_most(walk))
        return refuse_index(walk, octets);
    cursor.octets = bytes_slice(octets, 32 + from, size);
    if (size == 0 || take_octet(&cursor) != ENCODED_HEADER)
        return true;
    skip_pack_info(&cursor);
    claim = read_folder(&cursor);
    if (claim.is_encrypted) {
        walk_note(walk, LISTING_ENCRYPTED_NAMES, NULL, (struct range){32 + from, size});
        return false;
    }
    if (cursor.is_over)
        walk_note(walk, LISTING_BROKEN, NULL, (struct range){32 + from, size});
    else if (claim.size > index_most(walk))
        refuse_index(walk, octets);
    return !cursor.is_over && claim.size <= index_most(walk);
}

/* ECMA-167 2/9: volume structure descriptors of UDF stand behind those of ISO 9660. */
bool guard_iso(struct walk *walk, struct bytes octets)
{
    size_t at = ISO_FIRST;

    for (unsigned i = 0; i < ISO_DESCRIPTORS_MOST && at + 6 <= octets.size; i++, at += ISO_SECTOR)
        if (memcmp(octets.data + at + 1, "NSR0", 4) == 0)
            walk_note(walk, LISTING_UNSUPPORTED, NULL, (struct range){at, octets.size - at});
    return true;
}

static uint64_t big_endian(struct bytes octets, size_t at, unsigned size)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < size; i++)
        number = number << 8 | little_endian(octets, at + i, 1);
    return number;
}

bool guard_xar(struct walk *walk, struct bytes octets)
{
    uint64_t header = big_endian(octets, 4, 2), packed = big_endian(octets, 8, 8);
    struct bytes index;

    if (header > octets.size || packed > octets.size - header)
        return true;
    index = bytes_slice(octets, header, packed);
    return inflate_zlib_fits(walk, index, index_most(walk)) || refuse_index(walk, octets);
}
