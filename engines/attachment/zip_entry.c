#include "engines/attachment/zip_entry.h"

#include <string.h>

#include "engines/attachment/archive.h"
#include "engines/attachment/inflate.h"
#include "engines/attachment/listing_name.h"
#include "engines/attachment/little_endian.h"

enum { UNICODE_PATH = 0x7075, HOST_UNIX = 3, HOST_MACOS = 19 };
enum { MODE_TYPE = 0170000, MODE_FOLDER = 0040000, MODE_LINK = 0120000, DOS_FOLDER = 0x10 };

static bool is_encrypted(const struct zip_record *record)
{
    return (record->flags & (ZIP_ENCRYPTED | ZIP_STRONG | ZIP_MASKED)) != 0 ||
           record->method == ZIP_AES;
}

static uint32_t mode_type(const struct zip_record *record)
{
    unsigned host = record->made_by >> 8;

    return host == HOST_UNIX || host == HOST_MACOS ? record->attributes >> 16 & MODE_TYPE : 0;
}

/* 4.6.9: the name in UTF-8, if it is of this name (by its CRC). */
static struct bytes unicode_path(const struct zip_record *record)
{
    struct bytes field = zip_extra_field(record->extra, UNICODE_PATH);

    if (field.size < 6 || field.data[0] != 1 ||
        little_endian(field, 1, 4) != inflate_crc(record->name))
        return (struct bytes){NULL, 0};
    return bytes_slice(field, 5, field.size - 5);
}

static struct bytes extension(struct bytes name)
{
    for (size_t at = name.size; at > 0 && name.data[at - 1] != '/'; at--)
        if (name.data[at - 1] == '.')
            return bytes_slice(name, at, name.size - at);
    return (struct bytes){NULL, 0};
}

static bool is_ascii(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] >= 0x80 || name.data[i] == '?')
            return false;
    return true;
}

/* The name in a code page that nobody names, beside the same in UTF-8, is ordinary: they differ
 * when the code page cannot be the reason. */
static bool paths_differ(struct bytes name, struct bytes path)
{
    if (is_ascii(name))
        return !bytes_equal(name, path);
    return is_ascii(extension(name)) && !bytes_equal_fold(extension(name), extension(path));
}

static void note_name(struct walk *walk, const struct zip_entry *entry, struct bytes other,
                      bool differs, struct listing_entry *told)
{
    if (differs)
        walk_oddity(walk, LISTING_NAMES_DIFFER, entry->record->place);
    if (!listing_name_zip(&walk->names, other, &told->other_name))
        walk_out_of_memory(walk);
    if (bytes_equal(told->other_name, told->name))
        told->other_name = (struct bytes){NULL, 0};
}

static void read_names(struct walk *walk, const struct zip_entry *entry, struct listing_entry *told)
{
    struct bytes name = entry->record->name, path = unicode_path(entry->record);
    bool local_differs = entry->local != NULL && !bytes_equal(name, entry->local->name) &&
                         (entry->local->flags & ZIP_MASKED) == 0;

    if (!listing_name_zip(&walk->names, path.size > 0 ? path : name, &told->name))
        walk_out_of_memory(walk);
    if (path.size > 0)
        note_name(walk, entry, name, paths_differ(name, path), told);
    if (local_differs)
        note_name(walk, entry, entry->local->name, true, told);
}

/* Two headers of one entry, in what they both must know. With a descriptor the local one may leave
 * out sizes and sum. */
static bool agree(const struct zip_record *record, const struct zip_record *local)
{
    bool is_late = (local->flags & ZIP_DESCRIPTOR) != 0;
    uint16_t flags = ZIP_ENCRYPTED | ZIP_STRONG;

    if (record->method != local->method || ((record->flags ^ local->flags) & flags) != 0)
        return false;
    if ((local->flags & ZIP_MASKED) != 0 ||
        (is_late && local->packed == 0 && local->size == 0 && local->crc == 0))
        return true;
    if (is_late && (local->packed == UINT32_MAX || local->packed == 0))
        return true;
    return record->packed == local->packed && record->size == local->size &&
           (record->crc == local->crc || (is_late && local->crc == 0));
}

/* A writer that did not know the size when it wrote the header, and no directory that does. */
static bool is_late(const struct zip_entry *entry)
{
    return entry->is_found && (entry->record->flags & ZIP_DESCRIPTOR) != 0 &&
           entry->record->packed == 0;
}

/* Everything in one piece: what stands there, or what a library makes of it. */
static uint64_t unpack(struct walk *walk, const struct zip_entry *entry, struct bytes packed,
                       struct intake *intake)
{
    const struct zip_record *record = entry->record;
    struct inflated inflated;

    if (packed.size == 0 && record->size == 0)
        return 0;
    if (record->method == ZIP_STORED) {
        if (intake_take(intake, packed) && !is_late(entry))
            intake->is_broken |= inflate_crc(packed) != record->crc;
        return packed.size;
    }
    if (record->method != ZIP_DEFLATED) {
        if (!archive_unpack_zip(intake, record->method, packed, record->crc, record->size))
            walk_note(walk, LISTING_UNSUPPORTED, NULL, intake->place);
        return packed.size;
    }
    inflated = inflate_into(walk, packed, intake);
    intake->is_broken |= inflated.end != INFLATE_ENDED;
    if (is_late(entry))
        return inflated.used;
    intake->is_broken |= inflated.used != packed.size || inflated.crc != record->crc;
    return packed.size;
}

static uint64_t read_content(struct walk *walk, struct bytes octets, const struct zip_entry *entry,
                             struct intake *intake)
{
    const struct zip_record *record = entry->record;
    struct bytes packed = bytes_slice(octets, entry->content.offset, entry->content.size);
    uint64_t used = packed.size;

    intake->is_broken = true;
    if (entry->local == NULL || walk->is_dry)
        return used;
    intake->is_broken = !is_late(entry) && packed.size != record->packed;
    used = unpack(walk, entry, packed, intake);
    if (!is_late(entry))
        intake->is_broken |= intake->total != record->size;
    return used;
}

uint64_t zip_entry_tell(struct walk *walk, struct bytes octets, const struct zip_entry *entry)
{
    const struct zip_record *record = entry->record;
    struct range place = entry->local != NULL ? entry->local->place : record->place;
    struct intake intake = {.walk = walk, .source = octets, .place = place};
    struct listing_entry told = {.size = record->size};
    uint64_t used = entry->content.size;

    if (entry->local != NULL)
        intake.place.size += entry->content.size;
    read_names(walk, entry, &told);
    told.is_encrypted =
        is_encrypted(record) || (entry->local != NULL && is_encrypted(entry->local));
    if (told.is_encrypted)
        walk_note(walk, LISTING_ENCRYPTED_CONTENT, NULL, intake.place);
    else
        used = read_content(walk, octets, entry, &intake);
    told.is_folder = mode_type(record) == MODE_FOLDER || (record->attributes & DOS_FOLDER) != 0 ||
                     (record->name.size > 0 && record->name.data[record->name.size - 1] == '/');
    told.is_link = mode_type(record) == MODE_LINK;
    if (is_late(entry))
        told.size = UINT64_MAX;
    if (entry->local != NULL && !agree(record, entry->local))
        walk_note(walk, LISTING_BROKEN, NULL, intake.place);
    if (intake.is_broken && !walk->is_dry && !told.is_encrypted)
        walk_note(walk, LISTING_BROKEN, NULL, intake.place);
    walk_entry(walk, &told, &intake);
    intake_clear(&intake);
    return used;
}
