#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/worker/backoff.h"

enum { NOW_MS = 1000000 };

static const struct row {
    const char *name;
    unsigned free, failures;
    uint64_t pause_ms;
} rows[] = {
    {"Deaths: nothing has failed: now", 3, 0, 0},
    {"Deaths: the third failure costs nothing", 3, 3, 0},
    {"Deaths: the fourth costs 0.1 s", 3, 4, 100},
    {"Deaths: doubled", 3, 6, 400},
    {"Deaths: at most 5 s", 3, 10, 5000},
    {"Deaths: for ever at most 5 s", 3, 100000, 5000},
    {"Deaths: without free ones the first costs", 0, 1, 100},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    struct backoff backoff;
    backoff_init(&backoff, 100, 5000, row->free);
    for (unsigned i = 0; i < row->failures; i++) {
        backoff_failed(&backoff, NOW_MS);
    }
    assert_int_equal(backoff_left_ms(&backoff, NOW_MS), row->pause_ms);
    assert_int_equal(backoff_left_ms(&backoff, NOW_MS + row->pause_ms), 0);
    backoff_succeeded(&backoff);
    assert_int_equal(backoff_left_ms(&backoff, NOW_MS), 0);
    assert_int_equal(backoff.failures, 0);
}

int main(void)
{
    enum { COUNT = sizeof rows / sizeof *rows };
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                                       .test_func = test_row,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    }
    return cmocka_run_group_tests_name("worker_backoff", tests, NULL, NULL);
}
