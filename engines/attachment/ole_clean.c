/* Takes a VBA project out of a compound file (MS-CFB 2.6, MS-OVBA 2.2.1) in place: its streams are
 * zeros, their entries unused, and the trees that held them are made anew of what stays. Sectors
 * stay where they are. */
#include <string.h>

#include "engines/attachment/clean.h"
#include "engines/attachment/ole.h"

enum {
    LEFT = 68,
    RIGHT = 72,
    CHILD = 76,
    COLOR = 67,
    BLACK = 1,
    MINI_SECTOR = 64,
    MINI_CUTOFF = 4096,
    ROOT = 0
};
enum mark { MARK_SEEN = 1, MARK_GOES = 2, MARK_LISTED = 4 };

static const uint32_t no_entry = 0xFFFFFFFF, last_sector = 0xFFFFFFFA;

struct cleaning {
    struct ole ole;
    uint8_t *file; /* the copy that ole reads */
    uint32_t count;
    uint8_t *marks;         /* of the entries */
    uint32_t *stack, *list; /* of entries */
    uint32_t list_count;
    uint32_t *mini; /* sectors of the stream of small ones */
    uint32_t mini_count;
    uint64_t steps_left; /* along chains, all together */
    bool has_project, is_broken;
};

static uint32_t link_of(const struct cleaning *cleaning, uint32_t entry, unsigned which)
{
    struct ole_entry found;
    const uint8_t *at;

    if (!ole_entry(&cleaning->ole, entry, &found) || found.where.size == 0)
        return no_entry;
    at = cleaning->file + found.where.offset + which;
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void set_link(struct cleaning *cleaning, uint32_t entry, unsigned which, uint32_t value)
{
    struct ole_entry found;

    if (!ole_entry(&cleaning->ole, entry, &found) || found.where.size == 0)
        return;
    for (unsigned i = 0; i < 4; i++)
        cleaning->file[found.where.offset + which + i] = (uint8_t)(value >> 8 * i);
}

static bool is_project(const struct ole_entry *entry)
{
    static const char *const names[] = {"Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (ole_is_named(entry, names[i]))
            return true;
    }
    return false;
}

/* Marks the tree below a storage: what is named so goes, and all that is in it. The stack holds
 * entries shifted by one bit, which says that what is around them goes. */
static void mark_trees(struct cleaning *cleaning)
{
    uint32_t depth = 0;

    cleaning->marks[ROOT] = MARK_SEEN;
    cleaning->stack[depth++] = link_of(cleaning, ROOT, CHILD) << 1;
    while (depth > 0) {
        uint32_t top = cleaning->stack[--depth], entry = top >> 1, goes = top & 1;
        struct ole_entry found;

        if (entry >= cleaning->count || (cleaning->marks[entry] & MARK_SEEN) != 0)
            continue;
        (void)ole_entry(&cleaning->ole, entry, &found);
        cleaning->marks[entry] = MARK_SEEN;
        cleaning->stack[depth++] = link_of(cleaning, entry, LEFT) << 1 | goes;
        cleaning->stack[depth++] = link_of(cleaning, entry, RIGHT) << 1 | goes;
        if (is_project(&found)) {
            goes = 1;
            cleaning->has_project = true;
        }
        cleaning->stack[depth++] = link_of(cleaning, entry, CHILD) << 1 | goes;
        cleaning->marks[entry] |= goes != 0 ? MARK_GOES : 0;
    }
}

/* No reader of the tree sees an entry that is in none: it goes when there is a project. */
static void mark_strays(struct cleaning *cleaning)
{
    struct ole_entry entry;

    for (uint32_t i = 0; i < cleaning->count; i++) {
        (void)ole_entry(&cleaning->ole, i, &entry);
        if ((cleaning->marks[i] & MARK_SEEN) != 0 || entry.type == OLE_UNUSED)
            continue;
        cleaning->has_project |= is_project(&entry);
        cleaning->marks[i] |= MARK_GOES;
    }
}

static bool step(struct cleaning *cleaning)
{
    if (cleaning->steps_left == 0) {
        cleaning->is_broken = true;
        return false;
    }
    cleaning->steps_left--;
    return true;
}

static void wipe(struct cleaning *cleaning, uint64_t offset, uint64_t size)
{
    uint64_t file_size = cleaning->ole.file.size;

    if (offset >= file_size)
        return;
    memset(cleaning->file + offset, 0, size < file_size - offset ? size : file_size - offset);
}

static void wipe_small(struct cleaning *cleaning, uint32_t first)
{
    const struct ole *ole = &cleaning->ole;
    uint32_t each = ole->sector_size / MINI_SECTOR;

    for (uint32_t at = first; at <= last_sector && step(cleaning);
         at = at < ole->mini_fat_count ? ole->mini_fat[at] : no_entry) {
        if (at / each < cleaning->mini_count)
            wipe(cleaning,
                 ((uint64_t)cleaning->mini[at / each] + 1) * ole->sector_size +
                     (uint64_t)(at % each) * MINI_SECTOR,
                 MINI_SECTOR);
    }
}

static void wipe_stream(struct cleaning *cleaning, const struct ole_entry *entry)
{
    const struct ole *ole = &cleaning->ole;

    if (entry->type != OLE_STREAM || entry->size == 0)
        return;
    if (entry->size < MINI_CUTOFF) {
        wipe_small(cleaning, entry->first);
        return;
    }
    for (uint32_t at = entry->first; at <= last_sector && step(cleaning);
         at = at < ole->fat_count ? ole->fat[at] : no_entry)
        wipe(cleaning, ((uint64_t)at + 1) * ole->sector_size, ole->sector_size);
}

/* The entries of one tree in their order, at the end of the list. */
static void list_tree(struct cleaning *cleaning, uint32_t storage)
{
    uint32_t depth = 0, at = link_of(cleaning, storage, CHILD);

    cleaning->list_count = 0;
    for (;;) {
        while (at < cleaning->count && (cleaning->marks[at] & MARK_LISTED) == 0) {
            cleaning->marks[at] |= MARK_LISTED;
            cleaning->stack[depth++] = at;
            at = link_of(cleaning, at, LEFT);
        }
        if (depth == 0)
            return;
        at = cleaning->stack[--depth];
        cleaning->list[cleaning->list_count++] = at;
        at = link_of(cleaning, at, RIGHT);
    }
}

/* A balanced tree of a run of the list; all black, as several writers have it. Recursion is as deep
 * as the logarithm of their count. */
static uint32_t plant(struct cleaning *cleaning, uint32_t from, uint32_t to)
{
    uint32_t middle = from + (to - from) / 2, entry;
    struct ole_entry found;

    if (from >= to)
        return no_entry;
    entry = cleaning->list[middle];
    set_link(cleaning, entry, LEFT, plant(cleaning, from, middle));
    set_link(cleaning, entry, RIGHT, plant(cleaning, middle + 1, to));
    if (ole_entry(&cleaning->ole, entry, &found) && found.where.size > 0)
        cleaning->file[found.where.offset + COLOR] = BLACK;
    return entry;
}

static void replant(struct cleaning *cleaning, uint32_t storage)
{
    uint32_t kept = 0;

    list_tree(cleaning, storage);
    for (uint32_t i = 0; i < cleaning->list_count; i++) {
        if ((cleaning->marks[cleaning->list[i]] & MARK_GOES) == 0)
            cleaning->list[kept++] = cleaning->list[i];
    }
    if (kept < cleaning->list_count)
        set_link(cleaning, storage, CHILD, plant(cleaning, 0, kept));
}

static void remove_entries(struct cleaning *cleaning)
{
    struct ole_entry entry;

    for (uint32_t i = 0; i < cleaning->count; i++) {
        (void)ole_entry(&cleaning->ole, i, &entry);
        if ((cleaning->marks[i] & MARK_GOES) == 0 &&
            (entry.type == OLE_STORAGE || entry.type == OLE_ROOT))
            replant(cleaning, i);
    }
    for (uint32_t i = 0; i < cleaning->count; i++) {
        (void)ole_entry(&cleaning->ole, i, &entry);
        if ((cleaning->marks[i] & MARK_GOES) == 0 || entry.where.size == 0)
            continue;
        wipe_stream(cleaning, &entry);
        wipe(cleaning, entry.where.offset, entry.where.size);
        set_link(cleaning, i, LEFT, no_entry);
        set_link(cleaning, i, RIGHT, no_entry);
        set_link(cleaning, i, CHILD, no_entry);
    }
}

static enum status take_room(struct cleaning *cleaning, struct arena *arena)
{
    struct ole_entry root;
    struct ole *ole = &cleaning->ole;

    while (ole_entry(ole, cleaning->count, &root))
        cleaning->count++;
    cleaning->marks = arena_take(arena, cleaning->count + 1);
    cleaning->stack = arena_take(arena, (3 * (size_t)cleaning->count + 4) * sizeof(uint32_t));
    cleaning->list = arena_take(arena, ((size_t)cleaning->count + 1) * sizeof(uint32_t));
    cleaning->mini = arena_take(arena, ((size_t)ole->sector_count + 1) * sizeof(uint32_t));
    if (!cleaning->marks || !cleaning->stack || !cleaning->list || !cleaning->mini)
        return STATUS_MEMORY;
    cleaning->steps_left = 4 * ((uint64_t)ole->sector_count + ole->mini_fat_count + 64);
    if (!ole_entry(ole, ROOT, &root))
        return STATUS_UNSUPPORTED;
    for (uint32_t at = root.first; at <= last_sector && cleaning->mini_count < ole->sector_count;
         at = at < ole->fat_count ? ole->fat[at] : no_entry)
        cleaning->mini[cleaning->mini_count++] = at;
    return STATUS_OK;
}

enum status ole_clean(struct bytes file, struct budget *budget, struct arena *arena,
                      struct bytes *cleaned)
{
    struct cleaning cleaning = {.has_project = false};
    enum status status;

    if (budget_take_octets(budget, file.size) != NULL)
        return STATUS_LIMIT;
    cleaning.file = (uint8_t *)(uintptr_t)arena_copy(arena, file);
    if (cleaning.file == NULL)
        return STATUS_MEMORY;
    *cleaned = (struct bytes){cleaning.file, file.size};
    status = ole_open(*cleaned, budget, arena, &cleaning.ole);
    if (status == STATUS_INVALID || cleaning.ole.is_broken)
        return STATUS_UNSUPPORTED;
    if (status == STATUS_OK && cleaning.ole.cap != NULL)
        return STATUS_LIMIT;
    if (status == STATUS_OK)
        status = take_room(&cleaning, arena);
    if (status != STATUS_OK)
        return status;
    mark_trees(&cleaning);
    mark_strays(&cleaning);
    if (cleaning.has_project)
        remove_entries(&cleaning);
    return cleaning.is_broken ? STATUS_UNSUPPORTED : STATUS_OK;
}
