/* X.690 8.1: identifier, length, contents. */
#include "engines/decode/der.h"

bool der_next(struct bytes octets, size_t *at, struct der *element)
{
    size_t from = *at, length;
    unsigned more;

    if (octets.size < 2 || from > octets.size - 2 || (octets.data[from] & 0x1F) == 0x1F)
        return false;
    *element = (struct der){.tag = octets.data[from]};
    length = octets.data[from + 1];
    from += 2;
    if (element->tag == 0 && length == 0)
        return false;
    if (length == 0x80) {
        element->is_indefinite = true;
        element->content = bytes_slice(octets, from, octets.size - from);
        *at = from;
        return true;
    }
    if (length > 0x80) {
        more = length & 0x7F;
        if (more > 8 || more > octets.size - from)
            return false;
        for (length = 0; more > 0; more--)
            length = length << 8 | octets.data[from++];
    }
    if (length > octets.size - from)
        return false;
    element->content = bytes_slice(octets, from, length);
    *at = from + length;
    return true;
}

/* One pass: opens what is indefinite, closes it at its end-of-contents. */
bool der_skip(struct bytes octets, size_t *at, unsigned depth)
{
    unsigned open = 0;

    do {
        struct der element;

        if (open > 0 && octets.size - *at >= 2 && octets.data[*at] == 0 &&
            octets.data[*at + 1] == 0) {
            *at += 2;
            open--;
            continue;
        }
        if (!der_next(octets, at, &element) || open > depth)
            return false;
        open += element.is_indefinite;
    } while (open > 0);
    return true;
}
