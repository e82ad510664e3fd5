/* The copy while it is made: the original and, in the order of their places, what is taken out and
 * put in. Edits of different kinds work on one draft; where one is within the other the larger one
 * holds, and two that overlap in part are refused: so the order in which they come does not matter.
 */
#ifndef ENGINES_CONVERT_DRAFT_H
#define ENGINES_CONVERT_DRAFT_H

#include "engines/message/message.h"
#include "protocol/splice.h"

struct draft_change {
    struct draft_change *next, *previous; /* by their places */
    struct range range;                   /* of the original; size 0: put in before that octet */
    struct bytes data; /* what stands there instead; in the draft's arena or static */
};

/* More changes than that make no copy. */
enum { DRAFT_CHANGES_MOST = 65536 };

struct draft {
    struct message *message; /* the original's view */
    struct arena *arena;
    struct draft_change *first, *last;
    struct draft_change *recent; /* the one changed last: neighbours are found at once */
    size_t count;
    struct bytes line_break; /* of new lines: "\r\n", or "\n" where no line of the header has CR */
    /* wrap puts octets around everything */
    struct bytes before, after;
};

void draft_init(struct draft *draft, struct message *message, struct arena *arena);
/* Replaces range by data, or puts data in before range.offset when its size is 0: behind what was
 * put in there earlier. One that is inside a range already taken out is left out silently (a footer
 * of a removed part), one that goes around others takes their place; INVALID: it overlaps another
 * in part, or is not inside the original. LIMIT: too many; MEMORY: the arena is full. Changes in
 * ascending order cost no search. */
MUST_CHECK enum status draft_change(struct draft *draft, struct range range, struct bytes data);
/* True when the range is gone already. */
bool draft_is_gone(const struct draft *draft, struct range range);
/* The first octet at or behind `from` that another one takes the place of, or before which
 * something is put in; SIZE_MAX when there is none. */
size_t draft_changed_from(const struct draft *draft, size_t from);
/* What the range has become, what was put in at its edges left out, in the arena. MEMORY. */
MUST_CHECK enum status draft_octets(const struct draft *draft, struct range range,
                                    struct bytes *octets);
/* Joined to a splice list in the arena. LIMIT, MEMORY: the arena is full. */
MUST_CHECK enum status draft_splice(struct draft *draft, struct splice *splice);

#endif
