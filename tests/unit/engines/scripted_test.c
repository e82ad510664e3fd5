/* The scripted engine does what its header says, through the same runner as every engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scripted/scripted.h"

static const struct row {
    const char *name;
    const char *script;
    enum verdict_kind verdict;
    bool transient;
} rows[] = {
    {"scripted: no line is clean", "", VERDICT_CLEAN, false},
    {"scripted: clean", "X-Script: clean\r\n", VERDICT_CLEAN, false},
    {"scripted: virus", "X-Script: virus Bad\r\n", VERDICT_INFECTED, false},
    {"scripted: policy, folded name", "x-script: policy Bad\r\n", VERDICT_POLICY, false},
    {"scripted: structure", "X-Script: structure Bad\r\n", VERDICT_POLICY, false},
    {"scripted: unexaminable", "X-Script: unexaminable why\r\n", VERDICT_INCOMPLETE, false},
    {"scripted: exempt", "X-Script: exempt rule\r\n", VERDICT_CLEAN, false},
    {"scripted: silent", "X-Script: silent\r\n", VERDICT_INCOMPLETE, true},
    {"scripted: fail", "X-Script: fail\r\n", VERDICT_INCOMPLETE, true},
    {"scripted: unknown word", "X-Script: dance\r\n", VERDICT_INCOMPLETE, true},
    {"scripted: question", "X-Script: question dns-txt a.example\r\n", VERDICT_INCOMPLETE, true},
    {"scripted: big", "X-Script: big 500\r\n", VERDICT_CLEAN, false},
    {"scripted: several in order",
     "X-Script: spin-ms 1\r\nX-Script: exempt r\r\nX-Script: virus B\r\n", VERDICT_INFECTED, false},
};

static struct verdict run(const char *script, enum job_stage stage, struct report *report)
{
    struct engine_instance instance = {.engine = &engine_scripted};
    struct bytes engine = BYTES("scripted");
    struct job_answer answer = {engine, BYTES("dns-txt"), BYTES("a.example"), true, BYTES("v=1")};
    struct job job = {.stage = stage,
                      .deadline_ms = 10000,
                      .engines = &engine,
                      .engine_count = 1,
                      .answers = &answer,
                      .answer_count = 1};
    struct coverage_tally tally;
    struct limits limits;
    char mail[512], why[256];
    limits_init(&limits);
    report_init(report, 1 << 20);
    int size =
        snprintf(mail, sizeof mail, "From: <a@a.example>\r\n%s\r\nX-Script: fail\r\n", script);
    assert_int_equal(
        engine_scripted.open(NULL, &limits, "", &instance.state, &instance.edition, why),
        STATUS_OK);
    assert_int_equal(engines_run(&instance, 1, &limits, &job,
                                 (struct bytes){(const uint8_t *)mail, (size_t)size}, report),
                     STATUS_OK);
    report_tally(report, &engine, 1, &tally);
    return verdict_conclude(&tally, report_classes(report));
}

static void row_holds(void **state)
{
    const struct row *row = *state;
    struct report report;
    struct verdict verdict = run(row->script, JOB_SCAN, &report);
    assert_int_equal(verdict.kind, row->verdict);
    assert_int_equal(verdict.transient, row->transient);
    report_clear(&report);
}

static void concludes(void **state)
{
    struct report report;
    (void)state;
    struct verdict verdict = run("X-Script: question dns-txt a.example\r\n", JOB_CONCLUDE, &report);
    assert_int_equal(verdict.kind, VERDICT_CLEAN);
    assert_int_equal(report.facts_count, 1);
    assert_true(bytes_equal(report.facts[0].value, BYTES("v=1")));
    report_clear(&report);
}

int main(void)
{
    struct CMUnitTest tests[sizeof rows / sizeof rows[0] + 1];
    size_t count = 0;
    message_warm_up();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tests[count++] = (struct CMUnitTest){rows[i].name, row_holds, NULL, NULL, (void *)&rows[i]};
    tests[count++] =
        (struct CMUnitTest){"scripted: conclude sees the answer", concludes, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
