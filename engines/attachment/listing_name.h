/* Names in archives as readable text: UTF-8 in the arena, controls and what is invalid become
 * U+FFFD. Of a name that is longer than LISTING_NAME_MOST octets the end stays: the extension. */
#ifndef ENGINES_ATTACHMENT_LISTING_NAME_H
#define ENGINES_ATTACHMENT_LISTING_NAME_H

#include "protocol/arena.h"

enum { LISTING_NAME_MOST = 65536 };
/* Room for the names of one entry. */
enum { LISTING_NAME_ROOM = 16 * LISTING_NAME_MOST };

/* Each is false when the arena is full. */
MUST_CHECK bool listing_name_utf8(struct arena *arena, struct bytes raw, struct bytes *name);
/* UTF-8 where it is valid, else code page 437 (APPNOTE.TXT appendix D). */
MUST_CHECK bool listing_name_zip(struct arena *arena, struct bytes raw, struct bytes *name);
/* UTF-8 where it is valid, else ISO 8859-1. */
MUST_CHECK bool listing_name_latin1(struct arena *arena, struct bytes raw, struct bytes *name);
MUST_CHECK bool listing_name_utf16(struct arena *arena, struct bytes raw, struct bytes *name);

#endif
