/* What RAR's own headers say of encryption. RAR 4: technote of UnRAR, MHD_PASSWORD. RAR 5: "RAR 5.0
 * archive format" of rarlab; its libarchive reader does not see encrypted files as such. */
#include "engines/attachment/archive_guard.h"
#include "engines/attachment/listing_name.h"
#include "engines/attachment/little_endian.h"

enum { MAIN_HEADER = 0x73, MAIN_PASSWORD = 0x80, SIGNATURE_4 = 7, SIGNATURE_5 = 8 };
enum block_type { BLOCK_FILE = 2, BLOCK_ENCRYPTION = 4, BLOCK_END = 5 };
enum { HAS_EXTRA = 1, HAS_DATA = 2, EXTRA_ENCRYPTION = 1 };
enum { FILE_FOLDER = 1, FILE_HAS_TIME = 2, FILE_HAS_CRC = 4, FILE_SIZE_UNKNOWN = 8 };

bool guard_rar(struct walk *walk, struct bytes octets)
{
    if (little_endian(octets, SIGNATURE_4 + 2, 1) != MAIN_HEADER ||
        (little_endian(octets, SIGNATURE_4 + 3, 2) & MAIN_PASSWORD) == 0)
        return true;
    walk_note(walk, LISTING_ENCRYPTED_NAMES, NULL, (struct range){0, octets.size});
    return false;
}

/* A header of RAR 5; octets within it. */
struct block {
    struct range place;
    uint64_t type, flags;
    struct bytes fields; /* behind the common ones, without the extra area */
    struct bytes extra;
    uint64_t next; /* where the next header begins */
};

/* Seven bits an octet, the lowest first. Past the end: zeros. */
static uint64_t take_vint(struct bytes octets, size_t *at)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 64 && *at < octets.size; shift += 7) {
        uint8_t octet = octets.data[(*at)++];

        number |= (uint64_t)(octet & 0x7F) << shift;
        if (octet < 0x80)
            break;
    }
    return number;
}

static bool read_block(struct bytes octets, uint64_t from, struct block *block)
{
    size_t at = from + 4, end;
    uint64_t size, extra = 0, data = 0;

    if (from >= octets.size || octets.size - from < 7)
        return false;
    size = take_vint(octets, &at);
    if (size == 0 || size > octets.size - at)
        return false;
    end = at + size;
    octets = bytes_slice(octets, 0, end);
    *block = (struct block){.place = {from, end - from}};
    block->type = take_vint(octets, &at);
    block->flags = take_vint(octets, &at);
    if ((block->flags & HAS_EXTRA) != 0)
        extra = take_vint(octets, &at);
    if ((block->flags & HAS_DATA) != 0)
        data = take_vint(octets, &at);
    if (extra > end - at || data > UINT64_MAX - end)
        return false;
    block->fields = bytes_slice(octets, at, end - at - extra);
    block->extra = bytes_slice(octets, end - extra, extra);
    block->next = end + data;
    return true;
}

static bool has_encryption(struct bytes extra)
{
    size_t at = 0;

    while (at < extra.size) {
        uint64_t size = take_vint(extra, &at);
        size_t type_at = at;

        if (size == 0 || size > extra.size - at)
            break;
        if (take_vint(extra, &type_at) == EXTRA_ENCRYPTION)
            return true;
        at += size;
    }
    return false;
}

static void tell_file(struct walk *walk, const struct block *block)
{
    struct intake intake = {.walk = walk, .place = block->place, .is_broken = true};
    struct listing_entry told = {.is_encrypted = has_encryption(block->extra)};
    struct bytes fields = block->fields;
    size_t at = 0;
    uint64_t flags = take_vint(fields, &at), length;

    told.size = take_vint(fields, &at);
    take_vint(fields, &at); /* attributes */
    at += (flags & FILE_HAS_TIME ? 4 : 0) + (flags & FILE_HAS_CRC ? 4 : 0);
    take_vint(fields, &at); /* compression */
    take_vint(fields, &at); /* host */
    length = take_vint(fields, &at);
    told.is_folder = (flags & FILE_FOLDER) != 0;
    if ((flags & FILE_SIZE_UNKNOWN) != 0)
        told.size = UINT64_MAX;
    if (!listing_name_utf8(&walk->names, bytes_slice(fields, at, length), &told.name))
        walk_out_of_memory(walk);
    walk_entry(walk, &told, &intake);
}

static void tell_files(struct walk *walk, struct bytes octets)
{
    struct block block = {.type = 0};
    uint64_t at = SIGNATURE_5;

    while (read_block(octets, at, &block) && block.type != BLOCK_END) {
        if (block.type == BLOCK_FILE) {
            if (!walk_take_entry(walk, block.place))
                return;
            tell_file(walk, &block);
        }
        at = block.next;
    }
    if (block.type != BLOCK_END)
        walk_note(walk, LISTING_BROKEN, NULL, (struct range){0, octets.size});
}

bool guard_rar5(struct walk *walk, struct bytes octets)
{
    struct block block;
    uint64_t at = SIGNATURE_5;

    while (read_block(octets, at, &block) && block.type != BLOCK_END) {
        if (block.type == BLOCK_ENCRYPTION) {
            walk_note(walk, LISTING_ENCRYPTED_NAMES, NULL, block.place);
            return false;
        }
        if (block.type == BLOCK_FILE && has_encryption(block.extra)) {
            walk_note(walk, LISTING_ENCRYPTED_CONTENT, NULL, block.place);
            tell_files(walk, octets);
            return false;
        }
        at = block.next;
    }
    return true;
}
