/* Lists of edits: those of all rules that took part, filled in, in the order in which they apply.
 * Equal lists are one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/policy/decider_inside.h"
#include "server/policy/rule_edit.h"

enum { PAIRS_MOST = EDIT_VALUES_MOST - 256 };

/* Edits of one decision while they are made. */
struct edits_draft {
    struct decider *decider;
    struct edit *edits;
    size_t count, capacity;
    enum disposition disposition;
};

static enum status add_pair(struct decider *decider, struct prepared_edit *prepared,
                            size_t *capacity, struct bytes old, struct bytes mapped)
{
    for (size_t i = 0; i < prepared->pair_count; i += 2)
        if (bytes_equal(prepared->pairs[i].value, old))
            return STATUS_OK;
    if (prepared->pair_count + 2 > PAIRS_MOST)
        return STATUS_LIMIT;
    struct bytes both[] = {old, mapped};
    for (size_t i = 0; i < 2; i++) {
        if (!arena_grow(&decider->arena, (void **)&prepared->pairs, capacity, prepared->pair_count,
                        sizeof *prepared->pairs))
            return STATUS_MEMORY;
        prepared->pairs[prepared->pair_count++] =
            (struct edit_value){.key = BYTES("MAP"), .value = both[i]};
    }
    return STATUS_OK;
}

/* What the worker reported of the fields, and what becomes of it. */
static enum status map_addresses(struct decider *decider, const struct rule_mapping *mapping,
                                 struct prepared_edit *prepared)
{
    size_t capacity = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < mapping->field_count && status == STATUS_OK; i++) {
        const struct fact_values *values = fact_values(&decider->view, mapping->fields[i]);
        for (size_t j = 0; j < values->count && status == STATUS_OK; j++) {
            struct bytes mapped;
            bool changed = false;
            status = mapping_apply(mapping, &decider->view, values->texts[j], &mapped, &changed);
            prepared->is_bound_hit = prepared->is_bound_hit || decider->view.is_bound_hit;
            if (status == STATUS_OK && changed)
                status = add_pair(decider, prepared, &capacity, values->texts[j], mapped);
        }
    }
    return status;
}

static enum status prepare(struct decider *decider, const struct rule_edit *edit,
                           struct prepared_edit **prepared)
{
    struct arena *arena = &decider->arena;
    if (decider->prepared == NULL)
        decider->prepared =
            arena_take(arena, decider->policy->edit_slots * sizeof(struct prepared_edit *));
    if (decider->prepared == NULL)
        return STATUS_MEMORY;
    *prepared = decider->prepared[edit->slot];
    if (*prepared != NULL)
        return STATUS_OK;
    struct prepared_edit *made = arena_take(arena, sizeof *made);
    enum status status = made != NULL ? STATUS_OK : STATUS_MEMORY;
    if (made == NULL)
        return status;
    if (edit->select_count > 0)
        status = parts_select(decider, edit, made);
    if (status == STATUS_OK && edit->mapping != NULL)
        status = map_addresses(decider, edit->mapping, made);
    made->is_void = (edit->select_count > 0 && made->part_count == 0) ||
                    (edit->mapping != NULL && made->pair_count == 0);
    decider->prepared[edit->slot] = status == STATUS_OK ? made : NULL;
    *prepared = made;
    return status;
}

bool rule_cleans_here(struct decider *decider, const struct rule *rule)
{
    for (size_t i = 0; i < rule->edit_count; i++) {
        const struct rule_edit *edit = &rule->edits[i];
        struct prepared_edit *prepared = NULL;
        bool cleans = edit->select_count > 0 || edit->kind == EDIT_HTML_DISARM;
        if (!cleans)
            continue;
        enum status status = prepare(decider, edit, &prepared);
        if (status != STATUS_OK)
            decider->view.status = status;
        else if (!prepared->is_void)
            return true;
    }
    return false;
}

