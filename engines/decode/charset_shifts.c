/* Charsets that change their sets on the way, written as their definitions ask for: what is in
 * force ends before each line break, and at the end (RFC 1468, 1557, 1843, 1922, 2152). */
#include "engines/decode/charset_encoder.h"

enum { ESC = 0x1B, SHIFT_OUT = 0x0E, SHIFT_IN = 0x0F };
enum japanese { JAPANESE_ASCII, JAPANESE_ROMAN, JAPANESE_PAIRS };
enum chinese { CHINESE_NONE, CHINESE_GB, CHINESE_CNS };

/* The two octets of a set of 94 rows that mean the code, in seven bits; 0: none do. */
static uint32_t pair_of(const struct charset_codes *codes, uint32_t code)
{
    uint32_t octets;

    if (codes->pages == NULL || charset_codes_find(codes, code, &octets) != 2 ||
        (octets & 0x8080) != 0x8080 || (octets & 0x7F7F) < 0x2121 || (octets & 0x7F) < 0x21)
        return 0;
    octets &= 0x7F7F;
    return (octets >> 8) <= 0x7E && (octets & 0xFF) <= 0x7E ? octets : 0;
}

static void put_designation(struct charset_encoder *encoder, struct sink *sink, uint8_t set,
                            const char *text)
{
    if (encoder->set == set)
        return;
    encoder->set = set;
    sink_put_octet(sink, ESC);
    sink_put_text(sink, text);
}

/* Halfwidth katakana are written wide: RFC 1468 has no others (the standard's
 * index-iso-2022-jp-katakana). */
static uint32_t widened(uint32_t code)
{
    static const uint16_t wide[] = {
        0x3002, 0x300C, 0x300D, 0x3001, 0x30FB, 0x30F2, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9,
        0x30E3, 0x30E5, 0x30E7, 0x30C3, 0x30FC, 0x30A2, 0x30A4, 0x30A6, 0x30A8, 0x30AA, 0x30AB,
        0x30AD, 0x30AF, 0x30B1, 0x30B3, 0x30B5, 0x30B7, 0x30B9, 0x30BB, 0x30BD, 0x30BF, 0x30C1,
        0x30C4, 0x30C6, 0x30C8, 0x30CA, 0x30CB, 0x30CC, 0x30CD, 0x30CE, 0x30CF, 0x30D2, 0x30D5,
        0x30D8, 0x30DB, 0x30DE, 0x30DF, 0x30E0, 0x30E1, 0x30E2, 0x30E4, 0x30E6, 0x30E8, 0x30E9,
        0x30EA, 0x30EB, 0x30EC, 0x30ED, 0x30EF, 0x30F3, 0x309B, 0x309C};

    return code >= 0xFF61 && code <= 0xFF9F ? wide[code - 0xFF61] : code;
}

/* Controls that would be read as a change of sets. */
static bool is_shift(uint32_t code)
{
    return code == ESC || code == SHIFT_OUT || code == SHIFT_IN;
}

void encode_iso_2022_jp(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    bool is_roman = code == 0xA5 || code == 0x203E;
    uint32_t pair;

    if (is_roman) {
        put_designation(encoder, sink, JAPANESE_ROMAN, "(J");
        sink_put_octet(sink, code == 0xA5 ? '\\' : '~');
        return;
    }
    pair = code >= 0x80 ? pair_of(&encoder->codes[0], widened(code)) : 0;
    if (pair != 0) {
        put_designation(encoder, sink, JAPANESE_PAIRS, "$B");
        sink_put_octets(sink, pair, 2);
        return;
    }
    put_designation(encoder, sink, JAPANESE_ASCII, "(B");
    if (code >= 0x80 || is_shift(code))
        encode_unmappable(encoder, sink);
    else
        sink_put_octet(sink, (uint8_t)code);
}

static void shift(struct charset_encoder *encoder, struct sink *sink, bool is_out)
{
    if (encoder->in_run != is_out)
        sink_put_octet(sink, is_out ? SHIFT_OUT : SHIFT_IN);
    encoder->in_run = is_out;
}

void encode_iso_2022_kr(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    uint32_t pair = code >= 0x80 ? pair_of(&encoder->codes[0], code) : 0;

    if (!encoder->begun)
        sink_put_text(sink, "\x1B$)C");
    if (pair != 0) {
        shift(encoder, sink, true);
        sink_put_octets(sink, pair, 2);
        return;
    }
    shift(encoder, sink, false);
    if (code >= 0x80 || is_shift(code))
        encode_unmappable(encoder, sink);
    else
        sink_put_octet(sink, (uint8_t)code);
}

