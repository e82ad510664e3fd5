/* The encodings of Unicode: UTF-8 (RFC 3629), UTF-16 (RFC 2781), UTF-32, UTF-7 (RFC 2152). */
#include "engines/decode/charset_decoder.h"

/* The first octet of a sequence: how many follow, its bits, and what the first of them may be. */
static unsigned follow_count(uint8_t octet, uint8_t *least, uint8_t *most)
{
    *least = octet == 0xE0 ? 0xA0 : octet == 0xF0 ? 0x90 : 0x80;
    *most = octet == 0xED ? 0x9F : octet == 0xF4 ? 0x8F : 0xBF;
    if (octet >= 0xC2 && octet <= 0xDF)
        return 1;
    if (octet >= 0xE0 && octet <= 0xEF)
        return 2;
    return octet >= 0xF0 && octet <= 0xF4 ? 3 : 0;
}

/* One U+FFFD for each longest beginning of a sequence (Unicode 3.9, "maximal subpart"). */
static void put_sequence(struct charset_decoder *decoder, struct sink *sink)
{
    uint8_t octet = decoder->octets.data[decoder->at++], least, most;
    unsigned count = follow_count(octet, &least, &most), left = count;
    uint32_t code = octet & (0x3FU >> count);

    for (; left > 0 && decoder->at < decoder->octets.size; left--) {
        octet = decoder->octets.data[decoder->at];
        if (octet < least || octet > most)
            break;
        code = code << 6 | (octet & 0x3F);
        least = 0x80;
        most = 0xBF;
        decoder->at++;
    }
    if (count == 0 || left > 0)
        sink_put_invalid(sink);
    else
        sink_put(sink, code);
}

void decode_utf_8(struct charset_decoder *decoder, struct sink *sink)
{
    while (decoder->at < decoder->octets.size && !sink_is_full(sink)) {
        if (decoder->octets.data[decoder->at] < 0x80)
            sink_put(sink, decoder->octets.data[decoder->at++]);
        else
            put_sequence(decoder, sink);
    }
}

static uint32_t unit_at(const struct charset_decoder *decoder, size_t at)
{
    const uint8_t *data = decoder->octets.data + at;

    return decoder->is_little ? data[0] | (uint32_t)data[1] << 8 : data[1] | (uint32_t)data[0] << 8;
}

/* Zeros stand on one side of letters: in front of them when the high octet comes first. */
static bool looks_little(struct bytes octets)
{
    size_t zeros[2] = {0, 0};

    for (size_t i = 0; i < octets.size && i < 256; i++)
        zeros[i % 2] += octets.data[i] == 0;
    return zeros[0] <= zeros[1];
}

/* A byte order mark decides, else the label, else the look. */
static void begin_utf_16(struct charset_decoder *decoder)
{
    enum charset_kind kind = decoder->charset->kind;

    decoder->is_little =
        kind == CHARSET_UTF_16LE || (kind == CHARSET_UTF_16 && looks_little(decoder->octets));
    if (decoder->octets.size < 2)
        return;
    if (unit_at(decoder, 0) == 0xFFFE)
        decoder->is_little = !decoder->is_little;
    if (unit_at(decoder, 0) == 0xFEFF)
        decoder->at = 2;
}

static void put_unit(struct charset_decoder *decoder, struct sink *sink)
{
    uint32_t unit = unit_at(decoder, decoder->at), low;

    decoder->at += 2;
    if (unit >> 11 != 0xD800 >> 11) {
        sink_put(sink, unit);
        return;
    }
    if (unit < 0xDC00 && decoder->octets.size - decoder->at >= 2) {
        low = unit_at(decoder, decoder->at);
        if (low >> 10 == 0xDC00 >> 10) {
            decoder->at += 2;
            sink_put(sink, 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF));
            return;
        }
    }
    sink_put_invalid(sink);
}

void decode_utf_16(struct charset_decoder *decoder, struct sink *sink)
{
    size_t size = decoder->octets.size;

    if (!decoder->begun)
        begin_utf_16(decoder);
    while (size - decoder->at >= 2 && !sink_is_full(sink))
        put_unit(decoder, sink);
    if (size - decoder->at == 1 && !sink_is_full(sink)) {
        decoder->at++;
        sink_put_invalid(sink);
    }
}

static uint32_t word_at(const struct charset_decoder *decoder, size_t at)
{
    uint32_t first = unit_at(decoder, at), second = unit_at(decoder, at + 2);

    return decoder->is_little ? second << 16 | first : first << 16 | second;
}

