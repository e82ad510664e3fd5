/* Walks a compound file: header, table of sectors (FAT) by its list (DIFAT), directory, streams.
 * A chain of sectors that comes back to itself ends where the file's count of sectors is used up.
 */
#include "engines/attachment/ole.h"

#include <string.h>

enum {
    HEADER_OCTETS = 512,
    ENTRY_OCTETS = 128,
    DIFAT_IN_HEADER = 109,
    MINI_SECTOR = 64,
    MINI_CUTOFF = 4096, /* MS-CFB 2.2: nothing else is allowed */
    READ_FACTOR = 4     /* all reading together, in sizes of the file */
};

static const uint32_t last_sector = 0xFFFFFFFA; /* what is above is no sector */

static uint32_t word32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t word16(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8;
}

/* What the file holds of a sector: the last one may be cut. */
static struct bytes sector_of(const struct ole *ole, uint32_t sector)
{
    uint64_t from = ((uint64_t)sector + 1) * ole->sector_size;

    if (sector > last_sector || from >= ole->file.size)
        return (struct bytes){NULL, 0};
    return bytes_slice(ole->file, (size_t)from, ole->sector_size);
}

/* Chains that share sectors could make one file long to read: that is no honest one. */
static bool may_read(struct ole *ole, uint64_t octets)
{
    if (ole->octets_left < octets) {
        ole->is_broken = true;
        return false;
    }
    ole->octets_left -= octets;
    return true;
}

/* Appends the entries of one sector of the FAT. */
static void take_fat_sector(struct ole *ole, uint32_t sector, uint32_t most)
{
    struct bytes octets = sector_of(ole, sector);

    if (octets.size == 0)
        ole->is_broken = true;
    for (size_t i = 0; i + 4 <= octets.size && ole->fat_count < most; i += 4)
        ole->fat[ole->fat_count++] = word32(octets.data + i);
}

static enum status read_fat(struct ole *ole)
{
    const uint8_t *header = ole->file.data;
    uint32_t next = word32(header + 68), most = ole->sector_count;
    uint32_t count = word32(header + 44), taken = 0;

    ole->fat = arena_take(ole->arena, (size_t)most * sizeof *ole->fat);
    if (ole->fat == NULL)
        return STATUS_MEMORY;
    for (uint32_t i = 0; i < DIFAT_IN_HEADER && taken < count && ole->fat_count < most; i++) {
        take_fat_sector(ole, word32(header + 76 + 4 * i), most);
        taken++;
    }
    while (taken < count && next <= last_sector && ole->fat_count < most &&
           may_read(ole, ole->sector_size)) {
        struct bytes list = sector_of(ole, next);

        if (list.size < ole->sector_size)
            break;
        for (size_t i = 0; i + 8 <= list.size && taken < count && ole->fat_count < most; i += 4) {
            take_fat_sector(ole, word32(list.data + i), most);
            taken++;
        }
        next = word32(list.data + ole->sector_size - 4);
    }
    return STATUS_OK;
}

/* The sectors of a chain in their order. */
static enum status read_chain(struct ole *ole, uint32_t first, uint32_t **chain, uint32_t *count)
{
    size_t capacity = 0;

