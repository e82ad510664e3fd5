/* A message without a text: it and the footer become the parts of a new multipart/mixed. Its
 * Content- fields move into the first part as they stand. */
#include <stdio.h>
#include <string.h>

#include "engines/convert/body_write.h"
#include "engines/convert/footer.h"
#include "engines/message/spelling.h"

enum { BOUNDARY_OCTETS = 40, BOUNDARY_TRIES = 16 };

enum status footer_wrap(struct footer *footer)
{
    struct bodies *bodies = &footer->conversion->bodies;
    struct bytes line_break = footer->conversion->draft.line_break, text = footer->text;
    uint8_t *out;
    size_t size = bodies->footer.size;
    enum status status = conversion_take(footer->conversion, size + 2 * text.size + 2, &out);

    if (status != STATUS_OK || text.size == 0)
        return status;
    if (bodies->has_footer) { /* another one before it */
        memcpy(out, bodies->footer.data, size);
        memcpy(out + size, line_break.data, line_break.size);
        size += line_break.size;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n') {
            memcpy(out + size, line_break.data, line_break.size);
            size += line_break.size;
        } else if (text.data[i] != '\r' && text.data[i] != 0) {
            out[size++] = text.data[i];
        }
    }
    bodies->has_footer = true;
    bodies->footer = (struct bytes){out, size};
    return STATUS_OK;
}

static uint64_t hash(struct bytes octets)
{
    uint64_t sum = 14695981039346656037u;

    for (size_t i = 0; i < octets.size; i++)
        sum = (sum ^ octets.data[i]) * 1099511628211u;
    return sum;
}

/* One that stands nowhere in the message. INVALID: somebody made it so that all do. */
static enum status find_boundary(struct bytes octets, char boundary[BOUNDARY_OCTETS])
{
    uint64_t sum = hash(octets);

    for (unsigned i = 0; i < BOUNDARY_TRIES; i++, sum = sum * 6364136223846793005u + 1) {
        snprintf(boundary, BOUNDARY_OCTETS, "=_%016llx_footer", (unsigned long long)sum);
        if (memmem(octets.data, octets.size, boundary, strlen(boundary)) == NULL)
            return STATUS_OK;
    }
    return STATUS_INVALID;
}

static struct bytes octets_of(const struct section *section, const struct section_field *field)
{
    if (field->octets.size > 0)
        return field->octets;
    return bytes_slice(section->draft->message->octets, (size_t)field->range.offset,
                       (size_t)field->range.size);
}

struct joining {
    uint8_t *out;
    size_t size;
};

/* Without NUL, which no copy holds in what is new. */
static void put(struct joining *joining, struct bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (octets.data[i] != 0)
            joining->out[joining->size++] = octets.data[i];
    }
}

static bool is_content_field(const struct section_field *field)
{
    return !field->is_gone && spelling_is_field(&field->field, BYTES("Content-*"));
}

/* Delimiter, the fields that the message had, an empty line. */
static enum status make_front(struct conversion *conversion, struct bytes boundary,
                              struct bytes *front, bool *is_8bit)
{
    struct section *section = &conversion->header;
    struct bytes line_break = conversion->draft.line_break;
    struct joining joining = {.size = 0};
    size_t size = boundary.size + 16;
    enum status status;

    *is_8bit = false;
    for (size_t i = 0; i < section->count; i++)
        size += octets_of(section, &section->fields[i]).size + 2;
    status = conversion_take(conversion, size, &joining.out);
    if (status != STATUS_OK)
        return status;
    put(&joining, BYTES("--"));
    put(&joining, boundary);
    put(&joining, line_break);
    for (size_t i = 0; i < section->count; i++) {
        if (!is_content_field(&section->fields[i]))
            continue;
        *is_8bit |= bytes_equal_fold(section->fields[i].field.value, BYTES("8bit")) ||
                    bytes_equal_fold(section->fields[i].field.value, BYTES("binary"));
        put(&joining, octets_of(section, &section->fields[i]));
        if (joining.out[joining.size - 1] != '\n')
            put(&joining, line_break);
    }
    put(&joining, line_break);
    *front = (struct bytes){joining.out, joining.size};
    return STATUS_OK;
}

static enum status make_back(struct conversion *conversion, struct bytes boundary,
                             struct bytes *back)
{
    struct bytes line_break = conversion->draft.line_break, text = conversion->bodies.footer;
    enum transfer_form form = transfer_form_lightest(text, line_break, false, true);
    size_t room = transfer_encode_room(form, text, line_break);
    struct joining joining = {.size = 0};
    enum status status = conversion_take(conversion, room + 2 * boundary.size + 256, &joining.out);
    const struct bytes head[] = {line_break,
                                 BYTES("--"),
                                 boundary,
                                 line_break,
                                 BYTES("Content-Type: text/plain; charset=utf-8"),
                                 line_break,
                                 BYTES("Content-Transfer-Encoding: "),
                                 bytes_of_text(transfer_form_word(form)),
                                 line_break,
                                 line_break};
    const struct bytes tail[] = {line_break, BYTES("--"), boundary, BYTES("--"), line_break};

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        put(&joining, head[i]);
    joining.size += transfer_encode(form, text, line_break, joining.out + joining.size);
    for (size_t i = 0; i < sizeof tail / sizeof tail[0]; i++)
        put(&joining, tail[i]);
    *back = (struct bytes){joining.out, joining.size};
    return STATUS_OK;
}

/* The message's own fields say multipart/mixed. */
static enum status replace_fields(struct conversion *conversion, const char *boundary, bool is_8bit)
{
    struct section *section = &conversion->header;
    char type[BOUNDARY_OCTETS + 40];
    size_t gone, at = 0;
    enum status status = section_delete(section, BYTES("Content-*"), &gone);

    snprintf(type, sizeof type, "multipart/mixed; boundary=\"%s\"", boundary);
    if (status == STATUS_OK && section_next(section, BYTES("MIME-Version"), &at) == NULL)
        status = section_add(section, BYTES("MIME-Version"), BYTES("1.0"));
    if (status == STATUS_OK)
        status = section_add(section, BYTES("Content-Type"),
                             (struct bytes){(const uint8_t *)arena_copy(conversion->draft.arena,
                                                                        bytes_of_text(type)),
                                            strlen(type)});
    if (status == STATUS_OK && is_8bit)
        status = section_add(section, BYTES("Content-Transfer-Encoding"), BYTES("8bit"));
    return status;
}

enum status footer_wrap_write(struct conversion *conversion)
{
    struct message *message = conversion->message;
    struct draft *draft = &conversion->draft;
    char boundary[BOUNDARY_OCTETS];
    struct bytes front, back;
    bool is_8bit;
    enum status status = find_boundary(message->octets, boundary);

    if (status == STATUS_OK)
        status = make_front(conversion, bytes_of_text(boundary), &front, &is_8bit);
    if (status == STATUS_OK)
        status = make_back(conversion, bytes_of_text(boundary), &back);
    if (status == STATUS_OK)
        status = replace_fields(conversion, boundary, is_8bit);
    if (status == STATUS_OK)
        status = draft_change(draft, (struct range){message->parts[0].body.offset, 0}, front);
    return status == STATUS_OK ? draft_change(draft, (struct range){message->octets.size, 0}, back)
                               : status;
}
