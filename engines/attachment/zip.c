/* A region of the octets is walked from its last end record: its directory, the local headers that
 * it names, sorted by their places. What lies before, between and behind them is a region of its
 * own, walked later the same way: so archives put together are all seen, and every octet is looked
 * at a bounded number of times. In a region without an end record local headers are searched. */
#include "engines/attachment/zip.h"

#include <stdlib.h>
#include <string.h>

#include "engines/attachment/little_endian.h"
#include "engines/attachment/zip_entry.h"
#include "engines/attachment/zip_records.h"
#include "engines/attachment/zip_search.h"

enum { END_FIXED = 22, END_REACH = END_FIXED + 65535 };

struct file {
    struct zip_record record, local;
    struct range content;
    bool is_there;
};

/* What the archive accounts for: sorted by offset. */
struct span {
    uint64_t from, to;
};

struct zip {
    struct walk *walk;
    struct bytes octets;
    struct range *regions; /* still to be walked; some may be empty */
    size_t region_count, region_capacity;
    struct file *files; /* of the archive that is walked now, in its directory's order */
    struct span *spans;
    size_t file_count, span_count;
    unsigned archive_count;
};

static uint64_t end_of(struct range range)
{
    return range.offset + range.size;
}

static struct range between(uint64_t from, uint64_t to)
{
    return (struct range){from, to - from};
}

/* The last end record's magic in the region, of those that end at `before` or earlier. */
static uint64_t find_last(struct bytes octets, struct range region, uint64_t before)
{
    while (before - region.offset >= END_FIXED) {
        const uint8_t *at =
            memrchr(octets.data + region.offset, 'P', before - region.offset - END_FIXED + 1);

        if (at == NULL)
            break;
        if (memcmp(at, "PK\5\6", 4) == 0)
            return (uint64_t)(at - octets.data);
        before = (uint64_t)(at - octets.data) + END_FIXED - 1;
    }
    return UINT64_MAX;
}

static bool find_end(struct bytes octets, struct range region, struct zip_end *end)
{
    uint64_t before = end_of(region), at;

    while ((at = find_last(octets, region, before)) != UINT64_MAX) {
        if (zip_read_end(octets, region, at, end))
            return true;
        before = at + END_FIXED - 1;
    }
    return false;
}

bool zip_has_end(struct bytes octets)
{
    size_t skipped = octets.size > ZIP_END_SEARCH ? octets.size - ZIP_END_SEARCH : 0;
    uint64_t before = octets.size, at;
    struct range all = {0, octets.size}, tail = {skipped, octets.size - skipped};
    struct zip_end end;

    while ((at = find_last(octets, tail, before)) != UINT64_MAX) {
        if (zip_read_end(octets, all, at, &end) && end.directory.size > 0)
            return true;
        before = at + END_FIXED - 1;
    }
    return false;
}

bool zip_ends_there(struct bytes octets)
{
    size_t skipped = octets.size > END_REACH ? octets.size - END_REACH : 0;
    uint64_t before = octets.size, at;
    struct range all = {0, octets.size}, tail = {skipped, octets.size - skipped};
    struct zip_end end;

    while ((at = find_last(octets, tail, before)) != UINT64_MAX) {
        if (zip_read_end(octets, all, at, &end) && end.directory.size > 0 && !end.is_cut &&
            end_of(end.place) == octets.size)
            return true;
        before = at + END_FIXED - 1;
    }
    return false;
}

static void push_region(struct zip *zip, struct range region)
{
    size_t capacity = zip->region_capacity > 0 ? 2 * zip->region_capacity : 16;
    struct range *regions = zip->regions;

    if (zip->region_count == zip->region_capacity) {
        regions = realloc(regions, capacity * sizeof *regions);
        if (regions == NULL) {
            walk_out_of_memory(zip->walk);
            return;
        }
        zip->regions = regions;
        zip->region_capacity = capacity;
    }
    zip->regions[zip->region_count++] = region;
}

static void push_span(struct zip *zip, struct range range)
{
    zip->spans[zip->span_count++] = (struct span){range.offset, end_of(range)};
}

/* As many as may still be told; the rest is the cap's. */
static size_t most_files(const struct zip *zip, const struct zip_end *end)
{
    const struct budget *budget = zip->walk->budget;
    uint64_t left = budget->limits->entries - budget->entries + 1;
    uint64_t fit = (end->place.offset - end->directory.offset) / 46 + 1;

    return left < fit ? left : fit;
}

/* Up to the first octet that is no header, whatever the end record counts. Returns where. */
static uint64_t read_directory(struct zip *zip, const struct zip_end *end, size_t most)
{
    struct bytes directory = bytes_slice(zip->octets, 0, end->place.offset);
    uint64_t at = end->directory.offset;

    while (zip->file_count < most && at < end->place.offset) {
        struct file *file = &zip->files[zip->file_count];

        *file = (struct file){0};
        if (!zip_read_central(directory, at, &file->record))
            break;
        at = end_of(file->record.place);
        zip->file_count++;
    }
    return at;
}

/* Its local header: at its offset behind whatever stands before the archive, or without that. */
static void find_local(struct zip *zip, const struct zip_end *end, struct file *file)
{
    struct zip_record *record = &file->record, *local = &file->local;
    uint64_t left;

    file->is_there = zip_read_local(zip->octets, end->base + record->local_at, local) ||
                     zip_read_local(zip->octets, record->local_at, local);
    if (!file->is_there) {
        walk_oddity(zip->walk, LISTING_MISSING_ENTRY, record->place);
        walk_note(zip->walk, LISTING_BROKEN, NULL, record->place);
        return;
    }
    left = zip->octets.size - end_of(local->place);
    file->content =
        (struct range){end_of(local->place), record->packed < left ? record->packed : left};
}

