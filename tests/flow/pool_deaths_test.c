/* Workers that crash, spin, are killed: every job is done exactly once. */
#include "tests/flow/pool_flow.h"

#include <signal.h>

static const char *const quick[] = {"limits.worker-time=300ms", "limits.check-time=2s", NULL};

static void test_crash(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome first = {0}, again = {0}, other = {0};
    flow_open(&flow, quick);
    flow_ask(&flow, "crash", 10000, &first);
    assert_int_equal(first.status, STATUS_CRASHED);
    assert_int_equal(pool_state(flow.pool)->crashes, 2);
    assert_int_equal(pool_state(flow.pool)->retries, 1);
    assert_int_equal(pool_state(flow.pool)->poisoned, 1);
    flow_submit(&flow, "crash", 10000, &again);
    assert_int_equal(again.done, 0);
    flow_wait(&flow, &again);
    assert_int_equal(again.status, STATUS_LIMIT);
    assert_int_equal(pool_state(flow.pool)->poison_refused, 1);
    assert_int_equal(pool_state(flow.pool)->crashes, 2);
    flow_ask(&flow, "virus Other", 10000, &other);
    assert_true(outcome_virus(&other));
    outcome_clear(&other);
    assert_int_equal(flow_logged(&flow, "worker.crashed"), 2);
    assert_int_equal(flow_logged(&flow, "job.poison"), 1);
    flow_close(&flow);
}

static void test_spin(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome first = {0}, again = {0};
    flow_open(&flow, quick);
    flow_ask(&flow, "spin", 10000, &first);
    assert_int_equal(first.status, STATUS_DEADLINE);
    assert_int_equal(pool_state(flow.pool)->deadlines, 2);
    flow_ask(&flow, "spin", 10000, &again);
    assert_int_equal(again.status, STATUS_LIMIT);
    assert_int_equal(flow_logged(&flow, "worker.deadline"), 2);
    flow_close(&flow);
}

/* A client in a hurry does not condemn a message for others. */
static void test_short_deadline(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome hurried = {0}, patient = {0};
    const char *const settings[] = {"limits.worker-time=5s", NULL};
    flow_open(&flow, settings);
    flow_ask(&flow, "sleep 400", 500, &hurried);
    assert_int_equal(hurried.status, STATUS_DEADLINE);
    flow_ask(&flow, "sleep 400", 10000, &patient);
    assert_int_equal(patient.status, STATUS_OK);
    assert_int_equal(pool_state(flow.pool)->poisoned, 0);
    outcome_clear(&patient);
    flow_close(&flow);
}

/* The same deadly message many times at once costs no more workers than are at work on it. */
static void test_poison_in_queue(void **state)
{
    (void)state;
    enum { COPIES = 20 };
    struct flow flow;
    struct outcome outcomes[COPIES] = {0};
    unsigned crashed = 0, refused = 0;
    flow_open(&flow, quick);
    for (unsigned i = 0; i < COPIES; i++) {
        flow_submit(&flow, "crash", 10000, &outcomes[i]);
    }
    for (unsigned i = 0; i < COPIES; i++) {
        flow_wait(&flow, &outcomes[i]);
        crashed += outcomes[i].status == STATUS_CRASHED;
        refused += outcomes[i].status == STATUS_LIMIT;
    }
    assert_int_equal(crashed + refused, COPIES);
    assert_in_range(crashed, 1, COPIES / 4);
    /* How many were at work when it became known depends on who is scheduled when; not all 40. */
    assert_in_range(pool_state(flow.pool)->crashes, 2, COPIES / 2);
    flow_close(&flow);
}

static void test_poison_ends(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    const char *const settings[] = {"limits.poison-time=100ms", NULL};
    flow_open(&flow, settings);
    flow_ask(&flow, "crash", 10000, &outcome);
    flow_run(&flow, 150);
    flow_ask(&flow, "crash", 10000, &outcome);
    assert_int_equal(outcome.status, STATUS_CRASHED);
    flow_close(&flow);
}

static void test_outside_kill(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    const char *const settings[] = {"server.workers=1", "limits.slow-time=10s", NULL};
    flow_open(&flow, settings);
    flow_submit(&flow, "sleep 400", 20000, &outcome);
    /* Three kills from outside are survived by the message; they make no poison. */
    for (unsigned deaths = 1; deaths <= 3; deaths++) {
        int pids[16];
        flow_until(&flow, pool_state(flow.pool)->running == 1);
        size_t count = flow_children("cccpd-worker", pids, 16);
        /* One by one: a retry must not meet a worker that is dying as well. */
        for (size_t i = 0; i < count && pool_state(flow.pool)->retries < deaths; i++) {
            kill(pids[i], SIGKILL);
            flow_run(&flow, 50);
        }
        flow_until(&flow, pool_state(flow.pool)->retries == deaths);
    }
    flow_wait(&flow, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.done, 1);
    assert_int_equal(pool_state(flow.pool)->poisoned, 0);
    outcome_clear(&outcome);
    flow_close(&flow);
}

