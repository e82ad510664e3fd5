/* The fixed table of decide.h, row by row. */
#include "server/policy/decide.h"

/* What is wanted for one verdict, and what the client is told about it. */
struct row {
    enum disposition disposition;
    const char *class; /* also the MARK of what is delivered all the same */
    const char *text;  /* when no finding says it better */
};

static struct row incomplete_row(bool transient, const struct config_channel *channel)
{
    if (transient)
        return (struct row){DISPOSITION_DEFER, "incomplete", "not checked completely, try again"};
    return (struct row){channel->unexaminable, "unexaminable", "a part cannot be examined"};
}

static struct row row_find(struct verdict verdict, const struct config_channel *channel)
{
    switch (verdict.kind) {
    case VERDICT_INFECTED:
        return (struct row){channel->infected, "virus", "a virus was found"};
    case VERDICT_POLICY:
        return (struct row){channel->policy, "policy", "against the policy"};
    case VERDICT_SPAM:
        return (struct row){channel->policy, "spam", "unwanted"};
    case VERDICT_CLEAN:
        return (struct row){DISPOSITION_DELIVER, NULL, NULL};
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

static bool accepted(unsigned accept, enum disposition disposition)
{
    return (accept & 1U << disposition) != 0;
}

static void result_fill(const struct row *row, const struct config_channel *channel,
                        struct bytes text, struct reply_result *result)
{
    *result = (struct reply_result){.disposition = row->disposition, .known = true};
    result->word = bytes_of_text(disposition_word(row->disposition));
    if (row->class == NULL)
        return;
    result->class = bytes_of_text(row->class);
    result->text = text;
    if (row->disposition == DISPOSITION_DELIVER)
        result->mark = result->class;
    if (row->disposition == DISPOSITION_REJECT)
        result->status = BYTES("5.7.1");
    if (row->disposition == DISPOSITION_DEFER) {
        result->has_after = true;
        result->after_s = channel->defer_after_s;
    }
}

enum status decide(struct verdict verdict, const struct report *report,
                   const struct config_channel *channel, unsigned accept,
                   struct reply_result *result)
{
    struct row row = row_find(verdict, channel);
    consider_gap(&verdict, &row, channel);
    if (!accepted(accept, row.disposition)) {
        if (!accepted(accept, DISPOSITION_DEFER))
            return STATUS_UNSUPPORTED;
        row.disposition = DISPOSITION_DEFER;
        row.class = row.class == NULL ? "unaccepted" : row.class;
    }
    result_fill(&row, channel, text_find(verdict, report, row.text), result);
    return STATUS_OK;
}
