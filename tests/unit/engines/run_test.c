/* One job: which engines run, what is said of those that fail, and what a cap does to coverage. */
#include "engines/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned concluded;

static enum status scan_all(void *state, struct message *message, struct reporter *reporter)
{
    enum status status = *(enum status *)state;

    for (uint32_t i = 0; i < message->part_count && status == STATUS_OK; i++)
        reporter_examined(reporter, message->parts[i].number);
    return status;
}

static enum status scan_flood(void *state, struct message *message, struct reporter *reporter)
{
    char name[64];

    (void)state;
    (void)message;
    for (unsigned i = 0; i < 100000; i++) {
        snprintf(name, sizeof name, "fact-%u", i);
        reporter_fact(reporter, name, "a value that takes its room in the report");
    }
    return STATUS_OK;
}

static enum status scan_decode(void *state, struct message *message, struct reporter *reporter)
{
    struct bytes content;

    for (uint32_t i = 0; i < message->part_count; i++)
        (void)!message_decode(message, &message->parts[i], &content);
    return scan_all(state, message, reporter);
}

static enum status conclude_count(void *state, struct message *message, const struct job *answers,
                                  struct reporter *reporter)
{
    (void)state;
    assert_int_equal(message->part_count, 1);
    assert_int_equal(answers->answer_count, 1);
    concluded++;
    reporter_finding(reporter, "late", CLASS_AUTH, 0, 1, (struct range){0, 1}, "late");
    return STATUS_OK;
}

static const struct engine good = {.name = "good", .scan = scan_all, .conclude = conclude_count};
static const struct engine bad = {
    .name = "bad", .scan = scan_all, .conclude = engine_nothing_conclude};
static const struct engine flood = {
    .name = "flood", .scan = scan_flood, .conclude = engine_nothing_conclude};
static const struct engine decoder = {
    .name = "decoder", .scan = scan_decode, .conclude = engine_nothing_conclude};

static enum status fine = STATUS_OK, broken = STATUS_IO;
static const struct engine_instance instances[] = {{&good, &fine, {.version = "1.2"}},
                                                   {&bad, &broken, {.version = "0"}},
                                                   {&flood, &fine, {.version = "0"}},
                                                   {&decoder, &fine, {.version = "0"}}};

struct bench {
    struct limits limits;
    struct report report;
    struct job job;
};

static enum status run(struct bench *bench, struct bytes *engines, size_t count,
                       struct bytes octets)
{
    report_init(&bench->report, bench->limits.report_bytes);
    bench->job.engines = engines;
    bench->job.engine_count = count;
    bench->job.size = octets.size;
    return engines_run(instances, sizeof instances / sizeof instances[0], &bench->limits,
                       &bench->job, octets, &bench->report);
}

static void set_up(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    limits_init(&bench->limits);
    bench->job.deadline_ms = 3600000;
}

/* Of the engine number i; the view's own line stands before them. */
static const struct report_engine *line_of(const struct report *report, size_t i)
{
    assert_true(bytes_equal(report->engines[0].name, BYTES("message")));
    assert_false(report->engines[0].failed);
    assert_true(i + 1 < report->engines_count);
    return &report->engines[i + 1];
}

static enum coverage_state state_of(const struct report *report, const char *engine)
{
    enum coverage_state worst = COVERAGE_EXAMINED;
    bool seen = false;

    for (size_t i = 0; i < report->coverage_count; i++) {
        if (!bytes_equal(report->coverage[i].engine, bytes_of_text(engine)))
            continue;
        seen = true;
        if (report->coverage[i].state < worst)
            worst = report->coverage[i].state;
    }
    assert_true(seen);
    return worst;
}

static void test_good(void **state)
{
    struct bytes engines[] = {BYTES("good")};
    struct bench bench;

    (void)state;
    set_up(&bench);
    assert_int_equal(run(&bench, engines, 1, BYTES("A: b\r\n\r\nx")), STATUS_OK);
    assert_int_equal(bench.report.engines_count, 2);
    assert_false(line_of(&bench.report, 0)->failed);
    assert_true(bytes_equal(line_of(&bench.report, 0)->version, BYTES("1.2")));
    assert_int_equal(state_of(&bench.report, "good"), COVERAGE_EXAMINED);
    assert_int_equal(bench.report.parts_count, 1);
    assert_int_equal(bench.report.findings_count, 0);
    report_clear(&bench.report);
}

