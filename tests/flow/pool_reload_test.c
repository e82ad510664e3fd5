/* Generations change, loaders die: no job is lost. */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/worker/scratch.h"
#include "tests/flow/pool_flow.h"

enum { IN_FLIGHT = 6, RELOADS = 5 };

static const char *const plain[] = {NULL};

static struct load {
    unsigned submitted, done, right;
    bool over;
    uint64_t last_generation;
    struct outcome outcomes[IN_FLIGHT];
} load;

static void load_next(struct outcome *outcome)
{
    if (outcome->done > 0) {
        load.done++;
        load.right += outcome_virus(outcome);
        load.last_generation = outcome->generation;
        outcome_clear(outcome);
    }
    if (!load.over) {
        load.submitted++;
        flow_submit(outcome->flow, "virus X", 30000, outcome);
    }
}

static void load_start(struct flow *flow)
{
    load = (struct load){0};
    for (unsigned i = 0; i < IN_FLIGHT; i++) {
        load.outcomes[i] = (struct outcome){.flow = flow, .after = load_next};
        load_next(&load.outcomes[i]);
    }
}

static void load_end(struct flow *flow)
{
    load.over = true;
    flow_until(flow, load.done == load.submitted);
    print_message("%u messages, %u right\n", load.done, load.right);
    assert_int_equal(load.right, load.done);
}

static void test_reload(void **state)
{
    (void)state;
    struct flow flow;
    flow_open(&flow, plain);
    load_start(&flow);
    for (unsigned i = 1; i <= RELOADS; i++) {
        assert_int_equal(pool_reload(flow.pool, flow.config, &flow.source), STATUS_OK);
        flow_until(&flow, flow.usable == 1 + i);
    }
    flow_run(&flow, 100);
    load_end(&flow);
    assert_int_equal(load.last_generation, 1 + RELOADS);
    assert_int_equal(flow.failed, 0);
    assert_int_equal(pool_state(flow.pool)->generation, 1 + RELOADS);
    assert_int_equal(pool_state(flow.pool)->crashes, 0);
    flow_close(&flow);
}

/* The newest wins; those that were still loading end unseen. */
static void test_reload_at_once(void **state)
{
    (void)state;
    struct flow flow;
    flow_open(&flow, plain);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pool_reload(flow.pool, flow.config, &flow.source), STATUS_OK);
    }
    assert_true(pool_state(flow.pool)->loading);
    flow_until(&flow, flow.usable == 2);
    assert_int_equal(pool_state(flow.pool)->generation, 5);
    flow_close(&flow);
}

static void test_running_job_finishes(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome slow = {0}, new = {0};
    flow_open(&flow, plain);
    flow_submit(&flow, "sleep 8000", 60000, &slow);
    assert_int_equal(pool_reload(flow.pool, flow.config, &flow.source), STATUS_OK);
    flow_until(&flow, flow.usable == 2);
    flow_ask(&flow, "clean", 20000, &new);
    assert_int_equal(slow.done, 0);
    flow_wait(&flow, &slow);
    assert_int_equal(slow.status, STATUS_OK);
    assert_int_equal(slow.generation, 1);
    assert_int_equal(new.generation, 2);
    outcome_clear(&slow);
    outcome_clear(&new);
    flow_close(&flow);
}

/* A worker has its loader's name for an instant. */
static void kill_loader(struct flow *flow)
{
    int pids[8];
    while (flow_children("cccpd-loader", pids, 8) != 1) {
        flow_run(flow, 1);
    }
    kill(pids[0], SIGKILL);
}

static void test_loader_dies(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    flow_open(&flow, plain);
    flow_until(&flow, pool_state(flow.pool)->workers == 3);
    load_start(&flow);
    for (unsigned i = 1; i <= 3; i++) {
        kill_loader(&flow);
        flow_until(&flow, flow_logged(&flow, "loader.died") == i);
        flow_until(&flow, flow_logged(&flow, "generation.loaded") == i + 1);
    }
    load_end(&flow);
    /* It forks again. */
    flow_ask(&flow, "crash", 20000, &outcome);
    assert_int_equal(outcome.status, STATUS_CRASHED);
    flow_ask(&flow, "virus After", 20000, &outcome);
    assert_true(outcome_virus(&outcome));
    outcome_clear(&outcome);
    assert_int_equal(pool_state(flow.pool)->generation, 1);
    assert_int_equal(flow.failed, 0);
    flow_close(&flow);
}

