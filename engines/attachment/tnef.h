/* TNEF, "winmail.dat" (MS-OXTNEF): its attachments as entries. */
#ifndef ENGINES_ATTACHMENT_TNEF_H
#define ENGINES_ATTACHMENT_TNEF_H

#include "engines/attachment/walk.h"

void tnef_walk(struct walk *walk, struct bytes octets, const char *format);

#endif