/* Subject is none of it: the texts of all languages, an empty line between. */
static enum status template_fill(struct edits_draft *draft, const struct rule *rule,
                                 const struct rule_edit *edit, struct bytes *text)
{
    AUTO(buffer_clear) struct buffer out;
    struct substitution_context context = {&draft->decider->view, rule, draft->disposition};
    enum status status = STATUS_OK;
    buffer_init(&out, EDIT_VALUE_BYTES);
    for (size_t i = 0; i < edit->template->count && status == STATUS_OK; i++) {
        struct bytes one = {NULL, 0};
        status = substitution_fill(edit->template_texts[2 * i + 1], &context,
                                   &draft->decider->arena, &one);
        if (status == STATUS_OK && i > 0)
            status = buffer_append(&out, BYTES("\n"));
        if (status == STATUS_OK)
            status = buffer_append(&out, one);
    }
    if (status == STATUS_LIMIT_REPLY)
        return STATUS_LIMIT;
    const char *copy = arena_copy(&draft->decider->arena, buffer_bytes(&out));
    *text = (struct bytes){(const uint8_t *)copy, out.size};
    return status == STATUS_OK && copy == NULL ? STATUS_MEMORY : status;
}

static void add_value(struct edit *edit, struct bytes key, struct bytes value)
{
    edit->values[edit->value_count++] = (struct edit_value){.key = key, .value = value};
}

static enum status fill_values(struct edits_draft *draft, const struct rule *rule,
                               const struct rule_edit *edit, struct edit *made)
{
    struct substitution_context context = {&draft->decider->view, rule, draft->disposition};
    struct bytes text;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < edit->value_count && status == STATUS_OK; i++) {
        status = substitution_fill(edit->values[i].value, &context, &draft->decider->arena, &text);
        if (status == STATUS_OK)
            add_value(made, edit->values[i].key, text);
    }
    if (status == STATUS_OK && edit->template != NULL) {
        status = template_fill(draft, rule, edit, &text);
        if (status == STATUS_OK)
            add_value(made, BYTES("TEXT"), text);
    }
    return status;
}

static enum status add_edit(struct edits_draft *draft, const struct edit *edit)
{
    if (draft->count == EDITS_MOST)
        return STATUS_LIMIT;
    if (!arena_grow(&draft->decider->arena, (void **)&draft->edits, &draft->capacity, draft->count,
                    sizeof *draft->edits))
        return STATUS_MEMORY;
    draft->edits[draft->count++] = *edit;
    return STATUS_OK;
}

static enum status add_rule_edit(struct edits_draft *draft, const struct rule *rule,
                                 const struct rule_edit *edit)
{
    struct prepared_edit *prepared = NULL;
    struct fact_view *view = &draft->decider->view;
    enum status status = prepare(draft->decider, edit, &prepared);
    if (status != STATUS_OK)
        return status;
    view->is_bound_hit = view->is_bound_hit || prepared->is_bound_hit;
    if (prepared->is_void)
        return STATUS_OK;
    size_t fields = edit->mapping != NULL ? edit->mapping->field_count : 0;
    size_t most = edit->value_count + 1 + fields + prepared->pair_count;
    struct edit made = {.kind = edit->kind,
                        .parts = prepared->parts,
                        .part_count = prepared->part_count,
                        .values = arena_take(&draft->decider->arena, most * sizeof *made.values)};
    if (made.values == NULL)
        return STATUS_MEMORY;
    status = fill_values(draft, rule, edit, &made);
    for (size_t i = 0; i < fields; i++)
        add_value(&made, BYTES("FIELDS"), edit->mapping->names[i]);
    for (size_t i = 0; i < prepared->pair_count; i++)
        add_value(&made, prepared->pairs[i].key, prepared->pairs[i].value);
    return status == STATUS_OK ? add_edit(draft, &made) : status;
}

/* By rank; those of one kind keep their order. */
static void sort_edits(struct edit *edits, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct edit edit = edits[i];
        size_t at = i;
        for (; at > 0 && edits[at - 1].kind > edit.kind; at--)
            edits[at] = edits[at - 1];
        edits[at] = edit;
    }
}

