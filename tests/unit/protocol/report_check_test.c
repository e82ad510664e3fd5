#include "rows.h"

#include <stdio.h>

#include "protocol/report.h"

/* A worker may lie: each row is a report that is fine but for one thing. */

enum { MESSAGE_BYTES = 100 };

static void fill_copy(struct report *report)
{
    struct splice_segment segments[] = {{.is_keep = true, .keep = {0, 10}},
                                        {.data = BYTES("X-A: b\r\n")},
                                        {.is_keep = true, .keep = {10, 90}}};
    const struct report_copy copy = {
        .number = 1, .size = 108, .splice = {.segments = segments, .count = 3}};
    assert_int_equal(report_add_copy(report, &copy), STATUS_OK);
}

static void fill(struct report *report)
{
    const struct report_part parts[] = {{.number = 1,
                                         .depth = 1,
                                         .kind = PART_MULTIPART,
                                         .type = BYTES("multipart/mixed"),
                                         .header = {0, 10},
                                         .body = {10, 90},
                                         .decoded_size = 90},
                                        {.number = 2,
                                         .parent = 1,
                                         .depth = 2,
                                         .type = BYTES("text/plain"),
                                         .header = {10, 5},
                                         .body = {15, 85},
                                         .decoded_size = 85},
                                        {.number = 3,
                                         .parent = 1,
                                         .depth = 2,
                                         .type = BYTES("text/plain"),
                                         .header = {100, 0},
                                         .body = {0, 100}}};
    const struct report_finding finding = {.engine = BYTES("clamav"),
                                           .symbol = BYTES("Eicar"),
                                           .class = CLASS_VIRUS,
                                           .part = 2,
                                           .range = {99, 1}};
    const struct report_coverage coverage = {
        .engine = BYTES("clamav"), .parts = {1, 3}, .state = COVERAGE_EXAMINED};
    const struct report_engine engine = {.name = BYTES("clamav"), .version = BYTES("1")};
    const struct report_question question = {BYTES("auth"), BYTES("dns-txt"), BYTES("x.example")};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_int_equal(report_add_part(report, &parts[i]), STATUS_OK);
    assert_int_equal(report_add_finding(report, &finding), STATUS_OK);
    assert_int_equal(report_add_coverage(report, &coverage), STATUS_OK);
    assert_int_equal(report_add_engine(report, &engine), STATUS_OK);
    assert_int_equal(report_add_question(report, &question), STATUS_OK);
    assert_int_equal(report_add_fact(report, BYTES("size"), BYTES("")), STATUS_OK);
    fill_copy(report);
}

static void do_nothing(struct report *report)
{
    (void)report;
}

#define BREAK(name, change)                                                                        \
    static void name(struct report *report)                                                        \
    {                                                                                              \
        change;                                                                                    \
    }

BREAK(part_number, report->parts[1].number = 3)
BREAK(part_number_zero, report->parts[0].number = 0)
BREAK(part_own_parent, report->parts[1].parent = 2)
BREAK(part_later_parent, report->parts[1].parent = 3)
BREAK(part_two_levels_down, report->parts[1].depth = 3)
BREAK(part_above_its_parent, report->parts[1].depth = 0)
BREAK(part_first_level, report->parts[0].depth = 2)
BREAK(part_kind, report->parts[1].kind = PART_KIND_COUNT)
BREAK(part_type, report->parts[1].type.size = 0)
BREAK(part_header_outside, report->parts[1].header.offset = 96)
BREAK(part_body_outside, report->parts[1].body.size = 86)
BREAK(part_body_runs_over, report->parts[1].body.size = UINT64_MAX)
BREAK(part_offset_outside, report->parts[1].body = ((struct range){101, 0}))
BREAK(part_decoded, report->parts[1].decoded_size = UINT64_MAX)
BREAK(finding_engine, report->findings[0].engine = BYTES("a b"))
BREAK(finding_symbol, report->findings[0].symbol.size = 0)
BREAK(finding_class, report->findings[0].class = CLASS_COUNT)
BREAK(finding_part, report->findings[0].part = 4)
BREAK(finding_range, report->findings[0].range.size = 2)
BREAK(coverage_engine, report->coverage[0].engine.size = 0)
BREAK(coverage_state, report->coverage[0].state = COVERAGE_STATE_COUNT)
BREAK(coverage_part, report->coverage[0].parts.last = 4)
BREAK(coverage_descends, report->coverage[0].parts = ((struct id_range){3, 2}))
BREAK(coverage_from_zero, report->coverage[0].parts.first = 0)
BREAK(engine_name, report->engines[0].name = BYTES("("))
BREAK(question_kind, report->questions[0].kind.size = 0)
BREAK(question_name, report->questions[0].name.size = 0)
BREAK(question_engine, report->questions[0].engine.size = 0)
BREAK(copy_number, report->copies[0].number = 2)
BREAK(copy_size, report->copies[0].size++)
BREAK(copy_outside, report->copies[0].splice.segments[2].keep.size++)
BREAK(copy_overlaps, (report->copies[0].splice.segments[2].keep.offset--, report->copies[0].size++))
BREAK(copy_body, report->copies[0].body = BODY_KIND_COUNT)
BREAK(copy_signatures, report->copies[0].broken_count = COPY_SIGNATURES_MOST + 1)
BREAK(fact_name, report->facts[0].name.size = 0)

