/* The charsets of tables and of Unicode; those with states are in charset_shifts.c. */
#include "engines/decode/charset_encoder.h"

#include <string.h>

/* Octets of the UTF-8 sequence at `at`, and its code point; 1 and U+FFFD for what is none. */
static size_t sequence_at(struct bytes text, size_t at, uint32_t *code)
{
    const uint8_t *data = text.data + at;
    size_t count = data[0] < 0x80 ? 1 : data[0] < 0xE0 ? 2 : data[0] < 0xF0 ? 3 : 4;

    *code = data[0] < 0x80 ? data[0] : data[0] & (0x7FU >> count);
    if (data[0] >= 0x80 &&
        (count > text.size - at || !bytes_is_utf8(bytes_slice(text, at, count)))) {
        *code = CODE_INVALID;
        return 1;
    }
    for (size_t i = 1; i < count; i++)
        *code = *code << 6 | (data[i] & 0x3F);
    return count;
}

uint32_t encoder_next(struct charset_encoder *encoder)
{
    uint32_t code;

    encoder->at += sequence_at(encoder->text, encoder->at, &code);
    return code;
}

uint32_t encoder_peek(const struct charset_encoder *encoder)
{
    uint32_t code = 0;

    if (encoder->at < encoder->text.size)
        (void)sequence_at(encoder->text, encoder->at, &code);
    return code;
}

void sink_put_octets(struct sink *sink, uint32_t octets, unsigned count)
{
    while (count-- > 0)
        sink_put_octet(sink, (uint8_t)(octets >> 8 * count));
}

void sink_put_text(struct sink *sink, const char *text)
{
    size_t length = strlen(text);

    memcpy(sink->octets + sink->size, text, length);
    sink->size += length;
}

/* Where the charset has no `?` in one octet it has one in its tables (EBCDIC). */
void encode_unmappable(struct charset_encoder *encoder, struct sink *sink)
{
    uint32_t octets = '?';
    unsigned count = encoder->codes[0].pages != NULL && encoder->charset->single != NULL
                         ? charset_codes_find(&encoder->codes[0], '?', &octets)
                         : 1;

    encoder->unmappable++;
    if (count > 0)
        sink_put_octets(sink, octets, count);
    else
        sink_put_octet(sink, '?');
}

static void encode_tables(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    const struct charset_codes *codes = &encoder->codes[0];
    uint32_t octets;
    unsigned count = 0;

    if (codes->marked_count > 0)
        count = charset_codes_find_marked(codes, code, encoder_peek(encoder), &octets);
    if (count > 0)
        (void)encoder_next(encoder);
    else
        count = charset_codes_find(codes, code, &octets);
    if (count == 0)
        encode_unmappable(encoder, sink);
    else
        sink_put_octets(sink, octets, count);
}

/* The set itself in seven bits, and what is no graphic character as it stands. */
static void encode_ir_165(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    uint32_t octets;

    if (code <= 0x20 || code == 0x7F)
        sink_put_octet(sink, (uint8_t)code);
    else if (charset_codes_find(&encoder->codes[0], code, &octets) == 2)
        sink_put_octets(sink, octets, 2);
    else if (charset_codes_find(&encoder->codes[0], 0xFF1F, &octets) == 2) {
        sink_put_octets(sink, octets, 2); /* a wide question mark: the set has no other */
        encoder->unmappable++;
    }
}

static void encode_utf_8(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    (void)encoder;
    sink_put(sink, code);
}

static void encode_us_ascii(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    if (code < 0x80)
        sink_put_octet(sink, (uint8_t)code);
    else
        encode_unmappable(encoder, sink);
}

/* A unit of `size` octets in the charset's order. */
static void put_unit(struct sink *sink, uint32_t unit, unsigned size, bool is_little)
{
    for (unsigned i = 0; i < size; i++)
        sink_put_octet(sink, (uint8_t)(unit >> 8 * (is_little ? i : size - 1 - i)));
}

/* The label that leaves the order open has a mark; the others have one only where the text begins
 * with what a reader would take for one. */
