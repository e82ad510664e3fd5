/* The footer of a text/plain leaf. Octets that are there stay as they are where the charset lets
 * others follow them; RFC 3676 for format=flowed. */
#include <string.h>

#include "engines/convert/footer.h"
#include "engines/decode/charset.h"
#include "engines/message/claims.h"
#include "engines/message/header.h"

struct ending {
    uint8_t *octets;
    size_t size;
    struct bytes line_break;
};

static void put(struct ending *lines, struct bytes octets)
{
    if (octets.size > 0)
        memcpy(lines->octets + lines->size, octets.data, octets.size);
    lines->size += octets.size;
}

static bool is_flowed(const struct part *part)
{
    struct parameters parameters;
    struct parameter parameter;

    if (part->claims == NULL || !part->claims->has_type)
        return false;
    parameters_init(&parameters, part->claims->type.value);
    while (parameters_next(&parameters, &parameter)) {
        if (bytes_equal_fold(parameter.name, BYTES("format")))
            return bytes_equal_fold(parameter.value, BYTES("flowed"));
    }
    return false;
}

struct bytes footer_line_break(const struct footer *footer, struct bytes content)
{
    size_t at = bytes_find(content, 0, '\n');

    if (at >= content.size)
        return footer->conversion->draft.line_break;
    return at > 0 && content.data[at - 1] == '\r' ? BYTES("\r\n") : BYTES("\n");
}

/* A line of a flowed text: stuffed where it begins so, fixed at its end (RFC 3676 4.2, 4.4). */
static void put_flowed(struct ending *lines, struct bytes line)
{
    bool is_mark = bytes_equal(line, BYTES("-- "));

    while (!is_mark && line.size > 0 && line.data[line.size - 1] == ' ')
        line.size--;
    if (line.size > 0 && (line.data[0] == ' ' || line.data[0] == '>' ||
                          bytes_equal(bytes_slice(line, 0, 5), BYTES("From "))))
        put(lines, BYTES(" "));
    put(lines, line);
}

/* The footer's lines, on a line of their own behind the content; both UTF-8 or octets. */
static void put_lines(struct ending *lines, struct bytes text, bool flows, bool ends_line)
{
    while (text.size > 0 && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == '\r'))
        text.size--;
    for (size_t at = 0, next; at < text.size; at = next) {
        struct bytes line = line_at(text, at, &next);

        if (flows)
            put_flowed(lines, line);
        else
            put(lines, line);
        if (next < text.size || ends_line)
            put(lines, lines->line_break);
    }
}

static enum status append(struct footer *footer, const struct part *part, struct bytes content,
                          struct bytes text, struct bytes *out)
{
    struct ending lines = {.line_break = footer_line_break(footer, content)};
    bool ends_line = content.size > 0 && content.data[content.size - 1] == '\n';
    enum status status =
        conversion_take(footer->conversion, content.size + 3 * text.size + 8, &lines.octets);

    if (status != STATUS_OK)
        return status;
    put(&lines, content);
    if (content.size > 0 && !ends_line)
        put(&lines, lines.line_break);
    put_lines(&lines, text, is_flowed(part), ends_line);
    *out = (struct bytes){lines.octets, lines.size};
    return STATUS_OK;
}

/* The footer in the charset of the text; false when it does not fit, or the charset has states. */
static enum status encode_footer(struct footer *footer, struct bytes label, struct bytes *encoded,
                                 bool *fits)
{
    struct conversion *conversion = footer->conversion;
    struct charset_octets octets;
    const char *cap = NULL;
    enum status status;

    *fits = charset_keeps_ascii(label);
    *encoded = footer->text;
    if (!*fits || body_is_ascii(footer->text))
        return STATUS_OK;
    if (!charset_is_known(label) || bytes_equal_fold(label, BYTES("us-ascii"))) {
        *fits = false; /* what is not ASCII there is anybody's guess */
        return STATUS_OK;
    }
    status = charset_from_utf8(label, footer->text, conversion->budget, conversion->draft.arena,
                               &octets, &cap);
    *encoded = octets.octets;
    *fits = status == STATUS_OK && cap == NULL && octets.unmappable == 0;
    return cap != NULL ? STATUS_LIMIT : status;
}

enum status footer_recode(struct footer *footer, struct body *body, struct bytes label,
                          footer_put put_footer)
{
    struct conversion *conversion = footer->conversion;
    struct arena *arena = conversion->draft.arena;
    struct charset_text text;
    struct charset_octets octets = {.unmappable = 1};
    struct bytes all;
    const char *cap;
    enum status status =
        charset_to_utf8(label, body->content, conversion->budget, arena, &text, &cap);

    if (status == STATUS_OK && cap == NULL)
        status = put_footer(footer, body->part, text.text, &all);
    if (status == STATUS_OK && cap == NULL && text.is_known && text.invalid == 0)
        status = charset_from_utf8(label, all, conversion->budget, arena, &octets, &cap);
    if (status != STATUS_OK || cap != NULL)
        return cap != NULL ? body_hit(conversion, body->part, cap) : status;
    if (text.invalid > 0)
        body_note(conversion, body->part, "convert.invalid-octets", "octets that mean nothing",
                  text.invalid);
    body_change(body, octets.unmappable == 0 ? octets.octets : all);
    if (octets.unmappable > 0) {
        body->is_relabelled = true;
        body->charset = BYTES("utf-8");
    }
    return STATUS_OK;
}

static enum status append_text(struct footer *footer, const struct part *part, struct bytes content,
                               struct bytes *all)
{
    return append(footer, part, content, footer->text, all);
}

enum status footer_put_text(struct footer *footer, struct body *body)
{
    struct bytes label = body->is_relabelled ? body->charset : body->part->charset;
    struct bytes encoded, all;
    bool fits = false;
    enum status status = STATUS_OK;

    if (footer->text.size == 0)
        return STATUS_OK;
    status = encode_footer(footer, label, &encoded, &fits);
    if (status != STATUS_OK)
        return status;
    if (!fits)
        return footer_recode(footer, body, label, append_text);
    status = append(footer, body->part, body->content, encoded, &all);
    if (status == STATUS_OK)
        body_change(body, all);
    return status;
}
