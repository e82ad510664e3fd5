#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "protocol/report.h"

enum { REPORT_BYTES = 1 << 20 };

static const struct bytes engine_a = OCTETS("a"), engine_b = OCTETS("b");

/* kinds: one letter for each part, L leaf, M multipart, R message. */
static void add_parts(struct report *report, const char *kinds)
{
    for (uint32_t number = 1; kinds[number - 1]; number++) {
        char kind = kinds[number - 1];
        const struct report_part part = {.number = number,
                                         .depth = 1,
                                         .kind = kind == 'L'   ? PART_LEAF
                                                 : kind == 'M' ? PART_MULTIPART
                                                               : PART_MESSAGE,
                                         .type = BYTES("text/plain")};
        assert_int_equal(report_add_part(report, &part), STATUS_OK);
    }
}

static enum coverage_state state_of(char letter)
{
    return letter == 'x'   ? COVERAGE_EXAMINED
           : letter == 'e' ? COVERAGE_EXEMPT
           : letter == 'u' ? COVERAGE_UNEXAMINABLE
                           : COVERAGE_FAILED;
}

/* what: "a1-2x b0u": engine, first and last part, state (x e u f). */
static void add_coverage(struct report *report, const char *what)
{
    char engine, state;
    unsigned first, last;
    for (int size; sscanf(what, " %c%u-%u%c%n", &engine, &first, &last, &state, &size) == 4;
         what += size) {
        const struct report_coverage coverage = {
            .engine = {(uint8_t *)&engine, 1}, .parts = {first, last}, .state = state_of(state)};
        assert_int_equal(report_add_coverage(report, &coverage), STATUS_OK);
    }
    assert_int_equal(strspn(what, " "), strlen(what));
}

struct tally_row {
    const char *name;
    const char *parts, *coverage;
    struct coverage_tally tally; /* expected examined exempt unexaminable failed, engines a and b */
};

static const struct tally_row tally_rows[] = {
    {"7.3 all examined", "LL", "a1-2x b1-2x", {4, 4, 0, 0, 0}},
    {"7.3 each state", "LLLL", "a1-1x a2-2e a3-3u a4-4f b1-4x", {8, 5, 1, 1, 1}},
    {"7.3 nothing said has failed", "LL", "a1-1x", {4, 1, 0, 0, 3}},
    {"7.3 containers do not count", "MLRML", "a2-2x a5-5x b1-5x", {4, 4, 0, 0, 0}},
    {"7.3 a container not examined", "MLRML", "a1-1u a2-5x b1-2x b3-3f b5-5x", {6, 4, 0, 1, 1}},
    {"7.3 no part: the whole message", "", "a0-0x b0-0u", {2, 1, 0, 1, 0}},
    {"7.3 no leaf: the whole message", "MM", "a0-0x b1-2x", {2, 1, 0, 0, 1}},
    {"7.3 part 0 holds for all", "LL", "a0-0x b0-0e", {4, 2, 2, 0, 0}},
    {"7.3 part 0 does not make a part better", "LL", "a0-0x a1-1u b1-2x", {4, 3, 0, 1, 0}},
    {"7.3 part 0 makes a part worse", "LL", "a0-0u a1-1x b1-2x", {4, 2, 0, 2, 0}},
    {"7.3 said twice: the worst", "LL", "a1-2x a2-2f b1-2e b1-2x", {4, 1, 2, 0, 1}},
    {"7.3 parts that do not exist", "L", "a1-9x b2-9x", {2, 1, 0, 0, 1}},
    {"7.3 other engines do not count", "L", "a1-1x b1-1x c1-1f", {2, 2, 0, 0, 0}},
};

static void test_tally(void **state)
{
    const struct tally_row *row = *state;
    const struct bytes required[] = {engine_a, engine_b};
    AUTO(report_clear) struct report report;
    struct coverage_tally tally;
    report_init(&report, REPORT_BYTES);
    add_parts(&report, row->parts);
    add_coverage(&report, row->coverage);
    report_tally(&report, required, 2, &tally);
    assert_memory_equal(&tally, &row->tally, sizeof tally);
}

