#include "tests/flow/pool_flow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/crypto/digest.h"
#include "server/log.h"

/* Loaders with sanitizers start slowly, and several of them share the processors. */
#ifdef CCCPD_SANITIZED
enum { SLOWNESS = 5 };
#else
enum { SLOWNESS = 1 };
#endif
enum { HANGS_AFTER_MS = 60000 * SLOWNESS, SETTINGS_MOST = 32, TICK_MS = 10 };

static void on_alarm(uv_timer_t *timer)
{
    const struct flow *flow = timer->data;
    if (uv_now(timer->loop) < flow->hangs_at_ms) {
        return;
    }
    const struct pool_state *now = pool_state(flow->pool);
    fprintf(stderr,
            "the test hangs: generation %u, %u workers, %u running, %u slow, %u queued; log %s\n",
            (unsigned)now->generation, now->workers, now->running, now->slow, now->queued,
            flow->log);
    abort();
}

static void on_generation(void *owner, uint64_t generation, bool usable, const char *why)
{
    struct flow *flow = owner;
    (void)generation;
    flow->usable += usable;
    flow->failed += !usable;
    snprintf(flow->why, sizeof flow->why, "%s", why);
}

static void on_closed(void *owner)
{
    struct flow *flow = owner;
    flow->closed = true;
}

static void read_settings(struct flow *flow, const char *const *settings)
{
    static char runtime[96];
    const char *sets[SETTINGS_MOST] = {runtime,
                                       "engines.clamav.enabled=no",
                                       "engines.attachment.enabled=no",
                                       "engines.scripted.enabled=yes",
                                       "server.workers=2",
                                       "server.user=none"};
    size_t count = 6;
    struct config_problem problem;
    snprintf(runtime, sizeof runtime, "server.runtime-dir=%s", flow->folder);
    while (*settings != NULL && count < SETTINGS_MOST) {
        sets[count++] = *settings++;
    }
    if (config_source_open(&flow->source, NULL, sets, count, &problem) != STATUS_OK ||
        config_new(&flow->source, &flow->config, &problem) != STATUS_OK) {
        fail_msg("%s:%u: %s", problem.file, problem.line, problem.reason);
    }
}

void flow_start(struct flow *flow, const char *const *settings)
{
    *flow = (struct flow){.folder = "/tmp/cccpd-flow-XXXXXX"};
    assert_non_null(mkdtemp(flow->folder));
    snprintf(flow->log, sizeof flow->log, "%s/log", flow->folder);
    assert_int_equal(log_open(LOG_TEXT, flow->log), STATUS_OK);
    assert_int_equal(uv_loop_init(&flow->loop), 0);
    uv_timer_init(&flow->loop, &flow->alarm);
    flow->alarm.data = flow;
    flow->hangs_at_ms = uv_now(&flow->loop) + HANGS_AFTER_MS;
    uv_timer_start(&flow->alarm, on_alarm, TICK_MS, TICK_MS);
    read_settings(flow, settings);
    struct pool_callbacks callbacks = {flow, on_generation, on_closed};
    assert_int_equal(pool_start(&flow->loop, flow->config, &flow->source, &callbacks, &flow->pool),
                     STATUS_OK);
}

void flow_open(struct flow *flow, const char *const *settings)
{
    flow_start(flow, settings);
    flow_until(flow, flow->usable + flow->failed > 0);
    if (flow->usable == 0) {
        fail_msg("%s", flow->why);
    }
}

static void remove_own_folder(const struct flow *flow)
{
    unlink(flow->log);
    /* Fails when the pool has left anything behind. */
    assert_int_equal(rmdir(flow->folder), 0);
}

void flow_close(struct flow *flow)
{
    pool_stop(flow->pool);
    flow_until(flow, flow->closed);
    uv_close((uv_handle_t *)&flow->alarm, NULL);
    uv_run(&flow->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&flow->loop), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    config_unref(&flow->config);
    config_source_close(&flow->source);
    log_close();
    remove_own_folder(flow);
}

static void on_time(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle->data = NULL;
}

void flow_run(struct flow *flow, uint64_t time_ms)
{
    uv_timer_t timer;
    bool over = false;
    timer.data = &over;
    uv_timer_init(&flow->loop, &timer);
    uv_timer_start(&timer, on_time, time_ms, 0);
    flow_until(flow, over);
    uv_close((uv_handle_t *)&timer, on_timer_closed);
    flow_until(flow, timer.data == NULL);
}

static void on_done(void *owner, enum status status, struct report *report, uint64_t generation,
                    struct config *config)
{
    struct outcome *outcome = owner;
    assert_true(config != NULL || status != STATUS_OK);
    outcome->done++;
    outcome->job = NULL;
    outcome->status = status;
    outcome->generation = generation;
    if (status == STATUS_OK) {
        outcome->report = *report;
        report_init(report, 0);
    }
    close(outcome->fd);
    if (outcome->after != NULL) {
        outcome->after(outcome);
    }
}

