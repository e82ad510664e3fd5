/* Entries of lists: their forms, their canonical keys, and the keys that an address asks for. */
#include "server/policy/entry.h"

#include <stdio.h>
#include <string.h>

#include "protocol/address.h"
#include "server/config/endpoint.h"

enum { DOMAIN_BYTES_MOST = 255, LABEL_BYTES_MOST = 63 };

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* Letters, digits, hyphen and underscore of ASCII; all of UTF-8. */
static bool is_of_label(uint8_t octet)
{
    return octet >= 0x80 || is_digit(octet) || (fold(octet) >= 'a' && fold(octet) <= 'z') ||
           octet == '-' || octet == '_';
}

/* Labels of 1 to 63 octets; the last one is no number, or it would be an IP address. */
static bool is_domain(struct bytes text)
{
    size_t begin = 0;
    bool digits = true;
    for (size_t i = 0; i <= text.size; i++) {
        if (i == text.size || text.data[i] == '.') {
            if (i == begin || i - begin > LABEL_BYTES_MOST || (i == text.size && digits))
                return false;
            begin = i + 1;
            digits = true;
        } else if (!is_of_label(text.data[i])) {
            return false;
        } else {
            digits = digits && is_digit(text.data[i]);
        }
    }
    return text.size <= DOMAIN_BYTES_MOST;
}

/* Offset of the "@" between local part and domain; size: there is none. */
static size_t find_at(struct bytes text)
{
    const uint8_t *at = text.size > 0 ? memrchr(text.data, '@', text.size) : NULL;
    return at != NULL ? (size_t)(at - text.data) : text.size;
}

/* RFC 5321 4.1.3, as far as that it stays one. */
static bool is_literal(struct bytes domain)
{
    if (domain.size < 3 || domain.data[0] != '[' || domain.data[domain.size - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < domain.size; i++)
        if (domain.data[i] >= 0x80 ||
            (!is_of_label(domain.data[i]) && domain.data[i] != '.' && domain.data[i] != ':'))
            return false;
    return true;
}

/* local@domain, both there. */
static bool is_whole_address(struct bytes text)
{
    size_t at = find_at(text);
    struct bytes domain = bytes_slice(text, at + 1, SIZE_MAX);
    return at > 0 && at < text.size && is_address(text) && bytes_is_utf8(text) &&
           (is_domain(domain) || is_literal(domain));
}

static void put(struct bytes text, struct entry_key *key)
{
    uint8_t *octets = key->octets + key->size;
    for (size_t i = 0; i < text.size; i++)
        octets[i] = fold(text.data[i]);
    key->size += text.size;
}

/* Without a quoted local part's quotes; a text that is not one is taken as it stands. */
static void put_local(struct bytes local, struct entry_key *key)
{
    bool quoted = local.size >= 2 && local.data[0] == '"' && local.data[local.size - 1] == '"';
    size_t end = local.size - 1;
    if (!quoted) {
        put(local, key);
        return;
    }
    for (size_t i = 1; i < end; i++) {
        if (local.data[i] == '\\' && i + 1 < end)
            i++;
        key->octets[key->size++] = fold(local.data[i]);
    }
}

bool entry_key_of(struct bytes address_or_domain, struct entry_key *key)
{
    struct bytes text = address_or_domain;
    size_t at = find_at(text), from = 0;
    key->size = key->domain = 0;
    if (text.size == 0 || text.size >= ENTRY_KEY_BYTES)
        return false;
    if (at < text.size) {
        put_local(bytes_slice(text, 0, at), key);
        key->octets[key->size++] = '@';
        key->domain = key->size;
        from = at + 1;
    }
    put(bytes_slice(text, from, SIZE_MAX), key);
    if (text.size - from > 1 && text.data[text.size - 1] == '.')
        key->size--;
    return true;
}

static const char *read_network(struct bytes text, struct network *network)
{
    char copy[64];
    if (text.size >= sizeof copy)
        return "an IP network";
    snprintf(copy, sizeof copy, "%.*s", (int)text.size, (const char *)text.data);
    return network_read(copy, network) == NULL ? NULL
                                               : "an IP network as 192.0.2.0/24 or 2001:db8::/32, "
                                                 "no bit set behind its prefix";
}

/* Only digits and dots, or a colon or slash in what has no "@". */
static bool looks_like_network(struct bytes text)
{
    bool digits = is_digit(text.data[0]);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == ':' || text.data[i] == '/')
            return true;
        digits = digits && (is_digit(text.data[i]) || text.data[i] == '.');
    }
    return digits;
}