static void test_stopped_worker(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    int pids[16];
    flow_open(&flow, quick);
    flow_until(&flow, pool_state(flow.pool)->workers == 3);
    size_t count = flow_children("cccpd-worker", pids, 16);
    for (size_t i = 0; i < count; i++) {
        kill(pids[i], SIGSTOP);
    }
    flow_ask(&flow, "virus Late", 10000, &outcome);
    assert_true(outcome_virus(&outcome) || outcome.status == STATUS_DEADLINE);
    outcome_clear(&outcome);
    flow_ask(&flow, "virus After", 10000, &outcome);
    assert_true(outcome_virus(&outcome));
    outcome_clear(&outcome);
    flow_close(&flow);
}

enum { STORM_KILLS = 200, STORM_IN_FLIGHT = 8 };

/* Random kills while STORM_IN_FLIGHT messages are always on their way. */
static struct storm {
    unsigned submitted, done, right, wrong;
    bool over;
    struct outcome outcomes[STORM_IN_FLIGHT];
} storm;

static void storm_next(struct outcome *outcome)
{
    unsigned slot = (unsigned)(outcome - storm.outcomes);
    if (outcome->done > 0) {
        bool virus = slot % 2 == 1;
        storm.done++;
        storm.right += outcome->status == STATUS_OK && outcome_virus(outcome) == virus;
        storm.wrong += outcome->status == STATUS_OK && outcome_virus(outcome) != virus;
        outcome_clear(outcome);
    }
    if (!storm.over) {
        storm.submitted++;
        flow_submit(outcome->flow, slot % 2 == 1 ? "spin-ms 2\r\nX-Script: virus X" : "spin-ms 2",
                    30000, outcome);
    }
}

static uint64_t next_random(uint64_t *random)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 33;
}

static void test_storm(void **state)
{
    (void)state;
    struct flow flow;
    uint64_t random = 20261123;
    flow_open(&flow, (const char *const[]){NULL});
    storm = (struct storm){0};
    for (unsigned i = 0; i < STORM_IN_FLIGHT; i++) {
        storm.outcomes[i] = (struct outcome){.flow = &flow, .after = storm_next};
        storm_next(&storm.outcomes[i]);
    }
    for (unsigned kills = 0; kills < STORM_KILLS;) {
        int pids[32];
        unsigned until = storm.done + (unsigned)(next_random(&random) % 12);
        flow_until(&flow, storm.done >= until);
        flow_run(&flow, next_random(&random) % 4 + 1);
        size_t count = flow_children("cccpd-worker", pids, 32);
        if (count > 0) {
            kills += kill(pids[next_random(&random) % count], SIGKILL) == 0;
        }
    }
    storm.over = true;
    flow_until(&flow, storm.done == storm.submitted);
    print_message("%u messages, %u right, %u wrong, %u retries\n", storm.done, storm.right,
                  storm.wrong, (unsigned)pool_state(flow.pool)->retries);
    assert_int_equal(storm.wrong, 0);
    assert_true(storm.right * 100 >= storm.done * 99);
    assert_int_equal(pool_state(flow.pool)->poisoned, 0);
    flow_close(&flow);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"Deaths: a crash, a retry, poison", test_crash, NULL, NULL, NULL},
        {"Deaths: an overrun, a retry, poison", test_spin, NULL, NULL, NULL},
        {"Deaths: a short deadline makes no poison", test_short_deadline, NULL, NULL, NULL},
        {"Deaths: poison that is queued already", test_poison_in_queue, NULL, NULL, NULL},
        {"Deaths: poison ends with its time", test_poison_ends, NULL, NULL, NULL},
        {"Deaths: killed from outside", test_outside_kill, NULL, NULL, NULL},
        {"Deaths: stopped workers", test_stopped_worker, NULL, NULL, NULL},
        {"Deaths: 200 kills at random instants under load", test_storm, NULL, NULL, NULL},
    };
    return flow_main(argc, argv, "pool_deaths", tests, sizeof tests / sizeof *tests);
}
