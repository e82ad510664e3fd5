/* While a reload is under way a check and the worker that does it may have different
 * configurations: what was scanned is judged by that of the worker's generation (spec 7.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/house_world.h"

static struct world world;
static struct config other; /* of another generation */
static struct config_engine other_engines[2];

static int set_up(void **state)
{
    (void)state;
    world_init(&world);
    other = world.config;
    other_engines[0] = world.config_engines[0];
    other_engines[1] = world.config_engines[1];
    other.engines = other_engines;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&world);
    return 0;
}

/* "alpha" alone answers; `ours` and `theirs` say whether "beta" is enabled. */
static void scan(bool ours, bool theirs)
{
    world.config_engines[1].enabled = ours;
    other_engines[1].enabled = theirs;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world.jobs[0].config = &other;
    world_report(&world, 0, REPORT_CLEAN);
}

static void expect_silent(void)
{
    world_expect(&world, 0,
                 DEFER_LINE("a1") "a1 REPORT (VERDICT INCOMPLETE TRANSIENT YES COVERAGE PARTIAL "
                                  "EXPECTED 2 EXAMINED 1 EXEMPT 0 UNEXAMINABLE 0 FAILED 1 ^\r\n"
                                  "a1 OK [DONE] 1 recipient\r\n");
}

static void enabling(void **state)
{
    (void)state;
    scan(true, false);
    world_expect(&world, 0, "a1 RES 1 DELIVER ()\r\n" CLEAN_LINES("a1", "1 recipient"));
}

static void disabling(void **state)
{
    (void)state;
    scan(false, true);
    expect_silent();
}

static void both(void **state)
{
    (void)state;
    scan(true, true);
    expect_silent();
}

/* The configuration of the check has no engine: that exempts nothing that another one has. */
static void exempting(void **state)
{
    (void)state;
    world.config_engines[0].enabled = false;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world.jobs[0].config = &other;
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, "a1 RES 1 DELIVER ()\r\n" CLEAN_LINES("a1", "1 recipient"));
}

/* A later job, by yet another generation, does not change who was required. */
static void concluding(void **state)
{
    (void)state;
    other_engines[1].enabled = true;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world.jobs[0].config = &other;
    world_report(&world, 0, REPORT_ASKS);
    world_skip(&world, 10);
    assert_int_equal(world.job_count, 2);
    world_report(&world, 1, REPORT_CLEAN);
    expect_silent();
}

#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, set_up, tear_down, NULL                                                    \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("7.3 a reload that enables an engine", enabling),
        TEST("7.3 a reload that disables an engine", disabling),
        TEST("7.3 required by both, silent", both),
        TEST("7.3 no engine in the configuration of the check", exempting),
        TEST("7.3 concluded by another generation", concluding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