static const char *read_mail(struct bytes text, size_t at, struct entry *entry)
{
    entry->kind = at == text.size - 1 ? ENTRY_LOCAL : ENTRY_ADDRESS;
    struct bytes local = bytes_slice(text, 0, at);
    if (entry->kind == ENTRY_LOCAL && !(is_address(local) && bytes_is_utf8(local)))
        return "a local part as postmaster@";
    if (entry->kind == ENTRY_ADDRESS && !is_whole_address(text))
        return "an address as a@x.example";
    return entry_key_of(text, &entry->key) ? NULL : "at most 320 octets";
}

const char *entry_read(struct bytes text, struct entry *entry)
{
    size_t at = find_at(text);
    /* Legal in a local part, and never meant so: "*"@x.example says it. */
    if (bytes_find(text, 0, '*') < text.size && text.data[0] != '"')
        return "an entry without \"*\": x.example is all of a domain, .x.example all below it";
    if (at > 0 && at < text.size)
        return read_mail(text, at, entry);
    if (text.size > 0 && at == text.size && looks_like_network(text)) {
        entry->kind = ENTRY_NETWORK;
        return read_network(text, &entry->network);
    }
    bool below = text.size > 0 && text.data[0] == '.';
    struct bytes name = bytes_slice(text, at == 0 || below, SIZE_MAX);
    entry->kind = below ? ENTRY_BELOW : ENTRY_DOMAIN;
    if (!is_domain(name) || !bytes_is_utf8(name))
        return "an address, a domain (x.example, .x.example), a local part (postmaster@) or an IP "
               "network";
    return entry_key_of(below ? text : name, &entry->key) ? NULL : "at most 320 octets";
}

const char *entry_check_value(struct bytes text)
{
    size_t at = find_at(text);
    bool fine = at > 0 && at < text.size ? is_whole_address(text)
                                         : is_domain(bytes_slice(text, at == 0, SIZE_MAX));
    return fine && bytes_is_utf8(text) ? NULL : "an address, @domain or a domain";
}

bool entry_walk_init(struct entry_walk *walk, struct bytes address_or_domain)
{
    walk->step = 0;
    return entry_key_of(address_or_domain, &walk->key);
}

static bool walk_above(struct entry_walk *walk, struct bytes *key)
{
    struct entry_key *whole = &walk->key;
    while (walk->at < whole->size && whole->octets[walk->at] != '.')
        walk->at++;
    if (walk->at + 2 > whole->size)
        return false;
    *key = (struct bytes){whole->octets + walk->at, whole->size - walk->at};
    walk->at++;
    return true;
}

bool entry_walk_next(struct entry_walk *walk, struct bytes *key, enum entry_kind *kind)
{
    struct entry_key *whole = &walk->key;
    for (;;) {
        switch (walk->step++) {
        case 0:
            *kind = ENTRY_ADDRESS;
            *key = (struct bytes){whole->octets, whole->size};
            if (whole->domain > 0 && whole->domain < whole->size)
                return true;
            break;
        case 1:
            *kind = ENTRY_LOCAL;
            *key = (struct bytes){whole->octets, whole->domain};
            if (whole->domain > 1)
                return true;
            whole->octets[whole->size] = '@';
            *key = (struct bytes){whole->octets, whole->size + 1};
            if (whole->domain == 0 && memchr(whole->octets, '.', whole->size) == NULL)
                return true;
            break;
        case 2:
            *kind = ENTRY_DOMAIN;
            *key = (struct bytes){whole->octets + whole->domain, whole->size - whole->domain};
            walk->at = whole->domain + 1;
            if (key->size > 0)
                return true;
            break;
        default:
            *kind = ENTRY_BELOW;
            walk->step = 3;
            return walk_above(walk, key);
        }
    }
}
