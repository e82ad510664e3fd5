/* What a part's own header section says: encoding, file name, and where it says two things. */
#ifndef ENGINES_MESSAGE_FIELD_READING_H
#define ENGINES_MESSAGE_FIELD_READING_H

#include "engines/message/message.h"
#include "engines/reporter.h"

/* Sets encoding, encoding_text and name of a part whose header, number and kind are known; reports
 * what readers could read differently. STATUS_MEMORY only. */
MUST_CHECK enum status field_reading_apply(struct reporter *reporter, struct part *part);

#endif
