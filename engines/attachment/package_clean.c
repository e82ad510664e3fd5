/* An OOXML package (ECMA-376 part 2) without its VBA project. */
#include <string.h>

#include "engines/attachment/clean.h"
#include "engines/attachment/inflate.h"
#include "engines/attachment/leaf.h"
#include "engines/attachment/little_endian.h"
#include "engines/attachment/package_xml.h"
#include "engines/attachment/zip.h"
#include "engines/attachment/zip_records.h"

enum { LOCAL_NAME = 30, TIME_AT = 12, PACKAGE_ENTRIES_MOST = 4096, PROJECTS_MOST = 64 };

/* What the walk through a package has shown of an entry. */
struct found {
    struct bytes name;
    struct bytes xml; /* of content types and relationships */
    bool is_project;  /* a compound file that is a project, under whatever name */
};

struct package {
    struct bytes zip;
    struct budget *budget;
    struct arena *arena;
    struct found *found;
    size_t found_count, found_capacity;
    struct zip_output *entries;
    size_t count, capacity;
    enum status status;
};

static bool ends_fold(struct bytes name, struct bytes end)
{
    return name.size >= end.size &&
           bytes_equal_fold(bytes_slice(name, name.size - end.size, end.size), end);
}

static void take_nothing(void *context, struct bytes name, struct bytes octets)
{
    (void)context;
    (void)name;
    (void)octets;
}

static bool is_project(struct package *package, struct bytes octets)
{
    struct macro macro = {0};

    if (octets.size == 0 || strcmp(magic_of(octets)->name, "ole") != 0)
        return false;
    if (package->status == STATUS_OK)
        package->status = macro_read_ole(octets, package->budget, take_nothing, NULL, &macro);
    return macro.has_project && macro.document == NULL;
}

static struct bytes keep(struct package *package, struct bytes octets)
{
    const char *copy = arena_copy(package->arena, octets);

    if (copy == NULL)
        package->status = STATUS_MEMORY;
    return (struct bytes){(const uint8_t *)copy, copy != NULL ? octets.size : 0};
}

static void take_entry(void *context, const struct listing_entry *entry)
{
    struct package *package = context;
    struct found found = {.is_project = false};

    if (entry->levels != 1 || package->status != STATUS_OK)
        return;
    if (package->found_count == PACKAGE_ENTRIES_MOST || entry->other_name.size > 0) {
        package->status = STATUS_UNSUPPORTED;
        return;
    }
    found.name = keep(package, entry->name);
    if (ends_fold(entry->name, BYTES("[Content_Types].xml")) ||
        ends_fold(entry->name, BYTES(".rels")))
        found.xml = keep(package, entry->whole);
    found.is_project = is_project(package, entry->whole) || package_is_project_name(entry->name);
    if (package->status == STATUS_OK &&
        !arena_grow(package->arena, (void **)&package->found, &package->found_capacity,
                    package->found_count, sizeof found))
        package->status = STATUS_MEMORY;
    if (package->status == STATUS_OK)
        package->found[package->found_count++] = found;
}

/* The relationships of a part that goes: "word/_rels/vbaProject.bin.rels". */
static bool is_of_project(const struct package *package, struct bytes name)
{
    size_t from = name.size;

    while (from > 0 && name.data[from - 1] != '/')
        from--;
    name = bytes_slice(name, from, SIZE_MAX);
    for (size_t i = 0; i < package->found_count && ends_fold(name, BYTES(".rels")); i++) {
        struct bytes stem = bytes_slice(name, 0, name.size - 5);

        if (package->found[i].is_project && stem.size > 0 &&
            ends_fold(package->found[i].name, stem))
            return true;
    }
    return false;
}

/* The name stands in the directory as in the listing: others are not what Office writes. */
static const struct found *find(const struct package *package, struct bytes name, size_t index)
{
    if (index < package->found_count && bytes_equal(package->found[index].name, name))
        return &package->found[index];
    return NULL;
}

/* Names of parts that go, for what refers to them. */
static enum status names_that_go(struct package *package, struct package_names *names)
{
    names->items = arena_take(package->arena, (package->found_count + 1) * sizeof *names->items);
    names->count = 0;
    if (names->items == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < package->found_count; i++) {
        if (package->found[i].is_project)
            names->items[names->count++] = package->found[i].name;
    }
    return names->count <= PROJECTS_MOST ? STATUS_OK : STATUS_UNSUPPORTED;
}

