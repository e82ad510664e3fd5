/* Coverage: counts the pairs of parts and engines, and lets later coverage replace an earlier one.
 * A worker may lie, so both take time and memory in proportion to the parts and lines there are,
 * not to the product. */
#include <stdlib.h>
#include <string.h>

#include "protocol/report.h"

/* How often each part is named with each state: first as steps up and down, then summed up. */
struct coverage_map {
    size_t part_count;                     /* parts 1..part_count; 0 is the whole message */
    int32_t *counts[COVERAGE_STATE_COUNT]; /* part_count + 2 of each */
};

static bool map_init(struct coverage_map *map, size_t part_count)
{
    int32_t *counts = calloc((part_count + 2) * COVERAGE_STATE_COUNT, sizeof *counts);
    map->part_count = part_count;
    for (size_t i = 0; i < COVERAGE_STATE_COUNT; i++)
        map->counts[i] = counts ? counts + i * (part_count + 2) : NULL;
    return counts != NULL;
}

static void map_clear(struct coverage_map *map)
{
    free(map->counts[0]);
    map->counts[0] = NULL;
}

/* Enters what engine says in report; parts that do not exist are left out. */
static void map_fill(struct coverage_map *map, const struct report *report, struct bytes engine)
{
    memset(map->counts[0], 0, (map->part_count + 2) * COVERAGE_STATE_COUNT * sizeof(int32_t));
    for (size_t i = 0; i < report->coverage_count; i++) {
        const struct report_coverage *coverage = &report->coverage[i];
        size_t first = coverage->parts.first, last = coverage->parts.last;
        if (last > map->part_count)
            last = map->part_count;
        if (first > last || !bytes_equal(coverage->engine, engine))
            continue;
        map->counts[coverage->state][first]++;
        map->counts[coverage->state][last + 1]--;
    }
    for (size_t state = 0; state < COVERAGE_STATE_COUNT; state++) {
        for (size_t part = 1; part <= map->part_count; part++)
            map->counts[state][part] += map->counts[state][part - 1];
    }
}

/* The worst state that was said of part; COVERAGE_STATE_COUNT when nothing was. */
static unsigned map_worst(const struct coverage_map *map, size_t part)
{
    unsigned state = 0;
    while (state < COVERAGE_STATE_COUNT && map->counts[state][part] <= 0)
        state++;
    return state;
}

static void tally_add(struct coverage_tally *tally, unsigned state, uint64_t count)
{
    tally->expected += count;
    switch ((enum coverage_state)state) {
    case COVERAGE_EXAMINED:
        tally->examined += count;
        break;
    case COVERAGE_EXEMPT:
        tally->exempt += count;
        break;
    case COVERAGE_UNEXAMINABLE:
        tally->unexaminable += count;
        break;
    case COVERAGE_FAILED:
    case COVERAGE_STATE_COUNT:
    default:
        tally->failed += count;
        break;
    }
}

static bool engine_failed(const struct report *report, struct bytes name)
{
    bool failed = false;
    for (size_t i = 0; i < report->engines_count; i++)
        failed =
            failed || (report->engines[i].failed && bytes_equal(report->engines[i].name, name));
    return failed;
}

static size_t count_leaves(const struct report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->parts_count; i++)
        count += report->parts[i].kind == PART_LEAF;
    return count;
}

static void tally_engine(const struct report *report, const struct coverage_map *map,
                         size_t leaf_count, struct coverage_tally *tally)
{
    unsigned whole = map_worst(map, 0);
    if (leaf_count == 0)
        tally_add(tally, whole, 1);
    for (size_t i = 0; i < report->parts_count; i++) {
        unsigned state = map_worst(map, i + 1);
        if (report->parts[i].kind == PART_LEAF)
            tally_add(tally, state < whole ? state : whole, 1);
        else if (state < COVERAGE_EXEMPT)
            tally_add(tally, state, 1);
    }
}

void report_tally(const struct report *report, const struct bytes *required, size_t required_count,
                  struct coverage_tally *tally)
{
    struct coverage_map map;
    size_t leaf_count = count_leaves(report);
    bool has_map = map_init(&map, report->parts_count);
    *tally = (struct coverage_tally){0};
    for (size_t i = 0; i < required_count; i++) {
        if (!has_map || engine_failed(report, required[i])) {
            tally_add(tally, COVERAGE_FAILED, leaf_count > 0 ? leaf_count : 1);
            continue;
        }
        map_fill(&map, report, required[i]);
        tally_engine(report, &map, leaf_count, tally);
    }
    map_clear(&map);
}

/* Turns the map into jumps: counts[0][part] is the first part at or behind it of which nothing was
 * said, counts[1][part] the first of which something was; part_count + 1 when there is none. */
static void map_jumps(struct coverage_map *map)
{
    size_t end = map->part_count + 1;
    int32_t silent = (int32_t)end, named = (int32_t)end;
    for (size_t part = end; part-- > 0;) {
        if (map_worst(map, part) < COVERAGE_STATE_COUNT)
            named = (int32_t)part;
        else
            silent = (int32_t)part;
        map->counts[0][part] = silent;
        map->counts[1][part] = named;
    }
    map->counts[0][end] = map->counts[1][end] = (int32_t)end;
}

