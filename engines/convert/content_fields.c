#include "engines/convert/content_fields.h"

#include <string.h>

#include "engines/convert/content_type.h"
#include "engines/message/spelling.h"

size_t content_fields_begin(const struct conversion *conversion, const struct part *part)
{
    struct bytes octets = conversion->message->octets;
    size_t at = (size_t)part->header.offset, before;

    if (part->header.size > 0 || at == 0)
        return at;
    before = line_break_before(octets, at);
    return before > 0 && octets.data[before - 1] == '\n' ? before : at;
}

enum status content_fields_open(struct content_fields *fields, struct conversion *conversion,
                                const struct part *part)
{
    *fields = (struct content_fields){.conversion = conversion, .part = part};
    if (part->number == 1) {
        fields->section = &conversion->header;
        return STATUS_OK;
    }
    fields->section = &fields->own;
    return section_read_from(&fields->own, &conversion->draft,
                             content_fields_begin(conversion, part), (size_t)part->body.offset);
}

enum status content_fields_close(struct content_fields *fields)
{
    return fields->section == &fields->own ? section_flush(&fields->own, NULL) : STATUS_OK;
}

/* One field of that name, which says the word and nothing else. */
static bool says_already(const struct content_fields *fields, struct bytes name, struct bytes word)
{
    size_t count = 0;
    bool says = false;

    for (size_t i = 0; i < fields->section->count; i++) {
        const struct section_field *field = &fields->section->fields[i];

        if (field->is_gone || !spelling_is_field(&field->field, name))
            continue;
        count++;
        says =
            bytes_equal_fold(field->field.name, name) && bytes_equal_fold(field->field.value, word);
    }
    return count == 1 && says;
}

static bool says_something(const struct content_fields *fields, struct bytes name)
{
    for (size_t i = 0; i < fields->section->count; i++) {
        if (!fields->section->fields[i].is_gone &&
            spelling_is_field(&fields->section->fields[i].field, name))
            return true;
    }
    return false;
}

/* What goes into the section of a message that had no such field makes it a MIME message, which
 * says so (RFC 2045 4): else strict readers take none of them for what it is. */
static enum status become_mime(struct content_fields *fields)
{
    const struct part *part = fields->part;
    const struct message *message = fields->conversion->message;
    bool is_whole = part->parent == 0 || message->parts[part->parent - 1].kind == PART_MESSAGE;

    if (!is_whole || says_something(fields, BYTES("MIME-Version")) ||
        says_something(fields, BYTES("Content-Type")) ||
        says_something(fields, BYTES("Content-Transfer-Encoding")))
        return STATUS_OK;
    return section_add(fields->section, BYTES("MIME-Version"), BYTES("1.0"));
}

enum status content_fields_encode(struct content_fields *fields, const char *word)
{
    struct bytes name = BYTES("Content-Transfer-Encoding"), text = bytes_of_text(word);
    enum status status;

    if (says_already(fields, name, text) ||
        (bytes_equal(text, BYTES("7bit")) && !says_something(fields, name)))
        return STATUS_OK;
    status = become_mime(fields);
    return status == STATUS_OK ? section_replace(fields->section, name, text) : status;
}

/* The field that our reading takes: the last one of that name. */
static struct section_field *last_field(struct section *section, struct bytes name)
{
    struct section_field *found = NULL, *next;
    size_t at = 0;

    while ((next = section_next(section, name, &at)) != NULL)
        found = next;
    return found;
}

/* "Name:" and blanks as they stand, the value, and the line break as it stands. */
static enum status make_field(struct content_fields *fields, struct section_field *field,
                              struct bytes value)
{
    struct draft *draft = &fields->conversion->draft;
    struct bytes whole =
        bytes_slice(draft->message->octets, (size_t)field->range.offset, (size_t)field->range.size);
    size_t head = field->field.value.size > 0 ? (size_t)(field->field.value.data - whole.data)
                                              : bytes_find(whole, 0, ':') + 1;
    size_t size = 0;
    uint8_t *out = arena_take(draft->arena, whole.size + value.size + 2);

    if (out == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < head; i++) {
        if (whole.data[i] != 0)
            out[size++] = whole.data[i];
    }
    memcpy(out + size, value.data, value.size);
    size += value.size;
    memcpy(out + size, draft->line_break.data, draft->line_break.size);
    field->octets = (struct bytes){out, size + draft->line_break.size};
    return STATUS_OK;
}

enum status content_fields_label(struct content_fields *fields, struct bytes label)
{
    struct bytes name = BYTES("Content-Type");
    struct draft *draft = &fields->conversion->draft;
    struct section_field *field, changed;
    struct bytes value;
    size_t gone, index;
    enum status status = become_mime(fields);

    if (status != STATUS_OK)
        return status;
    field = last_field(fields->section, name);
    status = content_type_with_charset(field != NULL ? field->field.value : (struct bytes){0},
                                       fields->part->type, label, fields->conversion->budget,
                                       draft->arena, &value);
    if (status == STATUS_OK && (field == NULL || field->is_replaced))
        return section_replace(fields->section, name, value);
    if (status != STATUS_OK)
        return status;
    changed = *field;
    index = (size_t)(field - fields->section->fields);
    status = make_field(fields, &changed, value);
    if (status == STATUS_OK)
        status = section_delete(fields->section, name, &gone);
    changed.is_replaced = true;
    changed.is_gone = false;
    if (status == STATUS_OK)
        fields->section->fields[index] = changed;
    return status;
}

enum status content_fields_drop_sum(struct content_fields *fields)
{
    size_t gone;

    return section_delete(fields->section, BYTES("Content-MD5"), &gone);
}

enum status content_fields_replace(struct content_fields *fields, struct bytes type,
                                   struct bytes disposition, const char *word)
{
    struct section *section = fields->section;
    size_t gone;
    enum status status = section_delete(section, BYTES("Content-*"), &gone);

    if (status == STATUS_OK && !says_something(fields, BYTES("MIME-Version")))
        status = section_add(section, BYTES("MIME-Version"), BYTES("1.0"));
    if (status == STATUS_OK)
        status = section_add(section, BYTES("Content-Type"), type);
    if (status == STATUS_OK && disposition.size > 0)
        status = section_add(section, BYTES("Content-Disposition"), disposition);
    if (status == STATUS_OK)
        status = section_add(section, BYTES("Content-Transfer-Encoding"), bytes_of_text(word));
    return status;
}
