/* encoding: bodies in a transfer encoding that the next hop takes (RFC 6152 3, RFC 3030). What our
 * parts no longer need their containers no longer declare. */
#include "engines/convert/body.h"
#include "engines/convert/signed.h"

#include <string.h>

struct recoding {
    struct conversion *conversion;
    const struct edit *edit;
    enum transfer_form form; /* what the next hop takes at most */
};

static bool needs_blanks(enum transfer_form form, struct bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (octets.data[i] == 0 || (octets.data[i] >= 0x80 && form == FORM_7BIT))
            return true;
    }
    return false;
}

/* Text between parts cannot be encoded, and nobody shows it. */
static enum status blank_between(const struct recoding *recoding, const struct part *part)
{
    struct conversion *conversion = recoding->conversion;
    uint8_t *out;
    enum status status;

    if (!needs_blanks(recoding->form, part->raw) ||
        (signed_is_within(conversion, part) && !edit_breaks(recoding->edit)))
        return STATUS_OK;
    status = conversion_take(conversion, part->raw.size + 1, &out);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < part->raw.size; i++) {
        uint8_t octet = part->raw.data[i];

        out[i] = octet == 0 || (octet >= 0x80 && recoding->form == FORM_7BIT) ? '?' : octet;
    }
    return draft_change(&conversion->draft, part->body, (struct bytes){out, part->raw.size});
}

static bool is_raw(const struct part *part)
{
    return part->encoding == ENCODING_IDENTITY || part->encoding == ENCODING_YENC;
}

static enum status recode_leaf(const struct recoding *recoding, struct part *part)
{
    struct conversion *conversion = recoding->conversion;
    struct body *body;
    bool passes = false;
    enum status status = body_of(conversion, part, &body);

    if (status != STATUS_OK)
        return status;
    body->allows_8bit = recoding->form == FORM_8BIT;
    if (body->is_changed) { /* it is written anew in any case */
        body->is_recoded = true;
        return STATUS_OK;
    }
    if (transfer_form_carries(recoding->form, part->raw, conversion->draft.line_break))
        return STATUS_OK;
    if (!is_raw(part)) {
        body_note(conversion, part, "convert.left-encoded", "a body that no encoder wrote", 1);
        return STATUS_OK;
    }
    status = signed_passes_over(conversion, recoding->edit, body, false, &passes);
    if (status != STATUS_OK || passes)
        return status;
    body->is_recoded = true;
    return body_load(conversion, body);
}

/* All leaves within the container will be carried; the last of its parts by number. */
static bool carries_all(const struct recoding *recoding, const struct part *container)
{
    struct conversion *conversion = recoding->conversion;
    uint64_t end = container->body.offset + container->body.size;

    for (uint32_t i = container->number; i < conversion->message->laid_count; i++) {
        const struct part *part = &conversion->message->parts[i];
        const struct body *body = conversion->bodies.items[i];

        if (part->header.offset >= end)
            break;
        if (part->kind == PART_LEAF && part->claims != NULL &&
            (body == NULL || !body->is_recoded) &&
            !transfer_form_carries(recoding->form, part->raw, conversion->draft.line_break))
            return false;
    }
    return true;
}

/* 8bit or binary of a container says what its parts may hold. */
static void recode_container(const struct recoding *recoding, const struct part *part)
{
    bool says_binary = bytes_equal_fold(part->encoding_text, BYTES("binary"));
    bool says_8bit = bytes_equal_fold(part->encoding_text, BYTES("8bit"));
    bool is_within = signed_is_within(recoding->conversion, part) && !edit_breaks(recoding->edit);

    if (!says_binary && !(says_8bit && recoding->form == FORM_7BIT))
        return;
    if (!is_within && carries_all(recoding, part))
        recoding->conversion->bodies.declared[part->number - 1] =
            transfer_form_word(recoding->form);
}

static enum status recode_part(const struct recoding *recoding, struct part *part)
{
    if (part->kind != PART_LEAF || bodies_is_gone(recoding->conversion, part) ||
        part->cap != NULL || !bodies_is_own(recoding->conversion, part))
        return STATUS_OK;
    if (part->claims == NULL)
        return part->header.size == 0 && part->encoding == ENCODING_IDENTITY
                   ? blank_between(recoding, part)
                   : STATUS_OK;
    return recode_leaf(recoding, part);
}

enum status convert_encoding(struct draft *draft, const struct edit *edit,
                             struct conversion *conversion)
{
    struct message *message = conversion->message;
    struct bytes to = edit_value(edit, "TO");
    struct recoding recoding = {conversion, edit, FORM_8BIT};
    struct body *body;
    enum status status = STATUS_OK;

    (void)draft;
    if (bytes_equal_fold(to, BYTES("7bit")))
        recoding.form = FORM_7BIT;
    else if (!bytes_equal_fold(to, BYTES("8bit")))
        return STATUS_INVALID;
    if (message->opaque || message->laid_count == 0)
        return STATUS_OK;
    status = body_of(conversion, &message->parts[0], &body);
    for (uint32_t i = 0; i < message->laid_count && status == STATUS_OK; i++)
        status = recode_part(&recoding, &message->parts[i]);
    for (uint32_t i = message->laid_count; i-- > 0 && status == STATUS_OK;) {
        if (message->parts[i].kind != PART_LEAF)
            recode_container(&recoding, &message->parts[i]);
    }
    return status;
}
