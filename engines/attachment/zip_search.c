/* From one header to the next: behind the content of an entry, or the next one's magic. */
#include "engines/attachment/zip_search.h"

#include <string.h>

#include "engines/attachment/little_endian.h"
#include "engines/attachment/zip_entry.h"

enum { HEADER_LEAST = 30 };

struct search {
    struct walk *walk;
    struct bytes octets; /* up to the region's end */
    struct range region;
    bool is_alone;
    uint64_t found;
};

static bool has(struct bytes octets, uint64_t at, const char *magic)
{
    return memcmp(octets.data + at, magic, 4) == 0;
}

/* The next header of a file, from at on; UINT64_MAX: none. */
static uint64_t next_header(struct bytes octets, uint64_t at)
{
    while (octets.size >= HEADER_LEAST && at <= octets.size - HEADER_LEAST) {
        const uint8_t *next = memchr(octets.data + at, 'P', octets.size - HEADER_LEAST + 1 - at);

        if (next == NULL)
            break;
        at = (uint64_t)(next - octets.data);
        if (has(octets, at, "PK\3\4") || has(octets, at, "PK\1\2"))
            return at;
        at++;
    }
    return UINT64_MAX;
}

/* Where content without a known size and without an end of its own ends: before the descriptor
 * that says how far it is from the beginning, or before the next header. */
static uint64_t find_descriptor(struct bytes octets, uint64_t from)
{
    uint64_t at = from, last = next_header(octets, from);

    last = last != UINT64_MAX ? last : octets.size;
    while (at < last) {
        const uint8_t *next = memmem(octets.data + at, last - at, "PK\7\10", 4);

        if (next == NULL)
            break;
        at = (uint64_t)(next - octets.data);
        if (little_endian(octets, at + 8, 4) == at - from)
            return at;
        at++;
    }
    return last;
}

static struct range content_of(const struct search *search, const struct zip_record *local)
{
    uint64_t from = local->place.offset + local->place.size, left = search->octets.size - from;
    bool is_late = (local->flags & ZIP_DESCRIPTOR) != 0 && local->packed == 0;

    if (!is_late)
        return (struct range){from, local->packed < left ? local->packed : left};
    if (local->method == ZIP_DEFLATED && (local->flags & ZIP_ENCRYPTED) == 0)
        return (struct range){from, left};
    return (struct range){from, find_descriptor(search->octets, from) - from};
}

static void note_found(struct search *search, uint64_t behind, struct range place)
{
    struct walk *walk = search->walk;
    struct range skipped = {behind, place.offset - behind};

    if (!search->is_alone)
        walk_oddity(walk, LISTING_HIDDEN_ENTRY, place);
    else if (skipped.size > 0)
        walk_oddity(walk, search->found == 0 ? LISTING_PREFIX : LISTING_GAP, skipped);
    search->found++;
}

/* Behind the entry and its descriptor. */
static uint64_t tell_local(struct search *search, uint64_t behind, const struct zip_record *local)
{
    struct zip_entry entry = {
        .record = local, .local = local, .content = content_of(search, local), .is_found = true};
    uint64_t at;

    note_found(search, behind, local->place);
    if ((local->flags & ZIP_MASKED) != 0)
        walk_note(search->walk, LISTING_ENCRYPTED_NAMES, NULL, local->place);
    if (!walk_take_entry(search->walk, local->place))
        return search->octets.size;
    at = entry.content.offset + zip_entry_tell(search->walk, search->octets, &entry);
    if ((local->flags & ZIP_DESCRIPTOR) != 0 && little_endian(search->octets, at, 4) == 0x08074B50)
        at += 16;
    return at;
}

/* A header of a directory that no end record leads to: told unless the local header it names has
 * its name, for that is told itself. */
static uint64_t tell_central(struct search *search, uint64_t behind,
                             const struct zip_record *central)
{
    struct zip_entry entry = {.record = central, .is_found = true};
    struct zip_record local;
    uint64_t at = central->place.offset + central->place.size;

    if (zip_read_local(search->octets, central->local_at, &local) &&
        bytes_equal(local.name, central->name))
        return at;
    note_found(search, behind, central->place);
    if (!walk_take_entry(search->walk, central->place))
        return search->octets.size;
    zip_entry_tell(search->walk, search->octets, &entry);
    return at;
}

void zip_search(struct walk *walk, struct bytes octets, struct range region, bool is_alone)
{
    struct search search = {.walk = walk,
                            .octets = bytes_slice(octets, 0, region.offset + region.size),
                            .region = region,
                            .is_alone = is_alone};
    uint64_t behind = region.offset, at = next_header(search.octets, region.offset);
    struct zip_record record;

    if (is_alone)
        walk_note(walk, LISTING_BROKEN, NULL, region);
    while (at != UINT64_MAX && !walk->is_stopped) {
        if (zip_read_local(search.octets, at, &record) && zip_is_plausible(&record))
            behind = tell_local(&search, behind, &record);
        else if (zip_read_central(search.octets, at, &record) && zip_is_plausible(&record))
            behind = tell_central(&search, behind, &record);
        at = next_header(search.octets, behind > at ? behind : at + 1);
    }
}
