/* What an engine says arrives in its name, printable, bounded. */
#include "engines/reporter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct bench {
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
    struct reporter reporter;
};

static void set_up(struct bench *bench, struct bytes octets)
{
    memset(bench, 0, sizeof *bench);
    limits_init(&bench->limits);
    budget_init(&bench->budget, &bench->limits, octets.size, 0);
    report_init(&bench->report, 1 << 20);
    bench->message = (struct message){.octets = octets, .budget = &bench->budget};
    reporter_init(&bench->reporter, &bench->report, &bench->message, "probe");
}

static void test_finding(void **state)
{
    const struct report_finding *finding;
    struct bench bench;

    (void)state;
    set_up(&bench, BYTES("ab\r\n\\\xe9~z"));
    reporter_finding(&bench.reporter, "probe.found", CLASS_POLICY, -1500, 3, (struct range){1, 6},
                     "%s is %d\n", "x\xc3\xa9", 7);
    assert_int_equal(bench.reporter.status, STATUS_OK);
    assert_int_equal(bench.report.findings_count, 1);
    finding = &bench.report.findings[0];
    assert_true(bytes_equal(finding->engine, BYTES("probe")));
    assert_true(bytes_equal(finding->symbol, BYTES("probe.found")));
    assert_int_equal(finding->class, CLASS_POLICY);
    assert_int_equal(finding->points, -1500);
    assert_int_equal(finding->part, 3);
    assert_int_equal(finding->range.size, 6);
    assert_true(bytes_equal(finding->excerpt, BYTES("b\\x0D\\x0A\\x5C\\xE9~")));
    assert_true(bytes_equal(finding->text, BYTES("x\xc3\xa9 is 7\\x0A")));
    report_clear(&bench.report);
}

