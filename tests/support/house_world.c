#include "tests/support/house_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/front/content.h"
#include "server/front/identity.h"

/* --- the pool --- */

struct pool {
    struct world *world;
};

static struct pool the_pool;

static struct world_job *world_job(struct pool_job *job)
{
    return (struct world_job *)job;
}

enum status pool_submit(struct pool *pool, const struct pool_request *request,
                        struct pool_job **job)
{
    struct world *world = pool->world;
    if (world->submit != STATUS_OK)
        return world->submit;
    assert_true(world->job_count < WORLD_JOBS);
    struct world_job *entry = &world->jobs[world->job_count++];
    *entry = (struct world_job){
        .world = world, .request = *request, .generation = world->state.generation, .engines = "*"};
    for (size_t i = 0; i < request->engine_count; i++)
        snprintf(entry->engines + (i == 0 ? 0 : strlen(entry->engines)),
                 sizeof(entry->engines) - strlen(entry->engines), "%s%.*s", i == 0 ? "" : ",",
                 (int)request->engines[i].size, (const char *)request->engines[i].data);
    for (size_t i = 0; i < request->answer_count; i++) {
        const struct job_answer *answer = &request->answers[i];
        size_t length = strlen(entry->answers);
        snprintf(entry->answers + length, sizeof(entry->answers) - length, "%.*s:%.*s:%.*s=%.*s;",
                 (int)answer->engine.size, (const char *)answer->engine.data,
                 (int)answer->kind.size, (const char *)answer->kind.data, (int)answer->name.size,
                 (const char *)answer->name.data, answer->has_value ? (int)answer->value.size : 4,
                 answer->has_value ? (const char *)answer->value.data : "NONE");
    }
    *job = (struct pool_job *)entry;
    return STATUS_OK;
}

void pool_cancel(struct pool *pool, struct pool_job *job)
{
    (void)pool;
    assert_false(world_job(job)->done);
    assert_false(world_job(job)->cancelled);
    world_job(job)->cancelled = true;
}

const struct pool_state *pool_state(const struct pool *pool)
{
    return &pool->world->state;
}

static void job_done(struct world_job *job, enum status status, struct report *report)
{
    assert_false(job->done);
    job->done = true;
    struct config *config = job->config != NULL ? job->config : &job->world->config;
    job->request.done(job->request.owner, status, report, job->generation, config);
}

void world_fail(struct world *world, size_t job, enum status status)
{
    struct report report;
    report_init(&report, 0);
    job_done(&world->jobs[job], status, &report);
    report_clear(&report);
}

static void speak(struct report *report, const char *engine, enum world_report kind)
{
    static const enum coverage_state states[] = {[REPORT_UNEXAMINABLE] = COVERAGE_UNEXAMINABLE,
                                                 [REPORT_FAILED] = COVERAGE_FAILED,
                                                 [REPORT_SPAM_UNEXAMINABLE] = COVERAGE_UNEXAMINABLE,
                                                 [REPORT_SPAM_FAILED] = COVERAGE_FAILED,
                                                 [REPORT_ASKS_NOBODY] = 0};
    bool examined = kind < REPORT_UNEXAMINABLE || kind > REPORT_SPAM_FAILED;
    struct report_coverage coverage = {.engine = bytes_of_text(engine),
                                       .state = examined ? COVERAGE_EXAMINED : states[kind],
                                       .reason = examined ? BYTES("") : BYTES("because")};
    struct report_engine line = {.name = coverage.engine, .version = BYTES("1"), .time_us = 7};
    if (kind != REPORT_SILENT)
        assert_int_equal(report_add_coverage(report, &coverage), STATUS_OK);
    assert_int_equal(report_add_engine(report, &line), STATUS_OK);
}

static void find(struct report *report, enum finding_class class)
{
    struct report_finding finding = {.part = report->parts_count > 0 ? 1 : 0,
                                     .engine = BYTES("alpha"),
                                     .symbol = BYTES("Test.Finding"),
                                     .class = class,
                                     .range = {0, 1},
                                     .text = BYTES("found it")};
    assert_int_equal(report_add_finding(report, &finding), STATUS_OK);
}

