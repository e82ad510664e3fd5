#include "clients/cccpc/verdict_line.h"

static enum cccp_disposition disposition_of(const struct cccp_result *result, uint32_t id)
{
    return cccp_result_recipient(result, id)->disposition;
}

/* The last id from first on that has the same disposition. */
static uint32_t run_end(const struct cccp_result *result, uint32_t first)
{
    uint32_t last = first;
    while (last < cccp_result_recipients(result) &&
           disposition_of(result, last + 1) == disposition_of(result, first))
        last++;
    return last;
}

void dispositions_write(FILE *out, const struct cccp_result *result)
{
    uint32_t count = (uint32_t)cccp_result_recipients(result);
    if (run_end(result, 1) >= count) {
        fputs(cccp_disposition_word(disposition_of(result, 1)), out);
        return;
    }
    for (uint32_t first = 1, last; first <= count; first = last + 1) {
        last = run_end(result, first);
        fprintf(out, "%s%u", first > 1 ? ", " : "", first);
        if (last > first)
            fprintf(out, ":%u", last);
        fprintf(out, " %s", cccp_disposition_word(disposition_of(result, first)));
    }
}

static void reasons_write(FILE *out, const struct cccp_result *result)
{
    const struct cccp_summary *summary = cccp_result_summary(result);
    const struct cccp_recipient *first = cccp_result_recipient(result, 1);
    if (!summary) {
        fprintf(out, " (%s", cccp_status_text(cccp_result_status(result)));
        if (cccp_result_code(result)[0])
            fprintf(out, ": %s", cccp_result_code(result));
        fprintf(out, "%s%s)", cccp_result_text(result)[0] ? ": " : "", cccp_result_text(result));
        return;
    }
    for (size_t i = 0; i < summary->reason_count; i++)
        fprintf(out, "%s%s:%s", i ? " " : " (", summary->reasons[i].engine,
                summary->reasons[i].symbol);
    if (summary->reason_count > 0)
        fputc(')', out);
    else if (first->text)
        fprintf(out, " (%s)", first->text);
    else if (!summary->full_coverage)
        fprintf(out, " (%llu of %llu parts were not examined)",
                (unsigned long long)(summary->unexaminable + summary->failed),
                (unsigned long long)summary->expected);
}

void verdict_line_write(FILE *out, const char *path, const struct cccp_result *result)
{
    const struct cccp_summary *summary = cccp_result_summary(result);
    fprintf(out, "%s: %s, ", path, cccp_verdict_word(summary ? summary->verdict : CCCP_INCOMPLETE));
    dispositions_write(out, result);
    reasons_write(out, result);
    if (summary)
        fprintf(out, " %.1f ms", (double)summary->time_us / 1000);
    fputc('\n', out);
}