static void test_tally_failed_engine(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    struct coverage_tally tally;
    report_init(&report, REPORT_BYTES);
    add_parts(&report, "LLM");
    add_coverage(&report, "a1-2x");
    const struct report_engine engine = {.name = engine_a, .failed = true};
    assert_int_equal(report_add_engine(&report, &engine), STATUS_OK);
    report_tally(&report, &engine_a, 1, &tally);
    assert_int_equal(tally.expected, 2);
    assert_int_equal(tally.failed, 2);
    assert_int_equal(verdict_conclude(&tally, 0).kind, VERDICT_INCOMPLETE);
    report_tally(&report, NULL, 0, &tally);
    assert_int_equal(tally.expected, 0);
    assert_int_equal(verdict_conclude(&tally, 0).kind, VERDICT_INCOMPLETE);
}

struct merge_row {
    const char *name;
    const char *before, *later, *after;
};

static const struct merge_row merge_rows[] = {
    {"7.3 later replaces", "a1-4x", "a1-4u", "a1-4u"},
    {"7.3 later replaces the middle", "a1-5x", "a2-3u", "a1-1x a4-5x a2-3u"},
    {"7.3 later replaces the ends", "a1-5x", "a1-1u a5-5f", "a2-4x a1-1u a5-5f"},
    {"7.3 later replaces what several lines said", "a1-2x a3-5e", "a2-4u", "a1-1x a5-5e a2-4u"},
    {"7.3 other engines stay", "b1-5x a1-5x", "a3-3u", "b1-5x a1-2x a4-5x a3-3u"},
    {"7.3 two engines later", "a1-5x b1-5x", "a1-1u b5-5u", "a2-5x b1-4x a1-1u b5-5u"},
    {"7.3 the whole message is a part of its own", "a0-0f a1-5x", "a0-0x", "a1-5x a0-0x"},
    {"7.3 later speaks of other parts", "a1-3x", "a5-5u", "a1-3x a5-5u"},
    {"7.3 nothing later", "a1-2x", "", "a1-2x"},
    {"7.3 nothing before", "", "a1-2x", "a1-2x"},
};

static void test_merge(void **state)
{
    const struct merge_row *row = *state;
    AUTO(report_clear) struct report report;
    AUTO(report_clear) struct report later;
    AUTO(report_clear) struct report wanted;
    report_init(&report, REPORT_BYTES);
    report_init(&later, REPORT_BYTES);
    report_init(&wanted, REPORT_BYTES);
    add_parts(&report, "LLLLL");
    add_coverage(&report, row->before);
    add_coverage(&later, row->later);
    add_coverage(&wanted, row->after);
    assert_int_equal(report_merge(&report, &later), STATUS_OK);
    assert_int_equal(report.coverage_count, wanted.coverage_count);
    for (size_t i = 0; i < wanted.coverage_count; i++) {
        assert_bytes(report.coverage[i].engine, wanted.coverage[i].engine);
        assert_memory_equal(&report.coverage[i].parts, &wanted.coverage[i].parts,
                            sizeof wanted.coverage[i].parts);
        assert_int_equal(report.coverage[i].state, wanted.coverage[i].state);
    }
}

static void test_merge_lines(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    AUTO(report_clear) struct report later;
    const struct report_engine first = {engine_a, BYTES("1"), BYTES("why"), true, 5};
    const struct report_engine second = {engine_a, BYTES("1"), {0}, false, UINT64_MAX};
    const struct report_finding finding = {.engine = engine_a, .symbol = BYTES("S")};
    const struct report_question question = {engine_a, BYTES("dns-txt"), BYTES("x")};
    report_init(&report, REPORT_BYTES);
    report_init(&later, REPORT_BYTES);
    assert_int_equal(report_add_engine(&report, &first), STATUS_OK);
    assert_int_equal(report_add_engine(&later, &second), STATUS_OK);
    assert_int_equal(report_add_finding(&later, &finding), STATUS_OK);
    assert_int_equal(report_add_fact(&later, BYTES("n"), BYTES("v")), STATUS_OK);
    assert_int_equal(report_add_question(&later, &question), STATUS_OK);
    assert_int_equal(report_merge(&report, &later), STATUS_OK);
    assert_int_equal(report.engines_count, 1);
    assert_true(report.engines[0].failed);
    assert_bytes(report.engines[0].reason, BYTES("why"));
    assert_int_equal(report.engines[0].time_us, INT64_MAX);
    assert_int_equal(report.findings_count + report.facts_count + report.questions_count, 3);
}

