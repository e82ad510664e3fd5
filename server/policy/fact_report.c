/* Facts of the report: findings, coverage, parts, attachments, FACT lines. */
#include <string.h>

#include "server/policy/fact_find.h"
#include "server/policy/verdict_table.h"

#define FACT(name)                                                                                 \
    void fact_##name(struct fact_view *view, const struct fact *fact, struct fact_values *values)

void gather(struct fact_gathering *gathering, struct bytes text)
{
    struct fact_view *view = gathering->view;
    if (text.size == 0 || view->status != STATUS_OK)
        return;
    if (!arena_grow(view->arena, (void **)&gathering->texts, &gathering->capacity, gathering->count,
                    sizeof *gathering->texts)) {
        view->status = STATUS_MEMORY;
        return;
    }
    gathering->texts[gathering->count++] = text;
}

void gathered(struct fact_gathering *gathering, struct fact_values *values)
{
    values->texts = gathering->texts;
    values->count = gathering->count;
}

void gather_facts(struct fact_gathering *gathering, struct bytes name)
{
    const struct report *report = gathering->view->input->report;
    for (size_t i = 0; i < report->facts_count; i++)
        if (bytes_equal_fold(report->facts[i].name, name))
            gather(gathering, report->facts[i].value);
}

FACT(verdict)
{
    (void)fact;
    static const char *const words[] = {[VERDICT_INCOMPLETE] = "incomplete",
                                        [VERDICT_CLEAN] = "clean",
                                        [VERDICT_SPAM] = "spam",
                                        [VERDICT_POLICY] = "policy",
                                        [VERDICT_INFECTED] = "infected"};
    enum verdict_kind kind = view->input->verdict.kind;
    values_set_text(
        values, bytes_of_text(words[kind < VERDICT_KIND_COUNT ? kind : VERDICT_INCOMPLETE]), true);
}

static bool has_class(const struct fact_view *view, enum finding_class class)
{
    return (report_classes(view->input->report) & 1U << class) != 0;
}

FACT(virus)
{
    (void)fact;
    values->truth = has_class(view, CLASS_VIRUS);
}

FACT(policy)
{
    (void)fact;
    values->truth = has_class(view, CLASS_POLICY);
}

FACT(spam)
{
    (void)fact;
    values->truth = has_class(view, CLASS_SPAM);
}

FACT(structure)
{
    (void)fact;
    values->truth = has_class(view, CLASS_STRUCTURE);
}

FACT(auth)
{
    (void)fact;
    values->truth = has_class(view, CLASS_AUTH);
}

FACT(incomplete_transient)
{
    (void)fact;
    values->truth = verdict_gap_of(view->input->verdict) == GAP_FAILED;
}

FACT(incomplete_permanent)
{
    (void)fact;
    values->truth = verdict_gap_of(view->input->verdict) == GAP_UNEXAMINABLE;
}

FACT(incomplete)
{
    (void)fact;
    values->truth = verdict_gap_of(view->input->verdict) != GAP_NONE;
}

FACT(score)
{
    (void)fact;
    const struct report *report = view->input->report;
    values->count = 1;
    for (size_t i = 0; i < report->findings_count; i++) {
        int64_t points = report->findings[i].points;
        if (__builtin_add_overflow(values->number, points, &values->number))
            values->number = points > 0 ? INT64_MAX : INT64_MIN;
    }
}

static struct bytes joined(struct fact_view *view, struct bytes engine, struct bytes symbol)
{
    uint8_t *text = arena_take(view->arena, engine.size + 1 + symbol.size);
    if (text == NULL) {
        view->status = STATUS_MEMORY;
        return (struct bytes){NULL, 0};
    }
    memcpy(text, engine.data, engine.size);
    text[engine.size] = ':';
    memcpy(text + engine.size + 1, symbol.data, symbol.size);
    return (struct bytes){text, engine.size + 1 + symbol.size};
}

FACT(finding)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->findings_count; i++)
        gather(&gathering, joined(view, report->findings[i].engine, report->findings[i].symbol));
    gathered(&gathering, values);
}

FACT(finding_symbol)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->findings_count; i++)
        gather(&gathering, report->findings[i].symbol);
    gathered(&gathering, values);
}

FACT(finding_engine)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->findings_count; i++)
        gather(&gathering, report->findings[i].engine);
    gathered(&gathering, values);
}

FACT(coverage_reason)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->coverage_count; i++)
        if (report->coverage[i].state == COVERAGE_UNEXAMINABLE ||
            report->coverage[i].state == COVERAGE_FAILED)
            gather(&gathering, report->coverage[i].reason);
    gathered(&gathering, values);
}

FACT(part_type)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->parts_count; i++)
        gather(&gathering, report->parts[i].type);
    gathered(&gathering, values);
}

FACT(part_charset)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->parts_count; i++)
        gather(&gathering, report->parts[i].charset);
    gathered(&gathering, values);
}

void gather_part_names(struct fact_gathering *gathering, const struct report_part *part)
{
    gather(gathering, part->name);
    for (size_t i = 0; i < part->other_name_count; i++)
        gather(gathering, part->other_names[i]);
}

FACT(part_name)
{
    (void)fact;
    const struct report *report = view->input->report;
    struct fact_gathering gathering = {.view = view};
    for (size_t i = 0; i < report->parts_count; i++)
        gather_part_names(&gathering, &report->parts[i]);
    gathered(&gathering, values);
}

FACT(parts)
{
    (void)fact;
    values_set_number(values, view->input->report->parts_count);
}

FACT(line)
{
    struct fact_gathering gathering = {.view = view};
    bool is_header = bytes_begin_fold(bytes_of_text(fact->name), BYTES("header."));
    gather_facts(&gathering, is_header ? bytes_of_text(fact->name) : fact->argument);
    gathered(&gathering, values);
}
