/* Split at the last "@"; then each side by its own rules. */
#include "engines/convert/address_form.h"

#include <string.h>

#include "engines/decode/domain.h"

enum { LOCAL_MOST = 512 };

static bool is_atom_octet(uint8_t octet)
{
    uint8_t letter = octet | 0x20;

    return (letter >= 'a' && letter <= 'z') || (octet >= '0' && octet <= '9') || octet > 0x7F ||
           memchr("!#$%&'*+-/=?^_`{|}~", octet, 19) != NULL;
}

/* Atoms with single dots between them. */
static bool is_dot_atom(struct bytes local)
{
    bool is_dot = true;

    for (size_t i = 0; i < local.size; i++) {
        if (local.data[i] == '.' ? is_dot : !is_atom_octet(local.data[i]))
            return false;
        is_dot = local.data[i] == '.';
    }
    return !is_dot;
}

/* One quoted string from its first octet to its last. */
static bool is_quoted(struct bytes local)
{
    size_t i = 1;

    if (local.size < 2 || local.data[0] != '"')
        return false;
    while (i < local.size && local.data[i] != '"')
        i += local.data[i] == '\\' ? 2 : 1;
    return i == local.size - 1;
}

/* No control; ASCII, or UTF-8 where that may be. */
static bool is_writable(struct bytes text, bool is_international)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < ' ' || text.data[i] == 0x7F ||
            (text.data[i] > 0x7F && !is_international))
            return false;
        if (text.data[i] == 0xC2 && i + 1 < text.size && text.data[i + 1] < 0xA0)
            return false;
    }
    return text.size > 0 && bytes_is_utf8(text);
}

static bool is_domain(struct bytes domain)
{
    bool is_literal =
        domain.size > 2 && domain.data[0] == '[' && domain.data[domain.size - 1] == ']';

    for (size_t i = 0; i < domain.size; i++) {
        uint8_t octet = domain.data[i], letter = octet | 0x20;
        bool is_edge = is_literal && (i == 0 || i == domain.size - 1);

        if (is_edge || (letter >= 'a' && letter <= 'z') || (octet >= '0' && octet <= '9') ||
            octet == '-' || octet == '.' || octet == '_' || octet > 0x7F ||
            (is_literal && octet == ':'))
            continue;
        return false;
    }
    return domain.size > 0 && domain.size <= DOMAIN_OCTETS_MOST;
}

/* The local part at `out`, quoted when it needs that; its size. */
static size_t write_local(struct bytes local, uint8_t *out)
{
    size_t size = 0;

    if (is_dot_atom(local) || is_quoted(local)) {
        memcpy(out, local.data, local.size);
        return local.size;
    }
    out[size++] = '"';
    for (size_t i = 0; i < local.size; i++) {
        if (local.data[i] == '"' || local.data[i] == '\\')
            out[size++] = '\\';
        out[size++] = local.data[i];
    }
    out[size++] = '"';
    return size;
}

enum status address_form_of(struct bytes address, bool is_international, struct arena *arena,
                            struct address_form *form)
{
    struct bytes local, domain;
    enum status status = STATUS_OK;
    size_t at = address.size;
    uint8_t *out;

    while (at > 0 && address.data[at - 1] != '@')
        at--;
    local = bytes_slice(address, 0, at > 0 ? at - 1 : 0);
    domain = bytes_slice(address, at, SIZE_MAX);
    if (!is_writable(local, is_international) || local.size > LOCAL_MOST || !is_domain(domain))
        return STATUS_INVALID;
    if (!is_international)
        status = domain_to_ascii(domain, arena, &domain);
    if (status != STATUS_OK || !is_writable(domain, is_international))
        return status != STATUS_OK ? status : STATUS_INVALID;
    out = arena_take(arena, 2 * local.size + 3 + domain.size);
    if (out == NULL)
        return STATUS_MEMORY;
    form->local = (struct bytes){out, write_local(local, out)};
    out[form->local.size] = '@';
    memcpy(out + form->local.size + 1, domain.data, domain.size);
    form->domain = (struct bytes){out + form->local.size + 1, domain.size};
    form->whole = (struct bytes){out, form->local.size + 1 + domain.size};
    return STATUS_OK;
}
