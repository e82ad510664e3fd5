/* Octets in the charset whose label stands in the first line; the oracle: well-formed UTF-8, at
 * most 3 octets for each one and a few at the end, nothing borrowed that had to be changed, and
 * what is written in the charset again reads as the same text. */
#include <stdlib.h>

#include "engines/decode/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* U+FF61 to U+FF9F: ISO-2022-JP has no codes for them; the full ones are written (WHATWG Encoding
 * 12.2.2). */
static bool has_half_kana(struct bytes text)
{
    for (size_t i = 0; i + 2 < text.size; i++) {
        const uint8_t *octet = text.data + i;
        if (octet[0] == 0xEF &&
            ((octet[1] == 0xBD && octet[2] >= 0xA1) || (octet[1] == 0xBE && octet[2] <= 0x9F)))
            return true;
    }
    return false;
}

static void check_back(struct bytes label, struct bytes text, struct budget *budget,
                       struct arena *arena)
{
    struct charset_octets written;
    struct charset_text back;
    const char *cap;

    if (!charset_is_known(label))
        return;
    if (charset_from_utf8(label, text, budget, arena, &written, &cap) != STATUS_OK || cap != NULL ||
        charset_to_utf8(label, written.octets, budget, arena, &back, &cap) != STATUS_OK)
        abort();
    bool same = bytes_equal(back.text, text) || has_half_kana(text);
    if (back.invalid > 0 || (written.unmappable == 0 && !same))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes all = {data, size};
    struct bytes label = bytes_slice(all, 0, bytes_find(all, 0, '\n'));
    struct bytes octets = bytes_slice(all, label.size + 1, SIZE_MAX);
    struct charset_text text;
    struct budget budget;
    struct limits limits;
    struct arena arena;
    const char *cap;

    charset_warm_up();
    limits_init(&limits);
    budget_init(&budget, &limits, octets.size, 0);
    arena_init(&arena, (size_t)64 << 20);
    if (charset_to_utf8(label, octets, &budget, &arena, &text, &cap) != STATUS_OK || cap != NULL)
        abort();
    if (!bytes_is_utf8(text.text) || text.text.size > 3 * octets.size + 3)
        abort();
    if (text.invalid > octets.size + 1 || (text.text.data == octets.data && text.invalid > 0))
        abort();
    if (text.text.data != octets.data && budget.decoded_bytes != text.text.size)
        abort();
    check_back(label, text.text, &budget, &arena);
    arena_clear(&arena);
    return 0;
}
