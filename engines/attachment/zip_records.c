#include "engines/attachment/zip_records.h"

#include <string.h>

#include "engines/attachment/little_endian.h"

enum { LOCAL_SIZE = 30, CENTRAL_SIZE = 46, END_SIZE = 22, LOCATOR_SIZE = 20, END64_SIZE = 56 };

static const uint8_t local_magic[] = {'P', 'K', 3, 4}, central_magic[] = {'P', 'K', 1, 2},
                     end_magic[] = {'P', 'K', 5, 6}, end64_magic[] = {'P', 'K', 6, 6},
                     locator_magic[] = {'P', 'K', 6, 7}, descriptor_magic[] = {'P', 'K', 7, 8};

static bool has_at(struct bytes octets, uint64_t at, const uint8_t magic[4], unsigned size)
{
    return at <= octets.size && octets.size - at >= size && memcmp(octets.data + at, magic, 4) == 0;
}

struct bytes zip_extra_field(struct bytes extra, uint16_t id)
{
    size_t at = 0;

    while (extra.size - at >= 4) {
        size_t size = little_endian(extra, at + 2, 2);

        if (size > extra.size - at - 4)
            break;
        if (little_endian(extra, at, 2) == id)
            return bytes_slice(extra, at + 4, size);
        at += 4 + size;
    }
    return (struct bytes){NULL, 0};
}

/* 4.5.3: those that the header cannot hold stand in the field, in this order. */
static void read_zip64(struct zip_record *record)
{
    struct bytes field = zip_extra_field(record->extra, 1);
    uint64_t *const values[] = {&record->size, &record->packed, &record->local_at};
    size_t at = 0;

    for (unsigned i = 0; i < 3; i++) {
        if (*values[i] != UINT32_MAX || field.size - at < 8)
            continue;
        *values[i] = little_endian(field, at, 8);
        at += 8;
    }
}

/* The fields that both headers have in the same order, from version needed on. */
static void read_common(struct bytes octets, uint64_t at, struct zip_record *record)
{
    record->flags = (uint16_t)little_endian(octets, at + 2, 2);
    record->method = (uint16_t)little_endian(octets, at + 4, 2);
    record->crc = (uint32_t)little_endian(octets, at + 10, 4);
    record->packed = little_endian(octets, at + 14, 4);
    record->size = little_endian(octets, at + 18, 4);
}

/* Name and extra, and a comment behind them. */
static bool read_texts(struct bytes octets, uint64_t at, unsigned header_size,
                       const size_t sizes[3], struct zip_record *record)
{
    uint64_t left = octets.size - at - header_size;

    if (sizes[0] + sizes[1] + sizes[2] > left)
        return false;
    record->place = (struct range){at, header_size + sizes[0] + sizes[1] + sizes[2]};
    record->name = bytes_slice(octets, at + header_size, sizes[0]);
    record->extra = bytes_slice(octets, at + header_size + sizes[0], sizes[1]);
    read_zip64(record);
    return true;
}

bool zip_read_local(struct bytes octets, uint64_t at, struct zip_record *record)
{
    const size_t sizes[] = {little_endian(octets, at + 26, 2), little_endian(octets, at + 28, 2),
                            0};

    *record = (struct zip_record){0};
    if (!has_at(octets, at, local_magic, LOCAL_SIZE))
        return false;
    read_common(octets, at + 4, record);
    return read_texts(octets, at, LOCAL_SIZE, sizes, record);
}

bool zip_read_central(struct bytes octets, uint64_t at, struct zip_record *record)
{
    const size_t sizes[] = {little_endian(octets, at + 28, 2), little_endian(octets, at + 30, 2),
                            little_endian(octets, at + 32, 2)};

    *record = (struct zip_record){0};
    if (!has_at(octets, at, central_magic, CENTRAL_SIZE))
        return false;
    record->made_by = (uint16_t)little_endian(octets, at + 4, 2);
    read_common(octets, at + 6, record);
    record->disk = (uint32_t)little_endian(octets, at + 34, 2);
    record->attributes = (uint32_t)little_endian(octets, at + 38, 4);
    record->local_at = little_endian(octets, at + 42, 4);
    return read_texts(octets, at, CENTRAL_SIZE, sizes, record);
}

/* What an end record says before anything is looked for. */
struct claim {
    uint64_t count, size, offset;
    uint64_t directory_end; /* where the directory ends, if it stands before its end record */
    bool is_split, is_encrypted;
};

static void read_claim64(struct bytes octets, uint64_t at, struct claim *claim)
{
    struct claim is = {.count = little_endian(octets, at + 32, 8),
                       .size = little_endian(octets, at + 40, 8),
                       .offset = little_endian(octets, at + 48, 8),
                       .directory_end = at,
                       .is_split = little_endian(octets, at + 16, 8) != 0};

    /* 7.3.4: version 2 of the record is longer and names an encryption; its size counts from 12. */
    is.is_encrypted = little_endian(octets, at + 4, 8) >= 44 + 28 &&
                      little_endian(octets, at + 14, 2) >= 62 &&
                      little_endian(octets, at + 74, 2) != 0;
    *claim = is;
}

