#include "engines/convert/signed.h"

#include <string.h>

bool edit_breaks(const struct edit *edit)
{
    return bytes_equal_fold(edit_value(edit, "SIGNED"), BYTES("break"));
}

static bool is_type(const struct part *part, const char *const *types, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal_fold(part->type, bytes_of_text(types[i])))
            return true;
    }
    return false;
}

bool signed_is_whole(const struct part *part)
{
    static const char *const types[] = {"application/pkcs7-mime", "application/x-pkcs7-mime"};

    return is_type(part, types, sizeof types / sizeof types[0]);
}

static bool is_container(const struct part *part)
{
    static const char *const types[] = {"multipart/signed", "multipart/encrypted",
                                        "multipart/x-pgp-encrypted"};

    return is_type(part, types, sizeof types / sizeof types[0]) || signed_is_whole(part);
}

bool signed_is_within(const struct conversion *conversion, const struct part *part)
{
    while (part->parent != 0) {
        part = &conversion->message->parts[part->parent - 1];
        if (is_container(part))
            return true;
    }
    return false;
}

bool signed_has_block(struct bytes text)
{
    static const char mark[] = "-----BEGIN PGP ";
    size_t at = 0;

    while (text.size - at >= sizeof mark - 1) {
        const uint8_t *found = memmem(text.data + at, text.size - at, mark, sizeof mark - 1);

        if (found == NULL)
            return false;
        if (found == text.data || found[-1] == '\n' || found[-1] == '\r')
            return true;
        at = (size_t)(found - text.data) + 1;
    }
    return false;
}

void signed_note(struct conversion *conversion, const struct part *part)
{
    reporter_finding(&conversion->reporter, "convert.left-signed", CLASS_NOTE, 0, part->number,
                     part->body, "signed or encrypted: left as it is");
}

enum status signed_passes_over(struct conversion *conversion, const struct edit *edit,
                               struct body *body, bool looks_inside, bool *passes)
{
    enum status status = STATUS_OK;

    *passes = false;
    if (edit_breaks(edit))
        return STATUS_OK;
    *passes = signed_is_within(conversion, body->part) || signed_is_whole(body->part);
    if (!*passes && looks_inside && part_is_text(body->part)) {
        status = body_load(conversion, body);
        *passes = status == STATUS_OK && signed_has_block(body->content);
    }
    if (*passes)
        signed_note(conversion, body->part);
    return status;
}
