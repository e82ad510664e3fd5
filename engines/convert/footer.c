/* Goes through the message as a reader does: both of an alternative, the root of related parts, the
 * first text of others. Recursion is as deep as parts are, which is bounded (`depth`). */
#include "engines/convert/footer.h"

#include "engines/convert/signed.h"
#include "engines/decode/charset.h"
#include "engines/message/claims.h"
#include "engines/message/header.h"

static bool visit(struct footer *footer, struct part *part);

static bool is_attachment(const struct part *part)
{
    uint8_t room[32];
    struct bytes word;

    if (part->claims == NULL || !part->claims->has_disposition)
        return false;
    (void)value_word(part->claims->disposition.value, room, sizeof room, &word);
    return bytes_equal(word, BYTES("attachment"));
}

/* Has it now, or must not have it. */
static bool put_in_leaf(struct footer *footer, struct part *part)
{
    bool is_html = bytes_equal_fold(part->type, BYTES("text/html"));
    struct body *body;
    bool passes = false;

    footer->status = body_of(footer->conversion, part, &body);
    if (footer->status == STATUS_OK)
        footer->status = body_load(footer->conversion, body);
    if (footer->status == STATUS_OK)
        footer->status = signed_passes_over(footer->conversion, footer->edit, body, true, &passes);
    if (footer->status != STATUS_OK)
        return true;
    footer->is_signed |= passes;
    if (!passes)
        footer->status = is_html ? footer_put_html(footer, body) : footer_put_text(footer, body);
    footer->is_found = true;
    return true;
}

static bool visit_leaf(struct footer *footer, struct part *part)
{
    if (part->claims == NULL || part->cap != NULL || part->encoding == ENCODING_UNKNOWN ||
        is_attachment(part) || !body_has_place(footer->conversion, part))
        return false;
    if (!bytes_equal_fold(part->type, BYTES("text/plain")) &&
        !bytes_equal_fold(part->type, BYTES("text/html")))
        return false;
    return put_in_leaf(footer, part);
}

/* Signed or encrypted as a whole: what a reader sees is in there. */
static bool is_closed(struct footer *footer, const struct part *part)
{
    bool is_signed = bytes_equal_fold(part->type, BYTES("multipart/signed")) ||
                     bytes_equal_fold(part->type, BYTES("multipart/encrypted")) ||
                     signed_is_whole(part);

    if (!is_signed || edit_breaks(footer->edit))
        return false;
    signed_note(footer->conversion, part);
    footer->is_signed = true;
    return true;
}

/* The value of a parameter or field without the brackets around it. */
static struct bytes without_brackets(struct bytes value)
{
    if (value.size > 1 && value.data[0] == '<' && value.data[value.size - 1] == '>')
        value = bytes_slice(value, 1, value.size - 2);
    return value;
}

static bool has_id(const struct message *message, const struct part *part, struct bytes id)
{
    struct fields fields = {
        bytes_slice(message->octets, (size_t)part->header.offset, (size_t)part->header.size), 0};
    struct field field;

    while (fields_next(&fields, &field)) {
        if (bytes_equal_fold(field.name, BYTES("Content-ID")))
            return bytes_equal(without_brackets(field.value), id);
    }
    return false;
}

/* RFC 2387 3.2: the part that `start` names; NULL: it is the first. */
static struct part *start_of(const struct footer *footer, const struct part *part)
{
    struct message *message = footer->conversion->message;
    struct parameters parameters;
    struct parameter parameter;

    if (part->claims == NULL || !part->claims->has_type)
        return NULL;
    parameters_init(&parameters, part->claims->type.value);
    while (parameters_next(&parameters, &parameter)) {
        if (!bytes_equal_fold(parameter.name, BYTES("start")))
            continue;
        for (uint32_t i = part->number; i < message->laid_count; i++) {
            if (message->parts[i].parent == part->number &&
                has_id(message, &message->parts[i], without_brackets(parameter.value)))
                return &message->parts[i];
        }
        return NULL;
    }
    return NULL;
}

/* Children in their order. all: each of them; else up to the first that has it; only_first: no
 * other than the first. */
static bool visit_children(struct footer *footer, const struct part *part, bool all,
                           bool only_first)
{
    struct message *message = footer->conversion->message;
    uint64_t end = part->body.offset + part->body.size;
    bool has_it = false;

    for (uint32_t i = part->number; i < message->laid_count; i++) {
        struct part *child = &message->parts[i];

        if (child->header.offset >= end || footer->status != STATUS_OK || (has_it && !all))
            break;
        if (child->parent != part->number || child->claims == NULL)
            continue;
        has_it |= visit(footer, child);
        if (only_first)
            break;
    }
    return has_it;
}

static bool visit(struct footer *footer, struct part *part)
{
    bool is_related = bytes_equal_fold(part->type, BYTES("multipart/related"));
    struct part *start = is_related ? start_of(footer, part) : NULL;

    if (bodies_is_gone(footer->conversion, part))
        return false;
    if (is_closed(footer, part))
        return true;
    if (part->kind == PART_LEAF)
        return visit_leaf(footer, part);
    if (part->kind == PART_MESSAGE || is_attachment(part))
        return false;
    if (start != NULL)
        return visit(footer, start);
    return visit_children(footer, part,
                          bytes_equal_fold(part->type, BYTES("multipart/alternative")), is_related);
}

enum status convert_footer(struct draft *draft, const struct edit *edit,
                           struct conversion *conversion)
{
    struct footer footer = {.conversion = conversion,
                            .edit = edit,
                            .text = edit_value(edit, "TEXT"),
                            .html = edit_value(edit, "HTML")};
    struct message *message = conversion->message;

    (void)draft;
    if (footer.text.size + footer.html.size == 0)
        return STATUS_INVALID;
    if (message->opaque || !body_has_place(conversion, &message->parts[0])) {
        body_note(conversion, &message->parts[0], "convert.left-unread",
                  "parts that cannot be told apart", 1);
        return STATUS_OK;
    }
    (void)visit(&footer, &message->parts[0]);
    if (footer.status == STATUS_OK && !footer.is_found && !footer.is_signed &&
        !bodies_is_gone(conversion, &message->parts[0]))
        footer.status = footer_wrap(&footer);
    return footer.status;
}
