/* Fields that some reader takes for one of a given name, in whatever way it is spelled
 * (spec/conversion.md 2.6): for deleting what must not come through, never for believing it. A name
 * is compared without regard to case; with a trailing `*` it stands for all that begin so. */
#ifndef ENGINES_MESSAGE_SPELLING_H
#define ENGINES_MESSAGE_SPELLING_H

#include "engines/message/header.h"

/* The field itself: its name with blanks, comments, controls or octets above ASCII in it, folded
 * before the colon, in an encoded word; a line that has no colon. */
bool spelling_is_field(const struct field *field, struct bytes name);
/* A field within another one, at or behind *at of its octets: behind a bare CR, or on a line of its
 * own that begins with blanks and reads "Name: ". *cut: what to take out of the octets, so that no
 * two lines are joined; *at is then behind it. Signatures list names of fields: they have none in
 * folds. */
bool spelling_next_within(struct bytes octets, struct bytes name, size_t *at, struct range *cut);

#endif
