/* The rows of magic_rows.h as numbers: for the halves of magic only. */
#ifndef ENGINES_ATTACHMENT_MAGIC_KINDS_H
#define ENGINES_ATTACHMENT_MAGIC_KINDS_H

#include "engines/attachment/magic.h"
#include "engines/attachment/magic_rows.h"

#define MAGIC_KIND(id, name, class, form, types, extensions) KIND_##id,
enum magic_kind { MAGIC_ROWS(MAGIC_KIND) KIND_COUNT };
#undef MAGIC_KIND

extern const struct magic magic_kinds[KIND_COUNT];

/* magic_text.c: what octets that can be read are; PLAIN for text without a mark, DATA for what is
 * no text. UTF-16 is read with its byte order mark. */
enum magic_kind magic_text_kind(struct bytes octets);

#endif
