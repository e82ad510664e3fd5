/* A new mail around the whole one (spec/conversion.md 2.8): fields of the original as edits left
 * them, a notice, and what was the message as an attachment, its octets as they stand. */
#include <stdio.h>
#include <string.h>

#include "engines/convert/conversion.h"
#include "engines/convert/copy_needs.h"
#include "engines/convert/digest.h"
#include "engines/decode/encoded_word.h"
#include "engines/decode/transfer_encode.h"

enum { BOUNDARY_DIGITS = 40, LINE_MOST = 998 };

struct wrapping {
    struct conversion *conversion;
    struct bytes line_break;
    char boundary[BOUNDARY_DIGITS + 3];
    struct buffer out;
    enum status status; /* the first failure sticks */
};

static void put(struct wrapping *wrapping, struct bytes octets)
{
    if (wrapping->status == STATUS_OK)
        wrapping->status = buffer_append(&wrapping->out, octets);
}

static void put_line(struct wrapping *wrapping, const char *text, const char *more)
{
    put(wrapping, bytes_of_text(text));
    put(wrapping, bytes_of_text(more));
    put(wrapping, wrapping->line_break);
}

/* Nobody can write a message that has its own digest in it. */
static void make_boundary(struct wrapping *wrapping)
{
    struct bytes octets = wrapping->conversion->message->octets;
    struct splice_segment segment = {.is_keep = true, .keep = {0, octets.size}};
    struct splice whole = {.segments = &segment, .count = 1};
    uint8_t digest[COPY_DIGEST_BYTES];

    digest_of_splice(&whole, octets, digest);
    memcpy(wrapping->boundary, "=_", 3);
    for (size_t i = 0; i < BOUNDARY_DIGITS / 2; i++)
        snprintf(wrapping->boundary + 2 + 2 * i, 3, "%02x", digest[i]);
}

/* Whether a field can stand in a new header as it is: whole lines of ours, printable. */
static bool is_fine(const struct wrapping *wrapping, struct bytes octets)
{
    bool is_international = wrapping->conversion->header.style.is_international;
    size_t line = 0, end = octets.size - wrapping->line_break.size;

    if (octets.size < wrapping->line_break.size ||
        !bytes_equal(bytes_slice(octets, end, SIZE_MAX), wrapping->line_break))
        return false;
    for (size_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.data[i];

        if (bytes_equal(bytes_slice(octets, i, wrapping->line_break.size), wrapping->line_break)) {
            i += wrapping->line_break.size - 1;
            line = 0;
        } else if (++line > LINE_MOST || (octet < ' ' && octet != '\t') || octet == 0x7F ||
                   (octet > 0x7F && !is_international)) {
            return false;
        }
    }
    return true;
}

/* Made anew from what a reader has of its value. */
static void put_anew(struct wrapping *wrapping, struct bytes name, struct bytes octets)
{
    struct conversion *conversion = wrapping->conversion;
    struct arena *arena = conversion->draft.arena;
    struct fields fields = {octets, 0};
    struct encoded_text text = {.text = {0}};
    struct header_value value;
    struct field field;
    struct bytes made;

    if (wrapping->status == STATUS_OK && fields_next(&fields, &field))
        wrapping->status = encoded_words_decode(field.value, conversion->budget, arena, &text);
    if (wrapping->status == STATUS_OK)
        wrapping->status =
            header_value_make(text.text, name.size + 2, &conversion->header.style, arena, &value);
    if (wrapping->status == STATUS_OK)
        wrapping->status = header_field(name, &value, &conversion->header.style, arena, &made);
    if (wrapping->status == STATUS_OK)
        put(wrapping, made);
}

/* The first such field that all readers see, as edits left it. */
static void put_field(struct wrapping *wrapping, const char *name)
{
    struct conversion *conversion = wrapping->conversion;
    struct section_field *field;
    struct bytes octets;
    size_t at = 0;

    field = section_next(&conversion->header, bytes_of_text(name), &at);
    if (field == NULL || field->range.size == 0) /* new ones are in `moved` */
        return;
    octets = field->octets;
    if (!field->is_replaced && wrapping->status == STATUS_OK)
        wrapping->status = draft_octets(&conversion->draft, field->range, &octets);
    if (wrapping->status != STATUS_OK)
        return;
    if (is_fine(wrapping, octets))
        put(wrapping, octets);
    else
        put_anew(wrapping, bytes_of_text(name), octets);
}

