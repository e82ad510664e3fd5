/* Lays the outline over the octets so that none escapes (spec/message.md 2). */
#ifndef ENGINES_MESSAGE_LAYOUT_H
#define ENGINES_MESSAGE_LAYOUT_H

#include "engines/message/structure.h"
#include "engines/reporter.h"

/* Makes reporter->message->parts. STATUS_LIMIT: more parts than the budget has; what was made and
 * found so far is then not to be used. STATUS_MEMORY. */
MUST_CHECK enum status layout_parts(struct reporter *reporter, const struct outline *outline);

#endif
