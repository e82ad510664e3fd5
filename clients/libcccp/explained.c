/* The report lines of an explained check as plain arrays with NUL-terminated texts. */
#include "clients/libcccp/client.h"

static const char *const kind_words[PART_KIND_COUNT] = {
#define KIND_WORD(name) [PART_##name] = #name,
    PART_KIND_ROWS(KIND_WORD)
#undef KIND_WORD
};

/* NULL for an empty text. *full is set when there is no room. */
static const char *text_of(struct arena *arena, struct bytes text, bool *full)
{
    if (text.size == 0)
        return NULL;
    const char *copy = arena_copy(arena, text);
    *full |= copy == NULL;
    return copy;
}

/* The first name and the others, in one array. */
static void take_names(struct cccp_part *to, const struct report_part *from, struct arena *arena,
                       bool *full)
{
    const char **names = arena_take(arena, (from->other_name_count + 1) * sizeof *names);
    if (!names) {
        *full = true;
        return;
    }
    if (to->name)
        names[to->name_count++] = to->name;
    for (size_t i = 0; i < from->other_name_count; i++)
        names[to->name_count++] = text_of(arena, from->other_names[i], full);
    to->names = names;
}

static void take_parts(struct cccp_part *to, const struct report *report, struct arena *arena,
                       bool *full)
{
    for (size_t i = 0; i < report->parts_count; i++) {
        const struct report_part *from = &report->parts[i];
        to[i] = (struct cccp_part){
            .number = from->number,
            .parent = from->parent,
            .depth = from->depth,
            .reading = from->reading,
            .within = from->within,
            .kind = kind_words[from->kind],
            .type = text_of(arena, from->type, full),
            .name = text_of(arena, from->name, full),
            .encoding = text_of(arena, from->encoding, full),
            .charset = text_of(arena, from->charset, full),
            .header_offset = from->header.offset,
            .header_size = from->header.size,
            .body_offset = from->body.offset,
            .body_size = from->body.size,
            .decoded_size = from->decoded_size,
        };
        take_names(&to[i], from, arena, full);
    }
}

static void take_findings(struct cccp_finding *to, const struct report *report,
                          struct arena *arena, bool *full)
{
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct report_finding *from = &report->findings[i];
        to[i] = (struct cccp_finding){
            .engine = text_of(arena, from->engine, full),
            .symbol = text_of(arena, from->symbol, full),
            .class_word = finding_class_word(from->class),
            .text = text_of(arena, from->text, full),
            .excerpt = text_of(arena, from->excerpt, full),
            .points = from->points,
            .part = from->part,
            .offset = from->range.offset,
            .size = from->range.size,
        };
    }
}

static void take_coverage(struct cccp_coverage *to, const struct report *report,
                          struct arena *arena, bool *full)
{
    for (size_t i = 0; i < report->coverage_count; i++) {
        const struct report_coverage *from = &report->coverage[i];
        to[i] = (struct cccp_coverage){
            .engine = text_of(arena, from->engine, full),
            .state = coverage_word(from->state),
            .reason = text_of(arena, from->reason, full),
            .first_part = from->parts.first,
            .last_part = from->parts.last,
        };
    }
}

static void take_engines(struct cccp_engine *to, const struct report *report, struct arena *arena,
                         bool *full)
{
    for (size_t i = 0; i < report->engines_count; i++) {
        const struct report_engine *from = &report->engines[i];
        to[i] = (struct cccp_engine){
            .name = text_of(arena, from->name, full),
            .version = text_of(arena, from->version, full),
            .reason = text_of(arena, from->reason, full),
            .failed = from->failed,
            .time_us = from->time_us,
        };
    }
}

static void take_facts(struct cccp_fact *to, const struct report *report, struct arena *arena,
                       bool *full)
{
    for (size_t i = 0; i < report->facts_count; i++) {
        to[i].name = text_of(arena, report->facts[i].name, full);
        to[i].value = text_of(arena, report->facts[i].value, full);
    }
}

#define TAKE(name)                                                                                 \
    explained->name = arena_take(arena, (report->name##_count + 1) * sizeof(*explained->name));    \
    if (!explained->name)                                                                          \
        return false;                                                                              \
    take_##name(explained->name, report, arena, &full)

bool explained_take(struct explained *explained, const struct report *report, struct arena *arena)
{
    bool full = false;
    TAKE(parts);
    TAKE(findings);
    TAKE(coverage);
    TAKE(engines);
    TAKE(facts);
    return !full;
}