static void put_notice(struct wrapping *wrapping, struct bytes text)
{
    struct conversion *conversion = wrapping->conversion;
    struct bytes lines = {0};
    enum transfer_form form;
    uint8_t *encoded = NULL;

    if (wrapping->status == STATUS_OK)
        wrapping->status = conversion_lines(conversion, text, &lines);
    if (wrapping->status != STATUS_OK)
        return;
    form = transfer_form_lightest(lines, wrapping->line_break, false, true);
    wrapping->status = conversion_take(
        conversion, transfer_encode_room(form, lines, wrapping->line_break) + 1, &encoded);
    if (wrapping->status != STATUS_OK)
        return;
    put_line(wrapping, "Content-Type: text/plain; charset=utf-8", "");
    put_line(wrapping, "Content-Disposition: inline", "");
    put_line(wrapping, "Content-Transfer-Encoding: ", transfer_form_word(form));
    put_line(wrapping, "", "");
    put(wrapping,
        (struct bytes){encoded, transfer_encode(form, lines, wrapping->line_break, encoded)});
    put_line(wrapping, "", "");
}

/* What was the message: without a header section it is no message to those who open it. */
static void put_attachment_head(struct wrapping *wrapping, const struct copy_needs *needs,
                                const char *encoding)
{
    const char *type = needs->smtputf8                           ? "message/global"
                       : wrapping->conversion->header.is_missing ? "application/octet-stream"
                                                                 : "message/rfc822";

    put_line(wrapping, "--", wrapping->boundary);
    put_line(wrapping, "Content-Type: ", type);
    put_line(wrapping, "Content-Disposition: attachment; filename=message.eml", "");
    put_line(wrapping, "Content-Transfer-Encoding: ", encoding);
    put_line(wrapping, "", "");
}

static enum status inner_needs(struct conversion *conversion, struct copy_needs *needs)
{
    struct splice splice = {0};
    enum status status = draft_splice(&conversion->draft, &splice);

    if (status == STATUS_OK)
        copy_needs_of_splice(&splice, conversion->message->octets, needs);
    return status;
}

static void put_before(struct wrapping *wrapping, const struct copy_needs *needs,
                       struct bytes notice)
{
    static const char *const names[] = {"From", "To", "Cc", "Subject", "Date", "Message-ID"};
    static const char *const encodings[] = {"7bit", "8bit", "binary"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put_field(wrapping, names[i]);
    put(wrapping, wrapping->conversion->moved);
    put_line(wrapping, "MIME-Version: 1.0", "");
    put(wrapping, BYTES("Content-Type: multipart/mixed;"));
    put(wrapping, wrapping->line_break);
    put(wrapping, BYTES(" boundary=\""));
    put_line(wrapping, wrapping->boundary, "\"");
    put_line(wrapping, "Content-Transfer-Encoding: ", encodings[needs->body]);
    put_line(wrapping, "", "");
    put_line(wrapping, "--", wrapping->boundary);
    put_notice(wrapping, notice);
    put_attachment_head(wrapping, needs, encodings[needs->body]);
}

static enum status keep(struct wrapping *wrapping, struct bytes *octets)
{
    octets->size = wrapping->out.size;
    octets->data = (const uint8_t *)arena_copy(wrapping->conversion->draft.arena,
                                               buffer_bytes(&wrapping->out));
    buffer_clear(&wrapping->out);
    return wrapping->status == STATUS_OK && octets->data == NULL ? STATUS_MEMORY : wrapping->status;
}

enum status convert_wrap(struct draft *draft, const struct edit *edit,
                         struct conversion *conversion)
{
    struct wrapping wrapping = {.conversion = conversion, .line_break = draft->line_break};
    struct copy_needs needs;
    enum status status;

    if (draft->before.size > 0)
        return STATUS_INVALID; /* once */
    status = inner_needs(conversion, &needs);
    if (status != STATUS_OK)
        return status;
    buffer_init(&wrapping.out, SIZE_MAX);
    make_boundary(&wrapping);
    put_before(&wrapping, &needs, edit_value(edit, "TEXT"));
    status = keep(&wrapping, &draft->before);
    put_line(&wrapping, "", "");
    put(&wrapping, BYTES("--"));
    put_line(&wrapping, wrapping.boundary, "--");
    return status == STATUS_OK ? keep(&wrapping, &draft->after) : status;
}