static void test_merge_of_too_many_engines(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    AUTO(report_clear) struct report later;
    report_init(&report, REPORT_BYTES);
    report_init(&later, REPORT_BYTES);
    for (int i = 0; i <= REPORT_ENGINES_MOST; i++) {
        char name[8];
        snprintf(name, sizeof name, "e%d", i);
        const struct report_coverage coverage = {.engine = bytes_of_text(name)};
        assert_int_equal(report_add_coverage(&later, &coverage), STATUS_OK);
    }
    assert_int_equal(report_merge(&report, &later), STATUS_INVALID);
}

static void test_coverage_is_joined(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    report_init(&report, REPORT_BYTES);
    add_coverage(&report, "a0-0x a1-1x a2-2x a3-4x a5-5u a6-6u b7-7u b9-9u");
    assert_int_equal(report.coverage_count, 5);
    assert_int_equal(report.coverage[1].parts.first, 1);
    assert_int_equal(report.coverage[1].parts.last, 4);
    struct report_coverage coverage = {.engine = engine_b,
                                       .parts = {10, 10},
                                       .state = COVERAGE_UNEXAMINABLE,
                                       .reason = BYTES("r")};
    assert_int_equal(report_add_coverage(&report, &coverage), STATUS_OK);
    assert_int_equal(report.coverage_count, 6);
}

static void test_texts_are_printable(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    report_init(&report, REPORT_BYTES);
    assert_int_equal(report_add_fact(&report, BYTES("a\0b\r\n\x7f"),
                                     BYTES("\xC3\xA4\xC3(\xFF\xC2\x85\xF0\x9F\x98\x80\\")),
                     STATUS_OK);
    assert_bytes(report.facts[0].name, BYTES("a\\x00b\\x0D\\x0A\\x7F"));
    assert_bytes(report.facts[0].value, BYTES("\xC3\xA4\\xC3(\\xFF\\xC2\\x85\xF0\x9F\x98\x80\\"));
}

/* What is too long ends before the character that would pass the limit; escapes count as well. */
static void test_names_are_bounded(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    char long_name[2 * REPORT_NAME_BYTES];
    memset(long_name, 'x', sizeof long_name);
    memcpy(long_name + REPORT_NAME_BYTES - 1, "\xC3\xA4", 2);
    struct bytes names[REPORT_NAMES_MOST + 1] = {{(uint8_t *)long_name, sizeof long_name},
                                                 BYTES("a\0b")};
    struct report_part part = {.number = 1,
                               .type = BYTES("t"),
                               .name = {(uint8_t *)long_name, REPORT_NAME_BYTES},
                               .other_names = names,
                               .other_name_count = 2,
                               .charset = {(uint8_t *)long_name, sizeof long_name}};
    report_init(&report, REPORT_BYTES);
    assert_int_equal(report_add_part(&report, &part), STATUS_OK);
    assert_int_equal(report.parts[0].other_names[0].size, REPORT_NAME_BYTES - 1);
    assert_bytes(report.parts[0].other_names[1], BYTES("a\\x00b"));
    assert_int_equal(report.parts[0].name.size, REPORT_NAME_BYTES);
    assert_int_equal(report.parts[0].charset.size, REPORT_CHARSET_BYTES);
    part.other_name_count = REPORT_NAMES_MOST + 1;
    assert_int_equal(report_add_part(&report, &part), STATUS_INVALID);
    assert_int_equal(report.parts_count, 1);
}

