/* gzip (RFC 1952): one entry, named as the first member says. */
#ifndef ENGINES_ATTACHMENT_GZIP_H
#define ENGINES_ATTACHMENT_GZIP_H

#include "engines/attachment/walk.h"

void gzip_walk(struct walk *walk, struct bytes octets, const char *format);

#endif
