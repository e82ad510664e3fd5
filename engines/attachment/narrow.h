/* UTF-16 as one octet for each unit: enough to find words of ASCII in it. */
#ifndef ENGINES_ATTACHMENT_NARROW_H
#define ENGINES_ATTACHMENT_NARROW_H

#include "engines/budget.h"
#include "protocol/arena.h"

struct narrow {
    struct bytes text; /* borrowed when the octets are no UTF-16 */
    unsigned unit;     /* octets of the original for each octet of the text */
    const char *cap;   /* of the budget: there is no text */
};

/* UTF-16 by its byte order mark, or by NULs around the first "<". STATUS_MEMORY only. */
MUST_CHECK enum status narrow_text(struct bytes octets, struct budget *budget, struct arena *arena,
                                   struct narrow *narrow);

#endif