static int content_of(struct bytes text)
{
    int fd = memfd_create("content", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(write(fd, text.data, text.size), text.size);
    assert_int_equal(
        fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), 0);
    return fd;
}

void flow_submit_text(struct flow *flow, struct bytes text, uint64_t time_ms,
                      struct outcome *outcome)
{
    flow_submit_content(flow, content_of(text), text, time_ms, outcome);
}

void flow_submit_content(struct flow *flow, int content, struct bytes text, uint64_t time_ms,
                         struct outcome *outcome)
{
    void (*after)(struct outcome *) = outcome->after;
    struct bytes engine = bytes_of_text(outcome->engine);
    *outcome = (struct outcome){.flow = flow, .after = after, .engine = outcome->engine};
    report_init(&outcome->report, 0);
    outcome->fd = content;
    uv_update_time(&flow->loop);
    struct pool_request request = {.stage = JOB_SCAN,
                                   .content_fd = outcome->fd,
                                   .size = text.size,
                                   .deadline_ms = uv_now(&flow->loop) + time_ms,
                                   .engines = outcome->engine != NULL ? &engine : NULL,
                                   .engine_count = outcome->engine != NULL,
                                   .owner = outcome,
                                   .done = on_done};
    struct digest *digest = digest_new();
    digest_add(digest, text);
    digest_finish(digest, request.digest);
    digest_free(&digest);
    enum status status = pool_submit(flow->pool, &request, &outcome->job);
    if (status != STATUS_OK) {
        outcome->status = status;
        outcome->job = NULL;
        close(outcome->fd);
    }
}

void flow_submit(struct flow *flow, const char *script, uint64_t time_ms, struct outcome *outcome)
{
    char text[512];
    int size =
        snprintf(text, sizeof text, "From: a@example.com\r\n%s%s%sSubject: test\r\n\r\nbody\r\n",
                 script != NULL ? "X-Script: " : "", script != NULL ? script : "",
                 script != NULL ? "\r\n" : "");
    flow_submit_text(flow, (struct bytes){(uint8_t *)text, (size_t)size}, time_ms, outcome);
}

void flow_wait(struct flow *flow, struct outcome *outcome)
{
    flow_until(flow, outcome->done > 0 || outcome->job == NULL);
}

void flow_ask(struct flow *flow, const char *script, uint64_t time_ms, struct outcome *outcome)
{
    flow_submit(flow, script, time_ms, outcome);
    flow_wait(flow, outcome);
    assert_int_equal(outcome->done, 1);
}

void outcome_clear(struct outcome *outcome)
{
    report_clear(&outcome->report);
}

bool outcome_virus(const struct outcome *outcome)
{
    return outcome->status == STATUS_OK &&
           (report_classes(&outcome->report) & 1u << CLASS_VIRUS) != 0;
}

unsigned flow_logged(const struct flow *flow, const char *word)
{
    char line[4200];
    unsigned count = 0;
    FILE *log = fopen(flow->log, "re");
    assert_non_null(log);
    while (fgets(line, sizeof line, log) != NULL) {
        count += strstr(line, word) != NULL;
    }
    fclose(log);
    return count;
}

/* "pid (name) state ppid …" */
static bool is_child(int pid, const char *name, int parent)
{
    char path[40], text[128] = "", found[64] = "";
    int ppid = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *stat = fopen(path, "re");
    if (stat == NULL) {
        return false;
    }
    bool read = fgets(text, sizeof text, stat) != NULL;
    fclose(stat);
    char state = 'Z';
    return read && sscanf(text, "%*d (%63[^)]) %c %d", found, &state, &ppid) == 3 && state != 'Z' &&
           ppid == parent && strcmp(found, name) == 0;
}

size_t flow_children(const char *name, int *pids, size_t most)
{
    return flow_children_of(getpid(), name, pids, most);
}

size_t flow_children_of(int parent, const char *name, int *pids, size_t most)
{
    DIR *entries = opendir("/proc");
    struct dirent *entry;
    size_t count = 0;
    assert_non_null(entries);
    while ((entry = readdir(entries)) != NULL && count < most) {
        int pid = atoi(entry->d_name);
        if (pid > 0 && is_child(pid, name, parent)) {
            pids[count++] = pid;
        }
    }
    closedir(entries);
    return count;
}

int flow_main(int argc, char **argv, const char *name, const struct CMUnitTest *tests, size_t count)
{
    if (argc > 1 && strcmp(argv[1], "--loader") == 0) {
        loader_main();
    }
    (void)name;
    /* One row alone: "*killed under load*". */
    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
}
