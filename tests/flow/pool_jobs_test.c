/* One message after the other, and many at a time. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/flow/pool_flow.h"

static const char *const plain[] = {NULL};

static void test_clean_and_virus(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome clean = {0}, virus = {0};
    flow_open(&flow, plain);
    flow_ask(&flow, "clean", 10000, &clean);
    flow_ask(&flow, "virus Eicar", 10000, &virus);
    assert_int_equal(clean.status, STATUS_OK);
    assert_false(outcome_virus(&clean));
    assert_int_equal(clean.generation, 1);
    assert_int_equal(clean.report.engines_count, 2);
    assert_true(bytes_equal(clean.report.engines[0].name, BYTES("message")));
    assert_int_equal(clean.report.parts_count, 1);
    assert_true(outcome_virus(&virus));
    const struct pool_state *now = pool_state(flow.pool);
    assert_int_equal(now->jobs, 2);
    assert_int_equal(now->generation, 1);
    assert_int_equal(now->edition_count, 1);
    assert_string_equal(now->edition_names[0], "scripted");
    assert_int_equal(flow_logged(&flow, "generation.loaded"), 1);
    assert_int_equal(flow_logged(&flow, "worker.sandbox"), 1);
    outcome_clear(&clean);
    outcome_clear(&virus);
    flow_close(&flow);
}

static void test_before_loaded(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    flow_start(&flow, plain);
    flow_submit(&flow, "virus Early", 10000, &outcome);
    assert_int_equal(pool_state(flow.pool)->generation, 0);
    assert_int_equal(pool_state(flow.pool)->queued, 1);
    flow_wait(&flow, &outcome);
    assert_true(outcome_virus(&outcome));
    outcome_clear(&outcome);
    flow_close(&flow);
}

/* A message of that many parts: each is a line of the report. */
static struct bytes many_parts(unsigned count)
{
    static char text[65536];
    size_t size = (size_t)snprintf(text, sizeof text,
                                   "MIME-Version: 1.0\r\n"
                                   "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    for (unsigned i = 0; i < count; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "--b\r\n\r\npart %u\r\n", i);
    }
    size += (size_t)snprintf(text + size, sizeof text - size, "--b--\r\n");
    return (struct bytes){(uint8_t *)text, size};
}

static void test_large_report(void **state)
{
    (void)state;
    enum { PARTS = 900 };
    struct flow flow;
    struct outcome outcome = {0};
    flow_open(&flow, plain);
    flow_submit_text(&flow, many_parts(PARTS), 20000, &outcome);
    flow_wait(&flow, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.report.parts_count, PARTS + 1);
    outcome_clear(&outcome);
    flow_close(&flow);
}

static void test_too_large_report(void **state)
{
    (void)state;
    const char *const settings[] = {"limits.report=65536", NULL};
    struct flow flow;
    struct outcome outcome = {0};
    flow_open(&flow, settings);
    flow_submit_text(&flow, many_parts(900), 20000, &outcome);
    flow_wait(&flow, &outcome);
    assert_int_equal(outcome.status, STATUS_ENGINE);
    assert_int_equal(pool_state(flow.pool)->crashes, 0);
    flow_ask(&flow, "virus After", 20000, &outcome);
    assert_true(outcome_virus(&outcome));
    outcome_clear(&outcome);
    flow_close(&flow);
}

static void test_cancel(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome running[3] = {0}, queued = {0}, after = {0};
    const char *const settings[] = {"server.workers=1", "server.workers-most=3", NULL};
    flow_open(&flow, settings);
    for (unsigned i = 0; i < 3; i++) {
        flow_submit(&flow, "spin", 20000, &running[i]);
        flow_until(&flow, pool_state(flow.pool)->slow == i + 1 || i == 2);
    }
    flow_until(&flow, pool_state(flow.pool)->running == 3);
    flow_submit(&flow, "clean", 20000, &queued);
    pool_cancel(flow.pool, queued.job);
    pool_cancel(flow.pool, running[0].job);
    assert_int_equal(queued.done + running[0].done, 0);
    flow_wait(&flow, &queued);
    flow_wait(&flow, &running[0]);
    assert_int_equal(queued.status, STATUS_CANCELLED);
    assert_int_equal(running[0].status, STATUS_CANCELLED);
    flow_ask(&flow, "virus After", 20000, &after);
    assert_true(outcome_virus(&after));
    outcome_clear(&after);
    assert_int_equal(pool_state(flow.pool)->crashes, 0);
    flow_close(&flow);
    /* The two others ended with the pool. */
    assert_int_equal(running[1].done, 1);
    assert_int_equal(running[1].status, STATUS_SHUTDOWN);
    assert_int_equal(running[2].status, STATUS_SHUTDOWN);
}

