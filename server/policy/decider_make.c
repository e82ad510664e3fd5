/* From the rules that applied to what is said. */
#include <string.h>

#include "server/policy/decider_inside.h"

static enum status fill(struct decider *decider, const struct substitution *text,
                        const struct rule *rule, enum disposition disposition, struct bytes *filled)
{
    struct substitution_context context = {&decider->view, rule, disposition};
    return substitution_fill(text, &context, &decider->arena, filled);
}

/* Where a notice goes; empty: nowhere, to the null sender. */
static struct bytes notice_address(const struct decider *decider, const struct rule_notice *notice)
{
    switch (notice->kind) {
    case NOTIFY_SENDER:
        return decider->input.envelope->sender;
    case NOTIFY_RECIPIENT:
        return decider->view.recipient;
    case NOTIFY_POSTMASTER:
        return bytes_of_text(decider->input.config->notices.postmaster);
    case NOTIFY_ADDRESS:
        break;
    }
    return notice->address;
}

static enum status notice_make(struct decider *decider, const struct rule *rule,
                               const struct rule_notice *notice, enum disposition disposition,
                               struct decision *made, struct decision_notice *notices)
{
    static const enum note_kind kinds[] = {[NOTIFY_SENDER] = NOTE_SENDER,
                                           [NOTIFY_RECIPIENT] = NOTE_RECIPIENT,
                                           [NOTIFY_POSTMASTER] = NOTE_ADMINISTRATOR,
                                           [NOTIFY_ADDRESS] = NOTE_ADMINISTRATOR};
    struct bytes address = notice_address(decider, notice);
    size_t texts = 2 * notice->template->count;
    struct bytes *filled = arena_take(&decider->arena, texts * sizeof *filled);
    const char *copy = arena_copy(&decider->arena, address);
    enum status status = filled != NULL && copy != NULL ? STATUS_OK : STATUS_MEMORY;
    if (address.size == 0)
        return STATUS_OK;
    for (size_t i = 0; i < texts && status == STATUS_OK; i++)
        status = fill(decider, notice->texts[i], rule, disposition, &filled[i]);
    notices[made->notice_count++] =
        (struct decision_notice){.template = notice->template,
                                 .texts = filled,
                                 .kind = kinds[notice->kind],
                                 .address = {(const uint8_t *)copy, address.size}};
    return status;
}

static bool takes_part(const struct trail *trail, size_t i, size_t last)
{
    return trail->steps[i].rule != NULL && (i == last || trail->steps[i].kind == STEP_ADDS);
}

static enum status notices_make(struct decider *decider, const struct trail *trail, size_t last,
                                struct decision *made)
{
    size_t most = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i <= last; i++)
        most += takes_part(trail, i, last) ? trail->steps[i].rule->notice_count : 0;
    if (most == 0 || made->disposition == DISPOSITION_DEFER)
        return STATUS_OK;
    struct decision_notice *notices = arena_take(&decider->arena, most * sizeof *notices);
    if (notices == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i <= last; i++) {
        const struct rule *rule = trail->steps[i].rule;
        for (size_t j = 0; takes_part(trail, i, last) && j < rule->notice_count; j++)
            if (status == STATUS_OK)
                status =
                    notice_make(decider, rule, &rule->notices[j], made->disposition, made, notices);
    }
    made->notices = notices;
    return status;
}

static bool has_store(const struct decision *made, const struct decision_store *stores,
                      const struct rule_store *store)
{
    for (size_t i = 0; i < made->store_count; i++)
        if (stores[i].kind == store->kind && stores[i].is_original == store->is_original &&
            bytes_equal(stores[i].name, store->name))
            return true;
    return false;
}

/* A copy is archived where it is delivered; what is deferred comes again and is kept then. */
static enum status stores_make(struct decider *decider, const struct trail *trail, size_t last,
                               struct decision *made)
{
    size_t most = 0;
    for (size_t i = 0; i <= last; i++)
        most += takes_part(trail, i, last) ? trail->steps[i].rule->store_count : 0;
    if (most == 0 || made->disposition == DISPOSITION_DEFER)
        return STATUS_OK;
    struct decision_store *stores = arena_take(&decider->arena, most * sizeof *stores);
    if (stores == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i <= last; i++) {
        const struct rule *rule = trail->steps[i].rule;
        for (size_t j = 0; takes_part(trail, i, last) && j < rule->store_count; j++) {
            const struct rule_store *store = &rule->stores[j];
            if (has_store(made, stores, store) || made->store_count == REPLY_STORES_MOST ||
                (!store->is_original && made->disposition != DISPOSITION_DELIVER))
                continue;
            stores[made->store_count++] =
                (struct decision_store){store->kind, store->is_original, store->name};
        }
    }
    made->stores = stores;
    return STATUS_OK;
}

