/* Documents without their macros (spec/engine-attachment.md 11). What cannot be made so that this
 * engine itself finds nothing more is UNSUPPORTED. */
#ifndef ENGINES_ATTACHMENT_CLEAN_H
#define ENGINES_ATTACHMENT_CLEAN_H

#include "engines/budget.h"
#include "engines/message/message.h"
#include "protocol/arena.h"

/* The engine's slot. UNSUPPORTED, LIMIT, MEMORY. */
enum status attachment_clean(void *state, struct message *message, struct part *part,
                             struct arena *arena, struct bytes *cleaned);
/* ole_clean.c: a compound file whose storages and streams of a VBA project are gone, their octets
 * zeros; the directory's trees without them. UNSUPPORTED: it cannot be read wholly. */
MUST_CHECK enum status ole_clean(struct bytes file, struct budget *budget, struct arena *arena,
                                 struct bytes *cleaned);
/* package_clean.c: an OOXML package written anew: what stays is copied as it is packed, the project
 * and what belongs to it is not, content types and relationships without it. */
MUST_CHECK enum status package_clean(struct bytes zip, struct budget *budget, struct arena *arena,
                                     struct bytes *cleaned);
/* Whether any document in the octets, of whatever depth, has macros or cannot be read. */
MUST_CHECK enum status clean_has_macros(struct bytes octets, struct budget *budget, bool *has);

/* An entry of a zip that is written anew. */
struct zip_output {
    struct bytes name, packed;
    uint16_t made_by, flags, method;
    uint32_t time, crc, attributes;
    uint64_t size;
};
/* zip_write.c: local headers, a directory, an end record. LIMIT: more than a zip without zip64
 * holds; MEMORY. */
MUST_CHECK enum status zip_write(const struct zip_output *entries, size_t count,
                                 struct arena *arena, struct bytes *zip);

#endif