    *chain = NULL;
    *count = 0;
    for (uint32_t at = first; at <= last_sector; at = ole->fat[at]) {
        if (at >= ole->sector_count || *count >= ole->sector_count) {
            ole->is_broken = true;
            return STATUS_OK;
        }
        if (!may_read(ole, ole->sector_size))
            return STATUS_OK;
        if (!arena_grow(ole->arena, (void **)chain, &capacity, *count, sizeof **chain))
            return STATUS_MEMORY;
        (*chain)[(*count)++] = at;
        if (at >= ole->fat_count) {
            ole->is_broken = true;
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

/* Copies size octets along a chain; less when it is cut. */
static enum status read_sectors(struct ole *ole, uint32_t first, uint64_t size,
                                struct bytes *octets)
{
    uint32_t *chain, count;
    enum status status = read_chain(ole, first, &chain, &count);
    uint64_t room = (uint64_t)count * ole->sector_size;
    uint8_t *out;

    *octets = (struct bytes){NULL, 0};
    if (status != STATUS_OK || count == 0)
        return status;
    if (size > room)
        ole->is_broken = true;
    size = size < room ? size : room;
    ole->cap = budget_take_octets(ole->budget, size);
    if (ole->cap != NULL)
        return STATUS_OK;
    out = arena_take(ole->arena, size > 0 ? (size_t)size : 1);
    if (out == NULL)
        return STATUS_MEMORY;
    octets->data = out;
    for (uint32_t i = 0; i < count && octets->size < size; i++) {
        struct bytes sector = sector_of(ole, chain[i]);
        size_t wanted = (size_t)size - octets->size;

        sector = bytes_slice(sector, 0, wanted);
        if (sector.size > 0)
            memcpy(out + octets->size, sector.data, sector.size);
        octets->size += sector.size;
    }
    ole->is_broken = ole->is_broken || octets->size < size;
    return STATUS_OK;
}

static enum status read_mini(struct ole *ole)
{
    struct ole_entry root;
    struct bytes table;
    enum status status;

    if (!ole_entry(ole, 0, &root) || root.type != OLE_ROOT || root.first > last_sector)
        return STATUS_OK;
    status = read_sectors(ole, root.first, root.size, &ole->mini);
    if (status != STATUS_OK || ole->cap != NULL)
        return status;
    status = read_sectors(ole, word32(ole->file.data + 60),
                          (uint64_t)word32(ole->file.data + 64) * ole->sector_size, &table);
    if (status != STATUS_OK || ole->cap != NULL || table.size == 0)
        return status;
    ole->mini_fat = arena_take(ole->arena, table.size);
    if (ole->mini_fat == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i + 4 <= table.size; i += 4)
        ole->mini_fat[ole->mini_fat_count++] = word32(table.data + i);
    return STATUS_OK;
}

static bool read_header(struct ole *ole)
{
    static const uint8_t signature[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    const uint8_t *header = ole->file.data;
    uint32_t shift;

    if (ole->file.size < HEADER_OCTETS || memcmp(header, signature, sizeof signature) != 0)
        return false;
    shift = word16(header + 30);
    if (word16(header + 28) != 0xFFFE || shift < 7 || shift > 16)
        return false;
    ole->sector_size = (uint32_t)1 << shift;
    ole->sector_count = (uint32_t)((ole->file.size + ole->sector_size - 1) / ole->sector_size);
    ole->octets_left = READ_FACTOR * ((uint64_t)ole->file.size + 65536);
    return true;
}

enum status ole_open(struct bytes file, struct budget *budget, struct arena *arena, struct ole *ole)
{
    enum status status;

    *ole = (struct ole){.file = file, .budget = budget, .arena = arena};
    if (!read_header(ole))
        return STATUS_INVALID;
    status = read_fat(ole);
    if (status == STATUS_OK)
        status = read_chain(ole, word32(file.data + 48), &ole->directory, &ole->directory_count);
    if (status == STATUS_OK && ole->directory_count == 0)
        return STATUS_INVALID;
    return status == STATUS_OK ? read_mini(ole) : status;
}

bool ole_entry(const struct ole *ole, uint32_t i, struct ole_entry *entry)
{
    uint32_t each = ole->sector_size / ENTRY_OCTETS;
    uint32_t sector = i / each;
    struct bytes octets;

    if (sector >= ole->directory_count)
        return false;
    octets =
        bytes_slice(sector_of(ole, ole->directory[sector]), i % each * ENTRY_OCTETS, ENTRY_OCTETS);
    *entry = (struct ole_entry){.type = OLE_UNUSED};
    if (octets.size < ENTRY_OCTETS)
        return true;
    entry->where = (struct range){(uint64_t)(octets.data - ole->file.data), ENTRY_OCTETS};
    entry->name_size = word16(octets.data + 64);
    entry->name_size = entry->name_size > 2 * OLE_NAME_UNITS ? 2 * OLE_NAME_UNITS
                       : entry->name_size >= 2               ? entry->name_size - 2
                                                             : 0;
    memcpy(entry->name, octets.data, sizeof entry->name);
    entry->type = octets.data[66] == OLE_STORAGE || octets.data[66] == OLE_STREAM ||
                          octets.data[66] == OLE_ROOT
                      ? (enum ole_type)octets.data[66]
                      : OLE_UNUSED;
    entry->class_id = octets.data + 80;
    entry->first = word32(octets.data + 116);
    entry->size = word32(octets.data + 120);
    if (ole->sector_size > 512) /* version 4 has 64 bits; before, the upper half may be anything */
        entry->size |= (uint64_t)word32(octets.data + 124) << 32;
    return true;
}

bool ole_is_named(const struct ole_entry *entry, const char *name)
{
    size_t length = strlen(name);

    if (entry->name_size != 2 * length)
        return false;
    for (size_t i = 0; i < length; i++) {
        uint8_t low = entry->name[2 * i];

        if (low >= 'A' && low <= 'Z')
            low = (uint8_t)(low - 'A' + 'a');
        if (entry->name[2 * i + 1] != 0 ||
            low != (name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]))
            return false;
    }
    return true;
}

static enum status read_small(struct ole *ole, const struct ole_entry *entry, struct bytes *octets)
{
    uint8_t *out;
    uint64_t size = entry->size < ole->mini.size ? entry->size : ole->mini.size;

    if (!may_read(ole, size))
        return STATUS_OK;
    ole->cap = budget_take_octets(ole->budget, size);
    if (ole->cap != NULL)
        return STATUS_OK;
    out = arena_take(ole->arena, size > 0 ? (size_t)size : 1);
    if (out == NULL)
        return STATUS_MEMORY;
    octets->data = out;
    for (uint32_t at = entry->first; at <= last_sector && octets->size < size;
         at = at < ole->mini_fat_count ? ole->mini_fat[at] : UINT32_MAX) {
        struct bytes piece = bytes_slice(ole->mini, (size_t)at * MINI_SECTOR, MINI_SECTOR);

        piece = bytes_slice(piece, 0, (size_t)size - octets->size);
        if (piece.size == 0)
            break;
        memcpy(out + octets->size, piece.data, piece.size);
        octets->size += piece.size;
    }
    ole->is_broken = ole->is_broken || octets->size < entry->size;
    return STATUS_OK;
}

enum status ole_read(struct ole *ole, const struct ole_entry *entry, struct bytes *octets)
{
    *octets = (struct bytes){NULL, 0};
    if (entry->type != OLE_STREAM || entry->size == 0)
        return STATUS_OK;
    if (entry->size < MINI_CUTOFF)
        return read_small(ole, entry, octets);
    return read_sectors(ole, entry->first, entry->size, octets);
}
