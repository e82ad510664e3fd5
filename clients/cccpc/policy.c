/* `cccpc policy test`: a dry run. Who would get what, by which rule, and what that stands on. */
#include <string.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/explain_copies.h"
#include "clients/cccpc/explain_recipients.h"
#include "clients/cccpc/in_turn.h"
#include "clients/cccpc/paragraph.h"
#include "clients/cccpc/verdict_line.h"

enum { INDENT = 7, HANGING = 2 };

static void needs_put(struct paragraph *line, const struct cccp_decision *decision)
{
    if (decision->need_count == 0)
        paragraph_put(line, "  ", "stands on no finding");
    for (size_t i = 0; i < decision->need_count; i++) {
        const struct cccp_need *need = &decision->needs[i];
        char part[24] = "";
        if (need->part > 0)
            snprintf(part, sizeof(part), " (part %u)", need->part);
        paragraph_put(line, i == 0 ? "  " : ", ", "%s%s:%s%s", i == 0 ? "stands on: " : "",
                      need->engine, need->symbol, part);
    }
}

static void decision_write(const struct cccp_decision *decision)
{
    struct paragraph line;
    paragraph_begin(&line, stdout, INDENT, HANGING);
    if (decision->member)
        paragraph_put(&line, "", "<%s>", decision->member);
    paragraph_put(&line, " ", "%s", cccp_disposition_word(decision->disposition));
    paragraph_put(&line, " ", "by %s", decision->rule ? decision->rule : "the channel's table");
    if (decision->place)
        paragraph_put(&line, "  ", "%s", decision->place);
    needs_put(&line, decision);
    paragraph_end(&line);
}

/* The recipient's own first, then its members'. */
static void decisions_write(const struct cccp_result *result, uint32_t id)
{
    size_t count;
    const struct cccp_decision *decisions = cccp_result_decisions(result, &count);
    for (int of_member = 0; of_member < 2; of_member++) {
        for (size_t i = 0; i < count; i++) {
            const struct cccp_decision *one = &decisions[i];
            if (one->first <= id && id <= one->last && (one->member != NULL) == of_member)
                decision_write(one);
        }
    }
}

static void show(const struct arguments *arguments, const struct source *source,
                 const struct cccp_result *result)
{
    verdict_line_write(stdout, source->path, result);
    if (!cccp_result_summary(result))
        return;
    for (uint32_t id = 1; id <= cccp_result_recipients(result); id++) {
        explain_recipient_write(stdout, id, arguments->recipients[id - 1],
                                cccp_result_recipient(result, id));
        decisions_write(result, id);
    }
    explain_copies_write(stdout, result, source);
    explain_notes_write(stdout, result);
}

int command_policy(const struct arguments *arguments)
{
    if (arguments->path_count < 2 || strcmp(arguments->paths[0], "test") != 0) {
        fprintf(stderr, "cccpc: policy wants `test` and a file, or - for standard input\n");
        return EX_USAGE;
    }
    return in_turn_run(arguments, 1, false, show);
}
