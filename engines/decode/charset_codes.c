/* Where several octets mean one code point, those are written that more programs read: the first in
 * the table but for the rows of `avoided`, which are used only where nothing else is (WHATWG
 * Encoding Standard 5, "index pointer"). */
#include "engines/decode/charset_codes.h"

struct filling {
    struct charset_codes *codes;
    struct arena *arena;
    bool is_last; /* what is avoided has its turn */
};

/* Octets of a charset that are written only where no others are. */
static const struct avoided {
    const char *label;
    uint16_t first, last;
} avoided[] = {
    {"big5", 0x8140, 0xA0FE},  {"big5", 0xA2A4, 0xA2A7},  {"big5", 0xA2CC, 0xA2CC},
    {"big5", 0xA2CE, 0xA2CE},  {"cp932", 0xED40, 0xEEFC}, {"big52003", 0xC6A1, 0xC7FC},
    {"cp950", 0xA2CC, 0xA2CC}, {"cp950", 0xA2CE, 0xA2CE}, {"gbk", 0x80, 0x80},
};

static bool is_avoided(const struct charset *charset, uint32_t octets)
{
    for (size_t i = 0; i < sizeof avoided / sizeof avoided[0]; i++) {
        if (octets >= avoided[i].first && octets <= avoided[i].last &&
            charset == charset_find(bytes_of_text(avoided[i].label)))
            return true;
    }
    return false;
}

static void put_marked(struct charset_codes *codes, uint32_t entry, uint32_t octets)
{
    if (codes->marked_count < CODES_MARKED_MOST)
        codes->marked[codes->marked_count++] = (struct charset_marked){
            entry & 0x1FFFFF, charset_marks[(entry >> CODE_MARK_SHIFT) - 1], octets};
}

static void put(const struct filling *filling, uint32_t entry, uint32_t octets)
{
    struct charset_codes *codes = filling->codes;
    uint32_t **page;

    if (entry >= CODE_LEAD || entry == 0xFFFD)
        return;
    if (entry >> CODE_MARK_SHIFT > 0) {
        if (!filling->is_last)
            put_marked(codes, entry, octets);
        return;
    }
    page = &codes->pages[entry / CODES_PAGE];
    if (*page == NULL)
        *page = arena_take(filling->arena, CODES_PAGE * sizeof **page);
    if (*page == NULL)
        codes->is_full = true;
    else if ((*page)[entry % CODES_PAGE] == 0)
        (*page)[entry % CODES_PAGE] = octets + 1;
}

static void put_pairs(const struct filling *filling, const struct charset *charset)
{
    bool is_seven = charset->kind == CHARSET_ISO_IR_165;

    for (uint32_t i = 0; charset->pairs != NULL && i < CHARSET_PAIRS_CODES; i++) {
        uint32_t octets = is_seven ? i & 0x7F7F : i | 0x8000;

        if (charset->pairs[i] < CODE_LEAD && is_avoided(charset, octets) == filling->is_last)
            put(filling, charset->pairs[i], octets);
    }
}

/* What stands before the two octets of a plane. */
static uint32_t plane_prefix(enum charset_kind kind, unsigned plane)
{
    if (kind == CHARSET_EUC_JP)
        return 0x8F0000;
    return kind == CHARSET_DEC_HANYU ? 0xC2CB0000 : (0x8EA0U + plane) << 16;
}

static void put_planes(const struct filling *filling, const struct charset *charset)
{
    for (unsigned plane = 0; plane < PLANES_MOST; plane++) {
        uint32_t prefix = plane_prefix(charset->kind, plane);

        for (uint32_t i = 0; charset->planes[plane] != NULL && i < PLANE_CODES; i++)
            put(filling, charset->planes[plane][i],
                prefix | (0xA1 + i / PLANE_SIDE) << 8 | (0xA1 + i % PLANE_SIDE));
    }
}

/* GB18030's four octets by their number. */
static uint32_t four_octets(uint32_t number)
{
    return (0x81 + number / 12600) << 24 | (0x30 + number / 1260 % 10) << 16 |
           (0x81 + number / 10 % 126) << 8 | (0x30 + number % 10);
}

enum status charset_codes_init(struct charset_codes *codes, const struct charset *charset,
                               struct arena *arena)
{
    struct filling filling = {.codes = codes, .arena = arena};

    *codes = (struct charset_codes){.charset = charset};
    codes->pages = arena_take(arena, CODES_PAGES * sizeof(uint32_t *));
    if (codes->pages == NULL)
        return STATUS_MEMORY;
    for (uint32_t octet = 0; charset->single != NULL && octet < 256; octet++) {
        if (charset->kind != CHARSET_ISO_IR_165 && !is_avoided(charset, octet))
            put(&filling, charset->single[octet], octet);
    }
    put_pairs(&filling, charset);
    put_planes(&filling, charset);
    for (uint32_t i = 0; charset->four != NULL && i < FOUR_OCTETS_CODES; i++)
        put(&filling, charset->four[i], four_octets(i));
    filling.is_last = true;
    put_pairs(&filling, charset);
    return codes->is_full ? STATUS_MEMORY : STATUS_OK;
}

static unsigned octets_count(uint32_t octets)
{
    return octets < 0x100 ? 1 : octets < 0x10000 ? 2 : octets < 0x1000000 ? 3 : 4;
}

unsigned charset_codes_find(const struct charset_codes *codes, uint32_t code, uint32_t *octets)
{
    const uint32_t *page = code < 0x110000 ? codes->pages[code / CODES_PAGE] : NULL;

    *octets = 0;
    if (page != NULL && page[code % CODES_PAGE] != 0)
        *octets = page[code % CODES_PAGE] - 1;
    else if (codes->charset->kind == CHARSET_GB18030 && code >= 0x10000 && code < 0x110000)
        *octets = four_octets(code - 0x10000 + 189000);
    else
        return 0;
    return octets_count(*octets);
}

unsigned charset_codes_find_marked(const struct charset_codes *codes, uint32_t code, uint32_t mark,
                                   uint32_t *octets)
{
    for (size_t i = 0; i < codes->marked_count; i++) {
        if (codes->marked[i].code == code && codes->marked[i].mark == mark) {
            *octets = codes->marked[i].octets;
            return octets_count(*octets);
        }
    }
    return 0;
}