static void ask(struct report *report, const char *kind, const char *name)
{
    struct report_question question = {
        .engine = BYTES("alpha"), .kind = bytes_of_text(kind), .name = bytes_of_text(name)};
    assert_int_equal(report_add_question(report, &question), STATUS_OK);
}

void world_answer(struct world *world, size_t job, struct report *report)
{
    job_done(&world->jobs[job], STATUS_OK, report);
}

static void report_with(struct world *world, size_t job, enum world_report kind, bool has_part)
{
    struct report report;
    const struct report_part part = {
        .number = 1, .depth = 1, .kind = PART_LEAF, .type = BYTES("text/plain")};
    report_init(&report, 65536);
    if (has_part)
        assert_int_equal(report_add_part(&report, &part), STATUS_OK);
    speak(&report, "alpha", kind);
    if (kind == REPORT_VIRUS)
        find(&report, CLASS_VIRUS);
    if (kind == REPORT_POLICY)
        find(&report, CLASS_POLICY);
    if (kind == REPORT_NOTE)
        find(&report, CLASS_NOTE);
    if (kind == REPORT_SPAM || kind == REPORT_SPAM_UNEXAMINABLE || kind == REPORT_SPAM_FAILED)
        find(&report, CLASS_SPAM);
    if (kind == REPORT_ASKS)
        ask(&report, "wait", "5");
    if (kind == REPORT_ASKS_LONG)
        ask(&report, "wait", "60000");
    if (kind == REPORT_ASKS_NOBODY)
        ask(&report, "nobody", "x");
    job_done(&world->jobs[job], STATUS_OK, &report);
    report_clear(&report);
}

void world_report(struct world *world, size_t job, enum world_report kind)
{
    report_with(world, job, kind, false);
}

void world_report_part(struct world *world, size_t job, enum world_report kind)
{
    report_with(world, job, kind, true);
}

/* --- the loop --- */

static void finish_cancelled(struct world *world)
{
    for (size_t i = 0; i < world->job_count; i++)
        if (world->jobs[i].cancelled && !world->jobs[i].done)
            world_fail(world, i, STATUS_CANCELLED);
}

void world_turn(struct world *world)
{
    for (unsigned i = 0; i < 4; i++) {
        uv_run(&world->loop, UV_RUN_NOWAIT);
        finish_cancelled(world);
    }
}

void world_wait(struct world *world)
{
    while (world->loop.active_reqs.count > 0)
        uv_run(&world->loop, UV_RUN_ONCE);
    world_turn(world);
}

/* The clock of the whole test, libuv's too: the real one, put on by what was skipped. */
static uint64_t skipped_ms;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int error = (int)syscall(SYS_clock_gettime, clock, now);
    now->tv_sec += (time_t)(skipped_ms / 1000);
    now->tv_nsec += (long)(skipped_ms % 1000) * 1000000;
    if (now->tv_nsec >= 1000000000) {
        now->tv_nsec -= 1000000000;
        now->tv_sec++;
    }
    return error;
}

void world_skip(struct world *world, unsigned ms)
{
    skipped_ms += ms;
    world_turn(world);
}

/* --- sessions --- */

static void on_flush(struct session *session)
{
    (void)session;
}

static void house_begin(struct world *world)
{
    struct house_settings settings = {
        .loop = &world->loop, .config = &world->config, .pool = &the_pool, .flush = on_flush};
    if (world->house == NULL)
        assert_int_equal(house_new(&settings, &world->house), STATUS_OK);
}

void world_open(struct world *world, unsigned i, unsigned uid)
{
    struct session *session = &world->sessions[i];
    struct session_peer peer = {
        .private = true, .has_uid = uid > 0, .uid = uid, .listener = &world->listener};
    house_begin(world);
    session_init(session, &world->config, house_table(world->house), &peer);
    world->open[i] = true;
    if (uid > 0)
        world_send(world, i, "auth AUTHENTICATE EXTERNAL =\r\n");
    buffer_clear(&session->output);
    assert_true((session->identity.client != NULL) == (uid > 0));
}

