/* Octets in the charset whose label stands in the first line; the oracle: well-formed UTF-8, at
 * most 3 octets for each one and a few at the end, and nothing borrowed that had to be changed. */
#include <stdlib.h>

#include "engines/decode/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    arena_clear(&arena);
    return 0;
}
