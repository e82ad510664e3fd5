/* Which parts of the report an edit is about (spec/conversion.md 2.1). */
#include <stdlib.h>

#include "server/policy/decider_inside.h"

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
}

/* "*" any run, "?" one octet; case folded. A star goes back to the last one only: at most the
 * product of both sizes. */
bool glob_matches(struct bytes glob, struct bytes text)
{
    size_t g = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < text.size) {
        if (g < glob.size && glob.data[g] == '*') {
            star = g++;
            mark = t;
        } else if (g < glob.size &&
                   (glob.data[g] == '?' || fold(glob.data[g]) == fold(text.data[t]))) {
            g++;
            t++;
        } else if (star != SIZE_MAX) {
            g = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (g < glob.size && glob.data[g] == '*')
        g++;
    return g == glob.size;
}

static bool finding_selected(const struct select_word *select, const struct report_finding *finding)
{
    switch (select->kind) {
    case SELECT_INFECTED:
        return finding->class == CLASS_VIRUS;
    case SELECT_POLICY:
        return finding->class == CLASS_POLICY || finding->class == CLASS_STRUCTURE;
    case SELECT_FINDING:
        return glob_matches(select->glob, finding->symbol);
    case SELECT_TYPE:
    case SELECT_NAME:
        break;
    }
    return false;
}

static bool part_selected(const struct select_word *select, const struct report_part *part)
{
    if (select->kind == SELECT_TYPE)
        return glob_matches(select->glob, part->type);
    if (select->kind != SELECT_NAME)
        return false;
    if (part->name.size > 0 && glob_matches(select->glob, part->name))
        return true;
    for (size_t i = 0; i < part->other_name_count; i++)
        if (glob_matches(select->glob, part->other_names[i]))
            return true;
    return false;
}

/* The part of the first reading, in the original's octets, that holds part number; 0: none. Numbers
 * fall on every step. */
static uint32_t holder_of(const struct report *report, uint32_t number)
{
    while (number > 0 && number <= report->parts_count) {
        const struct report_part *part = &report->parts[number - 1];
        if (part->reading == 0 && part->within == 0)
            return number;
        uint32_t above = part->within != 0 ? part->within : part->parent;
        number = above < number ? above : 0;
    }
    return 0;
}

static void select_one(const struct report *report, const struct select_word *select, bool *chosen)
{
    for (size_t i = 0; i < report->findings_count; i++)
        if (finding_selected(select, &report->findings[i]))
            chosen[holder_of(report, report->findings[i].part)] = true;
    for (size_t i = 0; i < report->parts_count; i++)
        if (part_selected(select, &report->parts[i]))
            chosen[holder_of(report, (uint32_t)i + 1)] = true;
}

/* Runs of chosen parts. NULL ranges: counted only. */
static size_t ranges_of(const bool *chosen, size_t parts, struct id_range *ranges)
{
    size_t count = 0;
    for (uint32_t i = 1; i <= parts; i++) {
        if (!chosen[i])
            continue;
        uint32_t first = i;
        while (i < parts && chosen[i + 1])
            i++;
        if (ranges != NULL)
            ranges[count] = (struct id_range){first, i};
        count++;
    }
    return count;
}

enum status parts_select(struct decider *decider, const struct rule_edit *edit,
                         struct prepared_edit *prepared)
{
    const struct report *report = decider->input.report;
    bool *chosen = calloc(report->parts_count + 1, sizeof *chosen); /* 0: the whole message */
    if (chosen == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < edit->select_count; i++)
        select_one(report, &edit->select[i], chosen);
    prepared->part_count = ranges_of(chosen, report->parts_count, NULL);
    prepared->parts =
        arena_take(&decider->arena, (prepared->part_count + 1) * sizeof *prepared->parts);
    if (prepared->parts != NULL)
        (void)ranges_of(chosen, report->parts_count, prepared->parts);
    free(chosen);
    return prepared->parts != NULL ? STATUS_OK : STATUS_MEMORY;
}