static enum status add_entry(struct package *package, const struct zip_output *entry)
{
    if (!arena_grow(package->arena, (void **)&package->entries, &package->capacity, package->count,
                    sizeof *entry))
        return STATUS_MEMORY;
    package->entries[package->count++] = *entry;
    return STATUS_OK;
}

/* The entry as it is packed, or its XML without the project, stored. */
static enum status take_record(struct package *package, const struct zip_record *record,
                               uint64_t base, const struct found *found,
                               const struct package_names *names)
{
    struct zip_record local;
    struct zip_output entry = {.name = record->name,
                               .made_by = record->made_by,
                               .flags = (uint16_t)(record->flags & ~ZIP_DESCRIPTOR),
                               .method = record->method,
                               .crc = record->crc,
                               .attributes = record->attributes,
                               .size = record->size};
    enum status status = STATUS_OK;

    if (!zip_read_local(package->zip, record->local_at + base, &local) ||
        !bytes_equal(local.name, record->name) || local.method != record->method ||
        (record->flags & (ZIP_ENCRYPTED | ZIP_STRONG | ZIP_MASKED)) != 0)
        return STATUS_UNSUPPORTED;
    entry.time = (uint32_t)little_endian(package->zip, record->place.offset + TIME_AT, 4);
    entry.packed = bytes_slice(package->zip, (size_t)(local.place.offset + local.place.size),
                               (size_t)record->packed);
    if (entry.packed.size != record->packed)
        return STATUS_UNSUPPORTED;
    if (found->xml.size > 0) {
        status = package_xml_clean(found->xml, names, package->arena, &entry.packed);
        entry.method = ZIP_STORED;
        entry.size = entry.packed.size;
        entry.crc = inflate_crc(entry.packed);
    }
    return status == STATUS_OK ? add_entry(package, &entry) : status;
}

static bool find_end(struct bytes zip, struct zip_end *end)
{
    struct range region = {0, zip.size};

    for (size_t at = zip.size; at-- > 0 && zip.size - at < ZIP_END_SEARCH;) {
        if (zip.data[at] == 'P' && zip_read_end(zip, region, at, end))
            return !end->is_cut && !end->is_split && !end->is_encrypted && !end->is_ambiguous;
    }
    return false;
}

static enum status take_directory(struct package *package, const struct zip_end *end,
                                  const struct package_names *names)
{
    uint64_t at = end->directory.offset, last = at + end->directory.size;
    struct zip_record record;
    enum status status = STATUS_OK;
    size_t index = 0;

    for (; at < last && status == STATUS_OK; index++) {
        const struct found *found;

        if (!zip_read_central(package->zip, at, &record))
            return STATUS_UNSUPPORTED;
        at += record.place.size;
        found = find(package, record.name, index);
        if (found == NULL)
            return STATUS_UNSUPPORTED;
        if (!found->is_project && !is_of_project(package, record.name))
            status = take_record(package, &record, end->base, found, names);
    }
    return status == STATUS_OK && index != package->found_count ? STATUS_UNSUPPORTED : status;
}

enum status package_clean(struct bytes zip, struct budget *budget, struct arena *arena,
                          struct bytes *cleaned)
{
    struct package package = {.zip = zip, .budget = budget, .arena = arena};
    struct package_names names;
    struct listing listing = {0};
    struct zip_end end;
    enum status status = listing_walk(zip, budget, take_entry, &package, &listing);

    if (status == STATUS_OK)
        status = package.status;
    if (status == STATUS_OK && listing.state == LISTING_CAPPED)
        status = STATUS_LIMIT;
    if (status == STATUS_OK &&
        (listing.state != LISTING_WHOLE || listing.oddities != 0 || !find_end(zip, &end)))
        status = STATUS_UNSUPPORTED;
    if (status == STATUS_OK)
        status = names_that_go(&package, &names);
    if (status == STATUS_OK)
        status = take_directory(&package, &end, &names);
    if (status == STATUS_OK && budget_take_octets(budget, zip.size) != NULL)
        status = STATUS_LIMIT;
    return status == STATUS_OK ? zip_write(package.entries, package.count, arena, cleaned) : status;
}