static void test_loader_dies_while_loading(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    int pids[8];
    flow_start(&flow, plain);
    flow_submit(&flow, "virus Early", 20000, &outcome);
    /* Whatever it is called at this moment: it is the only child. */
    size_t count = flow_children("cccpd-loader", pids, 8);
    count += count == 0 ? flow_children("exe", pids, 8) : 0;
    if (count == 0) {
        count = flow_children("pool_reload_tes", pids, 8);
    }
    assert_int_equal(count, 1);
    kill(pids[0], SIGKILL);
    flow_until(&flow, flow.failed == 1);
    assert_int_equal(pool_state(flow.pool)->generation, 0);
    flow_wait(&flow, &outcome);
    assert_true(outcome_virus(&outcome));
    outcome_clear(&outcome);
    flow_close(&flow);
}

/* Alive but silent: it is killed ten seconds after the FORK that it leaves unanswered. */
static void test_loader_stands_still(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    int pids[16];
    flow_open(&flow, plain);
    flow_until(&flow, pool_state(flow.pool)->workers == 3);
    flow_run(&flow, 200);
    assert_int_equal(flow_children("cccpd-loader", pids, 16), 1);
    kill(pids[0], SIGSTOP);
    size_t count = flow_children("cccpd-worker", pids, 16);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        kill(pids[i], SIGKILL);
    }
    flow_ask(&flow, "virus Patient", 30000, &outcome);
    assert_true(outcome_virus(&outcome));
    assert_int_equal(flow_logged(&flow, "loader.died"), 1);
    outcome_clear(&outcome);
    flow_close(&flow);
}

static void test_stop_while_loading(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    flow_start(&flow, plain);
    flow_submit(&flow, "clean", 20000, &outcome);
    flow_close(&flow);
    assert_int_equal(outcome.done, 1);
    assert_int_equal(outcome.status, STATUS_SHUTDOWN);
}

static void test_stop_while_reloading(void **state)
{
    (void)state;
    struct flow flow;
    flow_open(&flow, plain);
    assert_int_equal(pool_reload(flow.pool, flow.config, &flow.source), STATUS_OK);
    flow_close(&flow);
}

/* A front of its own, in a process that this test kills. Tells when it serves. */
_Noreturn static void be_front(void)
{
    static struct flow flow;
    flow_open(&flow, plain);
    flow_until(&flow, pool_state(flow.pool)->workers == 3);
    printf("%s\n", flow.folder);
    fflush(stdout);
    for (;;) {
        flow_run(&flow, 1000);
    }
}

static size_t processes_of(int front)
{
    int pids[16];
    return flow_children_of(front, "cccpd-loader", pids, 16) +
           flow_children_of(front, "cccpd-worker", pids, 16);
}

static int pidfd_of(int pid)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    assert_true(pidfd >= 0);
    return pidfd;
}

static void test_front_dies(void **state)
{
    (void)state;
    int output[2], pids[16];
    char folder[64] = "";
    assert_int_equal(pipe(output), 0);
    pid_t front = fork();
    assert_true(front >= 0);
    if (front == 0) {
        dup2(output[1], STDOUT_FILENO);
        execl("/proc/self/exe", "front", "--front", (char *)NULL);
        _exit(1);
    }
    close(output[1]);
    assert_true(read(output[0], folder, sizeof folder - 1) > 0);
    folder[strcspn(folder, "\n")] = '\0';
    /* A worker has its loader's name for an instant. */
    while (processes_of(front) != 4) {
        sched_yield();
    }
    size_t count = flow_children_of(front, "cccpd-worker", pids, 15);
    count += flow_children_of(front, "cccpd-loader", pids + count, 16 - count);
    struct pollfd ends[16];
    for (size_t i = 0; i < count; i++) {
        ends[i] = (struct pollfd){.fd = pidfd_of(pids[i]), .events = POLLIN};
    }
    kill(front, SIGKILL);
    assert_int_equal(waitpid(front, NULL, 0), front);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(poll(&ends[i], 1, 10000), 1);
        close(ends[i].fd);
    }
    close(output[0]);
    scratch_remove(folder);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--front") == 0) {
        be_front();
    }
    const struct CMUnitTest tests[] = {
        {"Reload: five times under load", test_reload, NULL, NULL, NULL},
        {"Reload: four at once", test_reload_at_once, NULL, NULL, NULL},
        {"Reload: a running job finishes", test_running_job_finishes, NULL, NULL, NULL},
        {"Processes: the loader is killed under load", test_loader_dies, NULL, NULL, NULL},
        {"Processes: the loader is killed while it loads", test_loader_dies_while_loading, NULL,
         NULL, NULL},
        {"Processes: the loader stands still", test_loader_stands_still, NULL, NULL, NULL},
        {"Processes: the front is killed", test_front_dies, NULL, NULL, NULL},
        {"Processes: stopped while loading", test_stop_while_loading, NULL, NULL, NULL},
        {"Processes: stopped while reloading", test_stop_while_reloading, NULL, NULL, NULL},
    };
    return flow_main(argc, argv, "pool_reload", tests, sizeof tests / sizeof *tests);
}
