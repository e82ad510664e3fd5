/* One entry of a zip: what comes out of it, and how it is told. */
#ifndef ENGINES_ATTACHMENT_ZIP_ENTRY_H
#define ENGINES_ATTACHMENT_ZIP_ENTRY_H

#include "engines/attachment/walk.h"
#include "engines/attachment/zip_records.h"

struct zip_entry {
    const struct zip_record *record; /* of the directory, or the local one when it has none */
    const struct zip_record *local;  /* NULL: not there; then nothing comes out of it */
    struct range content;            /* packed octets, within the archive */
    bool is_found;                   /* without a directory: the content may end before its range */
};

/* Tells the entry. Returns how many octets of its content belong to it. */
uint64_t zip_entry_tell(struct walk *walk, struct bytes octets, const struct zip_entry *entry);

#endif
