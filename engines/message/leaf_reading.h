/* What stands within a leaf that is not encoded and is read by mail programs all the same: a
 * file in the text, the beginning of a part or of a header. */
#ifndef ENGINES_MESSAGE_LEAF_READING_H
#define ENGINES_MESSAGE_LEAF_READING_H

#include "engines/decode/embedded.h"
#include "engines/message/message.h"
#include "engines/reporter.h"

/* Reports a file in the text of a part that only some programs show. */
void leaf_reading_find_file(struct reporter *reporter, uint32_t part, struct range where,
                            const struct embedded *file);
/* Reports what makes readers see parts where this view sees text. */
void leaf_reading_check(struct reporter *reporter, const struct part *part);

#endif
