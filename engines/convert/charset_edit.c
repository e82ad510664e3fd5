/* charset: texts in another charset (spec/conversion.md 5). */
#include "engines/convert/body.h"
#include "engines/convert/signed.h"
#include "engines/decode/charset.h"
#include "engines/decode/charset_table.h"

/* Both labels mean one charset that we know. */
static bool means_same(struct bytes a, struct bytes b)
{
    const struct charset *charset = charset_find(a);

    return charset != NULL && charset == charset_find(b);
}

/* The leaf is one that the edit is about. */
static bool fits(const struct edit *edit, const struct part *part)
{
    struct bytes types = edit_value(edit, "TYPES"), from = edit_value(edit, "FROM");
    struct bytes type;
    bool fits_type = types.size == 0 && bytes_equal_fold(part->type, BYTES("text/plain"));

    for (size_t i = 0; edit_value_at(edit, "TYPES", i, &type); i++)
        fits_type |= body_type_fits(type, part->type);
    return fits_type && part_is_text(part) &&
           (from.size == 0 || means_same(from, part->charset) ||
            bytes_equal_fold(from, part->charset));
}

enum status convert_text(struct conversion *conversion, struct body *body, struct bytes to)
{
    const struct part *part = body->part;
    struct bytes from = body->is_relabelled ? body->charset : part->charset;
    struct arena *arena = conversion->draft.arena;
    struct charset_text text;
    struct charset_octets octets;
    const char *cap;
    enum status status =
        charset_to_utf8(from, body->content, conversion->budget, arena, &text, &cap);

    if (status == STATUS_OK && cap == NULL)
        status = charset_from_utf8(to, text.text, conversion->budget, arena, &octets, &cap);
    if (status != STATUS_OK || cap != NULL)
        return cap != NULL ? body_hit(conversion, part, cap) : status;
    if (text.invalid > 0)
        body_note(conversion, part, "convert.invalid-octets", "octets that mean nothing",
                  text.invalid);
    if (octets.unmappable > 0)
        body_note(conversion, part, "convert.unmappable", "characters that became ?",
                  octets.unmappable);
    if (bytes_equal(octets.octets, body->content) && body_is_ascii(body->content) &&
        charset_keeps_ascii(from))
        return STATUS_OK; /* the same text under either label */
    if (!bytes_equal(octets.octets, body->content))
        body_change(body, octets.octets);
    if (!means_same(from, to)) {
        body->is_relabelled = true;
        body->charset = to;
    }
    return STATUS_OK;
}

/* A yEnc file stands in the text: its octets are no characters. */
static bool holds_file(const struct conversion *conversion, const struct part *part)
{
    const struct message *message = conversion->message;

    for (uint32_t i = part->number; i < message->laid_count; i++) {
        const struct part *file = &message->parts[i];

        if (file->body.offset >= part->body.offset + part->body.size)
            return false;
        if (file->claims == NULL && file->encoding == ENCODING_YENC)
            return true;
    }
    return false;
}

static enum status convert_leaf(struct conversion *conversion, const struct edit *edit,
                                struct part *part)
{
    struct bytes to = edit_value(edit, "TO");
    struct body *body;
    bool passes = false;
    enum status status = body_of(conversion, part, &body);

    if (status == STATUS_OK)
        status = body_load(conversion, body);
    if (status != STATUS_OK)
        return status;
    if (part->encoding == ENCODING_UNKNOWN || holds_file(conversion, part)) {
        body_note(conversion, part, "convert.left-encoded", "octets that are no text", 1);
        return STATUS_OK;
    }
    if (body_is_ascii(body->content) && charset_keeps_ascii(part->charset) &&
        charset_keeps_ascii(to))
        return STATUS_OK;
    status = signed_passes_over(conversion, edit, body, true, &passes);
    return status == STATUS_OK && !passes ? convert_text(conversion, body, to) : status;
}

enum status convert_charset(struct draft *draft, const struct edit *edit,
                            struct conversion *conversion)
{
    enum status status = STATUS_OK;
    struct part *part;
    uint32_t at = 0;

    (void)draft;
    if (!charset_is_known(edit_value(edit, "TO")))
        return STATUS_INVALID;
    while (status == STATUS_OK && (part = bodies_next_leaf(conversion, &at)) != NULL) {
        if (fits(edit, part))
            status = convert_leaf(conversion, edit, part);
    }
    return status;
}
