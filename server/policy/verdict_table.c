/* The table of verdict_table.h, row by row. */
#include "server/policy/verdict_table.h"

/* What is wanted for one verdict, and what the client is told about it. */
struct row {
    enum disposition disposition;
    const char *name, *class;
    const char *text; /* when no finding says it better */
};

static struct row incomplete_row(bool transient, const struct config_channel *channel)
{
    if (transient)
        return (struct row){DISPOSITION_DEFER, "incomplete", "incomplete",
                            "not checked completely, try again"};
    return (struct row){channel->unexaminable, "unexaminable", "unexaminable",
                        "a part cannot be examined"};
}

static struct row row_find(struct verdict verdict, const struct config_channel *channel)
{
    switch (verdict.kind) {
    case VERDICT_INFECTED:
        return (struct row){channel->infected, "infected", "virus", "a virus was found"};
    case VERDICT_POLICY:
        return (struct row){channel->policy, "policy", "policy", "against the policy"};
    case VERDICT_SPAM:
        return (struct row){channel->policy, "spam", "spam", "unwanted"};
    case VERDICT_CLEAN:
        return (struct row){DISPOSITION_DELIVER, "clean", NULL, NULL};
    case VERDICT_INCOMPLETE:
    case VERDICT_KIND_COUNT:
        break;
    }
    return incomplete_row(verdict.kind != VERDICT_INCOMPLETE || verdict.transient, channel);
}

/* A finding that is let through does not let through what nobody has examined. */
static void consider_gap(struct verdict *verdict, struct row *row,
                         const struct config_channel *channel)
{
    if (row->disposition != DISPOSITION_DELIVER || verdict->gap == GAP_NONE)
        return;
    struct verdict rest = verdict_incomplete(verdict->gap == GAP_FAILED);
    struct row instead = row_find(rest, channel);
    if (instead.disposition == DISPOSITION_DELIVER)
        return;
    *verdict = rest;
    *row = instead;
}

/* The class of finding that a verdict stands on. STRUCTURE counts as POLICY. */
static bool finding_proves(const struct report_finding *finding, enum verdict_kind kind)
{
    switch (kind) {
    case VERDICT_INFECTED:
        return finding->class == CLASS_VIRUS;
    case VERDICT_POLICY:
        return finding->class == CLASS_POLICY || finding->class == CLASS_STRUCTURE;
    case VERDICT_SPAM:
        return finding->class == CLASS_SPAM;
    case VERDICT_INCOMPLETE:
        return finding->class == CLASS_LIMIT;
    case VERDICT_CLEAN:
    case VERDICT_KIND_COUNT:
        break;
    }
    return false;
}

/* Words for people: of the first finding that proves the verdict, or why a part was not examined.
 */
static struct bytes text_find(struct verdict verdict, const struct report *report,
                              const char *otherwise)
{
    if (verdict.kind == VERDICT_INCOMPLETE && verdict.transient)
        return bytes_of_text(otherwise);
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct report_finding *finding = &report->findings[i];
        if (finding_proves(finding, verdict.kind))
            return finding->text.size > 0 ? finding->text : finding->symbol;
    }
    for (size_t i = 0; verdict.kind == VERDICT_INCOMPLETE && i < report->coverage_count; i++)
        if (report->coverage[i].state == COVERAGE_UNEXAMINABLE &&
            report->coverage[i].reason.size > 0)
            return report->coverage[i].reason;
    return bytes_of_text(otherwise);
}

struct verdict_row verdict_row_find(struct verdict verdict, const struct report *report,
                                    const struct config_channel *channel)
{
    struct row row = row_find(verdict, channel);
    consider_gap(&verdict, &row, channel);
    return (struct verdict_row){.disposition = row.disposition,
                                .name = row.name,
                                .class = row.class,
                                .text = text_find(verdict, report, row.text)};
}

const char *verdict_class(struct verdict verdict)
{
    static const struct config_channel any;
    return row_find(verdict, &any).class;
}

enum verdict_gap verdict_gap_of(struct verdict verdict)
{
    if (verdict.kind >= VERDICT_KIND_COUNT)
        return GAP_FAILED;
    if (verdict.kind == VERDICT_INCOMPLETE)
        return verdict.transient ? GAP_FAILED : GAP_UNEXAMINABLE;
    return verdict.gap;
}
