/* Members behind each other are one file for gzip, but not for everybody: they are an oddity. */
#include "engines/attachment/gzip.h"

#include <string.h>

#include "engines/attachment/inflate.h"
#include "engines/attachment/listing_name.h"
#include "engines/attachment/little_endian.h"

enum { HEADER_SIZE = 10, TRAILER_SIZE = 8 };
enum { FLAG_CRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16 };

/* Behind the NUL, or behind the octets when there is none. */
static size_t skip_text(struct bytes octets, size_t at, struct bytes *text)
{
    size_t end = at < octets.size ? bytes_find(octets, at, 0) : octets.size;

    *text = at < end ? bytes_slice(octets, at, end - at) : (struct bytes){NULL, 0};
    return end + 1;
}

/* The size of a member's header; 0: none begins there. */
static size_t read_header(struct bytes octets, struct bytes *name)
{
    size_t at = HEADER_SIZE;
    struct bytes comment;
    uint8_t flags;

    *name = (struct bytes){NULL, 0};
    if (octets.size < HEADER_SIZE || memcmp(octets.data, "\x1F\x8B\x08", 3) != 0)
        return 0;
    flags = octets.data[3];
    if ((flags & FLAG_EXTRA) != 0)
        at += 2 + little_endian(octets, at, 2);
    if ((flags & FLAG_NAME) != 0)
        at = skip_text(octets, at, name);
    if ((flags & FLAG_COMMENT) != 0)
        at = skip_text(octets, at, &comment);
    if ((flags & FLAG_CRC) != 0)
        at += 2;
    return at < octets.size ? at : octets.size;
}

/* One member's content; returns where the member ends. */
static size_t read_member(struct intake *intake, struct bytes octets, size_t at)
{
    struct bytes packed = bytes_slice(octets, at, octets.size - at);
    uint64_t before = intake->total;
    struct inflated inflated = inflate_into(intake->walk, packed, intake);

    at += inflated.used;
    if (inflated.end != INFLATE_ENDED || octets.size - at < TRAILER_SIZE) {
        intake->is_broken = true;
        return octets.size;
    }
    if (little_endian(octets, at, 4) != inflated.crc ||
        little_endian(octets, at + 4, 4) != ((intake->total - before) & UINT32_MAX))
        intake->is_broken = true;
    return at + TRAILER_SIZE;
}

/* Zeros fill a tape's last block. */
static bool is_padding(struct bytes rest)
{
    for (size_t i = 0; i < rest.size; i++)
        if (rest.data[i] != 0)
            return false;
    return true;
}

static void read_members(struct intake *intake, struct bytes octets, size_t at)
{
    struct bytes rest, name;
    size_t header_size;

    for (;;) {
        at = read_member(intake, octets, at);
        rest = bytes_slice(octets, at, octets.size - at);
        header_size = read_header(rest, &name);
        if (header_size == 0 || intake->walk->is_dry)
            break;
        walk_oddity(intake->walk, LISTING_CONCATENATED, (struct range){at, rest.size});
        at += header_size;
    }
    if (!is_padding(rest))
        walk_oddity(intake->walk, LISTING_SUFFIX, (struct range){at, rest.size});
}

void gzip_walk(struct walk *walk, struct bytes octets, const char *format)
{
    struct range place = {0, octets.size};
    struct intake intake = {.walk = walk, .source = octets, .place = place};
    struct listing_entry told = {.size = UINT64_MAX};
    struct bytes name;
    size_t at = read_header(octets, &name);

    (void)format;
    if (!walk_take_entry(walk, place))
        return;
    if (!listing_name_latin1(&walk->names, name, &told.name))
        walk_out_of_memory(walk);
    read_members(&intake, octets, at);
    if (intake.is_broken && !walk->is_dry)
        walk_note(walk, LISTING_BROKEN, NULL, place);
    walk_entry(walk, &told, &intake);
    intake_clear(&intake);
}