static void too_many_copies(struct report *report)
{
    for (uint32_t i = 2; i <= 65; i++) {
        const struct report_copy copy = {.number = i};
        assert_int_equal(report_add_copy(report, &copy), STATUS_OK);
    }
}

static void engine_twice(struct report *report)
{
    const struct report_engine engine = report->engines[0];
    assert_int_equal(report_add_engine(report, &engine), STATUS_OK);
}

static void too_many_questions(struct report *report)
{
    const struct report_question question = report->questions[0];
    for (int i = 0; i < 64; i++)
        assert_int_equal(report_add_question(report, &question), STATUS_OK);
}

static void too_many_engines(struct report *report)
{
    for (int i = 0; i < REPORT_ENGINES_MOST; i++) {
        char name[8];
        snprintf(name, sizeof name, "e%d", i);
        const struct report_finding finding = {.engine = bytes_of_text(name), .symbol = BYTES("s")};
        assert_int_equal(report_add_finding(report, &finding), STATUS_OK);
    }
}

static void too_many_parts(struct report *report)
{
    for (uint32_t i = 4; i <= 1000 + 256 + 1; i++) {
        const struct report_part part = {
            .number = i, .parent = 1, .depth = 2, .type = BYTES("text/plain")};
        assert_int_equal(report_add_part(report, &part), STATUS_OK);
    }
}

/* One part more: another reading of part 2, which is a leaf. */
static struct report_part *add_reading(struct report *report)
{
    const struct bytes names[] = {BYTES("b.zip")};
    const struct report_part part = {.number = 4,
                                     .parent = 2,
                                     .depth = 3,
                                     .reading = 1,
                                     .type = BYTES("text/html"),
                                     .name = BYTES("a.zip"),
                                     .other_names = names,
                                     .other_name_count = 1,
                                     .charset = BYTES("utf-8"),
                                     .header = {15, 0},
                                     .body = {15, 85}};
    assert_int_equal(report_add_part(report, &part), STATUS_OK);
    return &report->parts[3];
}

static const char long_text[REPORT_NAME_BYTES + 2] = "";
static struct bytes bad_names[REPORT_NAMES_MOST + 1] = {OCTETS("a"), OCTETS("\xFF")};

#define READING(name, change)                                                                      \
    static void name(struct report *report)                                                        \
    {                                                                                              \
        struct report_part *part = add_reading(report);                                            \
        change;                                                                                    \
    }

READING(other_reading, part->decoded_size = 1)
READING(within_a_leaf, (part->reading = 0, part->within = 2))
READING(within_a_reading, part->within = 3)
READING(readings_need_not_be_dense, part->reading = UINT32_MAX)
READING(leaf_with_a_child, part->reading = 0)
READING(first_reading_behind, report->parts[2].reading = 1; part->reading = 0; part->parent = 1;
        part->depth = 2)
READING(within_itself, part->within = 4)
READING(within_a_later_part, part->within = 5)
READING(name_too_long, part->name = BYTES(long_text))
READING(name_not_utf8, part->name = bad_names[1])
READING(other_name_not_utf8, (part->other_names = bad_names, part->other_name_count = 2))
READING(other_name_empty, (part->other_names = &bad_names[2], part->other_name_count = 1))
READING(too_many_other_names,
        (part->other_names = bad_names, part->other_name_count = REPORT_NAMES_MOST + 1))
READING(charset_too_long, part->charset.size = REPORT_CHARSET_BYTES + 1)
READING(reading_two_levels_down, part->depth = 4)

BREAK(whole_message, report->coverage[0].parts = ((struct id_range){0, 0}))
BREAK(same_level, report->parts[1].depth = 1)
BREAK(whole_message_found, report->findings[0].part = 0)

struct check_row {
    const char *name;
    void (*change)(struct report *report);
    enum status status;
};

#define WRONG(what)                                                                                \
    {                                                                                              \
        "7.4 " #what, what, STATUS_INVALID                                                         \
    }

