/* Any octets to a body; the first octet chooses form and line break. The oracle: the size is what
 * was counted, no line is longer than its form allows, and our decoder gives the octets back. */
#include <stdlib.h>
#include <string.h>

#include "engines/decode/transfer.h"
#include "engines/decode/transfer_encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lines(struct bytes body, size_t most)
{
    size_t begin = 0;

    for (size_t at = 0; at <= body.size; at++) {
        if (at < body.size && body.data[at] != '\n')
            continue;
        if (at - begin > most + 1)
            abort();
        begin = at + 1;
    }
}

static void check_back(enum transfer_form form, struct bytes octets, struct bytes body)
{
    enum transfer_encoding encoding = form == FORM_BASE64             ? ENCODING_BASE64
                                      : form == FORM_QUOTED_PRINTABLE ? ENCODING_QUOTED_PRINTABLE
                                                                      : ENCODING_IDENTITY;
    uint8_t *back = malloc(body.size + 1);
    bool odd;

    if (back == NULL)
        abort();
    if (decode_octets(encoding, 0, body, back, &odd) != octets.size || odd ||
        (octets.size > 0 && memcmp(back, octets.data, octets.size) != 0))
        abort();
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data + 1, size - 1}, body = {NULL, 0};
    struct bytes line_break = BYTES("\r\n");
    enum transfer_form form;
    uint8_t *out;

    if (size < 1)
        return 0;
    if ((data[0] & 4) != 0)
        line_break = BYTES("\n");
    form = (data[0] & 8) != 0
               ? transfer_form_lightest(octets, line_break, (data[0] & 16) != 0, true)
               : (enum transfer_form)(data[0] & 3);
    if (!transfer_form_carries(form, octets, line_break))
        return 0;
    body.size = transfer_encode_room(form, octets, line_break);
    out = malloc(body.size + 1);
    if (out == NULL || transfer_encode(form, octets, line_break, out) != body.size)
        abort();
    body.data = out;
    check_lines(body, form >= FORM_QUOTED_PRINTABLE ? FORM_ENCODED_LINE : FORM_LINE_MOST);
    if (line_break.size == 2 || memchr(octets.data, '\r', octets.size) == NULL)
        check_back(form, octets, body);
    free(out);
    return 0;
}
