/* The table of verdict_table.h for all recipients at once. */
#include "server/policy/decide.h"

#include "server/policy/verdict_table.h"

static bool accepted(unsigned accept, enum disposition disposition)
{
    return (accept & 1U << disposition) != 0;
}

static void result_fill(const struct verdict_row *row, const struct config_channel *channel,
                        struct reply_result *result)
{
    *result = (struct reply_result){.disposition = row->disposition, .known = true};
    result->word = bytes_of_text(disposition_word(row->disposition));
    if (row->class == NULL)
        return;
    result->class = bytes_of_text(row->class);
    result->text = row->text;
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
    struct verdict_row row = verdict_row_find(verdict, report, channel);
    if (!accepted(accept, row.disposition)) {
        if (!accepted(accept, DISPOSITION_DEFER))
            return STATUS_UNSUPPORTED;
        row.disposition = DISPOSITION_DEFER;
        row.class = row.class == NULL ? "unaccepted" : row.class;
    }
    result_fill(&row, channel, result);
    return STATUS_OK;
}