static void test_one_fails(void **state)
{
    struct bytes engines[] = {BYTES("bad"), BYTES("none-such"), BYTES("good")};
    struct bench bench;

    (void)state;
    set_up(&bench);
    assert_int_equal(run(&bench, engines, 3, BYTES("A: b\r\n\r\nx")), STATUS_OK);
    assert_int_equal(bench.report.engines_count, 4);
    assert_true(line_of(&bench.report, 0)->failed);
    assert_true(bytes_equal(line_of(&bench.report, 0)->reason, BYTES("io")));
    assert_true(line_of(&bench.report, 1)->failed);
    assert_true(bytes_equal(line_of(&bench.report, 1)->name, BYTES("none-such")));
    assert_false(line_of(&bench.report, 2)->failed);
    assert_int_equal(state_of(&bench.report, "good"), COVERAGE_EXAMINED);
    report_clear(&bench.report);
}

static void test_deadline(void **state)
{
    struct bytes engines[] = {BYTES("good")};
    struct bench bench;

    (void)state;
    set_up(&bench);
    bench.job.deadline_ms = 0;
    assert_int_equal(run(&bench, engines, 1, BYTES("A: b\r\n\r\nx")), STATUS_OK);
    assert_true(line_of(&bench.report, 0)->failed);
    assert_true(bytes_equal(line_of(&bench.report, 0)->reason, BYTES("deadline")));
    report_clear(&bench.report);
}

/* The engine says examined; the cap says that this is not the whole truth. */
static void test_cap(void **state)
{
    struct bytes engines[] = {BYTES("good")};
    struct bench bench;

    (void)state;
    set_up(&bench);
    bench.limits.parameters = 1;
    assert_int_equal(run(&bench, engines, 1, BYTES("Content-X: a;b;c\r\n\r\nx")), STATUS_OK);
    assert_false(line_of(&bench.report, 0)->failed);
    assert_int_equal(state_of(&bench.report, "good"), COVERAGE_UNEXAMINABLE);
    assert_int_equal(bench.report.findings[0].class, CLASS_LIMIT);
    report_clear(&bench.report);
}

/* The root is a container: it does not count, but for engines that could not examine it. Coverage
 * alone keeps the mail from being clean, whatever runs. */
static void test_readings_cap(void **state)
{
    static const char mail[] =
        "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n"
        "--b\r\n\r\n1\r\n--b--\r\n--c\r\n\r\n2\r\n--c\r\n\r\n3\r\n--c\r\n\r\n4\r\n--c--\r\n";
    struct bytes engines[] = {BYTES("good"), BYTES("decoder")};
    struct coverage_tally tally;
    struct bench bench;

    (void)state;
    for (size_t count = 0; count <= 2; count++) {
        set_up(&bench);
        bench.limits.readings = 1;
        assert_int_equal(run(&bench, engines, count, BYTES(mail)), STATUS_OK);
        assert_int_equal(bench.report.parts[0].kind, PART_MULTIPART);
        report_tally(&bench.report, engines, count, &tally);
        assert_int_equal(tally.unexaminable, count);
        assert_int_not_equal(verdict_conclude(&tally, 0).kind, VERDICT_CLEAN);
        report_clear(&bench.report);
    }
}

static void test_decoded_cap(void **state)
{
    struct bytes engines[] = {BYTES("decoder"), BYTES("good")};
    struct bench bench;

    (void)state;
    set_up(&bench);
    bench.limits.decoded_bytes = 2;
    assert_int_equal(
        run(&bench, engines, 2, BYTES("Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n")),
        STATUS_OK);
    assert_int_equal(state_of(&bench.report, "decoder"), COVERAGE_UNEXAMINABLE);
    assert_int_equal(state_of(&bench.report, "good"), COVERAGE_UNEXAMINABLE);
    report_clear(&bench.report);
}

