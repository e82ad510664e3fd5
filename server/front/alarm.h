/* Times at which something in the house is due: one libuv timer for all of them, because there are
 * tens of thousands (a deadline for each check, an age for each kept result) and a timer handle
 * each would need an asynchronous close each. A binary heap; loop thread only. */
#ifndef SERVER_FRONT_ALARM_H
#define SERVER_FRONT_ALARM_H

#include <uv.h>

#include "protocol/bytes.h"

struct alarms;

struct alarm {
    void (*ring)(struct alarm *alarm); /* the alarm is not set any more; it may set it again */
    /* alarm.c's own */
    struct alarms *alarms;
    uint64_t due_ms;
    size_t place; /* in the heap, from 1; 0: not set */
};

MUST_CHECK enum status alarms_new(uv_loop_t *loop, struct alarms **alarms);
/* No alarm rings any more; all must have been cleared. The handle closes by itself. */
void alarms_free(struct alarms **alarms);
/* uv_now(): the clock of every due_ms. */
uint64_t alarms_now_ms(const struct alarms *alarms);

/* Takes a place in the heap, so that alarm_set() cannot fail. MEMORY. */
MUST_CHECK enum status alarm_init(struct alarm *alarm, struct alarms *alarms,
                                  void (*ring)(struct alarm *alarm));
/* Gives the place back. An alarm that was never initialised (zeroed) may be cleared. */
void alarm_clear(struct alarm *alarm);
/* Rings once, at or after due_ms, never from inside this call. Replaces an earlier time. */
void alarm_set(struct alarm *alarm, uint64_t due_ms);
void alarm_unset(struct alarm *alarm);

#endif
