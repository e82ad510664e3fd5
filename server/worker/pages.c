/* Signatures are matched by walks through hundreds of megabytes: with small pages the walk through
 * the page tables costs as much as the memory itself, and every worker has page tables of its own.
 * Large ones are also what makes a fork cheap: two hundred entries to copy instead of a hundred
 * thousand. */
#include "server/worker/pages.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum { LARGE_PAGE_BYTES = 2 * 1024 * 1024 };

/* Where the C library arrives by itself when it has freed a block of the first size; it keeps as
 * much as the second. */
enum { KEPT_BLOCK_BYTES = 32 * 1024 * 1024, KEPT_BYTES = 2 * KEPT_BLOCK_BYTES };

struct region {
    uintptr_t begin, end;
};

/* One line of /proc/self/maps. True for private writable memory that belongs to no file. */
static bool read_region(const char *line, struct region *region)
{
    uint64_t begin, end, inode;
    char rights[8];
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %*s %*s %" SCNu64, &begin, &end, rights,
               &inode) != 4) {
        return false;
    }
    const uint64_t mask = LARGE_PAGE_BYTES - 1;
    *region = (struct region){(begin + mask) & ~mask, end & ~mask};
    return strcmp(rights, "rw-p") == 0 && inode == 0 && region->begin < region->end &&
           strstr(line, "[stack") == NULL;
}

/* Large page by large page: one that the kernel refuses does not end the others. */
static uint64_t enlarge(const struct region *region)
{
    uint64_t taken = 0;
    for (uintptr_t at = region->begin; at < region->end; at += LARGE_PAGE_BYTES) {
        if (madvise((void *)at, LARGE_PAGE_BYTES, MADV_COLLAPSE) == 0) {
            taken += LARGE_PAGE_BYTES;
        }
    }
    return taken;
}

uint64_t pages_enlarge(void)
{
    static char lines[1024 * 1024];
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) {
        return 0;
    }
    /* Read whole: the table changes while pages are moved. */
    size_t size = fread(lines, 1, sizeof lines - 1, maps);
    fclose(maps);
    lines[size] = '\0';
    uint64_t taken = 0;
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct region region;
        if (read_region(line, &region)) {
            taken += enlarge(&region);
        }
    }
    return taken;
}

void pages_keep(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BLOCK_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}
