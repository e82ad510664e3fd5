/* One converter for all names (spec/conversion.md 4.2). */
#include "engines/decode/domain.h"

#include <unicode/uidna.h>

/* Process lifetime; read only once it is there. */
static UIDNA *idna;

void domain_warm_up(void)
{
    UErrorCode error = U_ZERO_ERROR;

    if (idna == NULL)
        idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_USE_STD3_RULES |
                                   UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ,
                               &error);
}

static bool is_ascii(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] > 0x7F)
            return false;
    }
    return true;
}

enum status domain_to_ascii(struct bytes domain, struct arena *arena, struct bytes *ascii)
{
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode error = U_ZERO_ERROR;
    char room[DOMAIN_OCTETS_MOST + 1];
    struct bytes written = domain;
    int32_t size;

    if (!is_ascii(domain)) {
        if (idna == NULL || domain.size > DOMAIN_OCTETS_MOST || !bytes_is_utf8(domain))
            return STATUS_INVALID;
        size = uidna_nameToASCII_UTF8(idna, (const char *)domain.data, (int32_t)domain.size, room,
                                      sizeof room, &info, &error);
        if (U_FAILURE(error) || info.errors != 0 || size <= 0 || size > DOMAIN_OCTETS_MOST)
            return STATUS_INVALID;
        written = (struct bytes){(const uint8_t *)room, (size_t)size};
    }
    ascii->size = written.size;
    ascii->data = (const uint8_t *)arena_copy(arena, written);
    return ascii->data != NULL ? STATUS_OK : STATUS_MEMORY;
}
