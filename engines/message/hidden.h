/* Parts that no header announces, in leaves that are read as text, and what a reader sees for whom
 * a bare CR ends a line. */
#ifndef ENGINES_MESSAGE_HIDDEN_H
#define ENGINES_MESSAGE_HIDDEN_H

#include "engines/message/reader.h"

/* Queues what stands in the body of a leaf like a part: fields, a Content- field among them, at its
 * beginning or behind a line of dashes. Status as in reader.h. */
MUST_CHECK enum status hidden_queue(struct reader *reader, const struct part *part);
/* At its beginning only, for a leaf of another reading. */
MUST_CHECK enum status hidden_queue_beginning(struct reader *reader, const struct entity *leaf);
/* A line of dashes or a uuencoded file begins behind a bare CR. */
bool hidden_has_bare_cr(struct bytes octets);
/* Queues the message once more for who takes a bare CR for the end of a line (ending is CR), or a
 * bare LF for none (LF). */
MUST_CHECK enum status hidden_queue_copy(struct reader *reader, uint8_t ending);

#endif