/* The last rule that says something about it counts. */
static void add_delivery(const struct trail *trail, size_t last, struct decision *made)
{
    bool sends_on =
        made->disposition == DISPOSITION_REDIRECT || made->disposition == DISPOSITION_EXPAND;
    if (!sends_on && made->disposition != DISPOSITION_DELIVER)
        return;
    for (size_t i = 0; i <= last; i++) {
        const struct rule *rule = trail->steps[i].rule;
        if (!takes_part(trail, i, last) || (sends_on && i != last))
            continue;
        if (rule->has_sender) {
            made->has_sender = true;
            made->sender = bytes_of_text(rule->sender);
        }
        if (rule->route != NULL)
            made->route = bytes_of_text(rule->route);
    }
}

/* What is delivered in spite of its verdict says so, unless the edits set the field. */
static void add_mark(const struct decider *decider, struct decision *made)
{
    const char *class = verdict_class(decider->input.verdict);
    if (class != NULL && !edits_set_field(made->edits, BYTES("X-Content-Check")))
        made->mark = bytes_of_text(class);
}

static void set_defer(const struct decider *decider, const struct rule *rule, struct decision *made)
{
    made->disposition = DISPOSITION_DEFER;
    made->has_after = true;
    made->after_s =
        rule != NULL && rule->has_after ? rule->after_s : decider->input.channel->defer_after_s;
}

static void set_row(const struct decider *decider, const struct verdict_row *row,
                    struct decision *made)
{
    made->disposition = row->disposition;
    made->row = row->name;
    if (row->class != NULL) {
        made->class = bytes_of_text(row->class);
        made->text = row->text;
    }
    if (row->disposition == DISPOSITION_REJECT)
        made->status = BYTES("5.7.1");
    if (row->disposition == DISPOSITION_DEFER)
        set_defer(decider, NULL, made);
}

/* Behind a pattern that gave up may be a rule that matters: as if a part could not be examined. */
static struct verdict bound_verdict(struct verdict verdict)
{
    if (verdict.kind == VERDICT_CLEAN)
        return verdict_incomplete(false);
    if (verdict.gap == GAP_NONE)
        verdict.gap = GAP_UNEXAMINABLE;
    return verdict;
}

static enum status set_rule(struct decider *decider, const struct step *step, struct decision *made)
{
    const struct rule *rule = step->rule;
    const struct decide_input *input = &decider->input;
    struct verdict_row row = verdict_row_find(input->verdict, input->report, input->channel);
    const char *class = verdict_class(input->verdict);
    bool delivers = rule->then == DISPOSITION_DELIVER || rule->then == DISPOSITION_REDIRECT ||
                    rule->then == DISPOSITION_EXPAND;
    made->disposition = rule->then;
    made->rule = rule;
    made->otherwise = rule->otherwise;
    if (class != NULL || !delivers)
        made->class = bytes_of_text(class != NULL ? class : "policy");
    if (rule->class != NULL)
        made->class = bytes_of_text(rule->class);
    made->text = class != NULL ? row.text : (struct bytes){NULL, 0};
    if (rule->then == DISPOSITION_REJECT) {
        made->status = bytes_of_text(rule->status != NULL ? rule->status : "5.7.1");
        made->is_silent = rule->is_silent;
        made->text = made->text.size > 0 ? made->text : BYTES("against the policy");
    }
    if (rule->then == DISPOSITION_DEFER)
        set_defer(decider, rule, made);
    return rule->text != NULL ? fill(decider, rule->text, rule, rule->then, &made->text)
                              : STATUS_OK;
}

/* What the step at `last` says, before edits and members. */
static enum status step_make(struct decider *decider, const struct step *step,
                             struct decision *made)
{
    const struct decide_input *input = &decider->input;
    struct verdict verdict = input->verdict;
    *made = (struct decision){.otherwise = DISPOSITION_DEFER};
    if (step->kind == STEP_DEFERS) {
        struct verdict_row row =
            verdict_row_find(verdict_incomplete(true), input->report, input->channel);
        set_row(decider, &row, made);
        made->row = NULL;
        made->rule = step->rule;
        return STATUS_OK;
    }
    if (step->rule != NULL)
        return set_rule(decider, step, made);
    if (step->kind == STEP_BOUND)
        verdict = bound_verdict(verdict);
    struct verdict_row row = verdict_row_find(verdict, input->report, input->channel);
    set_row(decider, &row, made);
    return STATUS_OK;
}

