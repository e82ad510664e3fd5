/* Compound files (MS-CFB): the sectors, the directory, the streams. Bounds and cycles are checked;
 * all reading of one file together is linear in its size. */
#ifndef ENGINES_ATTACHMENT_OLE_H
#define ENGINES_ATTACHMENT_OLE_H

#include "engines/budget.h"
#include "protocol/arena.h"

enum { OLE_NAME_UNITS = 32, OLE_CLASS_OCTETS = 16 };

enum ole_type { OLE_UNUSED = 0, OLE_STORAGE = 1, OLE_STREAM = 2, OLE_ROOT = 5 };

struct ole_entry {
    uint8_t name[2 * OLE_NAME_UNITS]; /* UTF-16, low octet first, as it stands */
    size_t name_size;                 /* octets, without the NUL */
    enum ole_type type;
    const uint8_t *class_id; /* OLE_CLASS_OCTETS */
    uint32_t first;          /* sector */
    uint64_t size;
    struct range where; /* of the directory entry in the file */
};

struct ole {
    struct bytes file;
    struct arena *arena;
    struct budget *budget;
    const char *cap; /* of the budget, or NULL */
    bool is_broken;  /* something could not be read */
    /* private */
    uint32_t sector_size, sector_count;
    uint32_t *fat, fat_count;
    uint32_t *mini_fat, mini_fat_count;
    uint32_t *directory, directory_count; /* its sectors in order */
    struct bytes mini;                    /* the stream that holds the small ones */
    uint64_t octets_left;                 /* that may still be read */
};

/* STATUS_INVALID: no compound file, or its header or directory cannot be read. STATUS_MEMORY. The
 * arena holds everything that is read. */
MUST_CHECK enum status ole_open(struct bytes file, struct budget *budget, struct arena *arena,
                                struct ole *ole);
/* Entry i of the directory, storages and streams in the order of the directory, not of the tree:
 * what no tree names is seen too. False behind the last one. Entries that are not used: type
 * OLE_UNUSED. */
bool ole_entry(const struct ole *ole, uint32_t i, struct ole_entry *entry);
/* Whether the name is that ASCII text, in any case. */
bool ole_is_named(const struct ole_entry *entry, const char *name);
/* The octets of a stream, charged to the budget; what is there of one that is cut, with is_broken
 * or cap set. STATUS_MEMORY only. */
MUST_CHECK enum status ole_read(struct ole *ole, const struct ole_entry *entry,
                                struct bytes *octets);

#endif
