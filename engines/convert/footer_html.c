/* The footer of a text/html leaf: what its charset may not have is written as references. */
#include <stdio.h>
#include <string.h>

#include "engines/convert/footer.h"
#include "engines/decode/charset.h"
#include "engines/decode/html_tokens.h"

enum { REFERENCE_MOST = 12 }; /* "&#1114111;" and a little */

size_t footer_html_place(struct bytes html)
{
    struct html_reader reader = {.html = html, .knows_foreign = true};
    struct html_token token;
    size_t body = SIZE_MAX, end = 0;

    while (html_next(&reader, &token)) {
        if (token.is_cut)
            break;
        if (token.kind == HTML_END && html_is_named(&token, "body"))
            body = (size_t)token.range.offset;
        if (token.kind != HTML_RAW && reader.raw[0] == '\0')
            end = reader.at;
    }
    return body != SIZE_MAX ? body : end;
}

/* The octets of one character of UTF-8 that is no ASCII, and its code point. */
static size_t character_at(struct bytes text, size_t at, uint32_t *code)
{
    size_t size = 1;

    *code = text.data[at] & (0x3FU >> (text.data[at] >= 0xE0 ? text.data[at] >= 0xF0 ? 3 : 2 : 1));
    while (at + size < text.size && text.data[at + size] >> 6 == 2) {
        *code = *code << 6 | (text.data[at + size] & 0x3F);
        size++;
    }
    return size;
}

/* Only ASCII, which means the same in every charset that keeps it, in lines as the text's are. */
static size_t put_references(struct bytes html, struct bytes line_break, uint8_t *out)
{
    size_t size = 0;
    uint32_t code;

    for (size_t at = 0; at < html.size;) {
        if (html.data[at] == '\r' || html.data[at] == '\n' || html.data[at] == 0) {
            if (html.data[at++] != '\n')
                continue;
            memcpy(out + size, line_break.data, line_break.size);
            size += line_break.size;
        } else if (html.data[at] < 0x80) {
            out[size++] = html.data[at++];
        } else {
            at += character_at(html, at, &code);
            size += (size_t)sprintf((char *)out + size, "&#%u;", (unsigned)(code & 0x1FFFFF));
        }
    }
    return size;
}

static const char *reference_of(uint8_t octet)
{
    static const struct {
        uint8_t octet;
        const char *reference;
    } rows[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'\n', "<br>\n"}, {'\r', ""}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].octet == octet)
            return rows[i].reference;
    }
    return NULL;
}

/* A text as HTML, where no HTML is given. */
static enum status html_of_text(struct footer *footer, struct bytes *html)
{
    struct bytes text = footer->text;
    uint8_t *out;
    size_t size;
    enum status status = conversion_take(footer->conversion, 5 * text.size + 8, &out);

    if (status != STATUS_OK)
        return status;
    memcpy(out, "<p>", 3);
    size = 3;
    for (size_t i = 0; i < text.size; i++) {
        struct bytes octets = {text.data + i, 1};
        const char *reference = reference_of(text.data[i]);

        if (reference != NULL)
            octets = bytes_of_text(reference);
        if (octets.size > 0)
            memcpy(out + size, octets.data, octets.size);
        size += octets.size;
    }
    memcpy(out + size, "</p>", 4);
    *html = (struct bytes){out, size + 4};
    return STATUS_OK;
}

static enum status insert(struct footer *footer, const struct part *part, struct bytes content,
                          struct bytes *all)
{
    struct bytes html = footer->html;
    size_t place = footer_html_place(content), size;
    uint8_t *out;
    enum status status =
        conversion_take(footer->conversion, content.size + REFERENCE_MOST * html.size + 1, &out);

    (void)part;
    if (status != STATUS_OK)
        return status;
    if (place > 0)
        memcpy(out, content.data, place);
    size = place + put_references(html, footer_line_break(footer, content), out + place);
    if (content.size > place)
        memcpy(out + size, content.data + place, content.size - place);
    *all = (struct bytes){out, size + content.size - place};
    return STATUS_OK;
}

enum status footer_put_html(struct footer *footer, struct body *body)
{
    struct bytes label = body->is_relabelled ? body->charset : body->part->charset, all;
    enum status status = STATUS_OK;

    if (footer->html.size == 0)
        status = html_of_text(footer, &footer->html);
    if (status != STATUS_OK)
        return status;
    if (!charset_keeps_ascii(label))
        return footer_recode(footer, body, label, insert);
    status = insert(footer, body->part, body->content, &all);
    if (status == STATUS_OK)
        body_change(body, all);
    return status;
}
