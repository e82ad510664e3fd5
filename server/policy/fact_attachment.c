/* Facts of attachments: parts that have the name of a file, and what the engine `attachment` says
 * (spec/engine-attachment.md). */
#include <string.h>

#include "server/policy/fact_find.h"

#define FACT(name)                                                                                 \
    void fact_##name(struct fact_view *view, const struct fact *fact, struct fact_values *values)

static bool is_attachment(const struct report_part *part)
{
    return part->kind != PART_MULTIPART && (part->name.size > 0 || part->other_name_count > 0);
}

FACT(attachment)
{
    (void)fact;
    const struct report *report = view->input->report;
    for (size_t i = 0; i < report->parts_count && !values->truth; i++)
        values->truth = is_attachment(&report->parts[i]);
}

FACT(attachment_name)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->parts_count; i++)
        if (is_attachment(&report->parts[i]))
            gather_part_names(&gathering, &report->parts[i]);
    gathered(&gathering, values);
}

/* What stands behind the last dot. */
static struct bytes extension_of(struct bytes name)
{
    size_t at = name.size;
    while (at > 0 && name.data[at - 1] != '.')
        at--;
    return at > 0 ? bytes_slice(name, at, SIZE_MAX) : (struct bytes){NULL, 0};
}

static void gather_extensions(struct fact_gathering *gathering, const struct report_part *part)
{
    gather(gathering, extension_of(part->name));
    for (size_t i = 0; i < part->other_name_count; i++)
        gather(gathering, extension_of(part->other_names[i]));
}

FACT(attachment_extension)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->parts_count; i++)
        if (is_attachment(&report->parts[i]))
            gather_extensions(&gathering, &report->parts[i]);
    gather_facts(&gathering, BYTES("attachment.extension"));
    gathered(&gathering, values);
}

FACT(attachment_type)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->parts_count; i++)
        if (is_attachment(&report->parts[i]))
            gather(&gathering, report->parts[i].type);
    gather_facts(&gathering, BYTES("attachment.type"));
    gathered(&gathering, values);
}

/* "attachment.encrypted" is in "attachment.encrypted" and "attachment.encrypted-names". */
static bool is_at_or_below(struct bytes symbol, struct bytes name)
{
    if (!bytes_begin_fold(symbol, name))
        return false;
    return symbol.size == name.size || symbol.data[name.size] == '-' ||
           symbol.data[name.size] == '.';
}

FACT(attachment_word)
{
    const struct report *report = view->input->report;
    struct bytes name = bytes_of_text(fact->name);
    for (size_t i = 0; i < report->findings_count && !values->truth; i++)
        values->truth = bytes_equal(report->findings[i].engine, BYTES("attachment")) &&
                        is_at_or_below(report->findings[i].symbol, name);
    for (size_t i = 0; i < report->facts_count && !values->truth; i++)
        values->truth = bytes_equal_fold(report->facts[i].name, BYTES("attachment.class")) &&
                        bytes_equal_fold(report->facts[i].value, fact->argument);
}