static void put_mark(struct charset_encoder *encoder, struct sink *sink, uint32_t code,
                     unsigned size, bool is_little)
{
    enum charset_kind kind = encoder->charset->kind;

    if (!encoder->begun &&
        (kind == CHARSET_UTF_16 || kind == CHARSET_UTF_32 || code == 0xFEFF || code == 0xFFFE))
        put_unit(sink, 0xFEFF, size, is_little);
}

static void encode_utf_16(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    bool is_little = encoder->charset->kind == CHARSET_UTF_16LE;

    put_mark(encoder, sink, code, 2, is_little);
    if (code >= 0x10000) {
        put_unit(sink, 0xD7C0 + (code >> 10), 2, is_little);
        code = 0xDC00 + (code & 0x3FF);
    }
    put_unit(sink, code, 2, is_little);
}

static void encode_utf_32(struct charset_encoder *encoder, struct sink *sink, uint32_t code)
{
    bool is_little = encoder->charset->kind == CHARSET_UTF_32LE;

    put_mark(encoder, sink, code, 4, is_little);
    put_unit(sink, code, 4, is_little);
}

/* What writes a kind, and whose tables it uses beside its own. */
static const struct writer_row {
    void (*encode)(struct charset_encoder *encoder, struct sink *sink, uint32_t code);
    const char *sets[ENCODER_SETS_MOST];
} rows[CHARSET_KINDS] = {
    [CHARSET_UTF_8] = {encode_utf_8, {NULL}},
    [CHARSET_US_ASCII] = {encode_us_ascii, {NULL}},
    [CHARSET_UTF_16] = {encode_utf_16, {NULL}},
    [CHARSET_UTF_16BE] = {encode_utf_16, {NULL}},
    [CHARSET_UTF_16LE] = {encode_utf_16, {NULL}},
    [CHARSET_UTF_32] = {encode_utf_32, {NULL}},
    [CHARSET_UTF_32BE] = {encode_utf_32, {NULL}},
    [CHARSET_UTF_32LE] = {encode_utf_32, {NULL}},
    [CHARSET_UTF_7] = {encode_utf_7, {NULL}},
    [CHARSET_HZ] = {encode_hz, {"gbk"}},
    [CHARSET_ISO_2022_JP] = {encode_iso_2022_jp, {"eucjp"}},
    [CHARSET_ISO_2022_KR] = {encode_iso_2022_kr, {"euckr"}},
    [CHARSET_ISO_2022_CN] = {encode_iso_2022_cn, {"gbk", "euctw"}},
    [CHARSET_ISO_IR_165] = {encode_ir_165, {"isoir165"}},
    [CHARSET_SINGLE] = {encode_tables, {NULL}},
    [CHARSET_PAIRS] = {encode_tables, {NULL}},
    [CHARSET_GB18030] = {encode_tables, {NULL}},
    [CHARSET_EUC_JP] = {encode_tables, {NULL}},
    [CHARSET_EUC_TW] = {encode_tables, {NULL}},
    [CHARSET_DEC_HANYU] = {encode_tables, {NULL}},
};

enum status charset_encoder_init(struct charset_encoder *encoder, const struct charset *charset,
                                 struct bytes text, struct arena *arena)
{
    const struct writer_row *row = &rows[charset->kind];
    enum status status = STATUS_OK;

    *encoder = (struct charset_encoder){.charset = charset, .text = text};
    if (row->encode == encode_tables)
        return charset_codes_init(&encoder->codes[0], charset, arena);
    for (unsigned i = 0; i < ENCODER_SETS_MOST && row->sets[i] != NULL; i++) {
        const struct charset *set = charset_find(bytes_of_text(row->sets[i]));

        if (set != NULL && status == STATUS_OK)
            status = charset_codes_init(&encoder->codes[i], set, arena);
    }
    return status;
}

bool charset_encoder_step(struct charset_encoder *encoder, struct sink *sink)
{
    const struct writer_row *row = &rows[encoder->charset->kind];

    while (encoder->at < encoder->text.size && !sink_is_full(sink)) {
        row->encode(encoder, sink, encoder_next(encoder));
        encoder->begun = true;
    }
    if (encoder->at < encoder->text.size || sink_is_full(sink))
        return true;
    encoder_end(encoder, sink);
    return false;
}
