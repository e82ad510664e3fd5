/* Charsets of one octet, of pairs and their longer forms, as the WHATWG Encoding Standard reads
 * them: behind an octet that begins a pair, one below 128 that does not end it stands for itself.
 */
#include "engines/decode/charset_decoder.h"

void decode_single(struct charset_decoder *decoder, struct sink *sink)
{
    const uint32_t *single = decoder->charset->single;

    while (decoder->at < decoder->octets.size && !sink_is_full(sink))
        sink_put_entry(sink, single[decoder->octets.data[decoder->at++]]);
}

static bool in_plane(uint8_t octet)
{
    return octet >= 0xA1 && octet <= 0xFE;
}

static uint32_t plane_code(const struct charset *charset, unsigned plane, const uint8_t *octets)
{
    if (charset->planes[plane] == NULL || !in_plane(octets[0]) || !in_plane(octets[1]))
        return CODE_NONE;
    return charset->planes[plane][(octets[0] - 0xA1) * PLANE_SIDE + octets[1] - 0xA1];
}

static bool is_between(uint8_t octet, uint8_t first, uint8_t last)
{
    return octet >= first && octet <= last;
}

/* GB18030 1.0: four octets, within the BMP by table, above it by number. */
static uint32_t four_code(const struct charset *charset, const uint8_t *octets)
{
    uint32_t number;

    if (!is_between(octets[1], '0', '9') || !is_between(octets[2], 0x81, 0xFE) ||
        !is_between(octets[3], '0', '9'))
        return CODE_NONE;
    number = (octets[0] - 0x81U) * 12600 + (octets[1] - 0x30U) * 1260 + (octets[2] - 0x81U) * 10 +
             (octets[3] - 0x30U);
    if (number < FOUR_OCTETS_CODES)
        return charset->four[number];
    return number >= 189000 && number < 189000 + 0x100000 ? number - 189000 + 0x10000 : CODE_NONE;
}

/* Octets of a longer form that stands at `octets`, and its code; 0 when none does. */
static size_t long_form(const struct charset *charset, struct bytes octets, uint32_t *code)
{
    const uint8_t *data = octets.data;

    *code = CODE_NONE;
    if (charset->kind == CHARSET_EUC_JP && octets.size >= 3 && data[0] == 0x8F) {
        *code = plane_code(charset, 0, data + 1);
        return in_plane(data[1]) && in_plane(data[2]) ? 3 : 0;
    }
    if (octets.size < 4)
        return 0;
    if (charset->kind == CHARSET_EUC_TW && data[0] == 0x8E && is_between(data[1], 0xA1, 0xAF))
        *code = plane_code(charset, data[1] - 0xA0U, data + 2);
    else if (charset->kind == CHARSET_DEC_HANYU && data[0] == 0xC2 && data[1] == 0xCB)
        *code = plane_code(charset, 3, data + 2);
    else if (charset->kind == CHARSET_GB18030)
        *code = four_code(charset, data);
    return *code != CODE_NONE ? 4 : 0;
}

static void put_pair(struct charset_decoder *decoder, struct sink *sink)
{
    struct bytes octets = bytes_slice(decoder->octets, decoder->at, SIZE_MAX);
    uint32_t code;
    size_t size = long_form(decoder->charset, octets, &code);

    if (size == 0 && octets.size > 1) {
        uint8_t trail = octets.data[1];

        code = decoder->charset->pairs[(octets.data[0] - 0x80) * 256 + trail];
        size = code == CODE_NONE && trail < 0x80 ? 1 : 2;
    }
    sink_put_entry(sink, code);
    decoder->at += size > 0 ? size : 1;
}

void decode_pairs(struct charset_decoder *decoder, struct sink *sink)
{
    const uint32_t *single = decoder->charset->single;

    while (decoder->at < decoder->octets.size && !sink_is_full(sink)) {
        uint32_t code = single[decoder->octets.data[decoder->at]];

        if (code == CODE_LEAD) {
            put_pair(decoder, sink);
        } else {
            sink_put_entry(sink, code);
            decoder->at++;
        }
    }
}

void charset_decoder_step(struct charset_decoder *decoder, struct sink *sink)
{
    static void (*const steps[CHARSET_KINDS])(struct charset_decoder *, struct sink *) = {
        [CHARSET_UTF_8] = decode_utf_8,          [CHARSET_US_ASCII] = decode_utf_8,
        [CHARSET_UTF_16] = decode_utf_16,        [CHARSET_UTF_16BE] = decode_utf_16,
        [CHARSET_UTF_16LE] = decode_utf_16,      [CHARSET_UTF_32] = decode_utf_32,
        [CHARSET_UTF_32BE] = decode_utf_32,      [CHARSET_UTF_32LE] = decode_utf_32,
        [CHARSET_UTF_7] = decode_utf_7,          [CHARSET_HZ] = decode_hz,
        [CHARSET_ISO_2022_JP] = decode_iso_2022, [CHARSET_ISO_2022_KR] = decode_iso_2022,
        [CHARSET_ISO_2022_CN] = decode_iso_2022, [CHARSET_ISO_IR_165] = decode_iso_2022,
        [CHARSET_SINGLE] = decode_single,        [CHARSET_PAIRS] = decode_pairs,
        [CHARSET_GB18030] = decode_pairs,        [CHARSET_EUC_JP] = decode_pairs,
        [CHARSET_EUC_TW] = decode_pairs,         [CHARSET_DEC_HANYU] = decode_pairs,
    };

    steps[decoder->charset->kind](decoder, sink);
    decoder->begun = true;
}