static bool same_edits(const struct decision_edits *kept, const struct edits_draft *draft)
{
    bool same = kept->count == draft->count;
    for (size_t i = 0; i < draft->count && same; i++)
        same = edit_compare(&kept->edits[i], &draft->edits[i]) == 0;
    return same;
}

static enum status keep(struct edits_draft *draft, const struct decision_edits **edits)
{
    struct decider *decider = draft->decider;
    for (const struct kept_edits *kept = decider->first_edits; kept != NULL; kept = kept->next) {
        if (!same_edits(&kept->edits, draft))
            continue;
        *edits = &kept->edits;
        return STATUS_OK;
    }
    uint32_t number = decider->last_edits != NULL ? decider->last_edits->edits.number + 1 : 1;
    if (number > decider->input.config->limits.copies)
        return STATUS_LIMIT;
    struct kept_edits *kept = arena_take(&decider->arena, sizeof *kept);
    if (kept == NULL)
        return STATUS_MEMORY;
    kept->edits = (struct decision_edits){number, draft->edits, draft->count};
    if (decider->last_edits == NULL)
        decider->first_edits = kept;
    else
        decider->last_edits->next = kept;
    decider->last_edits = kept;
    *edits = &kept->edits;
    return STATUS_OK;
}

enum status edits_make(struct decider *decider, const struct trail *trail, size_t last,
                       enum disposition disposition, const struct decision_edits **edits)
{
    struct edits_draft draft = {.decider = decider, .disposition = disposition};
    enum status status = STATUS_OK;
    for (size_t i = 0; i <= last; i++) {
        const struct rule *rule = trail->steps[i].rule;
        bool takes_part = rule != NULL && (i == last || trail->steps[i].kind == STEP_ADDS);
        for (size_t j = 0; takes_part && j < rule->edit_count && status == STATUS_OK; j++)
            status = add_rule_edit(&draft, rule, &rule->edits[j]);
    }
    if (status == STATUS_OK && decider->marks.value_count > 0)
        status = add_edit(&draft, &decider->marks);
    *edits = NULL;
    if (status != STATUS_OK || draft.count == 0)
        return status;
    sort_edits(draft.edits, draft.count);
    return keep(&draft, edits);
}

/* A mark that a field in the message has, in any spelling. */
static bool is_there(const struct report *report, struct bytes mark)
{
    char text[JOB_WANT_BYTES];
    int length = snprintf(text, sizeof text, "mark.%.*s", (int)mark.size, (const char *)mark.data);
    struct bytes name = {(const uint8_t *)text, (size_t)length};
    for (size_t i = 0; i < report->facts_count; i++)
        if (bytes_equal_fold(report->facts[i].name, name) && report->facts[i].value.size > 0 &&
            !bytes_equal(report->facts[i].value, BYTES("0")))
            return true;
    return false;
}

enum status edits_prepare_marks(struct decider *decider)
{
    const struct policy *policy = decider->policy;
    struct edit *marks = &decider->marks;
    *marks = (struct edit){.kind = EDIT_MARKS};
    marks->values = arena_take(&decider->arena, (policy->mark_count + 1) * sizeof *marks->values);
    if (marks->values == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < policy->mark_count; i++)
        if (is_there(decider->input.report, policy->marks[i]))
            add_value(marks, BYTES("NAME"), policy->marks[i]);
    return STATUS_OK;
}

bool edits_set_field(const struct decision_edits *edits, struct bytes name)
{
    for (size_t i = 0; edits != NULL && i < edits->count; i++) {
        enum edit_kind kind = edits->edits[i].kind;
        bool sets =
            kind == EDIT_HEADER_ADD || kind == EDIT_HEADER_PREPEND || kind == EDIT_HEADER_REPLACE;
        if (sets && bytes_equal_fold(edit_value(&edits->edits[i], "NAME"), name))
            return true;
    }
    return false;
}