enum status decision_defer(struct decider *decider, const struct rule *rule, const char *class,
                           const char *text, const struct decision **decision)
{
    struct decision made = {.rule = rule,
                            .row = rule == NULL ? "limit" : NULL,
                            .class = bytes_of_text(class),
                            .text = bytes_of_text(text),
                            .otherwise = DISPOSITION_DEFER};
    set_defer(decider, NULL, &made);
    return decision_keep(decider, &made, decision);
}

/* Edits of what is delivered, and the mark. */
static enum status delivery_make(struct decider *decider, const struct trail *trail, size_t last,
                                 struct decision *made)
{
    const struct step *step = &trail->steps[last];
    enum status status = edits_make(decider, trail, last, made->disposition, &made->edits);
    if (status != STATUS_OK)
        return status;
    if (step->kind == STEP_CONDITIONAL) {
        made->is_conditional = true;
        made->allowed = step->rule->despite | 1U << VERDICT_CLEAN;
        return STATUS_OK;
    }
    if (step->kind == STEP_BOUND)
        made->mark = made->class;
    else
        add_mark(decider, made);
    return STATUS_OK;
}

/* A pattern of an edit gave up: what it was for is not done, so this is not delivered as if it
 * were. */
static enum status bound_make(struct decider *decider, const struct decision *made,
                              const struct decision **instead)
{
    static const struct step bound = {STEP_BOUND, NULL};
    struct decision other;
    enum status status = step_make(decider, &bound, &other);
    if (other.disposition == DISPOSITION_DELIVER) {
        other.edits = made->edits;
        other.mark = other.class;
    }
    return status == STATUS_OK ? decision_keep(decider, &other, instead) : status;
}

/* What holds when the trail ends with the step at `last`; *instead: another decision than made. */
static enum status end_make(struct decider *decider, const struct place *place,
                            const struct trail *trail, size_t last, struct decision *made,
                            const struct decision **instead)
{
    enum status status = step_make(decider, &trail->steps[last], made);
    decider->view.is_bound_hit = false;
    if (status == STATUS_OK)
        add_delivery(trail, last, made);
    if (status == STATUS_OK)
        status = stores_make(decider, trail, last, made);
    if (status == STATUS_OK)
        status = notices_make(decider, trail, last, made);
    if (status == STATUS_OK && made->disposition == DISPOSITION_DELIVER)
        status = delivery_make(decider, trail, last, made);
    if (status == STATUS_OK && decider->view.is_bound_hit)
        return bound_make(decider, made, instead);
    bool sends_on =
        made->disposition == DISPOSITION_REDIRECT || made->disposition == DISPOSITION_EXPAND;
    if (status == STATUS_OK && sends_on)
        status = members_make(decider, place, made, instead);
    if (status == STATUS_LIMIT)
        return decision_defer(decider, trail->steps[last].rule, "copies",
                              "more copies or edits than limits.copies allows", instead);
    return status;
}

/* Of a member there is no other decision behind a copy than one for that address. */
static bool can_stand_behind(const struct place *place, const struct decision *decision)
{
    return place->above == NULL || (decision->disposition != DISPOSITION_REDIRECT &&
                                    decision->disposition != DISPOSITION_EXPAND);
}

enum status decision_make(struct decider *decider, const struct place *place,
                          const struct trail *trail, const struct decision **decision)
{
    struct decision made;
    const struct decision *behind = NULL;
    enum status status = STATUS_OK;
    for (size_t i = trail->count; i-- > 0 && status == STATUS_OK;) {
        const struct decision *instead = NULL;
        if (trail->steps[i].kind == STEP_ADDS)
            continue;
        status = end_make(decider, place, trail, i, &made, &instead);
        if (status != STATUS_OK)
            return status;
        if (instead != NULL) {
            behind = instead;
            continue;
        }
        if (made.is_conditional && can_stand_behind(place, behind))
            made.instead = behind;
        status = decision_keep(decider, &made, &behind);
    }
    *decision = behind;
    return status;
}
