/* Bodies and their Content- fields, as edits left them, to the draft (spec/conversion.md 5). A body
 * that was encoded stays so, and one that was not is encoded only where it must be: so nothing in a
 * content ever becomes structure. */
#include "engines/convert/body_write.h"

#include <string.h>

#include "engines/convert/content_fields.h"
#include "engines/decode/charset.h"

/* Not encoded, neither by an encoding nor by a charset in which ASCII is not itself. */
static bool was_plain(const struct body *body)
{
    const struct part *part = body->part;

    return part_is_identity(part) &&
           (!part_is_text(part) || !body->is_relabelled || charset_keeps_ascii(part->charset));
}

static enum transfer_form choose_form(const struct conversion *conversion, const struct body *body)
{
    const struct part *part = body->part;
    struct bytes line_break = conversion->draft.line_break;
    struct bytes label = body->is_relabelled ? body->charset : part->charset;
    bool has_lines = part_is_text(part) && charset_keeps_lines(label);
    bool allows_8bit =
        body->is_recoded ? body->allows_8bit : part_is_identity(part) && !body_is_ascii(part->raw);
    enum transfer_form form;

    form = was_plain(body)
               ? transfer_form_lightest(body->content, line_break, allows_8bit, has_lines)
               : transfer_form_encoded(body->content, line_break, has_lines);
    return body_collides(conversion, part, body->content) ? FORM_BASE64 : form;
}

/* What stands behind a body: a message that ended with a line still does, and a delimiter begins a
 * line. */
static struct bytes end_of_body(const struct conversion *conversion, const struct part *part,
                                enum transfer_form form, struct bytes body)
{
    struct bytes octets = conversion->message->octets;
    size_t end = (size_t)(part->body.offset + part->body.size);
    bool is_last = end == octets.size;
    bool ends_line = part->raw.size == 0 || part->raw.data[part->raw.size - 1] == '\n';

    if (body.size == 0 || body.data[body.size - 1] == '\n' ||
        (is_last ? !ends_line : octets.data[end] == '\r' || octets.data[end] == '\n'))
        return (struct bytes){0};
    if (form != FORM_QUOTED_PRINTABLE || !is_last)
        return conversion->draft.line_break;
    return conversion->draft.line_break.size == 1 ? BYTES("=\n") : BYTES("=\r\n");
}

enum status body_encode(struct conversion *conversion, const struct part *part,
                        enum transfer_form form, struct bytes content, struct bytes *encoded)
{
    struct bytes line_break = conversion->draft.line_break, end;
    size_t room = transfer_encode_room(form, content, line_break);
    uint8_t *out;
    enum status status = conversion_take(conversion, room + 3, &out);

    if (status != STATUS_OK)
        return status;
    *encoded = (struct bytes){out, transfer_encode(form, content, line_break, out)};
    end = end_of_body(conversion, part, form, *encoded);
    if (end.size > 0)
        memcpy(out + encoded->size, end.data, end.size);
    encoded->size += end.size;
    return STATUS_OK;
}

/* The body becomes those octets: what both begin and end with is kept. */
static enum status put_body(struct conversion *conversion, const struct part *part,
                            struct bytes made)
{
    struct bytes raw = part->raw;
    size_t least = raw.size < made.size ? raw.size : made.size, front = 0, back = 0;

    while (front < least && raw.data[front] == made.data[front])
        front++;
    while (back < least - front && raw.data[raw.size - 1 - back] == made.data[made.size - 1 - back])
        back++;
    if (front == 0 && back > 0 && back == raw.size)
        back--; /* what others put before the body stays before it */
    return draft_change(&conversion->draft,
                        (struct range){part->body.offset + front, raw.size - front - back},
                        bytes_slice(made, front, made.size - front - back));
}

static enum status write_fields(struct conversion *conversion, const struct body *body,
                                const char *word)
{
    struct content_fields fields;
    enum status status = content_fields_open(&fields, conversion, body->part);

    if (status == STATUS_OK && word != NULL)
        status = content_fields_encode(&fields, word);
    if (status == STATUS_OK && (body->is_changed || body->fate == BODY_CLEANED))
        status = content_fields_drop_sum(&fields);
    if (status == STATUS_OK && body->is_relabelled)
        status = content_fields_label(&fields, body->charset);
    return status == STATUS_OK ? content_fields_close(&fields) : status;
}

/* A leaf that stays, with another content, label or encoding. */
static enum status write_leaf(struct conversion *conversion, struct body *body)
{
    struct bytes encoded;
    enum transfer_form form;
    enum status status = STATUS_OK;

    if (body->cuts != NULL)
        status = body_load(conversion, body);
    if (status != STATUS_OK || (!body->is_changed && !body->is_recoded && !body->is_relabelled))
        return status;
    if (!body->is_changed && !body->is_recoded)
        return write_fields(conversion, body, NULL);
    form = choose_form(conversion, body);
    status = body_encode(conversion, body->part, form, body->content, &encoded);
    if (status == STATUS_OK)
        status = write_fields(conversion, body, transfer_form_word(form));
    return status == STATUS_OK ? put_body(conversion, body->part, encoded) : status;
}

/* Octets that an engine made in the place of a leaf's: its fields but the encoding stay. */
static enum status write_cleaned(struct conversion *conversion, struct body *body)
{
    struct bytes encoded;
    enum status status;

    body->content = body->notice;
    status = body_encode(conversion, body->part, FORM_BASE64, body->content, &encoded);
    if (status == STATUS_OK)
        status = write_fields(conversion, body, transfer_form_word(FORM_BASE64));
    return status == STATUS_OK ? put_body(conversion, body->part, encoded) : status;
}

/* A container that declares an encoding which its parts no longer need. */
static enum status write_declared(struct conversion *conversion, const struct part *part,
                                  const char *word)
{
    struct content_fields fields;
    enum status status = content_fields_open(&fields, conversion, part);

    if (status == STATUS_OK)
        status = content_fields_encode(&fields, word);
    return status == STATUS_OK ? content_fields_close(&fields) : status;
}

static enum status write_body(struct conversion *conversion, struct body *body)
{
    if (body->fate == BODY_CLEANED)
        return write_cleaned(conversion, body);
    return body->fate == BODY_STAYS ? write_leaf(conversion, body)
                                    : part_place_write(conversion, body);
}

enum status bodies_flush(struct conversion *conversion)
{
    struct bodies *bodies = &conversion->bodies;
    struct message *message = conversion->message;
    enum status status = STATUS_OK;

    for (uint32_t i = 0; bodies->items != NULL && i < message->laid_count && status == STATUS_OK;
         i++) {
        const struct part *part = &message->parts[i];
        bool is_within_gone =
            part->parent != 0 && bodies_is_gone(conversion, &message->parts[part->parent - 1]);

        if (is_within_gone)
            continue;
        if (bodies->declared[i] != NULL)
            status = write_declared(conversion, part, bodies->declared[i]);
        if (bodies->items[i] != NULL && status == STATUS_OK)
            status = write_body(conversion, bodies->items[i]);
    }
    if (bodies->has_footer && status == STATUS_OK)
        status = footer_wrap_write(conversion);
    return status;
}