static void push_file_span(struct zip *zip, const struct file *file)
{
    struct range place = between(file->local.place.offset, end_of(file->content));

    if ((file->local.flags & ZIP_DESCRIPTOR) != 0)
        place.size += zip_descriptor_size(zip->octets, end_of(place), &file->record);
    push_span(zip, place);
}

static int compare_spans(const void *left, const void *right)
{
    const struct span *a = left, *b = right;

    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

/* What no span accounts for between two of them, or before the first. */
static void note_gap(struct zip *zip, struct range region, struct range gap)
{
    walk_oddity(zip->walk, gap.offset == region.offset ? LISTING_PREFIX : LISTING_GAP, gap);
    push_region(zip, gap);
}

/* Spans that share octets, and what is between them, up to `last`. */
static void sweep(struct zip *zip, struct range region, uint64_t last)
{
    uint64_t at = region.offset, reach = 0;

    qsort(zip->spans, zip->span_count, sizeof *zip->spans, compare_spans);
    for (size_t i = 0; i < zip->span_count; i++) {
        struct span span = zip->spans[i];

        if (span.from < reach)
            walk_oddity(zip->walk, LISTING_OVERLAP, between(span.from, reach));
        if (span.from > at && span.from <= last)
            note_gap(zip, region, between(at, span.from));
        reach = span.to > reach ? span.to : reach;
        at = reach > at ? reach : at;
    }
}

/* 4.3.1: the mark of a split archive that ended up in one file. */
static void push_marker_span(struct zip *zip, struct range region)
{
    if (region.offset == 0 && zip->octets.size >= 8 &&
        (memcmp(zip->octets.data, "PK\7\10PK\3\4", 8) == 0 ||
         memcmp(zip->octets.data, "PK00PK\3\4", 8) == 0))
        push_span(zip, between(0, 4));
}

static void account(struct zip *zip, struct range region, const struct zip_end *end,
                    uint64_t directory_end)
{
    struct range tail = between(end_of(end->place), end_of(region));
    uint64_t signature = little_endian(zip->octets, directory_end, 4) == 0x05054B50
                             ? 6 + little_endian(zip->octets, directory_end + 4, 2)
                             : 0;

    /* 4.3.13: a signature of the directory. */
    if (signature <= end->place.offset - directory_end)
        directory_end += signature;
    push_marker_span(zip, region);
    for (size_t i = 0; i < zip->file_count; i++)
        if (zip->files[i].is_there)
            push_file_span(zip, &zip->files[i]);
    push_span(zip, between(end->directory.offset, directory_end));
    push_span(zip, end->place);
    sweep(zip, region, end->place.offset);
    push_region(zip, end->comment);
    if (tail.size > 0) {
        walk_oddity(zip->walk, LISTING_SUFFIX, tail);
        push_region(zip, tail);
    }
}

static void tell_files(struct zip *zip)
{
    for (size_t i = 0; i < zip->file_count; i++) {
        const struct file *file = &zip->files[i];
        struct zip_entry entry = {.record = &file->record,
                                  .local = file->is_there ? &file->local : NULL,
                                  .content = file->content};

        if (!walk_take_entry(zip->walk, file->record.place))
            return;
        zip_entry_tell(zip->walk, zip->octets, &entry);
    }
}

static void note_end(struct zip *zip, const struct zip_end *end)
{
    struct walk *walk = zip->walk;

    if (zip->archive_count++ > 0 || end->is_ambiguous)
        walk_oddity(walk, LISTING_CONCATENATED, end->place);
    if (end->is_encrypted)
        walk_note(walk, LISTING_ENCRYPTED_NAMES, NULL, end->place);
    if (end->is_split || end->is_cut)
        walk_note(walk, LISTING_BROKEN, NULL, end->place);
}

/* Too many for what may be told: their places are not looked at either. */
static void walk_files(struct zip *zip, struct range region, const struct zip_end *end, size_t most)
{
    uint64_t directory_end = read_directory(zip, end, most);
    bool is_full = zip->file_count == most && directory_end < end->place.offset;

    /* Writers without zip64 count modulo 65536. */
    if (!is_full && (zip->file_count - end->entry_count) % 65536 != 0)
        walk_note(zip->walk, LISTING_BROKEN, NULL, end->directory);
    for (size_t i = 0; i < zip->file_count; i++)
        find_local(zip, end, &zip->files[i]);
    if (!is_full)
        account(zip, region, end, directory_end);
    tell_files(zip);
}

static void walk_one(struct zip *zip, struct range region, const struct zip_end *end)
{
    size_t most = most_files(zip, end);

    note_end(zip, end);
    if (end->is_encrypted)
        return;
    zip->files = calloc(most, sizeof *zip->files);
    zip->spans = calloc(most + 3, sizeof *zip->spans);
    zip->file_count = 0;
    zip->span_count = 0;
    if (zip->files != NULL && zip->spans != NULL)
        walk_files(zip, region, end, most);
    else
        walk_out_of_memory(zip->walk);
    free(zip->files);
    free(zip->spans);
}

void zip_walk(struct walk *walk, struct bytes octets, const char *format)
{
    struct zip zip = {.walk = walk, .octets = octets};
    struct zip_end end;

    (void)format;
    push_region(&zip, (struct range){0, octets.size});
    while (zip.region_count > 0 && walk_goes_on(walk, (struct range){0, octets.size})) {
        struct range region = zip.regions[--zip.region_count];

        if (find_end(octets, region, &end))
            walk_one(&zip, region, &end);
        else
            zip_search(walk, octets, region, zip.archive_count == 0);
    }
    free(zip.regions);
}
