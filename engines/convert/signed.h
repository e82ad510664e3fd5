/* What an edit would break: parts within multipart/signed and multipart/encrypted, S/MIME, texts
 * with an OpenPGP block (spec/conversion.md 2.2). */
#ifndef ENGINES_CONVERT_SIGNED_H
#define ENGINES_CONVERT_SIGNED_H

#include "engines/convert/body.h"

/* `signed: break`: it is edited all the same. */
bool edit_breaks(const struct edit *edit);
/* A part around it is signed or encrypted. */
bool signed_is_within(const struct conversion *conversion, const struct part *part);
/* The part's own content is: application/pkcs7-mime and its kin. */
bool signed_is_whole(const struct part *part);
/* A line that begins an OpenPGP block. */
bool signed_has_block(struct bytes text);
/* Whether the edit passes over the leaf, with a NOTE then; its content is loaded when it is text
 * and looks_inside. LIMIT, MEMORY. */
MUST_CHECK enum status signed_passes_over(struct conversion *conversion, const struct edit *edit,
                                          struct body *body, bool looks_inside, bool *passes);
void signed_note(struct conversion *conversion, const struct part *part);

#endif
