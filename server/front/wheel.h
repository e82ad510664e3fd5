/* Deadlines of many objects for the price of one timer: a ring of one-second slots. Setting a later
 * deadline costs nothing (the entry stays where it is and is put on when its slot comes); an entry
 * is seen at least once in a turn. Deadlines pass up to one tick late, never early. Time is a
 * parameter. */
#ifndef SERVER_FRONT_WHEEL_H
#define SERVER_FRONT_WHEEL_H

#include <stdint.h>

#include "server/link.h"

enum { WHEEL_SLOTS = 64, WHEEL_TICK_MS = 1000 };

struct wheel {
    struct link slots[WHEEL_SLOTS];
    uint64_t tick; /* the last one that was served */
};

struct wheel_entry { /* all zero: not set */
    struct link link;
    uint64_t tick;   /* of the slot it stands in */
    uint64_t due_ms; /* the deadline */
};

void wheel_init(struct wheel *wheel, uint64_t now_ms);
/* Later or earlier than before, or for the first time. */
void wheel_set(struct wheel *wheel, struct wheel_entry *entry, uint64_t due_ms);
void wheel_remove(struct wheel_entry *entry);
/* Calls due for each entry whose deadline has passed; the entry has been removed then, and due may
 * set it again, or free it. */
void wheel_turn(struct wheel *wheel, uint64_t now_ms, void (*due)(struct wheel_entry *entry));

#endif
