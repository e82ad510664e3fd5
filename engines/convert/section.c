/* Which fields there are and what becomes of them. section_flush() then
 * says it to the draft, in the order of their places. */
#include "engines/convert/section.h"

#include "engines/message/spelling.h"

/* "From me@x.example Mon ..", which a mailbox has before each message (RFC 4155). */
static bool is_mailbox_line(struct bytes line)
{
    return bytes_equal(bytes_slice(line, 0, 5), BYTES("From ")) ||
           bytes_equal(bytes_slice(line, 0, 6), BYTES(">From "));
}

/* Its line is one for every reader: a name that is one, not behind a blank. */
bool section_begins_as_field(const struct field *field, struct bytes octets)
{
    return header_name_is_valid(field->name) && octets.data[field->offset] == field->name.data[0];
}

/* An empty line, or one of blanks, for some reader: whatever ends lines. */
static bool has_blank_line(struct bytes octets)
{
    bool is_blank = false;

    for (size_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.data[i];
        bool is_break = octet == '\n' || octet == '\r';

        if (octet == '\n' && i > 0 && octets.data[i - 1] == '\r')
            continue;
        if (is_break && is_blank)
            return true;
        if (is_break)
            is_blank = true;
        else if (octet != ' ' && octet != '\t')
            is_blank = false;
    }
    return false;
}

/* A line that ends with LF alone, where others end with CRLF. */
static bool has_odd_break(struct bytes octets, struct bytes line_break)
{
    for (size_t at = bytes_find(octets, 0, '\n'); at < octets.size;
         at = bytes_find(octets, at + 1, '\n')) {
        if (line_break.size == 2 && (at == 0 || octets.data[at - 1] != '\r'))
            return true;
    }
    return false;
}

/* Behind it some reader no longer sees the header, so nothing new can stand there. */
static bool ends_header(const struct section *section, const struct field *field)
{
    struct bytes octets = section->draft->message->octets;
    struct bytes whole = bytes_slice(octets, field->offset, field->size);

    return !section_begins_as_field(field, octets) || has_blank_line(whole) ||
           has_odd_break(whole, section->draft->line_break);
}

static enum status append(struct section *section, const struct section_field *field)
{
    if (!arena_grow(section->draft->arena, (void **)&section->fields, &section->capacity,
                    section->count, sizeof *section->fields))
        return STATUS_MEMORY;
    section->fields[section->count++] = *field;
    return STATUS_OK;
}

/* What stands before the first field that all readers see: a mailbox's line, folds of nothing. */
static bool is_before_fields(const struct section *section, const struct field *field)
{
    struct bytes line = bytes_slice(section->draft->message->octets, field->offset, field->size);

    return field->offset == section->begin &&
           (line.data[0] == ' ' || line.data[0] == '\t' || is_mailbox_line(line));
}

static bool is_international(struct bytes octets)
{
    size_t at = 0;

    while (at < octets.size && octets.data[at] < 0x80)
        at++;
    return at < octets.size && bytes_is_utf8(octets);
}

/* Nothing begins as a field: new ones stand before all of it, and no line is one. */
static void note_missing(struct section *section, size_t begin)
{
    section->is_missing = true;
    section->begin = section->front_at = section->back_at = begin;
    section->first = section->count;
}

/* A line of the section, where all readers still see a header or not. */
static enum status take_line(struct section *section, const struct field *field, bool *is_ended)
{
    bool is_before = is_before_fields(section, field);
    size_t end = field->offset + field->size;

    if (section->count == SECTION_FIELDS_MOST)
        return STATUS_LIMIT;
    if (is_before)
        section->begin = section->front_at = section->back_at = end;
    *is_ended |= !is_before && ends_header(section, field);
    if (!*is_ended)
        section->back_at = end;
    return append(section,
                  &(struct section_field){.field = *field, .range = {field->offset, field->size}});
}

/* Neither a field, nor a mailbox's line, nor an empty line is at its beginning. */
static bool is_text(const struct section *section, struct bytes octets, size_t begin)
{
    size_t i = 0;

    if (section->count == 0)
        return octets.size == begin;
    while (i < section->count && section->fields[i].range.offset < section->begin) {
        if (is_mailbox_line(bytes_slice(octets, section->fields[i].range.offset, 6)))
            return false;
        i++;
    }
    return i == section->count || !section_begins_as_field(&section->fields[i].field, octets);
}

enum status section_read_from(struct section *section, struct draft *draft, size_t begin,
                              size_t end)
{
    struct fields fields = {bytes_slice(draft->message->octets, 0, end), begin};
    enum status status = STATUS_OK;
    bool is_ended = false;
    struct field field;

    *section = (struct section){.draft = draft, .style = {.line_break = draft->line_break}};
    section->begin = section->front_at = section->back_at = begin;
    while (status == STATUS_OK && fields_next(&fields, &field))
        status = take_line(section, &field, &is_ended);
    section->original_count = section->count;
    section->body = fields.at;
    section->style.is_international =
        is_international(bytes_slice(fields.section, begin, fields.at - begin));
    if (!is_text(section, fields.section, begin))
        return status;
    note_missing(section, begin);
    return status == STATUS_LIMIT ? STATUS_OK : status;
}

