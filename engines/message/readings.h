/* The other readings of a message: goes through the parts of the first one and asks of each what
 * else its header, its body and its decoders could mean (spec/reading.md). */
#ifndef ENGINES_MESSAGE_READINGS_H
#define ENGINES_MESSAGE_READINGS_H

#include "engines/message/prescan.h"
#include "engines/reporter.h"

/* Decodes what is encoded, and adds parts behind those that are there. STATUS_MEMORY, or the status
 * of a report that is full. */
MUST_CHECK enum status readings_add(struct reporter *reporter, const struct prescan *prescan);

#endif
