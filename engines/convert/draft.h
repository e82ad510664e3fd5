/* The copy while it is made: the original and, in the order of their places, what is taken out and
 * put in. Edits of different kinds work on one draft; two that change the same octets are refused,
 * so the order in which they come does not matter. */
#ifndef ENGINES_CONVERT_DRAFT_H
#define ENGINES_CONVERT_DRAFT_H

#include "engines/message/message.h"
#include "protocol/splice.h"

struct draft_change {
    struct range range; /* of the original; size 0: put in before that octet */
    struct bytes data;  /* what stands there instead; in the draft's arena or static */
    unsigned order;     /* among those put in at one place */
};

struct draft {
    struct message *message; /* the original's view */
    struct arena *arena;
    struct draft_change *changes;
    size_t count, capacity;
    struct bytes line_break;  /* "\r\n" or "\n": as most lines of the header section end */
    bool body_changed;        /* for DKIM; set by who changes it */
    uint64_t body_changed_at; /* the first octet of the original's body that is another one */
    /* wrap puts octets around everything */
    struct bytes before, after;
};

void draft_init(struct draft *draft, struct message *message, struct arena *arena);
/* Replaces range by data, or puts data in before range.offset when its size is 0. A range that is
 * inside one already taken out is left out silently (a footer of a removed part); one that overlaps
 * it in part is INVALID. LIMIT: the arena is full. */
MUST_CHECK enum status draft_change(struct draft *draft, struct range range, struct bytes data);
/* True when the range is gone already. */
bool draft_is_gone(const struct draft *draft, struct range range);
/* Sorted and joined to a splice list in the arena. */
MUST_CHECK enum status draft_splice(struct draft *draft, struct splice *splice);

#endif
