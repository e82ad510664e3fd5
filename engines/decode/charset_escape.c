/* Charsets that change their sets on the way: ISO 2022 (RFC 1468, 1554, 1557, 1922, JIS X 0213) and
 * HZ (RFC 1843). The planes are those of the EUC charsets. */
#include "engines/decode/charset_decoder.h"

enum { ESC = 0x1B, SHIFT_OUT = 0x0E, SHIFT_IN = 0x0F };

enum set {
    SET_ASCII,
    SET_ROMAN,
    SET_KANA,
    SET_LATIN1,
    SET_GREEK,
    SET_PLANES, /* from here: two octets */
    SET_JIS0208 = SET_PLANES,
    SET_JIS0212,
    SET_KSC,
    SET_GB,
    SET_IR165,
    SET_JIS0213_1,
    SET_JIS0213_2,
    SET_CNS1,
    SET_CNS7 = SET_CNS1 + 6,
    SETS
};

/* Behind ESC: which set goes where. */
static const struct designation {
    const char *text;
    uint8_t place;
    enum set set;
} designations[] = {
    {"(B", 0, SET_ASCII},      {"(J", 0, SET_ROMAN},      {"(H", 0, SET_ROMAN},
    {"(I", 0, SET_KANA},       {")I", 1, SET_KANA},       {"$@", 0, SET_JIS0208},
    {"$B", 0, SET_JIS0208},    {"$(@", 0, SET_JIS0208},   {"$(B", 0, SET_JIS0208},
    {"$(D", 0, SET_JIS0212},   {"$A", 0, SET_GB},         {"$(A", 0, SET_GB},
    {"$(C", 0, SET_KSC},       {"$(O", 0, SET_JIS0213_1}, {"$(Q", 0, SET_JIS0213_1},
    {"$(P", 0, SET_JIS0213_2}, {".A", 2, SET_LATIN1},     {".F", 2, SET_GREEK},
    {"$)A", 1, SET_GB},        {"$)C", 1, SET_KSC},       {"$)G", 1, SET_CNS1},
    {"$)E", 1, SET_IR165},     {"$*H", 2, SET_CNS1 + 1},  {"$+I", 3, SET_CNS1 + 2},
    {"$+J", 3, SET_CNS1 + 3},  {"$+K", 3, SET_CNS1 + 4},  {"$+L", 3, SET_CNS1 + 5},
    {"$+M", 3, SET_CNS7},
};

/* Where a set of two octets stands. */
static const struct {
    const char *label;
    int plane; /* -1: the pairs */
} homes[SETS] = {
    [SET_JIS0208] = {"eucjp", -1},
    [SET_JIS0212] = {"eucjp", 0},
    [SET_KSC] = {"euckr", -1},
    [SET_GB] = {"gbk", -1},
    [SET_IR165] = {"isoir165", -1},
    [SET_JIS0213_1] = {"eucjisx0213", -1},
    [SET_JIS0213_2] = {"eucjisx0213", 0},
    [SET_CNS1] = {"euctw", -1},
    [SET_CNS1 + 1] = {"euctw", 2},
    [SET_CNS1 + 2] = {"euctw", 3},
    [SET_CNS1 + 3] = {"euctw", 4},
    [SET_CNS1 + 4] = {"euctw", 5},
    [SET_CNS1 + 5] = {"euctw", 6},
    [SET_CNS7] = {"euctw", 7},
};

/* Both octets are 21 to 7E. */
static uint32_t two_code(enum set set, uint8_t first, uint8_t second)
{
    static const struct charset *known[SETS];

    if (known[set] == NULL)
        known[set] = charset_find(bytes_of_text(homes[set].label));
    if (known[set] == NULL)
        return CODE_NONE;
    if (homes[set].plane < 0)
        return known[set]->pairs[first * 256 + (second | 0x80)];
    return known[set]->planes[homes[set].plane] == NULL
               ? (uint32_t)CODE_NONE
               : known[set]->planes[homes[set].plane][(first - 0x21) * PLANE_SIDE + second - 0x21];
}

/* 20 to 7E, as GL. */
static uint32_t one_code(enum set set, uint8_t octet)
{
    static const struct charset *greek;

    if (set == SET_ROMAN && (octet == '\\' || octet == '~'))
        return octet == '\\' ? 0xA5 : 0x203E;
    if (set == SET_KANA)
        return octet > 0x20 && octet < 0x60 ? octet + 0xFF40U : (uint32_t)CODE_NONE;
    if (set == SET_LATIN1)
        return octet | 0x80U;
    if (set != SET_GREEK)
        return octet;
    if (greek == NULL)
        greek = charset_find(BYTES("iso88597"));
    return greek != NULL ? greek->single[octet | 0x80] : (uint32_t)CODE_NONE;
}

