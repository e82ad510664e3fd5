#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/front/wheel.h"

enum { START_MS = 5000000, ENTRIES = 3000 };

static struct wheel wheel;
static uint64_t now_ms;
static unsigned served;

struct item {
    struct wheel_entry entry;
    uint64_t served_ms;
};

static void on_due(struct wheel_entry *entry)
{
    struct item *item = (struct item *)(void *)entry;
    assert_int_equal(item->served_ms, 0);
    item->served_ms = now_ms;
    served++;
}

static void run_until(uint64_t until_ms, uint64_t step_ms)
{
    while (now_ms < until_ms) {
        now_ms += step_ms;
        wheel_turn(&wheel, now_ms, on_due);
    }
}

static int start(void **state)
{
    (void)state;
    now_ms = START_MS;
    served = 0;
    wheel_init(&wheel, now_ms);
    return 0;
}

static void test_never_early(void **state)
{
    static struct item items[ENTRIES];
    (void)state;
    uint64_t random = 12345;
    for (unsigned i = 0; i < ENTRIES; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        items[i] = (struct item){.served_ms = 0};
        wheel_set(&wheel, &items[i].entry, START_MS + (random >> 33) % 2000000);
    }
    run_until(START_MS + 2003000, 1000);
    assert_int_equal(served, ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++) {
        assert_true(items[i].served_ms >= items[i].entry.due_ms);
        assert_true(items[i].served_ms <= items[i].entry.due_ms + 2 * WHEEL_TICK_MS);
    }
}

static void test_later(void **state)
{
    (void)state;
    struct item item = {.served_ms = 0};
    wheel_set(&wheel, &item.entry, START_MS + 3000);
    run_until(START_MS + 2000, 1000);
    wheel_set(&wheel, &item.entry, START_MS + 200000);
    run_until(START_MS + 199000, 1000);
    assert_int_equal(served, 0);
    run_until(START_MS + 201000, 1000);
    assert_int_equal(served, 1);
}

static void test_earlier(void **state)
{
    (void)state;
    struct item item = {.served_ms = 0};
    wheel_set(&wheel, &item.entry, START_MS + 1800000);
    wheel_set(&wheel, &item.entry, START_MS + 2000);
    run_until(START_MS + 3000, 1000);
    assert_int_equal(served, 1);
}

static void test_removed(void **state)
{
    (void)state;
    struct item a = {.served_ms = 0}, b = {.served_ms = 0};
    wheel_set(&wheel, &a.entry, START_MS + 2000);
    wheel_set(&wheel, &b.entry, START_MS + 2000);
    wheel_remove(&a.entry);
    wheel_remove(&a.entry);
    run_until(START_MS + 100000, 1000);
    assert_int_equal(served, 1);
    assert_int_equal(a.served_ms, 0);
}

static void test_clock_jump(void **state)
{
    (void)state;
    struct item a = {.served_ms = 0}, b = {.served_ms = 0};
    wheel_set(&wheel, &a.entry, START_MS + 2000);
    wheel_set(&wheel, &b.entry, START_MS + 50000);
    run_until(START_MS + 10000000, 10000000);
    assert_int_equal(served, 2);
}

static void test_past(void **state)
{
    (void)state;
    struct item item = {.served_ms = 0};
    wheel_set(&wheel, &item.entry, START_MS - 70000);
    run_until(START_MS + 1000, 1000);
    assert_int_equal(served, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"4.5 never early, at most two ticks late", test_never_early, start, NULL, NULL},
        {"4.5 a deadline that moves on", test_later, start, NULL, NULL},
        {"4.5 a deadline that comes nearer", test_earlier, start, NULL, NULL},
        {"4.5 removed", test_removed, start, NULL, NULL},
        {"4.5 the clock jumps", test_clock_jump, start, NULL, NULL},
        {"4.5 a deadline in the past", test_past, start, NULL, NULL},
    };
    return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}