static void test_queue_bound(void **state)
{
    (void)state;
    enum { QUEUE = 4, RUNNING = 1 };
    struct flow flow;
    struct outcome outcomes[QUEUE + RUNNING + 1] = {0};
    const char *const settings[] = {"server.workers=1", "limits.queue=4", NULL};
    flow_open(&flow, settings);
    for (unsigned i = 0; i < QUEUE + RUNNING + 1; i++) {
        flow_submit(&flow, "spin-ms 20", 20000, &outcomes[i]);
    }
    assert_int_equal(outcomes[QUEUE + RUNNING].status, STATUS_OVERLOADED);
    for (unsigned i = 0; i < QUEUE + RUNNING; i++) {
        flow_wait(&flow, &outcomes[i]);
        assert_int_equal(outcomes[i].status, STATUS_OK);
        outcome_clear(&outcomes[i]);
    }
    assert_int_equal(outcomes[QUEUE + RUNNING].done, 0);
    flow_close(&flow);
}

static void test_queue_deadline(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome busy = {0}, late = {0};
    const char *const settings[] = {"server.workers=1", "limits.slow-time=10s", NULL};
    flow_open(&flow, settings);
    flow_submit(&flow, "sleep 1500", 20000, &busy);
    flow_submit(&flow, "clean", 100, &late);
    flow_wait(&flow, &late);
    assert_int_equal(late.status, STATUS_DEADLINE);
    assert_int_equal(busy.done, 0);
    flow_wait(&flow, &busy);
    assert_int_equal(busy.status, STATUS_OK);
    outcome_clear(&busy);
    flow_close(&flow);
}

static void test_slow(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome slow[2] = {0}, quick = {0};
    const char *const settings[] = {"server.workers=1", "limits.slow-time=50ms", NULL};
    flow_open(&flow, settings);
    flow_submit(&flow, "sleep 2000", 20000, &slow[0]);
    flow_submit(&flow, "sleep 2000", 20000, &slow[1]);
    flow_ask(&flow, "virus Quick", 20000, &quick);
    assert_true(outcome_virus(&quick));
    assert_int_equal(slow[0].done + slow[1].done, 0);
    assert_int_equal(pool_state(flow.pool)->slow, 2);
    flow_wait(&flow, &slow[0]);
    flow_wait(&flow, &slow[1]);
    /* A reniced worker is not used again. */
    assert_int_equal(pool_state(flow.pool)->recycled, 2);
    for (unsigned i = 0; i < 2; i++) {
        outcome_clear(&slow[i]);
    }
    outcome_clear(&quick);
    flow_close(&flow);
}

static uint64_t scans_of(const struct outcome *outcome)
{
    assert_int_equal(outcome->status, STATUS_OK);
    for (size_t i = 0; i < outcome->report.facts_count; i++) {
        if (bytes_equal(outcome->report.facts[i].name, BYTES("scripted.scans"))) {
            return strtoull((const char *)outcome->report.facts[i].value.data, NULL, 10);
        }
    }
    return 0;
}

static void test_recycled(void **state)
{
    const char *script = *state;
    const char *const settings[] = {"server.worker-jobs=3", "server.workers=1", NULL};
    struct flow flow;
    flow_open(&flow, settings);
    for (unsigned i = 0; i < 20; i++) {
        struct outcome outcome = {0};
        flow_ask(&flow, script, 20000, &outcome);
        assert_true(scans_of(&outcome) <= (strncmp(script, "structure", 9) == 0 ? 1 : 3));
        outcome_clear(&outcome);
    }
    assert_true(pool_state(flow.pool)->recycled >= 6);
    assert_int_equal(pool_state(flow.pool)->crashes, 0);
    flow_close(&flow);
}

static void test_empty(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    flow_open(&flow, plain);
    flow_submit_text(&flow, BYTES(""), 10000, &outcome);
    flow_wait(&flow, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    outcome_clear(&outcome);
    flow_close(&flow);
}

/* A content above limits.spill: a file without a name that the front can write. */
static void test_spilled(void **state)
{
    (void)state;
    struct bytes text = BYTES("X-Script: virus Spilled\r\n\r\nbody\r\n");
    struct flow flow;
    struct outcome outcome = {0};
    int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, text.data, text.size), text.size);
    flow_open(&flow, plain);
    flow_submit_content(&flow, file, text, 10000, &outcome);
    flow_wait(&flow, &outcome);
    assert_true(outcome_virus(&outcome));
    outcome_clear(&outcome);
    flow_close(&flow);
}

