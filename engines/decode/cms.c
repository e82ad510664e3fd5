/* Looks at the first elements only; nothing is decrypted or verified. */
#include "engines/decode/cms.h"

#include <string.h>

#include "engines/decode/der.h"

enum { SKIP_DEPTH = 16 };

/* The OID of a ContentInfo (RFC 5652, 5083, 3274). */
static const struct {
    const char *oid;
    uint8_t size;
    enum cms_kind kind;
} contents[] = {
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", 9, CMS_SIGNED},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03", 9, CMS_ENCRYPTED},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x04", 9, CMS_ENCRYPTED},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x06", 9, CMS_ENCRYPTED},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17", 11, CMS_ENCRYPTED},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x09", 11, CMS_COMPRESSED},
};

/* Enters the element at *at: *octets becomes its content, *at its beginning. */
static bool enter(struct bytes *octets, size_t *at, uint8_t tag)
{
    struct der element;

    if (!der_next(*octets, at, &element) || element.tag != tag)
        return false;
    *octets = element.content;
    *at = 0;
    return true;
}

/* Enters a ContentInfo up to its [0]. */
static bool enter_content(struct bytes *octets, size_t *at, struct bytes *oid)
{
    struct der element;

    if (!enter(octets, at, DER_SEQUENCE) || !der_next(*octets, at, &element) ||
        element.tag != DER_OID)
        return false;
    *oid = element.content;
    return true;
}

/* SignedData up to its encapContentInfo (RFC 5652 5.1), then its eContent: DER_OCTET_STRING(S). */
static bool find_signed(struct bytes *octets, struct der *content)
{
    struct bytes oid;
    size_t at = 0;

    return enter_content(octets, &at, &oid) && enter(octets, &at, DER_CONTEXT_0) &&
           enter(octets, &at, DER_SEQUENCE) && der_skip(*octets, &at, SKIP_DEPTH) &&
           der_skip(*octets, &at, SKIP_DEPTH) && enter_content(octets, &at, &oid) &&
           enter(octets, &at, DER_CONTEXT_0) && der_next(*octets, &at, content);
}

bool cms_signed_content(struct bytes der, struct range *content)
{
    struct bytes octets = der;
    struct der element;

    if (!find_signed(&octets, &element))
        return false;
    if (element.tag == DER_OCTET_STRINGS) { /* of one piece it is contiguous all the same */
        struct der piece, next;
        size_t at = 0;

        if (!der_next(element.content, &at, &piece) || piece.tag != DER_OCTET_STRING ||
            piece.is_indefinite || der_next(element.content, &at, &next))
            return false;
        element = piece;
    }
    if (element.tag != DER_OCTET_STRING || element.is_indefinite)
        return false;
    *content = (struct range){0, element.content.size};
    if (content->size > 0)
        content->offset = (uint64_t)(element.content.data - der.data);
    return true;
}

enum cms_kind cms_kind_of(struct bytes content)
{
    struct bytes octets = content, oid;
    struct der signed_content;
    size_t at = 0;

    if (!enter_content(&octets, &at, &oid))
        return CMS_NONE;
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        if (oid.size != contents[i].size || memcmp(oid.data, contents[i].oid, oid.size) != 0)
            continue;
        octets = content;
        if (contents[i].kind == CMS_SIGNED && find_signed(&octets, &signed_content))
            return CMS_OPAQUE;
        return contents[i].kind;
    }
    return CMS_NONE;
}
