/* A binary heap of due times over one uv_timer_t (alarm.h). */
#include "server/front/alarm.h"

#include <assert.h>
#include <stdlib.h>

struct alarms {
    uv_timer_t timer;
    struct alarm **heap; /* heap[1] is due first */
    size_t count;
    size_t reserved; /* initialised alarms: the heap has room for them all */
    size_t capacity;
};

static void on_closed(uv_handle_t *handle)
{
    struct alarms *alarms = handle->data;
    free(alarms->heap);
    free(alarms);
}

enum status alarms_new(uv_loop_t *loop, struct alarms **result)
{
    struct alarms *alarms = calloc(1, sizeof(*alarms));
    if (alarms == NULL)
        return STATUS_MEMORY;
    uv_timer_init(loop, &alarms->timer);
    alarms->timer.data = alarms;
    *result = alarms;
    return STATUS_OK;
}

void alarms_free(struct alarms **alarms)
{
    if (*alarms == NULL)
        return;
    assert((*alarms)->reserved == 0);
    uv_close((uv_handle_t *)&(*alarms)->timer, on_closed);
    *alarms = NULL;
}

uint64_t alarms_now_ms(const struct alarms *alarms)
{
    return uv_now(alarms->timer.loop);
}

static void put(struct alarms *alarms, size_t place, struct alarm *alarm)
{
    alarms->heap[place] = alarm;
    alarm->place = place;
}

static void sift_up(struct alarms *alarms, size_t place, struct alarm *alarm)
{
    while (place > 1 && alarms->heap[place / 2]->due_ms > alarm->due_ms) {
        put(alarms, place, alarms->heap[place / 2]);
        place /= 2;
    }
    put(alarms, place, alarm);
}

static void sift_down(struct alarms *alarms, size_t place, struct alarm *alarm)
{
    for (size_t child = place * 2; child <= alarms->count; child = place * 2) {
        if (child < alarms->count && alarms->heap[child + 1]->due_ms < alarms->heap[child]->due_ms)
            child++;
        if (alarms->heap[child]->due_ms >= alarm->due_ms)
            break;
        put(alarms, place, alarms->heap[child]);
        place = child;
    }
    put(alarms, place, alarm);
}

static void take_out(struct alarms *alarms, struct alarm *alarm)
{
    size_t place = alarm->place;
    struct alarm *last = alarms->heap[alarms->count--];
    alarm->place = 0;
    if (last == alarm)
        return;
    if (place > 1 && alarms->heap[place / 2]->due_ms > last->due_ms)
        sift_up(alarms, place, last);
    else
        sift_down(alarms, place, last);
}

static void wind(struct alarms *alarms, uint64_t least_ms);

/* Alarms that are set while others ring wait for another turn of the loop, so that none starves it:
 * libuv 1.44 runs a timer that its own callback starts with 0 within the same turn, for ever. */
static void on_timer(uv_timer_t *timer)
{
    struct alarms *alarms = timer->data;
    uint64_t now = alarms_now_ms(alarms);
    for (size_t most = alarms->count; most > 0 && alarms->count > 0; most--) {
        struct alarm *alarm = alarms->heap[1];
        if (alarm->due_ms > now)
            break;
        take_out(alarms, alarm);
        alarm->ring(alarm);
    }
    wind(alarms, 1);
}

static void wind(struct alarms *alarms, uint64_t least_ms)
{
    if (alarms->count == 0) {
        uv_timer_stop(&alarms->timer);
        return;
    }
    uint64_t now = alarms_now_ms(alarms), due = alarms->heap[1]->due_ms;
    uv_timer_start(&alarms->timer, on_timer, due > now ? due - now : least_ms, 0);
}

enum status alarm_init(struct alarm *alarm, struct alarms *alarms,
                       void (*ring)(struct alarm *alarm))
{
    if (alarms->reserved + 2 > alarms->capacity) {
        size_t capacity = alarms->capacity == 0 ? 64 : alarms->capacity * 2;
        struct alarm **heap = realloc(alarms->heap, capacity * sizeof(struct alarm *));
        if (heap == NULL)
            return STATUS_MEMORY;
        alarms->heap = heap;
        alarms->capacity = capacity;
    }
    alarms->reserved++;
    *alarm = (struct alarm){.ring = ring, .alarms = alarms};
    return STATUS_OK;
}

void alarm_clear(struct alarm *alarm)
{
    if (alarm->alarms == NULL)
        return;
    alarm_unset(alarm);
    alarm->alarms->reserved--;
    alarm->alarms = NULL;
}

void alarm_set(struct alarm *alarm, uint64_t due_ms)
{
    struct alarms *alarms = alarm->alarms;
    if (alarm->place != 0)
        take_out(alarms, alarm);
    alarm->due_ms = due_ms;
    sift_up(alarms, ++alarms->count, alarm);
    if (alarm->place == 1)
        wind(alarms, 0);
}

void alarm_unset(struct alarm *alarm)
{
    if (alarm->place == 0)
        return;
    take_out(alarm->alarms, alarm);
    if (alarm->alarms->count == 0)
        wind(alarm->alarms, 0);
}
