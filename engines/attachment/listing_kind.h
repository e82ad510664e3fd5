/* Which kind of archive octets are: by what they begin with, by a zip's end record, and for
 * programs by an archive behind them. Names of files never count. */
#ifndef ENGINES_ATTACHMENT_LISTING_KIND_H
#define ENGINES_ATTACHMENT_LISTING_KIND_H

#include "protocol/bytes.h"

enum listing_reader {
    READER_ZIP,
    READER_GZIP,
    READER_ARCHIVE, /* libarchive: a format with entries */
    READER_STREAM,  /* libarchive: one compressed file */
    READER_TNEF,
    READER_NOBODY /* known, and nobody here reads it */
};

struct listing_kind {
    const char *format;
    enum listing_reader reader;
};

/* NULL: none. *at: where the archive begins, behind a program; 0 else. Linear. */
const struct listing_kind *listing_kind_of(struct bytes octets, size_t *at);

#endif
