/* A header value; the oracle: UTF-8 without controls, at most 4 octets for each one, and what is
 * charged and taken stays in proportion to the value. */
#include <stdlib.h>

#include "engines/decode/charset.h"
#include "engines/decode/encoded_word.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_control(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < ' ' || text.data[i] == 0x7F)
            return true;
        if (text.data[i] == 0xC2 && text.data[i + 1] < 0xA0)
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes value = {data, size};
    struct encoded_text text;
    struct budget budget;
    struct limits limits;
    struct arena arena;

    charset_warm_up();
    limits_init(&limits);
    budget_init(&budget, &limits, size, 0);
    arena_init(&arena, (size_t)64 << 20);
    if (encoded_words_decode(value, &budget, &arena, &text) != STATUS_OK)
        abort();
    if (!bytes_is_utf8(text.text) || text.text.size > 4 * size || has_control(text.text))
        abort();
    if (budget.decoded_bytes > 4 * size || arena.used > 64 * size + 64 || text.words > size / 6)
        abort();
    arena_clear(&arena);
    return 0;
}