/* A byte order mark before the first field is skipped by some readers; others take it for a part of
 * the name of what stands behind it. What the view has read as a message has a header section,
 * however its first line looks. */
enum status section_read(struct section *section, struct draft *draft)
{
    struct bytes octets = draft->message->octets, mark = BYTES("\xEF\xBB\xBF");
    bool has_mark = bytes_equal(bytes_slice(octets, 0, mark.size), mark);
    size_t begin = has_mark ? mark.size : 0;
    enum status status = section_read_from(section, draft, begin, octets.size);

    if (status != STATUS_OK || !section->is_missing)
        return status;
    note_missing(section, 0);
    section->is_missing = draft->message->opaque;
    section->first = section->is_missing ? section->count : 0;
    return STATUS_OK;
}

bool section_is_seen(const struct section *section, const struct section_field *field)
{
    return field->range.size == 0 || field->range.offset < section->back_at ||
           (field->range.offset == section->back_at &&
            section_begins_as_field(&field->field, section->draft->message->octets));
}

struct section_field *section_next(struct section *section, struct bytes name, size_t *at)
{
    if (*at < section->first)
        *at = section->first;
    while (*at < section->count) {
        struct section_field *field = &section->fields[(*at)++];

        if (!field->is_gone && bytes_equal_fold(field->field.name, name))
            return field;
    }
    return NULL;
}

/* Takes one out of the field; the whole field when there were too many. */
static enum status cut_out(struct section *section, struct section_field *field, struct range cut)
{
    cut.offset += field->range.offset;
    field->is_changed = true;
    field->is_gone = section->cut_count++ >= SECTION_CUTS_MOST;
    return field->is_gone ? STATUS_OK : draft_change(section->draft, cut, (struct bytes){0});
}

/* Fields that only some reader sees within this one; neighbours are taken out together. */
static enum status delete_within(struct section *section, struct section_field *field,
                                 struct bytes name, size_t *gone)
{
    struct bytes octets = bytes_slice(section->draft->message->octets, field->range.offset,
                                      (size_t)field->range.size);
    enum status status = STATUS_OK;
    struct range run = {0}, cut;
    size_t at = 0;

    while (status == STATUS_OK && !field->is_gone &&
           spelling_next_within(octets, name, &at, &cut)) {
        ++*gone;
        if (run.offset + run.size == cut.offset) {
            run.size += cut.size;
            continue;
        }
        if (run.size > 0)
            status = cut_out(section, field, run);
        run = cut;
    }
    return run.size > 0 && status == STATUS_OK ? cut_out(section, field, run) : status;
}

static enum status delete_from(struct section *section, size_t first, struct bytes name,
                               size_t *gone)
{
    enum status status = STATUS_OK;

    *gone = 0;
    for (size_t i = first; i < section->count && status == STATUS_OK; i++) {
        struct section_field *field = &section->fields[i];

        if (field->is_gone)
            continue;
        field->is_gone = spelling_is_field(&field->field, name);
        *gone += field->is_gone;
        if (!field->is_gone && !field->is_replaced)
            status = delete_within(section, field, name, gone);
    }
    return status;
}

enum status section_delete(struct section *section, struct bytes name, size_t *gone)
{
    return delete_from(section, section->first, name, gone);
}

enum status section_delete_marks(struct section *section, struct bytes name, size_t *gone)
{
    return delete_from(section, 0, name, gone);
}

/* A new field of that name and text. */
static enum status make_field(struct section *section, struct bytes name, struct bytes text,
                              struct section_field *field)
{
    struct header_value value;
    enum status status =
        header_value_make(text, name.size + 2, &section->style, section->draft->arena, &value);

    if (status == STATUS_OK)
        status = header_field(name, &value, &section->style, section->draft->arena, &field->octets);
    if (status != STATUS_OK)
        return status;
    field->field = (struct field){.name = name, .value = value.octets};
    return STATUS_OK;
}

enum status section_rewrite(struct section *section, struct section_field *field, struct bytes name,
                            struct bytes text)
{
    struct section_field made = {.range = field->range, .is_replaced = true};
    enum status status = make_field(section, name, text, &made);

    if (status != STATUS_OK)
        return status;
    made.field.offset = field->field.offset;
    *field = made;
    return STATUS_OK;
}

enum status section_add(struct section *section, struct bytes name, struct bytes text)
{
    struct section_field field = {.is_gone = false};
    enum status status = make_field(section, name, text, &field);

    return status == STATUS_OK ? append(section, &field) : status;
}

enum status section_prepend(struct section *section, struct bytes name, struct bytes text)
{
    struct section_field field = {.is_gone = false};
    enum status status = make_field(section, name, text, &field);

    if (status != STATUS_OK)
        return status;
    if (!arena_grow(section->draft->arena, (void **)&section->front, &section->front_capacity,
                    section->front_count, sizeof *section->front))
        return STATUS_MEMORY;
    section->front[section->front_count++] = field;
    return STATUS_OK;
}

enum status section_replace(struct section *section, struct bytes name, struct bytes text)
{
    size_t at = 0, gone;
    struct section_field *first = section_next(section, name, &at);
    enum status status = section_delete(section, name, &gone);

    if (status != STATUS_OK)
        return status;
    if (first == NULL || !section_is_seen(section, first))
        return section_add(section, name, text);
    return section_rewrite(section, first, name, text);
}
