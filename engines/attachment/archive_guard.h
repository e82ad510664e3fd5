/* What is looked at before libarchive opens an archive: indexes that it would unpack into memory in
 * one go, and encryption that it does not tell. */
#ifndef ENGINES_ATTACHMENT_ARCHIVE_GUARD_H
#define ENGINES_ATTACHMENT_ARCHIVE_GUARD_H

#include "engines/attachment/walk.h"

/* False: everything is said, libarchive is not to open it. */
typedef bool (*archive_guard)(struct walk *walk, struct bytes octets);

/* A dictionary that is larger than what may be held: an archive can ask for gigabytes. */
bool guard_dictionary(struct walk *walk, uint64_t size, struct range place);
bool guard_lzma(struct walk *walk, struct bytes octets);
bool guard_7z(struct walk *walk, struct bytes octets);
/* A second file system for the same octets, which nobody here reads. */
bool guard_iso(struct walk *walk, struct bytes octets);
bool guard_xar(struct walk *walk, struct bytes octets);
bool guard_rar(struct walk *walk, struct bytes octets);
/* With an encrypted file in it: tells all entries, by their headers. */
bool guard_rar5(struct walk *walk, struct bytes octets);

/* Octets of an index for each entry that may be told: beyond that nobody has to read it. */
enum { GUARD_INDEX_OCTETS = 128 };

#endif
