/* Every name that a mail program could give the file that a part is: `filename` of each
 * Content-Disposition, `name` of each Content-Type, in every reading of each (parameter_reading.h),
 * with RFC 2047 words decoded and not. UTF-8, printable: what is not becomes U+FFFD. */
#ifndef ENGINES_MESSAGE_NAMES_H
#define ENGINES_MESSAGE_NAMES_H

#include "engines/budget.h"
#include "protocol/arena.h"

enum { NAMES_MOST = 32, NAME_OCTETS_MOST = 1024 };

struct name {
    struct bytes text;
    struct range where; /* in the header section: the field */
};

struct names {
    struct name *items; /* distinct; [0] is the first reading's */
    uint32_t count;
    bool differ; /* mail programs in use would show different names: differ_where proves it */
    struct range differ_where;
    bool is_over; /* more than fit, or a cap was hit: there may be others */
};

/* section: a header section as it stands. STATUS_MEMORY only. */
MUST_CHECK enum status names_read(struct bytes section, struct budget *budget, struct arena *arena,
                                  struct names *names);

#endif