static void begin_utf_32(struct charset_decoder *decoder)
{
    enum charset_kind kind = decoder->charset->kind;

    decoder->is_little =
        kind == CHARSET_UTF_32LE ||
        (kind == CHARSET_UTF_32 && decoder->octets.size >= 4 && decoder->octets.data[0] != 0);
    if (decoder->octets.size < 4)
        return;
    if (word_at(decoder, 0) == 0xFFFE0000)
        decoder->is_little = !decoder->is_little;
    if (word_at(decoder, 0) == 0xFEFF)
        decoder->at = 4;
}

void decode_utf_32(struct charset_decoder *decoder, struct sink *sink)
{
    size_t size = decoder->octets.size;

    if (!decoder->begun)
        begin_utf_32(decoder);
    while (size - decoder->at >= 4 && !sink_is_full(sink)) {
        uint32_t code = word_at(decoder, decoder->at);

        decoder->at += 4;
        if (code > 0x10FFFF || code >> 11 == 0xD800 >> 11)
            sink_put_invalid(sink);
        else
            sink_put(sink, code);
    }
    if (size > decoder->at && size - decoder->at < 4 && !sink_is_full(sink)) {
        decoder->at = size;
        sink_put_invalid(sink);
    }
}

static int base64_value(uint8_t octet)
{
    if (octet >= 'A' && octet <= 'Z')
        return octet - 'A';
    if (octet >= 'a' && octet <= 'z')
        return octet - 'a' + 26;
    if (octet >= '0' && octet <= '9')
        return octet - '0' + 52;
    return octet == '+' ? 62 : octet == '/' ? 63 : -1;
}

/* A unit of UTF-16 that base64 yielded. */
static void put_run_unit(struct charset_decoder *decoder, struct sink *sink, uint32_t unit)
{
    bool is_low = unit >> 10 == 0xDC00 >> 10;

    if (decoder->high != 0 && is_low) {
        sink_put(sink, 0x10000 + ((decoder->high & 0x3FF) << 10) + (unit & 0x3FF));
        decoder->high = 0;
        return;
    }
    if (decoder->high != 0)
        sink_put_invalid(sink);
    decoder->high = unit >> 10 == 0xD800 >> 10 ? unit : 0;
    if (is_low)
        sink_put_invalid(sink);
    else if (decoder->high == 0)
        sink_put(sink, unit);
}

/* What is left over must be less than a unit, and zero. */
static void end_run(struct charset_decoder *decoder, struct sink *sink)
{
    bool is_cut = decoder->high != 0 || decoder->bit_count >= 6 ||
                  (decoder->bits & ((1U << decoder->bit_count) - 1)) != 0;

    if (is_cut)
        sink_put_invalid(sink);
    decoder->in_run = false;
    decoder->high = decoder->bits = decoder->bit_count = 0;
}

/* An octet within a run: takes it, or ends the run before it. */
static void take_in_run(struct charset_decoder *decoder, struct sink *sink)
{
    int value = base64_value(decoder->octets.data[decoder->at]);

    if (value < 0) {
        end_run(decoder, sink);
        decoder->at += decoder->octets.data[decoder->at] == '-';
        return;
    }
    decoder->at++;
    decoder->bits = decoder->bits << 6 | (uint32_t)value;
    decoder->bit_count += 6;
    if (decoder->bit_count >= 16) {
        decoder->bit_count -= 16;
        put_run_unit(decoder, sink, decoder->bits >> decoder->bit_count & 0xFFFF);
    }
}

static void take_plain(struct charset_decoder *decoder, struct sink *sink)
{
    uint8_t octet = decoder->octets.data[decoder->at++];
    struct bytes rest = bytes_slice(decoder->octets, decoder->at, 1);

    if (octet == '+' && rest.size > 0 && rest.data[0] == '-') {
        decoder->at++;
        sink_put(sink, '+');
    } else if (octet == '+' && rest.size > 0 && base64_value(rest.data[0]) >= 0) {
        decoder->in_run = true;
    } else if (octet >= 0x80 || octet == '+') {
        sink_put_invalid(sink);
    } else {
        sink_put(sink, octet);
    }
}

void decode_utf_7(struct charset_decoder *decoder, struct sink *sink)
{
    while (decoder->at < decoder->octets.size && !sink_is_full(sink)) {
        if (decoder->in_run)
            take_in_run(decoder, sink);
        else
            take_plain(decoder, sink);
    }
    if (decoder->in_run && decoder->at == decoder->octets.size && !sink_is_full(sink))
        end_run(decoder, sink);
}
