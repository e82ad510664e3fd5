/* Looks at the first elements or packets only, but for armour, which may stand anywhere in text. */
#include "engines/attachment/crypto.h"

#include <string.h>

#include "engines/decode/cms.h"
#include "engines/decode/der.h"

enum { ARMOR_LINE_OCTETS = 20 };

static enum crypto_kind smime_kind(struct bytes content)
{
    static const enum crypto_kind kinds[] = {[CMS_NONE] = CRYPTO_NONE,
                                             [CMS_SIGNED] = CRYPTO_SMIME_SIGNED,
                                             [CMS_OPAQUE] = CRYPTO_SMIME_OPAQUE,
                                             [CMS_ENCRYPTED] = CRYPTO_SMIME_ENCRYPTED,
                                             [CMS_COMPRESSED] = CRYPTO_SMIME_COMPRESSED};

    return kinds[cms_kind_of(content)];
}

/* A session key packet: public-key (tag 1, version 3 or 6) or by pass phrase (tag 3, version 4 to
 * 6), in the old or the new form. */
static bool is_pgp_message(struct bytes octets)
{
    uint8_t first = octets.size >= 16 ? octets.data[0] : 0, version;
    bool is_new = (first & 0x40) != 0;
    unsigned tag = is_new ? first & 0x3F : first >> 2 & 0xF;
    size_t length = is_new ? (octets.data[1] < 192 ? 1 : 2) : 1u << (first & 3);
    uint64_t size = 0;

    if ((first & 0x80) == 0 || length > 4)
        return false;
    for (size_t i = 0; i < length; i++)
        size = size << 8 | octets.data[1 + i];
    if (is_new && length == 2)
        size = ((size >> 8) - 192) * 256 + (size & 0xFF) + 192;
    version = octets.data[1 + length];
    if (tag == 1)
        return (version == 3 || version == 6) && size >= 40 && size <= 1200 &&
               octets.data[10 + length] <= 27;
    return tag == 3 && version >= 4 && version <= 6 && size >= 4 && size <= 128 &&
           octets.data[2 + length] <= 13;
}

static bool is_base64(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') || octet == '+' || octet == '/' || octet == '=';
}

/* Behind the armour's head line: fields, a blank line, and a line of base64. Talk about armour has
 * none. */
static bool has_armored_octets(struct bytes text, size_t at)
{
    for (unsigned lines = 0; lines < 20 && at < text.size; lines++) {
        size_t from = bytes_find(text, at, '\n') + 1, end = from;

        while (end < text.size && is_base64(text.data[end]))
            end++;
        if (end > from && end - from >= ARMOR_LINE_OCTETS)
            return true;
        at = from;
    }
    return false;
}

/* Armour of which kind begins a line; signed text is looked through for more. */
static void look_for_armor(struct bytes text, struct crypto *crypto)
{
    static const char head[] = "-----BEGIN PGP ";
    size_t at = 0;

    while (at < text.size) {
        const uint8_t *found = memmem(text.data + at, text.size - at, head, sizeof head - 1);
        size_t from = found == NULL ? text.size : (size_t)(found - text.data);
        struct bytes kind = bytes_slice(text, from + sizeof head - 1, 14);

        at = from + sizeof head - 1;
        if (found == NULL || (from > 0 && text.data[from - 1] != '\n'))
            continue;
        if (bytes_equal(bytes_slice(kind, 0, 7), BYTES("MESSAGE")) &&
            has_armored_octets(text, at)) {
            *crypto = (struct crypto){CRYPTO_PGP_ENCRYPTED, {from, text.size - from}};
            return;
        }
        if (crypto->kind == CRYPTO_NONE &&
            (bytes_equal(kind, BYTES("SIGNED MESSAGE")) ||
             bytes_equal(bytes_slice(kind, 0, 9), BYTES("SIGNATURE"))))
            *crypto = (struct crypto){CRYPTO_PGP_SIGNED, {from, text.size - from}};
    }
}

static bool is_smime_type(struct bytes type)
{
    return bytes_equal(type, BYTES("application/pkcs7-mime")) ||
           bytes_equal(type, BYTES("application/x-pkcs7-mime"));
}

void crypto_look(struct bytes content, struct bytes type, struct crypto *crypto)
{
    *crypto = (struct crypto){CRYPTO_NONE, {0, content.size}};
    if (content.size == 0)
        return;
    if (content.data[0] == DER_SEQUENCE)
        crypto->kind = smime_kind(content);
    else if ((content.data[0] & 0x80) != 0 && is_pgp_message(content))
        crypto->kind = CRYPTO_PGP_ENCRYPTED;
    if (crypto->kind == CRYPTO_NONE && is_smime_type(type))
        crypto->kind = CRYPTO_SMIME_BROKEN;
    if (crypto->kind == CRYPTO_NONE)
        look_for_armor(content, crypto);
}

bool crypto_agrees(enum crypto_kind kind, struct bytes smime_type)
{
    static const struct {
        const char *type;
        enum crypto_kind kinds[2];
    } rows[] = {
        {"enveloped-data", {CRYPTO_SMIME_ENCRYPTED, CRYPTO_SMIME_ENCRYPTED}},
        {"authenveloped-data", {CRYPTO_SMIME_ENCRYPTED, CRYPTO_SMIME_ENCRYPTED}},
        {"signed-data", {CRYPTO_SMIME_OPAQUE, CRYPTO_SMIME_SIGNED}},
        {"certs-only", {CRYPTO_SMIME_SIGNED, CRYPTO_SMIME_SIGNED}},
        {"signed-receipt", {CRYPTO_SMIME_OPAQUE, CRYPTO_SMIME_SIGNED}},
        {"compressed-data", {CRYPTO_SMIME_COMPRESSED, CRYPTO_SMIME_COMPRESSED}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (bytes_equal(smime_type, bytes_of_text(rows[i].type)))
            return kind == rows[i].kinds[0] || kind == rows[i].kinds[1];
    }
    return true;
}
