/* How what edits did to bodies is said to the draft. */
#ifndef ENGINES_CONVERT_BODY_WRITE_H
#define ENGINES_CONVERT_BODY_WRITE_H

#include "engines/convert/body.h"

/* The content in that form, charged, with the line break that the end of the message has. LIMIT,
 * MEMORY. */
MUST_CHECK enum status body_encode(struct conversion *conversion, const struct part *part,
                                   enum transfer_form form, struct bytes content,
                                   struct bytes *encoded);
/* part_place.c: a part that is removed or replaced. INVALID, LIMIT, MEMORY. */
MUST_CHECK enum status part_place_write(struct conversion *conversion, struct body *body);
/* footer_wrap.c: a multipart/mixed of the message and its footer, when all else is said. LIMIT,
 * MEMORY. */
MUST_CHECK enum status footer_wrap_write(struct conversion *conversion);

#endif
