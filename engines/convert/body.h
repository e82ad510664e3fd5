/* What becomes of the parts of a copy. Edits of bodies work on the decoded content of a leaf, one
 * after another, and on the fate of parts; bodies_flush() then says the outcome to the draft once,
 * so that two edits of one leaf never change the same octets. */
#ifndef ENGINES_CONVERT_BODY_H
#define ENGINES_CONVERT_BODY_H

#include "engines/convert/conversion.h"
#include "engines/decode/transfer_encode.h"

/* The body of a part, made when there is none yet. MEMORY. */
MUST_CHECK enum status body_of(struct conversion *conversion, struct part *part,
                               struct body **body);
/* The content as edits left it. LIMIT: the budget is used up, reported; MEMORY. */
MUST_CHECK enum status body_load(struct conversion *conversion, struct body *body);
void body_change(struct body *body, struct bytes content);
/* Takes a file out of a text. MEMORY. */
MUST_CHECK enum status body_cut(struct conversion *conversion, struct body *body,
                                struct range range, struct bytes data);

/* The next leaf of the message's own parts that has a header of its own, is read as all readers do,
 * and is still there; NULL behind the last. *at begins with 0. */
struct part *bodies_next_leaf(struct conversion *conversion, uint32_t *at);
/* Whether the part, or one around it, has gone or been replaced. */
bool bodies_is_gone(const struct conversion *conversion, const struct part *part);
/* Among the parts of the message itself, not of another reading, not in another's content. */
bool bodies_is_own(const struct conversion *conversion, const struct part *part);
/* Something can stand behind the header: an empty line ends it, or there is something already. */
bool body_has_place(const struct conversion *conversion, const struct part *part);
/* Says all of it to the draft and to the message's header section, before that is flushed. INVALID,
 * LIMIT, MEMORY. */
MUST_CHECK enum status bodies_flush(struct conversion *conversion);

/* A glob with `*` and `?`, case folded. */
bool body_type_fits(struct bytes glob, struct bytes type);
bool body_is_ascii(struct bytes octets);
/* A cap of the budget was hit over the part: reported. Returns LIMIT. */
enum status body_hit(struct conversion *conversion, const struct part *part, const char *cap);
/* NOTE findings of what was left alone or lost. */
void body_note(struct conversion *conversion, const struct part *part, const char *symbol,
               const char *text, uint64_t count);
/* charset_edit.c: the content in another charset, which the part will declare. LIMIT, MEMORY. */
MUST_CHECK enum status convert_text(struct conversion *conversion, struct body *body,
                                    struct bytes to);
/* Whether a line of the octets could be read as a delimiter of a container around the part. */
bool body_collides(const struct conversion *conversion, const struct part *part,
                   struct bytes octets);

#endif