static void test_long(void **state)
{
    struct bench bench;
    char octets[200], text[1200];

    (void)state;
    memset(octets, 'o', sizeof octets);
    memset(text, 't', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    set_up(&bench, (struct bytes){(const uint8_t *)octets, sizeof octets});
    reporter_finding(&bench.reporter, "x", CLASS_SPAM, 0, 0, (struct range){190, 500}, "%s", text);
    reporter_finding(&bench.reporter, "x", CLASS_SPAM, 0, 0, (struct range){0, 500}, "\xe9");
    assert_int_equal(bench.report.findings[0].excerpt.size, 10);
    assert_int_equal(bench.report.findings[0].text.size, 511);
    assert_int_equal(bench.report.findings[1].excerpt.size, 64);
    assert_true(bytes_equal(bench.report.findings[1].text, BYTES("\\xE9")));
    report_clear(&bench.report);
}

/* A base64 part: "Content-Transfer-Encoding" aside, its body begins at octet 4 of the original. */
static struct part part_of(const char *encoded)
{
    return (struct part){
        .number = 2,
        .kind = PART_LEAF,
        .body = {4, strlen(encoded)},
        .raw = bytes_of_text(encoded),
        .encoding = ENCODING_BASE64};
}

struct within_row {
    const char *name;
    bool decoded;
    struct range content; /* asked for */
    struct range range;   /* of the original */
    const char *excerpt;
};

/* "QUJD\r\nREVG" is "ABC" "DEF": groups of four octets, a line break between. */
static const struct within_row within_rows[] = {
    {"reading 6 all of the content", true, {0, 6}, {4, 10}, "ABCDEF"},
    {"reading 6 its beginning", true, {0, 3}, {4, 4}, "ABC"},
    {"reading 6 its end", true, {3, 3}, {10, 4}, "DEF"},
    {"reading 6 cut to the content", true, {3, 500}, {10, 4}, "DEF"},
    {"reading 6 not decoded: the body", false, {3, 3}, {4, 10}, "QUJD\\x0D\\x0AREVG"},
};

static void test_within(void **state)
{
    const struct within_row *row = *state;
    struct part part = part_of("QUJD\r\nREVG");
    const struct report_finding *finding;
    struct bench bench;

    set_up(&bench, BYTES("A:\n\nQUJD\r\nREVG"));
    if (row->decoded) {
        part.content = BYTES("ABCDEF");
        part.decoded = true;
    }
    reporter_finding_within(&bench.reporter, "probe.found", CLASS_VIRUS, 7, &part, row->content,
                            "%s", "words");
    finding = &bench.report.findings[0];
    assert_int_equal(bench.reporter.status, STATUS_OK);
    assert_int_equal(finding->part, 2);
    assert_int_equal(finding->class, CLASS_VIRUS);
    assert_int_equal(finding->points, 7);
    assert_true(bytes_equal(finding->text, BYTES("words")));
    assert_true(bytes_equal(finding->excerpt, bytes_of_text(row->excerpt)));
    assert_int_equal(finding->range.offset, row->range.offset);
    assert_int_equal(finding->range.size, row->range.size);
    report_clear(&bench.report);
}

/* The finding, and the budget remembers the cap; a later one does not replace it. */
static void test_cap(void **state)
{
    const struct report_finding *finding;
    struct bench bench;

    (void)state;
    set_up(&bench, BYTES("octets"));
    reporter_cap(&bench.reporter, "readings", 3, (struct range){2, 3});
    reporter_cap(&bench.reporter, "decoded", 0, (struct range){0, 6});
    assert_int_equal(bench.report.findings_count, 2);
    finding = &bench.report.findings[0];
    assert_true(bytes_equal(finding->symbol, BYTES("limit.readings")));
    assert_true(bytes_equal(finding->engine, BYTES("probe")));
    assert_true(bytes_equal(finding->excerpt, BYTES("tet")));
    assert_int_equal(finding->class, CLASS_LIMIT);
    assert_int_equal(finding->part, 3);
    assert_int_equal(finding->range.offset, 2);
    assert_string_equal(bench.budget.cap, "readings");
    report_clear(&bench.report);
}

static void test_coverage(void **state)
{
    static const enum coverage_state states[] = {COVERAGE_EXAMINED, COVERAGE_EXEMPT,
                                                 COVERAGE_UNEXAMINABLE, COVERAGE_FAILED};
    static const char *const reasons[] = {"", "small", "encrypted", "deadline"};
    struct bench bench;

    (void)state;
    set_up(&bench, BYTES(""));
    reporter_examined(&bench.reporter, 1);
    reporter_exempt(&bench.reporter, 2, "small");
    reporter_unexaminable(&bench.reporter, 3, "encrypted");
    reporter_failed(&bench.reporter, 4, "deadline");
    assert_int_equal(bench.report.coverage_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        const struct report_coverage *coverage = &bench.report.coverage[i];

        assert_int_equal(coverage->parts.first, i + 1);
        assert_int_equal(coverage->parts.last, i + 1);
        assert_int_equal(coverage->state, states[i]);
        assert_true(bytes_equal(coverage->reason, bytes_of_text(reasons[i])));
    }
    report_clear(&bench.report);
}

static void test_questions(void **state)
{
    struct bench bench;

    (void)state;
    set_up(&bench, BYTES(""));
    bench.limits.questions = 2;
    reporter_fact(&bench.reporter, "size", "7");
    reporter_question(&bench.reporter, "dns-txt", "a.example");
    reporter_question(&bench.reporter, "dns-txt", "b.example");
    assert_int_equal(bench.reporter.status, STATUS_OK);
    reporter_question(&bench.reporter, "dns-txt", "c.example");
    assert_int_equal(bench.reporter.status, STATUS_LIMIT);
    assert_int_equal(bench.report.questions_count, 2);
    assert_true(bytes_equal(bench.report.questions[1].name, BYTES("b.example")));
    assert_true(bytes_equal(bench.report.facts[0].value, BYTES("7")));
    report_clear(&bench.report);
}

/* A flood of one symbol does not fill the report; another symbol is still said. */
static void test_flood(void **state)
{
    struct bench bench;

    (void)state;
    set_up(&bench, BYTES("octets"));
    for (unsigned i = 0; i < 100000; i++)
        reporter_finding(&bench.reporter, "many", CLASS_STRUCTURE, 0, 0, (struct range){0, 6}, "-");
    reporter_finding(&bench.reporter, "virus", CLASS_VIRUS, 0, 0, (struct range){0, 6}, "-");
    assert_int_equal(bench.reporter.status, STATUS_OK);
    assert_int_equal(bench.report.findings_count, 129);
    assert_int_equal(bench.report.findings[128].class, CLASS_VIRUS);
    report_clear(&bench.report);
}

static void test_full(void **state)
{
    struct bench bench;

    (void)state;
    set_up(&bench, BYTES(""));
    report_clear(&bench.report);
    report_init(&bench.report, 64);
    for (unsigned i = 0; i < 100; i++) {
        char name[32];

        snprintf(name, sizeof name, "fact-%u", i);
        reporter_fact(&bench.reporter, name, "a value that takes its room");
    }
    assert_int_equal(bench.reporter.status, STATUS_LIMIT);
    report_clear(&bench.report);
}

int main(void)
{
    enum { WITHIN_ROWS = sizeof within_rows / sizeof within_rows[0] };
    struct CMUnitTest within[WITHIN_ROWS];
    const struct CMUnitTest tests[] = {
        {"design 5 a finding, its excerpt printable", test_finding, NULL, NULL, NULL},
        {"design 5 excerpt and text are bounded", test_long, NULL, NULL, NULL},
        {"reading 5 a cap is a finding and stays in the budget", test_cap, NULL, NULL, NULL},
        {"design 5 coverage in four states", test_coverage, NULL, NULL, NULL},
        {"design 8 questions are bounded", test_questions, NULL, NULL, NULL},
        {"design 8 repeated findings are bounded", test_flood, NULL, NULL, NULL},
        {"design 8 a full report sticks", test_full, NULL, NULL, NULL},
    };

    for (size_t i = 0; i < WITHIN_ROWS; i++)
        within[i] = (struct CMUnitTest){within_rows[i].name, test_within, NULL, NULL,
                                        (void *)&within_rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL) + cmocka_run_group_tests(within, NULL, NULL);
}
