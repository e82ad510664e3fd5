#include "clients/cccpc/verdict_line.h"

#include <string.h>

#include "clients/cccpc/paragraph.h"
#include "clients/cccpc/recipient_line.h"

enum { SHORT_BYTES = 512 };

/* The last id from first on for whom the same is said; text gets it. */
static uint32_t run_end(const struct cccp_result *result, uint32_t first, char *text)
{
    char next[SHORT_BYTES];
    uint32_t last = first;
    recipient_short(text, SHORT_BYTES, cccp_result_recipient(result, first));
    for (; last < cccp_result_recipients(result); last++) {
        recipient_short(next, sizeof(next), cccp_result_recipient(result, last + 1));
        if (strcmp(next, text) != 0)
            break;
    }
    return last;
}

void dispositions_write(FILE *out, const struct cccp_result *result)
{
    char text[SHORT_BYTES];
    uint32_t count = (uint32_t)cccp_result_recipients(result);
    for (uint32_t first = 1, last; first <= count; first = last + 1) {
        last = run_end(result, first, text);
        if (first > 1)
            fputs(", ", out);
        if (first == last && count > 1)
            fprintf(out, "%u ", first);
        else if (last - first + 1 < count)
            fprintf(out, "%u:%u ", first, last);
        paragraph_plain(out, text);
    }
}

static void notes_write(FILE *out, const struct cccp_result *result)
{
    size_t count;
    if (cccp_result_notes(result, &count))
        fprintf(out, ", %zu %s", count, count == 1 ? "notice" : "notices");
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
    notes_write(out, result);
    reasons_write(out, result);
    if (summary)
        fprintf(out, " %.1f ms", (double)summary->time_us / 1000);
    fputc('\n', out);
}
