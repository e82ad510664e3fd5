/* Not a test: what the pool costs. Prints the time of a job through a worker beside the same job in
 * this process, the time to replace a worker, and what memory a worker has of its own.
 *
 *     pool_measure [FOLDER OF SIGNATURES] */
#include "tests/flow/pool_flow.h"

enum { JOBS = 3000, FORKS = 200 };

static uint64_t times[JOBS];
static char database[256] = "engines.clamav.database=/nonexistent",
            clamav[40] = "engines.clamav.enabled=no";

static int by_size(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static void print_times(const char *what, size_t count)
{
    qsort(times, count, sizeof *times, by_size);
    printf("%-44s median %llu us, p90 %llu us, p99 %llu us\n", what,
           (unsigned long long)times[count / 2] / 1000,
           (unsigned long long)times[count * 9 / 10] / 1000,
           (unsigned long long)times[count * 99 / 100] / 1000);
}

static void measure_jobs(struct flow *flow, const char *what, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct outcome outcome = {0};
        uint64_t begun = uv_hrtime();
        flow_ask(flow, NULL, 30000, &outcome);
        times[i] = uv_hrtime() - begun;
        outcome_clear(&outcome);
    }
    print_times(what, count);
}

static void measure_here(void)
{
    static const char text[] = "From: a@example.com\r\nSubject: test\r\n\r\nbody\r\n";
    struct engine_instance instance = {.engine = engine_find(BYTES("scripted"))};
    struct bytes name = BYTES("scripted");
    struct limits limits;
    limits_init(&limits);
    message_warm_up();
    for (size_t i = 0; i < JOBS; i++) {
        struct report report;
        struct job job = {.id = 1,
                          .size = sizeof text - 1,
                          .deadline_ms = 1000,
                          .engines = &name,
                          .engine_count = 1};
        uint64_t begun = uv_hrtime();
        report_init(&report, 1 << 20);
        if (engines_run(&instance, 1, &limits, &job, bytes_of_text(text), &report) != STATUS_OK) {
            abort();
        }
        report_clear(&report);
        times[i] = uv_hrtime() - begun;
    }
    print_times("the same job in one process", JOBS);
}

static unsigned long long kilobytes(int pid, const char *field)
{
    char path[64], line[128], format[48];
    unsigned long long value = 0, found = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    snprintf(format, sizeof format, "%s:", field);
    FILE *rollup = fopen(path, "re");
    while (rollup != NULL && fgets(line, sizeof line, rollup) != NULL) {
        if (strncmp(line, format, strlen(format)) == 0 &&
            sscanf(line + strlen(format), "%llu", &value) == 1) {
            found = value;
        }
    }
    if (rollup != NULL) {
        fclose(rollup);
    }
    return found;
}

static void print_memory(const char *name)
{
    int pids[32];
    size_t count = flow_children(name, pids, 32);
    for (size_t i = 0; i < count; i++) {
        printf("%-14s %d: resident %llu kB, proportional %llu kB, private dirty %llu kB\n", name,
               pids[i], kilobytes(pids[i], "Rss"), kilobytes(pids[i], "Pss"),
               kilobytes(pids[i], "Private_Dirty"));
    }
}

static void measure(void **state)
{
    (void)state;
    struct flow flow;
    const char *const usual[] = {clamav, database, NULL};
    const char *const always_new[] = {
        clamav, database, "server.workers=1", "server.workers-most=1", "server.worker-jobs=1",
        NULL};
    measure_here();
    uint64_t begun = uv_hrtime();
    flow_open(&flow, usual);
    printf("%-44s %llu ms\n", "from start to a usable generation",
           (unsigned long long)(uv_hrtime() - begun) / 1000000);
    measure_jobs(&flow, "a job through a worker", JOBS);
    print_memory("cccpd-loader");
    print_memory("cccpd-worker");
    flow_close(&flow);
    flow_open(&flow, always_new);
    measure_jobs(&flow, "a job through a worker made for it", FORKS);
    flow_close(&flow);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {{"measure", measure, NULL, NULL, NULL}};
    if (argc > 1 && strcmp(argv[1], "--loader") != 0) {
        snprintf(database, sizeof database, "engines.clamav.database=%s", argv[1]);
        snprintf(clamav, sizeof clamav, "engines.clamav.enabled=on");
        argc--;
        argv++;
    }
    return flow_main(argc, argv, "pool_measure", tests, sizeof tests / sizeof *tests);
}
