/* Values that cannot leave their line, and, in HTML, their place. */
#include "server/policy/value_text.h"

#include <string.h>

static void append(struct value_text *value, struct bytes text)
{
    if (value->is_full || value->size + text.size > VALUE_TEXT_BYTES) {
        value->is_full = true;
        return;
    }
    memcpy(value->octets + value->size, text.data, text.size);
    value->size += text.size;
}

/* Octets of the character that begins at `at`; 0: none that is well formed. */
static size_t character_size(struct bytes text, size_t at)
{
    for (size_t size = 1; size <= 4 && at + size <= text.size; size++)
        if (bytes_is_utf8(bytes_slice(text, at, size)))
            return size;
    return 0;
}

/* C0, DEL, C1; U+200E..F, U+2028..E, U+2066..9, U+FEFF. */
static bool is_unprintable(struct bytes character)
{
    const uint8_t *octets = character.data;
    if (character.size == 1)
        return octets[0] < 0x20 || octets[0] == 0x7F;
    if (character.size == 2)
        return octets[0] == 0xC2 && octets[1] < 0xA0;
    if (character.size != 3)
        return false;
    uint32_t code = (octets[0] & 0x0FU) << 12 | (octets[1] & 0x3FU) << 6 | (octets[2] & 0x3FU);
    return code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

void value_text_join(struct value_text *value, struct bytes text)
{
    if (text.size == 0)
        return;
    if (value->size > 0)
        append(value, BYTES(", "));
    for (size_t at = 0; at < text.size && !value->is_full;) {
        size_t size = character_size(text, at);
        struct bytes character = bytes_slice(text, at, size);
        if (size == 0)
            append(value, BYTES("\xEF\xBF\xBD"));
        else
            append(value, is_unprintable(character) ? BYTES(" ") : character);
        at += size > 0 ? size : 1;
    }
}

struct bytes value_text_end(const struct value_text *value)
{
    return (struct bytes){value->octets, value->size};
}

enum status value_text_html(struct bytes text, struct buffer *out)
{
    static const struct {
        uint8_t octet;
        const char *entity;
    } rows[] = {{'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"},
                {'"', "&quot;"}, {'\'', "&#39;"}, {'`', "&#96;"}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < text.size && status == STATUS_OK; i++) {
        struct bytes put = bytes_slice(text, i, 1);
        for (size_t j = 0; j < sizeof rows / sizeof *rows; j++)
            if (rows[j].octet == text.data[i])
                put = bytes_of_text(rows[j].entity);
        status = buffer_append(out, put);
    }
    return status;
}
