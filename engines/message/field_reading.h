/* What a part's own header section says: encoding, file name, and where it says two things. */
#ifndef ENGINES_MESSAGE_FIELD_READING_H
#define ENGINES_MESSAGE_FIELD_READING_H

#include "engines/message/message.h"
#include "engines/reporter.h"

/* Sets claims, encoding, charset and names of a part whose header, number, kind and type are known;
 * reports what readers could read differently. STATUS_MEMORY only. */
MUST_CHECK enum status field_reading_apply(struct reporter *reporter, struct part *part);
/* Makes *name readable: printable UTF-8, at most 1024 octets, in the arena. STATUS_MEMORY only. */
MUST_CHECK enum status field_reading_name(struct arena *arena, struct bytes *name);

#endif
