/* Addresses of mail as they come in an envelope (spec/cccp.md 3.4). A guard, not a judge: what an
 * MTA has accepted passes unless it could be taken for more than one address. */
#include "protocol/address.h"

/* C0, DEL, and C1 as UTF-8 writes them. */
static bool has_control(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];
        if (octet < 0x20 || octet == 0x7F)
            return true;
        if (octet == 0xC2 && i + 1 < text.size && text.data[i + 1] < 0xA0)
            return true;
    }
    return false;
}

/* Size of Quoted-string at the beginning of address, 0 when it does not end. */
static size_t quoted_size(struct bytes address)
{
    for (size_t i = 1; i < address.size; i++) {
        if (address.data[i] == '"')
            return i + 1;
        if (address.data[i] == '\\')
            i++;
    }
    return 0;
}

/* Offset of the first octet that means something in an envelope line; a.size when there is none. */
static size_t find_special(struct bytes a, size_t from, bool at_too)
{
    size_t i = from;
    while (i < a.size && a.data[i] != ' ' && a.data[i] != '<' && a.data[i] != '>' &&
           a.data[i] != '"' && !(at_too && a.data[i] == '@'))
        i++;
    return i;
}

bool is_address(struct bytes address)
{
    if (address.size == 0 || address.size > ADDRESS_LENGTH_MOST || has_control(address) ||
        !bytes_is_utf8(address))
        return false;
    size_t at = address.data[0] == '"' ? quoted_size(address) : find_special(address, 0, true);
    if (at == 0)
        return false;
    if (at == address.size)
        return true;
    return address.data[at] == '@' && at + 1 < address.size &&
           find_special(address, at + 1, true) == address.size;
}