static void test_classes(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    report_init(&report, REPORT_BYTES);
    assert_int_equal(report_classes(&report), 0);
    struct report_finding finding = {
        .engine = engine_a, .symbol = BYTES("S"), .class = CLASS_VIRUS};
    assert_int_equal(report_add_finding(&report, &finding), STATUS_OK);
    finding.class = CLASS_AUTH;
    assert_int_equal(report_add_finding(&report, &finding), STATUS_OK);
    assert_int_equal(report_classes(&report), 1u << CLASS_VIRUS | 1u << CLASS_AUTH);
}

/* A worker that lies as much as fits: many lines over many parts for many engines. */
static void test_hostile_size(void **state)
{
    (void)state;
    enum { PARTS = 20000, LINES = 40000 };
    AUTO(report_clear) struct report report;
    AUTO(report_clear) struct report later;
    struct coverage_tally tally;
    report_init(&report, (size_t)64 * REPORT_BYTES);
    report_init(&later, (size_t)64 * REPORT_BYTES);
    for (uint32_t i = 1; i <= PARTS; i++) {
        const struct report_part part = {.number = i, .type = BYTES("t")};
        assert_int_equal(report_add_part(&report, &part), STATUS_OK);
    }
    for (uint32_t i = 0; i < LINES; i++) {
        char name[8];
        snprintf(name, sizeof name, "e%u", i % REPORT_ENGINES_MOST);
        const struct report_coverage coverage = {.engine = bytes_of_text(name),
                                                 .parts = {1 + i % 100, PARTS - i % 100},
                                                 .state = i % COVERAGE_STATE_COUNT};
        assert_int_equal(report_add_coverage(&report, &coverage), STATUS_OK);
        assert_int_equal(report_add_coverage(&later, &coverage), STATUS_OK);
    }
    report_tally(&report, (struct bytes[]){BYTES("e0"), BYTES("e1")}, 2, &tally);
    assert_int_equal(tally.expected, 2 * PARTS);
    assert_int_equal(report_merge(&report, &later), STATUS_OK);
}

static void test_arena_is_full(void **state)
{
    (void)state;
    enum status status = STATUS_LIMIT;
    for (size_t limit = 0; status != STATUS_OK; limit++) {
        AUTO(report_clear) struct report report;
        report_init(&report, limit);
        const struct report_finding finding = {.engine = engine_a, .symbol = BYTES("S")};
        const struct report_engine engine = {.name = engine_a};
        const struct report_part part = {
            .number = 1, .type = BYTES("t"), .other_names = &engine_a, .other_name_count = 1};
        const struct report_coverage coverage = {.engine = engine_a};
        const struct report_question question = {engine_a, engine_a, engine_a};
        status = report_add_finding(&report, &finding);
        if (status == STATUS_OK)
            status = report_add_engine(&report, &engine);
        if (status == STATUS_OK)
            status = report_add_part(&report, &part);
        if (status == STATUS_OK)
            status = report_add_coverage(&report, &coverage);
        if (status == STATUS_OK)
            status = report_add_question(&report, &question);
        if (status == STATUS_OK)
            status = report_add_fact(&report, engine_a, engine_a);
        assert_true(status == STATUS_OK || status == STATUS_LIMIT);
        assert_true(limit < 65536);
        assert_true(report.arena.used <= limit);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, tally_rows, test_tally);
    ROWS_ADD(&rows, merge_rows, test_merge);
    rows_add_one(&rows, "7.3 a failed engine fails all its pairs", test_tally_failed_engine);
    rows_add_one(&rows, "7.4 lines of a later job are added", test_merge_lines);
    rows_add_one(&rows, "7.4 a later job with too many engines", test_merge_of_too_many_engines);
    rows_add_one(&rows, "7.4 adjoining coverage is joined", test_coverage_is_joined);
    rows_add_one(&rows, "7.4 texts are printable", test_texts_are_printable);
    rows_add_one(&rows, "7.6 names are bounded", test_names_are_bounded);
    rows_add_one(&rows, "7.3 classes of findings", test_classes);
    rows_add_one(&rows, "2.8 many lines over many parts", test_hostile_size);
    rows_add_one(&rows, "2.8 the arena is full", test_arena_is_full);
    return rows_run("report", &rows, argc, argv);
}