/* Its size is not what the front says: no worker looks at it. */
static void test_other_size(void **state)
{
    (void)state;
    struct bytes text = BYTES("X-Script: virus Short\r\n\r\nbody\r\n");
    struct flow flow;
    struct outcome outcome = {0};
    int memfd = memfd_create("content", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(write(memfd, text.data, text.size - 1), text.size - 1);
    flow_open(&flow, plain);
    flow_submit_content(&flow, memfd, text, 10000, &outcome);
    flow_wait(&flow, &outcome);
    assert_int_equal(outcome.status, STATUS_CRASHED);
    flow_close(&flow);
}

static void count_down(struct outcome *outcome)
{
    outcome_clear(outcome);
}

static void test_many(void **state)
{
    (void)state;
    enum { MANY = 500 };
    static struct outcome outcomes[MANY];
    struct flow flow;
    flow_open(&flow, plain);
    for (unsigned i = 0; i < MANY; i++) {
        outcomes[i] = (struct outcome){.after = count_down};
        flow_submit(&flow, i % 2 == 0 ? "clean" : "virus X", 30000, &outcomes[i]);
    }
    for (unsigned i = 0; i < MANY; i++) {
        flow_wait(&flow, &outcomes[i]);
        assert_int_equal(outcomes[i].done, 1);
        assert_int_equal(outcomes[i].status, STATUS_OK);
    }
    flow_close(&flow);
}

/* Kilobytes of a line "Private_Dirty:" of a child. */
static uint64_t private_dirty(int pid)
{
    char path[64], line[128];
    unsigned long long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    FILE *rollup = fopen(path, "re");
    assert_non_null(rollup);
    while (fgets(line, sizeof line, rollup) != NULL) {
        (void)sscanf(line, "Private_Dirty: %llu kB", &kilobytes);
    }
    fclose(rollup);
    return kilobytes;
}

/* A worker is not dumpable: only root sees into it. */
static bool is_hidden(int pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    return open(path, O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES;
}

static void test_memory(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome outcome = {0};
    int pids[16];
    flow_open(&flow, plain);
    flow_ask(&flow, "clean", 10000, &outcome);
    outcome_clear(&outcome);
    flow_until(&flow, pool_state(flow.pool)->workers == 3);
    flow_run(&flow, 200);
    size_t count = flow_children("cccpd-worker", pids, 16);
    assert_true(count >= 2);
    for (size_t i = 0; i < count && geteuid() != 0; i++) {
        assert_true(is_hidden(pids[i]));
    }
    for (size_t i = 0; i < count && geteuid() == 0; i++) {
        print_message("worker %d: %llu kB private dirty\n", pids[i],
                      (unsigned long long)private_dirty(pids[i]));
        assert_true(private_dirty(pids[i]) < 5 * 1024);
    }
    flow_close(&flow);
}

int main(int argc, char **argv)
{
    static char structure[] = "structure mime.odd", clean[] = "clean";
    const struct CMUnitTest tests[] = {
        {"Processes: a clean message and a virus", test_clean_and_virus, NULL, NULL, NULL},
        {"Processes: a message before the engines are loaded", test_before_loaded, NULL, NULL,
         NULL},
        {"Processes: an empty message", test_empty, NULL, NULL, NULL},
        {"Datagrams: a content in a file", test_spilled, NULL, NULL, NULL},
        {"Datagrams: a content of another size", test_other_size, NULL, NULL, NULL},
        {"Datagrams: a large report", test_large_report, NULL, NULL, NULL},
        {"Datagrams: a report over the limit", test_too_large_report, NULL, NULL, NULL},
        {"Deaths: cancelled in the queue and while it runs", test_cancel, NULL, NULL, NULL},
        {"Queue: full", test_queue_bound, NULL, NULL, NULL},
        {"Queue: a deadline passes there", test_queue_deadline, NULL, NULL, NULL},
        {"Queue: slow jobs do not hold up others", test_slow, NULL, NULL, NULL},
        {"Queue: replaced after worker-jobs jobs", test_recycled, NULL, NULL, clean},
        {"Queue: replaced after a structure finding", test_recycled, NULL, NULL, structure},
        {"Queue: 500 at a time", test_many, NULL, NULL, NULL},
        {"Processes: a worker shares its memory", test_memory, NULL, NULL, NULL},
    };
    return flow_main(argc, argv, "pool_jobs", tests, sizeof tests / sizeof *tests);
}
