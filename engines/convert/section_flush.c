/* The outcome of all edits of a header section, to the draft in the order of their places. */
#include "engines/convert/section.h"

#include <string.h>

/* What has been removed before or behind a line that is no field: readers for whom that line ends
 * the header would else see none, and others would see one still. */
#define PLACEHOLDER "Comments: fields were removed"

static struct bytes placeholder(const struct section *section)
{
    return section->draft->line_break.size == 1 ? BYTES(PLACEHOLDER "\n")
                                                : BYTES(PLACEHOLDER "\r\n");
}

/* Not all readers take it for a field, and it stays as it is. */
static bool is_junk(const struct section *section, const struct section_field *field)
{
    return !field->is_replaced &&
           !section_begins_as_field(&field->field, section->draft->message->octets);
}

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

/* What goes and what is replaced; neighbours that go are one change, but where new ones are put in
 * between. */
static enum status flush_fields(struct section *section)
{
    struct draft *draft = section->draft;
    const struct section_field *kept = NULL;
    enum status status = STATUS_OK;
    struct range run = {0};
    bool ends_odd;

    for (size_t i = 0; i < section->original_count && status == STATUS_OK; i++) {
        const struct section_field *field = &section->fields[i];

        if (field->is_gone && run.size > 0 && run.offset + run.size == field->range.offset &&
            field->range.offset != section->back_at) {
            run.size += field->range.size;
            continue;
        }
        kept = field->is_gone ? kept : field;
        if (!field->is_gone && !field->is_replaced)
            continue;
        if (run.size > 0)
            status = draft_change(draft, run, (struct bytes){0});
        run = field->is_gone ? field->range : (struct range){0};
        if (field->is_replaced && !field->is_gone && status == STATUS_OK)
            status = draft_change(draft, field->range, field->octets);
    }
    ends_odd = kept != NULL && kept->range.offset < run.offset && !section->is_missing &&
               is_junk(section, kept);
    if (run.size > 0 && status == STATUS_OK)
        status = draft_change(draft, run, ends_odd ? placeholder(section) : (struct bytes){0});
    return status;
}

/* The first line that is left is one that not all readers take for a field, and was not before. */
static bool needs_placeholder(const struct section *section, bool has_front, bool has_back)
{
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
    return is_junk(section, field) && (!has_back || section->back_at > field->range.offset);
}

/* Whether what stands before the place does not end its line, and stays. */
static bool lacks_break(const struct section *section, size_t at)
{
    struct bytes octets = section->draft->message->octets;
    const struct section_field *last =
        section->original_count > 0 ? &section->fields[section->original_count - 1] : NULL;
    bool is_last = last != NULL && last->range.offset + last->range.size == at;

    return at > 0 && at == octets.size && octets.data[at - 1] != '\n' &&
           !(is_last && (last->is_gone || last->is_replaced));
}

/* New fields, on lines of their own. */
static enum status put_fields(struct section *section, size_t at, struct bytes fields,
                              bool lacks_line)
{
    struct draft *draft = section->draft;
    bool has_cr = at > 0 && draft->message->octets.data[at - 1] == '\r';
    struct bytes line_break = has_cr ? BYTES("\n") : draft->line_break;
    enum status status = STATUS_OK;

    if (fields.size > 0 && lacks_line)
        status = draft_change(draft, (struct range){at, 0}, line_break);
    return status == STATUS_OK ? draft_change(draft, (struct range){at, 0}, fields) : status;
}

enum status section_flush(struct section *section, struct bytes *moved)
{
    struct draft *draft = section->draft;
    size_t front_at = section->front_at, back_at = section->back_at;
    struct bytes front = {0}, back = {0};
    enum status status = place(section, &front, &back, moved);
    bool is_behind_front = front.size > 0 && front_at == back_at;

    if (status == STATUS_OK && needs_placeholder(section, front.size > 0, back.size > 0))
        front = draft->line_break.size == 1 ? BYTES(PLACEHOLDER "\n") : BYTES(PLACEHOLDER "\r\n");
    if (status == STATUS_OK)
        status = put_fields(section, front_at, front, lacks_break(section, front_at));
    if (status == STATUS_OK)
        status = flush_fields(section);
    if (status == STATUS_OK)
        status =
            put_fields(section, back_at, back, !is_behind_front && lacks_break(section, back_at));
    if (status == STATUS_OK && section->is_missing && front.size + back.size > 0)
        status = draft_change(draft, (struct range){back_at, 0}, draft->line_break);
    return status;
}
