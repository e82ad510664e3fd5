/* The outcome of all edits of a header section, to the draft in the order of their places. */
#include "engines/convert/section.h"

#include <string.h>

/* What has been removed before a line that is no field: readers for whom that line ends the header
 * would else see none, and others would see one still. */
#define PLACEHOLDER "Comments: fields were removed"

/* What a field says of the content stays with it, wherever the others go. */
static bool is_of_content(const struct section_field *field)
{
    return bytes_begin_fold(field->field.name, BYTES("Content-")) ||
           bytes_equal_fold(field->field.name, BYTES("MIME-Version"));
}

struct choice {
    bool of_content, others;
};

static bool is_chosen(const struct section_field *field, struct choice choice)
{
    return !field->is_gone && (is_of_content(field) ? choice.of_content : choice.others);
}

/* Octets of new fields behind those that are there, one behind the other. */
static enum status join(struct arena *arena, const struct section_field *fields, size_t count,
                        struct choice choice, struct bytes *joined)
{
    size_t size = joined->size;
    uint8_t *out;

    for (size_t i = 0; i < count; i++)
        size += is_chosen(&fields[i], choice) ? fields[i].octets.size : 0;
    if (size == joined->size)
        return STATUS_OK;
    out = arena_take(arena, size);
    if (out == NULL)
        return STATUS_MEMORY;
    if (joined->size > 0)
        memcpy(out, joined->data, joined->size);
    size = joined->size;
    for (size_t i = 0; i < count; i++) {
        if (!is_chosen(&fields[i], choice))
            continue;
        memcpy(out + size, fields[i].octets.data, fields[i].octets.size);
        size += fields[i].octets.size;
    }
    *joined = (struct bytes){out, size};
    return STATUS_OK;
}

/* New fields to where they go: before the others, behind them, or elsewhere. */
static enum status place(struct section *section, struct bytes *front, struct bytes *back,
                         struct bytes *moved)
{
    const struct choice here = {true, moved == NULL}, elsewhere = {false, true};
    struct arena *arena = section->draft->arena;
    size_t count = section->count - section->original_count;
    const struct section_field *added =
        count > 0 ? &section->fields[section->original_count] : NULL;
    enum status status = join(arena, section->front, section->front_count, here, front);

    if (status == STATUS_OK)
        status = join(arena, added, count, here, back);
    if (status == STATUS_OK && moved != NULL)
        status = join(arena, section->front, section->front_count, elsewhere, moved);
    if (status == STATUS_OK && moved != NULL)
        status = join(arena, added, count, elsewhere, moved);
    return status;
}

/* What goes and what is replaced; neighbours that go are one change, but where
 * new ones are put in between. */
static enum status flush_fields(struct section *section)
{
    struct draft *draft = section->draft;
    enum status status = STATUS_OK;
    struct range run = {0};

    for (size_t i = 0; i < section->original_count && status == STATUS_OK; i++) {
        const struct section_field *field = &section->fields[i];

        if (field->is_gone && run.size > 0 && run.offset + run.size == field->range.offset &&
            field->range.offset != section->back_at) {
            run.size += field->range.size;
            continue;
        }
        if (!field->is_gone && !field->is_replaced)
            continue;
        if (run.size > 0)
            status = draft_change(draft, run, (struct bytes){0});
        run = field->is_gone ? field->range : (struct range){0};
        if (field->is_replaced && !field->is_gone && status == STATUS_OK)
            status = draft_change(draft, field->range, field->octets);
    }
    if (run.size > 0 && status == STATUS_OK)
        status = draft_change(draft, run, (struct bytes){0});
    return status;
}

/* The first line that is left is one that not all readers take for a field, and was not before. */
static bool needs_placeholder(const struct section *section, bool has_front, bool has_back)
{
    const struct bytes octets = section->draft->message->octets;
    const struct section_field *field;
    size_t i = 0;

    while (i < section->original_count && section->fields[i].range.offset < section->begin)
        i++;
    if (has_front || section->is_missing || i == section->original_count ||
        !section->fields[i].is_gone)
        return false;
    while (i < section->original_count && section->fields[i].is_gone)
        i++;
    if (i == section->original_count)
        return false;
    field = &section->fields[i];
    if (field->is_replaced || section_begins_as_field(&field->field, octets))
        return false;
    return !has_back || section->back_at > field->range.offset;
}

/* New fields behind the others: on a line of their own, even where the last one has no end. */
static enum status put_behind(struct section *section, struct bytes fields)
{
    struct draft *draft = section->draft;
    struct bytes octets = draft->message->octets;
    struct range place = {section->back_at, 0};
    enum status status = STATUS_OK;

    if (fields.size == 0)
        return STATUS_OK;
    if (section->back_at > 0 && octets.data[section->back_at - 1] != '\n')
        status = draft_change(draft, place,
                              octets.data[section->back_at - 1] == '\r' ? BYTES("\n")
                                                                        : draft->line_break);
    return status == STATUS_OK ? draft_change(draft, place, fields) : status;
}

enum status section_flush(struct section *section, struct bytes *moved)
{
    struct draft *draft = section->draft;
    struct bytes front = {0}, back = {0};
    enum status status = place(section, &front, &back, moved);

    if (status == STATUS_OK && needs_placeholder(section, front.size > 0, back.size > 0))
        front = draft->line_break.size == 1 ? BYTES(PLACEHOLDER "\n") : BYTES(PLACEHOLDER "\r\n");
    if (status == STATUS_OK)
        status = draft_change(draft, (struct range){section->front_at, 0}, front);
    if (status == STATUS_OK)
        status = flush_fields(section);
    if (status == STATUS_OK)
        status = put_behind(section, back);
    if (status == STATUS_OK && section->is_missing && front.size + back.size > 0)
        status = draft_change(draft, (struct range){section->back_at, 0}, draft->line_break);
    return status;
}