static const struct check_row check_rows[] = {
    {"7.4 as it should be", do_nothing, STATUS_OK},
    {"7.4 coverage of the whole message", whole_message, STATUS_OK},
    {"7.4 a finding in the whole message", whole_message_found, STATUS_OK},
    {"7.4 a part that a limit cut off stays on its parent's level", same_level, STATUS_OK},
    {"reading 2 another reading of a leaf has it above", other_reading, STATUS_OK},
    {"reading 6 so has what stands in its content", within_a_leaf, STATUS_OK},
    {"reading 2 another reading, within content", within_a_reading, STATUS_OK},
    {"reading 3 a reading whose parts were all known has none", readings_need_not_be_dense,
     STATUS_OK},
    WRONG(leaf_with_a_child),
    WRONG(first_reading_behind),
    WRONG(within_itself),
    WRONG(within_a_later_part),
    WRONG(name_too_long),
    WRONG(name_not_utf8),
    WRONG(other_name_not_utf8),
    WRONG(other_name_empty),
    WRONG(too_many_other_names),
    WRONG(charset_too_long),
    WRONG(reading_two_levels_down),
    WRONG(part_number),
    WRONG(part_number_zero),
    WRONG(part_own_parent),
    WRONG(part_later_parent),
    WRONG(part_two_levels_down),
    WRONG(part_above_its_parent),
    WRONG(part_first_level),
    WRONG(part_kind),
    WRONG(part_type),
    WRONG(part_header_outside),
    WRONG(part_body_outside),
    WRONG(part_body_runs_over),
    WRONG(part_offset_outside),
    WRONG(part_decoded),
    WRONG(finding_engine),
    WRONG(finding_symbol),
    WRONG(finding_class),
    WRONG(finding_part),
    WRONG(finding_range),
    WRONG(coverage_engine),
    WRONG(coverage_state),
    WRONG(coverage_part),
    WRONG(coverage_descends),
    WRONG(coverage_from_zero),
    WRONG(engine_name),
    WRONG(engine_twice),
    WRONG(question_kind),
    WRONG(question_name),
    WRONG(question_engine),
    WRONG(fact_name),
    WRONG(copy_number),
    WRONG(copy_size),
    WRONG(copy_outside),
    WRONG(copy_overlaps),
    WRONG(copy_body),
    WRONG(copy_signatures),
    WRONG(too_many_copies),
    WRONG(too_many_questions),
    WRONG(too_many_engines),
    WRONG(too_many_parts),
};

static void test_check(void **state)
{
    const struct check_row *row = *state;
    AUTO(report_clear) struct report report;
    struct limits limits;
    limits_init(&limits);
    report_init(&report, 1 << 20);
    fill(&report);
    row->change(&report);
    assert_int_equal(report_check(&report, MESSAGE_BYTES, &limits), row->status);
}

static void test_empty(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    struct limits limits;
    limits_init(&limits);
    report_init(&report, 0);
    assert_int_equal(report_check(&report, 0, &limits), STATUS_OK);
}

/* What answers a TRANSFORM speaks of parts that the scan's report has. */
static void test_copy(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    struct report_finding finding = {
        .engine = BYTES("convert"), .symbol = BYTES("convert.left-signed"), .class = CLASS_NOTE};
    struct limits limits;
    limits_init(&limits);
    report_init(&report, 1 << 20);
    fill_copy(&report);
    finding.part = (uint32_t)(limits.parts + limits.readings);
    assert_int_equal(report_add_finding(&report, &finding), STATUS_OK);
    assert_int_equal(report_check_copy(&report, MESSAGE_BYTES, &limits), STATUS_OK);
    assert_int_equal(report_check(&report, MESSAGE_BYTES, &limits), STATUS_INVALID);
    report.findings[0].part++;
    assert_int_equal(report_check_copy(&report, MESSAGE_BYTES, &limits), STATUS_INVALID);
    report.findings[0].part = 0;
    report.findings[0].range.size = MESSAGE_BYTES + 1;
    assert_int_equal(report_check_copy(&report, MESSAGE_BYTES, &limits), STATUS_INVALID);
}

/* A copy covers nothing and has no parts. */
static void test_copy_alone(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    struct limits limits;
    limits_init(&limits);
    report_init(&report, 1 << 20);
    fill(&report);
    assert_int_equal(report_check_copy(&report, MESSAGE_BYTES, &limits), STATUS_INVALID);
    report.parts_count = 0;
    report.coverage_count = 0;
    assert_int_equal(report_check_copy(&report, MESSAGE_BYTES, &limits), STATUS_OK);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, check_rows, test_check);
    rows_add_one(&rows, "7.4 an empty report", test_empty);
    rows_add_one(&rows, "7.8 notes about parts beside a copy", test_copy);
    rows_add_one(&rows, "7.8 a copy covers nothing", test_copy_alone);
    return rows_run("report_check", &rows, argc, argv);
}
