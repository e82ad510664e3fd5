/* Zip entries where no directory accounts for the octets: found by their headers. */
#ifndef ENGINES_ATTACHMENT_ZIP_SEARCH_H
#define ENGINES_ATTACHMENT_ZIP_SEARCH_H

#include "engines/attachment/walk.h"

/* is_alone: there is no directory at all, so nothing is hidden from it; the archive is broken. */
void zip_search(struct walk *walk, struct bytes octets, struct range region, bool is_alone);

#endif