/* 4.3.14 and 4.3.15: usually right before the locator, else where that points. */
static bool read_end64(struct bytes octets, uint64_t at, struct claim *claim)
{
    uint64_t end64;

    if (at < LOCATOR_SIZE || !has_at(octets, at - LOCATOR_SIZE, locator_magic, LOCATOR_SIZE))
        return false;
    end64 = at - LOCATOR_SIZE - END64_SIZE;
    if (at < LOCATOR_SIZE + END64_SIZE || !has_at(octets, end64, end64_magic, END64_SIZE))
        end64 = little_endian(octets, at - LOCATOR_SIZE + 8, 8);
    if (end64 >= at || !has_at(octets, end64, end64_magic, END64_SIZE))
        return false;
    read_claim64(octets, end64, claim);
    return true;
}

static struct claim read_claim(struct bytes octets, uint64_t at)
{
    struct claim claim = {.count = little_endian(octets, at + 10, 2),
                          .size = little_endian(octets, at + 12, 4),
                          .offset = little_endian(octets, at + 16, 4),
                          .directory_end = at};
    uint64_t disks = little_endian(octets, at + 4, 4);

    claim.is_split = disks != 0 && disks != UINT32_MAX;
    read_end64(octets, at, &claim);
    return claim;
}

static bool is_directory(struct bytes octets, struct range region, uint64_t from, uint64_t size)
{
    return from >= region.offset && size <= region.size &&
           from - region.offset <= region.size - size && size >= CENTRAL_SIZE &&
           has_at(octets, from, central_magic, 4);
}

/* By its size from the end, else by its offset: programs in use do either. */
static bool find_directory(struct bytes octets, struct range region, const struct claim *claim,
                           struct zip_end *end)
{
    uint64_t by_size = claim->directory_end - claim->size;
    bool fits = claim->size <= claim->directory_end - region.offset;
    bool has_by_size = fits && is_directory(octets, region, by_size, claim->size);
    bool has_by_offset = claim->offset < claim->directory_end &&
                         is_directory(octets, region, claim->offset, claim->size);

    end->is_ambiguous = has_by_size && has_by_offset && by_size != claim->offset;
    end->directory = (struct range){has_by_size ? by_size : claim->offset, claim->size};
    if (!has_by_size && !has_by_offset) {
        end->directory = (struct range){claim->directory_end, 0};
        return (claim->count == 0 && claim->size == 0) || (claim->is_encrypted && fits);
    }
    end->base = end->directory.offset - claim->offset;
    return true;
}

bool zip_read_end(struct bytes octets, struct range region, uint64_t at, struct zip_end *end)
{
    uint64_t comment = little_endian(octets, at + 20, 2), region_end = region.offset + region.size;
    struct claim claim;

    *end = (struct zip_end){0};
    if (at < region.offset || at > region_end || region_end - at < END_SIZE ||
        !has_at(octets, at, end_magic, END_SIZE))
        return false;
    claim = read_claim(octets, at);
    if (claim.directory_end < region.offset || !find_directory(octets, region, &claim, end))
        return false;
    end->is_cut = comment > octets.size - at - END_SIZE;
    if (comment > region_end - at - END_SIZE)
        comment = region_end - at - END_SIZE;
    end->place = (struct range){claim.directory_end, at + END_SIZE + comment - claim.directory_end};
    end->comment = (struct range){at + END_SIZE, comment};
    end->entry_count = claim.count;
    end->is_split = claim.is_split;
    end->is_encrypted = claim.is_encrypted;
    return true;
}

unsigned zip_descriptor_size(struct bytes octets, uint64_t at, const struct zip_record *record)
{
    unsigned magic = has_at(octets, at, descriptor_magic, 4) ? 4 : 0;

    for (unsigned width = 4; width <= 8; width += 4) {
        uint64_t crc = little_endian(octets, at + magic, 4);
        uint64_t packed = little_endian(octets, at + magic + 4, width);
        uint64_t size = little_endian(octets, at + magic + 4 + width, width);

        if (at <= octets.size && octets.size - at >= magic + 4 + 2 * width &&
            packed == record->packed && size == record->size && crc == record->crc)
            return magic + 4 + 2 * width;
    }
    return 0;
}

bool zip_is_plausible(const struct zip_record *record)
{
    return record->name.size > 0 && memchr(record->name.data, 0, record->name.size) == NULL &&
           (record->method <= 20 || (record->method >= 93 && record->method <= 99));
}
