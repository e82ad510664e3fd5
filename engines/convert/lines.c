/* Texts of the configuration, as they are put into a message. */
#include <string.h>

#include "engines/convert/conversion.h"

static struct bytes without_empty_end(struct bytes text)
{
    while (text.size > 0 && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == '\r'))
        text.size--;
    return text;
}

enum status conversion_lines(struct conversion *conversion, struct bytes text, struct bytes *lines)
{
    struct bytes line_break = conversion->draft.line_break;
    size_t size = 0;
    uint8_t *out;
    enum status status = conversion_take(conversion, 2 * text.size + 1, &out);

    if (status != STATUS_OK)
        return status;
    text = without_empty_end(text);
    for (size_t i = 0; i < text.size; i++) {
        bool is_break = text.data[i] == '\n' || text.data[i] == '\r';

        if (text.data[i] == '\r' && i + 1 < text.size && text.data[i + 1] == '\n')
            continue;
        if (is_break) {
            memcpy(out + size, line_break.data, line_break.size);
            size += line_break.size;
        } else if (text.data[i] != 0) {
            out[size++] = text.data[i];
        }
    }
    *lines = (struct bytes){out, size};
    return STATUS_OK;
}
