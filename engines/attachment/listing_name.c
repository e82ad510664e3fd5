/* One decoder for each charset that archives name their files in, one way out for all. */
#include "engines/attachment/listing_name.h"

enum { REPLACEMENT = 0xFFFD };

/* Code page 437, the upper half. */
/* clang-format off */
static const uint16_t cp437[128] = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8,
    0x00EF, 0x00EE, 0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2,
    0x00FB, 0x00F9, 0x00FF, 0x00D6, 0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1,
    0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA, 0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD,
    0x00BC, 0x00A1, 0x00AB, 0x00BB, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562,
    0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, 0x2514, 0x2534,
    0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, 0x255A, 0x2554, 0x2569, 0x2566, 0x2560,
    0x2550, 0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B,
    0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580, 0x03B1, 0x00DF, 0x0393,
    0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4, 0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6,
    0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00F7, 0x2248, 0x00B0,
    0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0
};
/* clang-format on */

/* Reads one character at *at, moves *at behind it. REPLACEMENT for an octet that is none. */
typedef uint32_t (*name_decode)(struct bytes raw, size_t *at);

static uint32_t decode_utf8(struct bytes raw, size_t *at)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint8_t first = raw.data[(*at)++];
    unsigned more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    uint32_t rune = more == 0 ? first : first & (0x3F >> more);

    if (first >= 0x80 && (more == 0 || first >= 0xF8))
        return REPLACEMENT;
    for (unsigned i = 0; i < more; i++) {
        if (*at + i >= raw.size || raw.data[*at + i] >> 6 != 2)
            return REPLACEMENT;
        rune = rune << 6 | (raw.data[*at + i] & 0x3F);
    }
    if (rune < least[more] || rune > 0x10FFFF || rune >> 11 == 0x1B)
        return REPLACEMENT;
    *at += more;
    return rune;
}

static uint32_t decode_cp437(struct bytes raw, size_t *at)
{
    uint8_t octet = raw.data[(*at)++];

    return octet < 0x80 ? octet : cp437[octet - 0x80];
}

static uint32_t decode_latin1(struct bytes raw, size_t *at)
{
    return raw.data[(*at)++];
}

static uint32_t unit_at(struct bytes raw, size_t at)
{
    return at + 2 <= raw.size ? (uint32_t)(raw.data[at] | raw.data[at + 1] << 8) : 0;
}

static uint32_t decode_utf16(struct bytes raw, size_t *at)
{
    uint32_t high = unit_at(raw, *at), low = unit_at(raw, *at + 2);

    *at += 2;
    if (high >> 11 != 0x1B)
        return high;
    if (high >> 10 != 0x36 || low >> 10 != 0x37)
        return REPLACEMENT;
    *at += 2;
    return 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
}

static bool is_printable(uint32_t rune)
{
    return rune >= 0x20 && (rune < 0x7F || rune > 0x9F);
}

static size_t put(uint8_t *out, uint32_t rune)
{
    static const uint8_t leads[] = {0, 0xC0, 0xE0, 0xF0};
    unsigned more = rune >= 0x10000 ? 3 : rune >= 0x800 ? 2 : rune >= 0x80 ? 1 : 0;

    out[0] = (uint8_t)(leads[more] | rune >> 6 * more);
    for (unsigned i = 1; i <= more; i++)
        out[i] = (uint8_t)(0x80 | (rune >> 6 * (more - i) & 0x3F));
    return more + 1;
}

/* An octet becomes three at most (U+FFFD, code page 437), two octets of UTF-16 three too. */
static bool decode(struct arena *arena, name_decode decode_one, struct bytes raw,
                   struct bytes *name)
{
    uint8_t *out;
    size_t at = 0, size = 0;

    if (raw.size > LISTING_NAME_MOST)
        raw = bytes_slice(raw, raw.size - LISTING_NAME_MOST, LISTING_NAME_MOST);
    out = arena_take(arena, 3 * raw.size + 4);
    if (out == NULL)
        return false;
    while (at < raw.size) {
        uint32_t rune = decode_one(raw, &at);

        size += put(out + size, is_printable(rune) ? rune : REPLACEMENT);
    }
    *name = (struct bytes){out, size};
    return true;
}

bool listing_name_utf8(struct arena *arena, struct bytes raw, struct bytes *name)
{
    return decode(arena, decode_utf8, raw, name);
}

bool listing_name_zip(struct arena *arena, struct bytes raw, struct bytes *name)
{
    return decode(arena, bytes_is_utf8(raw) ? decode_utf8 : decode_cp437, raw, name);
}

bool listing_name_latin1(struct arena *arena, struct bytes raw, struct bytes *name)
{
    return decode(arena, bytes_is_utf8(raw) ? decode_utf8 : decode_latin1, raw, name);
}

bool listing_name_utf16(struct arena *arena, struct bytes raw, struct bytes *name)
{
    return decode(arena, decode_utf16, raw, name);
}
