/* For a dry run: the smallest set of findings without which the decision would be another one
 * (spec/policy.md 8). Findings of one engine and symbol go together. Sets of up to three are tried
 * in the order of their sizes, then all are taken and given back one by one; at most TRIES_MOST
 * decisions are made. */
#include <stdlib.h>
#include <string.h>

#include "server/policy/decider_inside.h"

enum { GROUPS_MOST = 256, TRIES_MOST = 2000 };

struct needs {
    struct decider *decider;
    struct bytes recipient;
    const struct decision *decision; /* with all findings */
    size_t *group_of;                /* each finding's group */
    size_t group_count;
    bool *without; /* groups that are left out of the next try */
    unsigned tries;
};

static bool same_group(const struct report_finding *a, const struct report_finding *b)
{
    return bytes_equal(a->engine, b->engine) && bytes_equal(a->symbol, b->symbol);
}

/* What is over GROUPS_MOST is one group. */
static void find_groups(struct needs *needs)
{
    const struct report *report = needs->decider->input.report;
    size_t first[GROUPS_MOST];
    for (size_t i = 0; i < report->findings_count; i++) {
        size_t group = 0;
        while (group < needs->group_count &&
               !same_group(&report->findings[first[group]], &report->findings[i]))
            group++;
        if (group == GROUPS_MOST)
            group--;
        else if (group == needs->group_count)
            first[needs->group_count++] = i;
        needs->group_of[i] = group;
    }
}

/* Nobody has looked at the message again: what was not examined then is not now. */
static struct verdict verdict_without(const struct needs *needs, const struct report *report)
{
    const struct coverage_tally tallies[] = {
        [GAP_NONE] = {.expected = 1, .examined = 1},
        [GAP_UNEXAMINABLE] = {.expected = 1, .unexaminable = 1},
        [GAP_FAILED] = {.expected = 1, .failed = 1},
    };
    enum verdict_gap gap = verdict_gap_of(needs->decider->input.verdict);
    bool capped = (report_classes(needs->decider->input.report) & 1U << CLASS_LIMIT) != 0;
    bool covered = true;
    for (size_t i = 0; i < report->coverage_count; i++)
        covered = covered && report->coverage[i].state != COVERAGE_UNEXAMINABLE;
    if (gap == GAP_UNEXAMINABLE && capped && covered)
        gap = GAP_NONE; /* a cap alone, which is a finding, made it so */
    return verdict_conclude(&tallies[gap], report_classes(report));
}

static enum status decide_without(struct needs *needs, struct report *report, bool *differs)
{
    struct decide_input input = needs->decider->input;
    const struct decision *decision = NULL;
    AUTO(decider_free) struct decider *decider = NULL;
    input.report = report;
    input.verdict = verdict_without(needs, report);
    enum status status = decider_make(&input, needs->decider->lists, &decider);
    if (status == STATUS_OK)
        status = decider_decide(decider, needs->recipient, &decision);
    *differs = status == STATUS_OK && !decision_equal(decision, needs->decision, false);
    return status;
}

/* The report without the groups that are left out; all else is borrowed. */
static enum status try_without(struct needs *needs, bool *differs)
{
    const struct report *whole = needs->decider->input.report;
    struct report report = *whole;
    *differs = false;
    if (++needs->tries > TRIES_MOST)
        return STATUS_OK;
    report.findings = malloc((whole->findings_count + 1) * sizeof *report.findings);
    report.findings_count = 0;
    if (report.findings == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < whole->findings_count; i++)
        if (!needs->without[needs->group_of[i]])
            report.findings[report.findings_count++] = whole->findings[i];
    enum status status = decide_without(needs, &report, differs);
    free(report.findings);
    return status;
}

/* All sets of `size` groups from `from` on. */
static enum status try_sets(struct needs *needs, size_t from, unsigned size, bool *differs)
{
    enum status status = STATUS_OK;
    if (size == 0)
        return try_without(needs, differs);
    for (size_t i = from; i + size <= needs->group_count && status == STATUS_OK; i++) {
        if (needs->tries > TRIES_MOST)
            return STATUS_OK;
        needs->without[i] = true;
        status = try_sets(needs, i + 1, size - 1, differs);
        if (*differs)
            return status;
        needs->without[i] = false;
    }
    return status;
}

/* All, then each is given back unless it is needed. */
static enum status give_back(struct needs *needs, bool *differs)
{
    needs->tries = 0;
    memset(needs->without, true, needs->group_count * sizeof *needs->without);
    enum status status = try_without(needs, differs);
    for (size_t i = 0; *differs && i < needs->group_count && status == STATUS_OK; i++) {
        bool still = false;
        needs->without[i] = false;
        status = try_without(needs, &still);
        needs->without[i] = !still;
    }
    return status;
}

static enum status find_smallest(struct needs *needs, bool *differs)
{
    enum status status = STATUS_OK;
    *differs = false;
    for (unsigned size = 1; size <= 3 && status == STATUS_OK && !*differs; size++)
        status = try_sets(needs, 0, size, differs);
    return status == STATUS_OK && !*differs ? give_back(needs, differs) : status;
}

static enum status take_findings(const struct needs *needs,
                                 const struct report_finding *const **found, size_t *count)
{
    const struct report *report = needs->decider->input.report;
    const struct report_finding **findings =
        arena_take(&needs->decider->arena, (report->findings_count + 1) * sizeof *findings);
    if (findings == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < report->findings_count; i++)
        if (needs->without[needs->group_of[i]])
            findings[(*count)++] = &report->findings[i];
    *found = findings;
    return STATUS_OK;
}

static enum status needs_find(struct needs *needs, const struct report_finding *const **found,
                              size_t *count)
{
    bool differs = false;
    find_groups(needs);
    enum status status = decider_decide(needs->decider, needs->recipient, &needs->decision);
    if (status == STATUS_OK)
        status = find_smallest(needs, &differs);
    return status == STATUS_OK && differs ? take_findings(needs, found, count) : status;
}

enum status decider_needs(struct decider *decider, struct bytes recipient,
                          const struct report_finding *const **needs, size_t *count)
{
    size_t most = decider->input.report->findings_count + 1;
    struct needs made = {.decider = decider,
                         .recipient = recipient,
                         .group_of = calloc(most, sizeof *made.group_of),
                         .without = calloc(most, sizeof *made.without)};
    bool has_memory = made.group_of != NULL && made.without != NULL;
    *needs = NULL;
    *count = 0;
    enum status status = has_memory ? decider_prepare(decider) : STATUS_MEMORY;
    if (status == STATUS_OK)
        status = needs_find(&made, needs, count);
    free(made.group_of);
    free(made.without);
    return status;
}
