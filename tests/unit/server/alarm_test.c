/* Alarms: order, replacement, and that none rings from inside a call or starves the loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/front/alarm.h"

enum { ALARMS = 200 };

static uv_loop_t loop;
static struct alarms *alarms;
static struct alarm entries[ALARMS];
static unsigned rung[ALARMS];
static uint64_t last_due_ms;
static size_t rings;

static void on_ring(struct alarm *alarm)
{
    rung[alarm - entries]++;
    rings++;
    assert_true(alarm->due_ms >= last_due_ms);
    assert_true(alarm->due_ms <= alarms_now_ms(alarms));
    last_due_ms = alarm->due_ms;
}

static int set_up(void **state)
{
    (void)state;
    uv_loop_init(&loop);
    last_due_ms = 0;
    rings = 0;
    if (alarms_new(&loop, &alarms) != STATUS_OK)
        return -1;
    for (unsigned i = 0; i < ALARMS; i++) {
        rung[i] = 0;
        if (alarm_init(&entries[i], alarms, on_ring) != STATUS_OK)
            return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ALARMS; i++)
        alarm_clear(&entries[i]);
    alarms_free(&alarms);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static void in_order(void **state)
{
    (void)state;
    unsigned seed = 7;
    uint64_t now = alarms_now_ms(alarms);
    for (unsigned i = 0; i < ALARMS; i++)
        alarm_set(&entries[i], now + (uint64_t)rand_r(&seed) % 10);
    /* Some are replaced, some taken back. */
    for (unsigned i = 0; i < ALARMS; i += 3)
        alarm_set(&entries[i], now + (uint64_t)rand_r(&seed) % 10);
    for (unsigned i = 0; i < ALARMS; i += 7)
        alarm_unset(&entries[i]);
    assert_int_equal(rings, 0);
    uv_run(&loop, UV_RUN_DEFAULT); /* ends by itself: no alarm is left */
    for (unsigned i = 0; i < ALARMS; i++)
        assert_int_equal(rung[i], i % 7 == 0 ? 0 : 1);
}

static void on_again(struct alarm *alarm)
{
    rings++;
    alarm_set(alarm, alarms_now_ms(alarms));
}

/* One that is always due rings once in a turn. */
static void again(void **state)
{
    (void)state;
    entries[0].ring = on_again;
    alarm_set(&entries[0], 0);
    for (size_t turn = 1; turn <= 5; turn++) {
        uv_run(&loop, UV_RUN_ONCE);
        assert_in_range(rings, turn, 2 * turn); /* libuv looks before and after it waits */
    }
}

static void on_clear(struct alarm *alarm)
{
    rings++;
    alarm_clear(&entries[1]);
    alarm_clear(alarm);
}

/* One that rings may take another away. */
static void cleared(void **state)
{
    (void)state;
    entries[0].ring = on_clear;
    alarm_set(&entries[0], 1);
    alarm_set(&entries[1], 2);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(rings, 1);
    assert_int_equal(rung[1], 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        {"6 alarms ring in their order", in_order, set_up, tear_down, NULL},
        {"6 none starves the loop", again, set_up, tear_down, NULL},
        {"6 one takes another away", cleared, set_up, tear_down, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