static bool is_graphic(uint8_t octet)
{
    return octet > 0x20 && octet < 0x7F;
}

/* A character of a set at the place of the decoder. */
static void put_of_set(struct charset_decoder *decoder, struct sink *sink, enum set set)
{
    uint8_t first = decoder->octets.data[decoder->at++], second;

    if (first >= 0x80) {
        sink_put_invalid(sink);
    } else if (!is_graphic(first) && set != SET_LATIN1 && set != SET_GREEK) {
        sink_put(sink, first);
    } else if (set < SET_PLANES) {
        sink_put_entry(sink, one_code(set, first));
    } else {
        second = decoder->at < decoder->octets.size ? decoder->octets.data[decoder->at] : 0;
        decoder->at += is_graphic(second);
        sink_put_entry(sink,
                       is_graphic(second) ? two_code(set, first, second) : (uint32_t)CODE_NONE);
    }
}

static const struct designation *designation_at(struct bytes octets)
{
    for (size_t i = 0; i < sizeof designations / sizeof designations[0] && octets.size > 0; i++) {
        struct bytes text;

        if ((uint8_t)designations[i].text[0] != octets.data[0])
            continue;
        text = bytes_of_text(designations[i].text);
        if (bytes_equal(bytes_slice(octets, 0, text.size), text))
            return &designations[i];
    }
    return NULL;
}

/* Behind ESC: a designation, a single shift, a version (ESC & @), or nothing that means anything.
 */
static void take_escape(struct charset_decoder *decoder, struct sink *sink)
{
    struct bytes rest = bytes_slice(decoder->octets, decoder->at + 1, SIZE_MAX);
    const struct designation *found = designation_at(rest);

    decoder->at++;
    if (found != NULL) {
        decoder->sets[found->place] = (uint8_t)found->set;
        decoder->at += bytes_of_text(found->text).size;
    } else if (rest.size > 1 && (rest.data[0] == 'N' || rest.data[0] == 'O')) {
        decoder->at++;
        put_of_set(decoder, sink, decoder->sets[rest.data[0] == 'N' ? 2 : 3]);
    } else if (rest.size > 1 && rest.data[0] == '&' && rest.data[1] == '@') {
        decoder->at += 2;
    } else {
        sink_put_invalid(sink);
    }
}

static void begin_iso_2022(struct charset_decoder *decoder)
{
    enum charset_kind kind = decoder->charset->kind;

    decoder->sets[0] = kind == CHARSET_ISO_IR_165 ? SET_IR165 : SET_ASCII;
    decoder->sets[1] = kind == CHARSET_ISO_2022_JP   ? SET_KANA
                       : kind == CHARSET_ISO_2022_KR ? SET_KSC
                                                     : SET_GB;
}

void decode_iso_2022(struct charset_decoder *decoder, struct sink *sink)
{
    if (!decoder->begun)
        begin_iso_2022(decoder);
    while (decoder->at < decoder->octets.size && !sink_is_full(sink)) {
        uint8_t octet = decoder->octets.data[decoder->at];

        if (octet == ESC) {
            take_escape(decoder, sink);
        } else if (octet == SHIFT_OUT || octet == SHIFT_IN) {
            decoder->shift = octet == SHIFT_OUT;
            decoder->at++;
        } else {
            put_of_set(decoder, sink, decoder->sets[decoder->shift]);
        }
    }
}

/* Behind `~` outside a run: `{` begins one, a line break is nothing, `~` is itself. */
static void take_tilde(struct charset_decoder *decoder, struct sink *sink)
{
    struct bytes rest = bytes_slice(decoder->octets, ++decoder->at, 1);
    uint8_t octet = rest.size > 0 ? rest.data[0] : 0;

    if (octet == '{' || octet == '}')
        decoder->in_run = octet == '{';
    else if (octet == '~')
        sink_put(sink, '~');
    else if (octet != '\n')
        sink_put_invalid(sink);
    decoder->at += octet == '{' || octet == '}' || octet == '~' || octet == '\n';
}

void decode_hz(struct charset_decoder *decoder, struct sink *sink)
{
    while (decoder->at < decoder->octets.size && !sink_is_full(sink)) {
        uint8_t octet = decoder->octets.data[decoder->at];

        decoder->in_run = decoder->in_run && octet != '\n';
        if (octet == '~')
            take_tilde(decoder, sink);
        else
            put_of_set(decoder, sink, decoder->in_run ? SET_GB : SET_ASCII);
    }
    decoder->in_run = decoder->in_run && decoder->at < decoder->octets.size;
}
