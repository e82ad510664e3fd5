/* What RFC 2231 makes of the sections of one parameter: in the order of their numbers or of their
 * appearance, with gaps and repetitions as programs take them, with percents decoded or not. */
#ifndef ENGINES_MESSAGE_PARAMETER_SECTIONS_H
#define ENGINES_MESSAGE_PARAMETER_SECTIONS_H

#include "engines/message/parameter_scan.h"
#include "protocol/arena.h"

enum { SECTIONS_MOST = 64 };

struct section {
    int number;
    size_t order; /* of appearance */
    bool is_extended;
    struct bytes octets; /* without quotes and escapes */
};

struct sections {
    struct arena *arena;
    struct bytes value; /* of the field */
    struct section items[SECTIONS_MOST];
    size_t count;
    struct range where; /* from the first to the last */
    bool is_odd;        /* readers put them together differently */
    unsigned next;      /* reading */
};

struct sections_value {
    struct bytes octets;
    struct bytes charset;
    bool is_first; /* as most read them */
    bool differs;  /* programs in use read so */
};

/* In the order of appearance; more than SECTIONS_MOST are odd and left out. STATUS_MEMORY only. */
MUST_CHECK enum status sections_add(struct sections *sections, const struct occurrence *occurrence);
/* The next way to put them together; false behind the last one, and on STATUS_MEMORY. */
bool sections_next(struct sections *sections, struct sections_value *value, enum status *status);

#endif
