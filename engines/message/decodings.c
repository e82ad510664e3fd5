/* A table of a fixed size, in which the latest takes the place of another. Octets are known by
 * their place: none is freed before the message. */
#include "engines/message/decodings.h"

enum { SLOT_BITS = 8 };

static size_t slot_of(struct bytes raw, enum transfer_encoding encoding, unsigned variant)
{
    const uint64_t multiplier = 0x9E3779B97F4A7C15u;
    uint64_t sum = (uint64_t)(uintptr_t)raw.data;

    sum = (sum ^ raw.size) * multiplier;
    sum = (sum ^ sum >> 32 ^ (uint64_t)encoding << 8 ^ variant) * multiplier;
    return (size_t)(sum >> (64 - SLOT_BITS));
}

const struct known_decoding *decodings_find(const struct decodings *decodings, struct bytes raw,
                                            enum transfer_encoding encoding, unsigned variant)
{
    const struct known_decoding *known;

    if (decodings->slots == NULL)
        return NULL;
    known = &decodings->slots[slot_of(raw, encoding, variant)];
    return known->raw.data == raw.data && known->raw.size == raw.size &&
                   known->encoding == encoding && known->variant == variant &&
                   known->content.size > 0
               ? known
               : NULL;
}

enum status decodings_add(struct decodings *decodings, struct arena *arena,
                          const struct known_decoding *known)
{
    if (decodings->slots == NULL)
        decodings->slots = arena_take(arena, sizeof *decodings->slots << SLOT_BITS);
    if (decodings->slots == NULL)
        return STATUS_MEMORY;
    decodings->slots[slot_of(known->raw, known->encoding, known->variant)] = *known;
    return STATUS_OK;
}

bool decodings_grow(enum transfer_encoding encoding)
{
    return decode_bound(encoding, 1) > 1;
}

enum status decodings_make(struct budget *budget, enum transfer_encoding encoding, unsigned variant,
                           struct bytes raw, struct decoded *decoded, const char **cap)
{
    uint64_t left = budget_left_octets(budget);
    size_t most = left < SIZE_MAX ? (size_t)left : SIZE_MAX;
    enum status status = decode_growing(encoding, variant, raw, most, decoded);

    *cap = NULL;
    if (status == STATUS_LIMIT)
        *cap = budget_take_octets(budget, decode_room(encoding, variant, raw));
    else if (status == STATUS_OK)
        *cap = budget_take_octets(budget, decoded->size);
    return status == STATUS_MEMORY ? status : STATUS_OK;
}
