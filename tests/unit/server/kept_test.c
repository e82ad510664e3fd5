/* Kept results: bounded by number, octets and time, for each client and for all (spec/cccp.md 6.3);
 * final ones only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/metrics.h"
#include "tests/support/house_world.h"

#define MX1 1
#define MX2 2

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_init(&world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&world);
    return metrics.held_results == 0 ? 0 : -1;
}

/* A check of this session that ends so; its lines are thrown away. */
static void run(unsigned i, const char *txn, enum world_report report)
{
    world_check(&world, i, "r", txn);
    world_report(&world, world.job_count - 1, report);
    buffer_clear(&world.sessions[i].output);
}

static bool is_kept(unsigned i, const char *txn)
{
    char command[64], done[96];
    snprintf(command, sizeof(command), "s STATUS %s\r\n", txn);
    snprintf(done, sizeof(done), "s STATE \"%s\" (STATE DONE ", txn);
    world_send(&world, i, command);
    struct buffer *output = &world.sessions[i].output;
    bool kept = output->size > strlen(done) && memcmp(output->data, done, strlen(done)) == 0;
    buffer_clear(output);
    return kept;
}

static void finals(void **state)
{
    (void)state;
    static const struct {
        enum world_report report;
        bool kept;
    } rows[] = {{REPORT_CLEAN, true},       {REPORT_VIRUS, true},   {REPORT_POLICY, true},
                {REPORT_SPAM, true},        {REPORT_FAILED, false}, {REPORT_SILENT, false},
                {REPORT_UNEXAMINABLE, true}};
    world_open(&world, 0, MX1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char txn[8];
        snprintf(txn, sizeof(txn), "t%zu", i);
        run(0, txn, rows[i].report);
        assert_int_equal(is_kept(0, txn), rows[i].kept);
    }
}

/* DEFER, whatever the reason, is not kept: the channel wants it, or the client cannot do better. */
static void defers(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_send(&world, 0, "a1 CHECK t strict () ((1 \"a@x\")) () {5+}\r\nhello\r\n");
    world_report(&world, 0, REPORT_UNEXAMINABLE);
    assert_false(is_kept(0, "t"));
    world_send(&world, 0,
               "a1 CHECK u inbound () ((1 \"a@x\")) (ACCEPT (DELIVER DEFER)) {5+}\r\nhello\r\n");
    world_report(&world, 1, REPORT_VIRUS);
    assert_false(is_kept(0, "u"));
}

static void by_number(void **state)
{
    (void)state;
    world.config.limits.retain_results = 2;
    world_open(&world, 0, MX1);
    world_open(&world, 1, MX2);
    run(0, "t1", REPORT_CLEAN);
    run(1, "t1", REPORT_CLEAN);
    run(0, "t2", REPORT_CLEAN);
    run(0, "t3", REPORT_CLEAN);
    assert_false(is_kept(0, "t1"));
    assert_true(is_kept(0, "t2"));
    assert_true(is_kept(0, "t3"));
    assert_true(is_kept(1, "t1"));
    assert_int_equal(metrics.held_results, 3);
}

static void by_octets(void **state)
{
    (void)state;
    world.config.limits.retain_bytes = 6000;
    world_open(&world, 0, MX1);
    for (unsigned i = 0; i < 20; i++) {
        char txn[8];
        snprintf(txn, sizeof(txn), "t%u", i);
        run(0, txn, REPORT_CLEAN);
        assert_true(is_kept(0, txn));
    }
    assert_false(is_kept(0, "t0"));
    assert_in_range(metrics.held_results, 1, 10);
    world.config.limits.retain_bytes = 100;
    run(0, "u", REPORT_CLEAN);
    assert_false(is_kept(0, "u"));
}

static void by_time(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    run(0, "t", REPORT_CLEAN);
    assert_true(is_kept(0, "t"));
    world_skip(&world, 599000);
    assert_true(is_kept(0, "t"));
    world_skip(&world, 2000);
    assert_false(is_kept(0, "t"));
}

static void switched_off(void **state)
{
    (void)state;
    world.config.limits.retain_ms = 0;
    world_open(&world, 0, MX1);
    run(0, "t", REPORT_CLEAN);
    assert_false(is_kept(0, "t"));
}

/* Each anonymous connection keeps its own. */
static void each_apart(void **state)
{
    (void)state;
    world.config.limits.retain_results = 1;
    for (unsigned turn = 0; turn < 2; turn++)
        for (unsigned i = 0; i < WORLD_SESSIONS; i++) {
            if (turn == 0)
                world_open(&world, i, 0);
            run(i, turn == 0 ? "t" : "u", REPORT_CLEAN);
        }
    for (unsigned i = 0; i < WORLD_SESSIONS; i++) {
        assert_false(is_kept(i, "t"));
        assert_true(is_kept(i, "u"));
    }
    world.config.limits.retain_results = 0;
    run(0, "v", REPORT_CLEAN);
    assert_false(is_kept(0, "v"));
    assert_int_equal(metrics.held_results, WORLD_SESSIONS);
}

/* Whose lines are thrown away. */
static void end(size_t job)
{
    world_report(&world, job, REPORT_CLEAN);
    assert_true(world.sessions[0].output.size > 0);
    buffer_clear(&world.sessions[0].output);
}

/* New signatures may find what the old ones did not. */
static void by_generation(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    run(0, "t", REPORT_CLEAN);
    world_check(&world, 0, "u", "u");
    world.state.generation++;
    house_renew(world.house);
    assert_false(is_kept(0, "t"));
    end(1); /* by the old one */
    assert_false(is_kept(0, "u"));
    run(0, "v", REPORT_CLEAN);
    assert_true(is_kept(0, "v"));
    world_check(&world, 0, "w", "w");
    world_report(&world, 3, REPORT_ASKS);
    world.state.generation++;
    house_renew(world.house);
    world_skip(&world, 10);
    end(4); /* concluded by the new one, scanned by the old one */
    assert_int_equal(world.jobs[4].generation, world.jobs[3].generation + 1);
    assert_false(is_kept(0, "w"));
}

/* Another configuration may decide otherwise. */
static void by_configuration(void **state)
{
    (void)state;
    struct config other = world.config;
    world_open(&world, 0, MX1);
    run(0, "t", REPORT_CLEAN);
    world_check(&world, 0, "u", "u");
    house_configure(world.house, &other);
    assert_false(is_kept(0, "t"));
    end(1);
    assert_false(is_kept(0, "u"));
    house_configure(world.house, &world.config);
}

int main(void)
{
#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, set_up, tear_down, NULL                                                    \
    }
    static const struct CMUnitTest tests[] = {
        TEST("6.3 final results are kept", finals),
        TEST("6.3 DEFER is never kept", defers),
        TEST("6.3 bounded by number, each client apart", by_number),
        TEST("6.3 bounded by octets", by_octets),
        TEST("6.3 bounded by time", by_time),
        TEST("6.3 until the next generation", by_generation),
        TEST("6.3 until the next configuration", by_configuration),
        TEST("6.3 switched off", switched_off),
        TEST("6.3 anonymous ones, each connection apart", each_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
