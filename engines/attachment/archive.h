/* The door to libarchive's read side: from memory, one format or one filter at a time, those that
 * are named here and no program besides (spec/engine-attachment.md, "Listing"). */
#ifndef ENGINES_ATTACHMENT_ARCHIVE_H
#define ENGINES_ATTACHMENT_ARCHIVE_H

#include "engines/attachment/walk.h"

/* What libarchive and libc open at the first use. */
void archive_warm_up(void);
void archive_walk(struct walk *walk, struct bytes octets, const char *format);
/* One compressed file, which is one entry without a name. */
void archive_walk_stream(struct walk *walk, struct bytes octets, const char *format);
/* The content of a zip entry by a method that zlib does not read. False: nobody reads it. */
bool archive_unpack_zip(struct intake *intake, uint16_t method, struct bytes packed, uint32_t crc,
                        uint64_t size);

#endif