void world_leave(struct world *world, unsigned i)
{
    house_leave(world->house, &world->sessions[i]);
    session_clear(&world->sessions[i]);
    world->open[i] = false;
}

void world_send(struct world *world, unsigned i, const char *text)
{
    uv_update_time(&world->loop);
    assert_int_equal(session_receive(&world->sessions[i], bytes_of_text(text)), strlen(text));
}

void world_check(struct world *world, unsigned i, const char *tag, const char *txn)
{
    char text[256];
    snprintf(text, sizeof(text), "%s CHECK %s inbound () ((1 \"a@x\")) () {5+}\r\nhello\r\n", tag,
             txn);
    world_send(world, i, text);
}

/* The end of what one pattern character stands for. */
static const char *wild(char pattern, const char *at)
{
    if (pattern == '#')
        return at + strspn(at, "0123456789");
    if (pattern == '~')
        return at + strspn(at, "0123456789abcdef-");
    return at + strcspn(at, "\r");
}

static bool matches(const char *pattern, const char *text)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '#' || *pattern == '~' || *pattern == '^')
            text = wild(*pattern, text);
        else if (*pattern != *text++)
            return false;
    }
    return *text == '\0';
}

void world_expect(struct world *world, unsigned i, const char *pattern)
{
    struct buffer *output = &world->sessions[i].output;
    output->limit = SIZE_MAX;
    assert_int_equal(buffer_append_octet(output, '\0'), STATUS_OK);
    if (!matches(pattern, (const char *)output->data))
        fail_msg("expected\n%sgot\n%s", pattern, (const char *)output->data);
    buffer_clear(output);
}

/* --- life --- */

void world_init(struct world *world)
{
    static const char *channels[] = {"inbound", "strict", "gone"};
    memset(world, 0, sizeof(*world));
    the_pool.world = world;
    world->state = (struct pool_state){.generation = 3, .workers = 2};
    uv_loop_init(&world->loop);
    struct config *config = &world->config;
    limits_init(&config->limits);
    config->references = 1000000;
    config->host_name = "test.example";
    config->runtime_dir = "/tmp";
    world->listener =
        (struct config_listener){.anonymous = true, .channels = channels, .channel_count = 3};
    world->clients[0] = (struct config_client){"mx1",    ROLE_CLIENT,          .has_uid = true,
                                               .uid = 1, .channels = channels, .channel_count = 3};
    world->clients[1] = (struct config_client){"mx2",    ROLE_CLIENT,          .has_uid = true,
                                               .uid = 2, .channels = channels, .channel_count = 1};
    world->channels[0] = (struct config_channel){.name = "inbound",
                                                 .infected = DISPOSITION_QUARANTINE,
                                                 .policy = DISPOSITION_QUARANTINE,
                                                 .unexaminable = DISPOSITION_QUARANTINE,
                                                 .defer_after_s = 60};
    world->channels[1] = (struct config_channel){.name = "strict",
                                                 .infected = DISPOSITION_REJECT,
                                                 .policy = DISPOSITION_DELIVER,
                                                 .unexaminable = DISPOSITION_DEFER,
                                                 .defer_after_s = 60};
    world->engines[0].name = "alpha";
    world->engines[1].name = "beta";
    for (unsigned i = 0; i < 2; i++)
        world->config_engines[i] =
            (struct config_engine){.engine = &world->engines[i], .enabled = i == 0};
    config->clients = world->clients;
    config->client_count = 2;
    config->channels = world->channels;
    config->channel_count = 2;
    config->engines = world->config_engines;
    config->engine_count = 2;
}

static void on_drained(void *owner)
{
    ((struct world *)owner)->drained++;
}

void world_clear(struct world *world)
{
    for (unsigned i = 0; i < WORLD_SESSIONS; i++)
        if (world->open[i])
            world_leave(world, i);
    world->config.limits.drain_ms = 0;
    if (world->drained == 0 && house_not_ready(world->house) == NULL)
        house_drain(world->house, world, on_drained);
    world_skip(world, 10);
    for (size_t i = 0; i < world->job_count; i++)
        assert_true(world->jobs[i].done);
    house_free(&world->house);
    assert_int_equal(content_reserved(), 0);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->loop), 0);
}
