/* What stands within a leaf that is not encoded and is read by mail programs all the same: a
 * uuencoded file in the text, the beginning of a part or of a header. */
#ifndef ENGINES_MESSAGE_LEAF_READING_H
#define ENGINES_MESSAGE_LEAF_READING_H

#include "engines/message/message.h"
#include "engines/reporter.h"

/* The next uuencoded file at or behind *at in octets: "begin", mode, name, a data line. *at is
 * moved behind its "end", or the end of the octets; *block is what it takes, *name as it stands. */
bool leaf_reading_uuencoded(struct bytes octets, size_t *at, struct range *block,
                            struct bytes *name);
/* Reports what makes readers see parts where this view sees text. */
void leaf_reading_check(struct reporter *reporter, const struct part *part);

#endif