/* One more line, whose texts the arena has already. */
static enum status push_coverage(struct report *report, const struct report_coverage *coverage)
{
    if (!arena_grow(&report->arena, (void **)&report->coverage, &report->coverage_capacity,
                    report->coverage_count, sizeof *coverage))
        return STATUS_LIMIT;
    report->coverage[report->coverage_count++] = *coverage;
    return STATUS_OK;
}

/* Adds what is left of one line when the parts that the map names are taken away. */
static enum status push_remainder(struct report *report, const struct coverage_map *jumps,
                                  const struct report_coverage *coverage)
{
    enum status status = STATUS_OK;
    size_t last = coverage->parts.last, part = coverage->parts.first;
    if (last > jumps->part_count)
        last = jumps->part_count;
    while (part <= last && status == STATUS_OK) {
        struct report_coverage rest = *coverage;
        size_t from = (size_t)jumps->counts[0][part];
        if (from > last)
            break;
        part = (size_t)jumps->counts[1][from];
        rest.parts = (struct id_range){(uint32_t)from, (uint32_t)(part > last ? last : part - 1)};
        status = push_coverage(report, &rest);
    }
    return status;
}

/* The engines whose coverage a later report replaces. */
struct replaced {
    struct bytes engines[REPORT_ENGINES_MOST];
    size_t count;
};

static bool is_replaced(const struct replaced *replaced, struct bytes engine)
{
    bool found = false;
    for (size_t i = 0; i < replaced->count && !found; i++)
        found = bytes_equal(replaced->engines[i], engine);
    return found;
}

static bool note_engine(struct replaced *replaced, struct bytes engine)
{
    if (is_replaced(replaced, engine))
        return true;
    if (replaced->count == REPORT_ENGINES_MOST)
        return false;
    replaced->engines[replaced->count++] = engine;
    return true;
}

/* The lines there are, without what later says something else of. */
static enum status push_what_stays(struct report *report, struct coverage_map *map,
                                   const struct replaced *replaced, const struct report *later)
{
    const struct report_coverage *before = report->coverage;
    size_t count = report->coverage_count;
    enum status status = STATUS_OK;
    report->coverage = NULL;
    report->coverage_count = report->coverage_capacity = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (!is_replaced(replaced, before[i].engine))
            status = push_coverage(report, &before[i]);
    }
    for (size_t engine = 0; engine < replaced->count; engine++) {
        map_fill(map, later, replaced->engines[engine]);
        map_jumps(map);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            if (bytes_equal(before[i].engine, replaced->engines[engine]))
                status = push_remainder(report, map, &before[i]);
        }
    }
    return status;
}

static enum status merge_coverage(struct report *report, const struct report *later)
{
    struct replaced replaced = {.count = 0};
    struct coverage_map map;
    for (size_t i = 0; i < later->coverage_count; i++) {
        if (!note_engine(&replaced, later->coverage[i].engine))
            return STATUS_INVALID;
    }
    if (!map_init(&map, report->parts_count))
        return STATUS_MEMORY;
    enum status status = push_what_stays(report, &map, &replaced, later);
    map_clear(&map);
    for (size_t i = 0; i < later->coverage_count && status == STATUS_OK; i++)
        status = report_add_coverage(report, &later->coverage[i]);
    return status;
}

/* An engine has one line: a failure stays, times add up. */
static enum status merge_engine(struct report *report, const struct report_engine *later)
{
    for (size_t i = 0; i < report->engines_count; i++) {
        struct report_engine *engine = &report->engines[i];
        if (!bytes_equal(engine->name, later->name))
            continue;
        struct report_engine joined = *later;
        joined.failed = engine->failed || later->failed;
        joined.reason = engine->failed ? engine->reason : later->reason;
        if (__builtin_add_overflow(engine->time_us, later->time_us, &joined.time_us))
            joined.time_us = INT64_MAX;
        enum status status = report_add_engine(report, &joined);
        if (status == STATUS_OK)
            report->engines[i] = report->engines[--report->engines_count];
        return status;
    }
    return report_add_engine(report, later);
}

enum status report_merge(struct report *report, const struct report *later)
{
    enum status status = merge_coverage(report, later);
    for (size_t i = 0; i < later->findings_count && status == STATUS_OK; i++)
        status = report_add_finding(report, &later->findings[i]);
    for (size_t i = 0; i < later->engines_count && status == STATUS_OK; i++)
        status = merge_engine(report, &later->engines[i]);
    for (size_t i = 0; i < later->facts_count && status == STATUS_OK; i++)
        status = report_add_fact(report, later->facts[i].name, later->facts[i].value);
    for (size_t i = 0; i < later->questions_count && status == STATUS_OK; i++)
        status = report_add_question(report, &later->questions[i]);
    return status;
}