/* Decoding is the view's, whoever asks first: were it the engine's as well, the times would come to
 * more than there was. */
static void test_time(void **state)
{
    struct bytes engines[] = {BYTES("decoder"), BYTES("good")};
    static const char header[] = "Content-Transfer-Encoding: base64\r\n\r\n";
    enum { HEADER = sizeof header - 1, MAIL = HEADER + (4 << 20) };
    uint8_t *mail = malloc(MAIL);
    uint64_t begun_us, sum_us = 0;
    struct bench bench;

    (void)state;
    assert_non_null(mail);
    memset(mail, 'A', MAIL);
    memcpy(mail, header, HEADER);
    set_up(&bench);
    begun_us = budget_now_us();
    assert_int_equal(run(&bench, engines, 2, (struct bytes){mail, MAIL}), STATUS_OK);
    begun_us = budget_now_us() - begun_us;
    for (size_t i = 0; i < bench.report.engines_count; i++)
        sum_us += bench.report.engines[i].time_us;
    assert_true(sum_us <= begun_us);
    assert_int_equal(bench.report.parts[0].decoded_size, 3 << 20);
    assert_true(bench.report.engines[0].time_us > 0);
    report_clear(&bench.report);
    free(mail);
}

static void test_no_engine(void **state)
{
    struct bench bench;

    (void)state;
    set_up(&bench);
    assert_int_equal(run(&bench, NULL, 0, BYTES("A: b\r\n\r\nx")), STATUS_OK);
    assert_int_equal(bench.report.engines_count, 1);
    assert_int_equal(state_of(&bench.report, "none"), COVERAGE_EXEMPT);
    assert_true(bytes_equal(bench.report.coverage[0].reason, BYTES("no-engine")));
    report_clear(&bench.report);
}

/* What the view found stands in the scan's report already. */
static void test_conclude(void **state)
{
    struct bytes engines[] = {BYTES("good")};
    struct job_answer answer = {.engine = BYTES("good")};
    struct bench bench;

    (void)state;
    set_up(&bench);
    bench.job.stage = JOB_CONCLUDE;
    bench.job.answers = &answer;
    bench.job.answer_count = 1;
    concluded = 0;
    assert_int_equal(run(&bench, engines, 1, BYTES("no header\r\n")), STATUS_OK);
    assert_int_equal(concluded, 1);
    assert_int_equal(bench.report.parts_count, 1);
    assert_int_equal(bench.report.findings_count, 1);
    assert_true(bytes_equal(bench.report.findings[0].symbol, BYTES("late")));
    report_clear(&bench.report);
}

static void test_full(void **state)
{
    struct bytes engines[] = {BYTES("flood")};
    struct bench bench;

    (void)state;
    set_up(&bench);
    bench.limits.report_bytes = 65536;
    assert_int_equal(run(&bench, engines, 1, BYTES("A: b\r\n\r\nx")), STATUS_LIMIT);
    report_clear(&bench.report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"design 5 an engine runs", test_good, NULL, NULL, NULL},
        {"design 4 one engine fails, the others run", test_one_fails, NULL, NULL, NULL},
        {"design 4 no time left is a failure", test_deadline, NULL, NULL, NULL},
        {"message 1 a cap is unexaminable for every engine", test_cap, NULL, NULL, NULL},
        {"reading 1.5 a mail whose readings are capped is never clean", test_readings_cap, NULL,
         NULL, NULL},
        {"message 3 the decode budget is unexaminable", test_decoded_cap, NULL, NULL, NULL},
        {"message 3 decoding is the view's time", test_time, NULL, NULL, NULL},
        {"design 4 no engine is exempt, by name", test_no_engine, NULL, NULL, NULL},
        {"design 1 conclude sees the answers", test_conclude, NULL, NULL, NULL},
        {"design 8 a full report is no report", test_full, NULL, NULL, NULL},
    };

    message_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
