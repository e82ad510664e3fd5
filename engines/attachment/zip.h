/* Our own walk through a zip. Programs read one from its end, from its beginning or by repairing
 * it, and each may see other files; so the central directory and the local headers are read
 * independently, and what one of them does not account for is looked at too. */
#ifndef ENGINES_ATTACHMENT_ZIP_H
#define ENGINES_ATTACHMENT_ZIP_H

#include "engines/attachment/walk.h"

void zip_walk(struct walk *walk, struct bytes octets, const char *format);
/* An end record with a directory, in the last ZIP_END_SEARCH octets. */
bool zip_has_end(struct bytes octets);
/* One whose comment ends with the octets. */
bool zip_ends_there(struct bytes octets);

enum { ZIP_END_SEARCH = 1 << 20 };

#endif