/* Of the second plane of CNS 11643, in seven bits; 0: none. */
static uint32_t second_plane_pair(const struct charset_codes *codes, uint32_t code)
{
    uint32_t octets;

    if (codes->pages == NULL || charset_codes_find(codes, code, &octets) != 4 ||
        octets >> 16 != 0x8EA2)
        return 0;
    return octets & 0x7F7F;
}

/* ESC N takes the next two octets from the second plane. */
static bool put_second_plane(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    uint32_t pair = second_plane_pair(&encoder->codes[1], code);

    if (pair == 0)
        return false;
    if (!encoder->has_second)
        sink_put_text(sink, "\x1B$*H");
    encoder->has_second = true;
    sink_put_text(sink, "\x1BN");
    sink_put_octets(sink, pair, 2);
    return true;
}

void encode_iso_2022_cn(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    uint32_t gb = code >= 0x80 ? pair_of(&encoder->codes[0], code) : 0;
    uint32_t cns = code >= 0x80 && gb == 0 ? pair_of(&encoder->codes[1], code) : 0;

    if (gb != 0 || cns != 0) {
        put_designation(encoder, sink, gb != 0 ? CHINESE_GB : CHINESE_CNS, gb != 0 ? "$)A" : "$)G");
        shift(encoder, sink, true);
        sink_put_octets(sink, gb != 0 ? gb : cns, 2);
        return;
    }
    if (code >= 0x80 && put_second_plane(encoder, sink, code))
        return;
    shift(encoder, sink, false);
    if (code == '\n') {
        encoder->set = CHINESE_NONE;
        encoder->has_second = false;
    }
    if (code >= 0x80 || is_shift(code))
        encode_unmappable(encoder, sink);
    else
        sink_put_octet(sink, (uint8_t)code);
}

static void set_hz_run(struct charset_encoder *encoder, struct sink *sink, bool is_run)
{
    if (encoder->in_run != is_run)
        sink_put_text(sink, is_run ? "~{" : "~}");
    encoder->in_run = is_run;
}

void encode_hz(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    uint32_t pair = code >= 0x80 ? pair_of(&encoder->codes[0], code) : 0;

    set_hz_run(encoder, sink, pair != 0 && pair >> 8 < 0x78);
    if (encoder->in_run)
        sink_put_octets(sink, pair, 2);
    else if (code >= 0x80)
        encode_unmappable(encoder, sink);
    else if (code == '~')
        sink_put_text(sink, "~~");
    else
        sink_put_octet(sink, (uint8_t)code);
}

/* RFC 2152: what may stand for itself (set D, blanks and line breaks). */
static bool is_direct(uint32_t code)
{
    return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') ||
           (code >= '0' && code <= '9') || code == '\'' || code == '(' || code == ')' ||
           (code >= ',' && code <= '/') || code == ':' || code == '?' || code == ' ' ||
           code == '\t' || code == '\r' || code == '\n';
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_bits(struct charset_encoder *encoder, struct sink *sink, uint32_t unit)
{
    encoder->bits = encoder->bits << 16 | unit;
    encoder->bit_count += 16;
    while (encoder->bit_count >= 6) {
        encoder->bit_count -= 6;
        sink_put_octet(sink, (uint8_t)digits[encoder->bits >> encoder->bit_count & 63]);
    }
}

static void end_base64(struct charset_encoder *encoder, struct sink *sink)
{
    if (!encoder->in_run)
        return;
    if (encoder->bit_count > 0)
        sink_put_octet(sink, (uint8_t)digits[encoder->bits << (6 - encoder->bit_count) & 63]);
    sink_put_octet(sink, '-');
    encoder->in_run = false;
    encoder->bits = encoder->bit_count = 0;
}

void encode_utf_7(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    if (is_direct(code) || (code == '+' && !encoder->in_run)) {
        end_base64(encoder, sink);
        sink_put_octet(sink, (uint8_t)code);
        if (code == '+')
            sink_put_octet(sink, '-');
        return;
    }
    if (!encoder->in_run)
        sink_put_octet(sink, '+');
    encoder->in_run = true;
    if (code >= 0x10000) {
        put_bits(encoder, sink, 0xD7C0 + (code >> 10));
        code = 0xDC00 + (code & 0x3FF);
    }
    put_bits(encoder, sink, code);
}

void encoder_end(struct charset_encoder *encoder, struct sink *sink)
{
    enum charset_kind kind = encoder->charset->kind;

    if (kind == CHARSET_UTF_7)
        end_base64(encoder, sink);
    else if (kind == CHARSET_HZ)
        set_hz_run(encoder, sink, false);
    else if (kind == CHARSET_ISO_2022_JP)
        put_designation(encoder, sink, JAPANESE_ASCII, "(B");
    else if (kind == CHARSET_ISO_2022_KR || kind == CHARSET_ISO_2022_CN)
        shift(encoder, sink, false);
}
