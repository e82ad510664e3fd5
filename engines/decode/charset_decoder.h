/* Octets of one charset to UTF-8, a block at a time (spec/decoders.md, "Charsets"). Pure: tables
 * are read, nothing is taken. Every octet that means nothing becomes U+FFFD. */
#ifndef ENGINES_DECODE_CHARSET_DECODER_H
#define ENGINES_DECODE_CHARSET_DECODER_H

#include "engines/decode/charset_table.h"

enum { SINK_OCTETS = 8192, SINK_SPARE = 32, CODE_INVALID = 0xFFFD };

/* Where a block goes: a step begins only while it is not full, and puts SINK_SPARE at most. */
struct sink {
    uint8_t octets[SINK_OCTETS];
    size_t size;
    uint64_t invalid;
};

struct charset_decoder {
    const struct charset *charset;
    struct bytes octets;
    size_t at;
    bool begun;
    bool is_little;      /* UTF-16 and UTF-32 */
    bool in_run;         /* of UTF-7's base64, of HZ's pairs */
    uint32_t bits, high; /* UTF-7: bits left over, a high surrogate */
    unsigned bit_count;
    uint8_t sets[4], shift; /* ISO 2022: what stands in G0 to G3, and which of them is in use */
};

static inline bool sink_is_full(const struct sink *sink)
{
    return sink->size > SINK_OCTETS - SINK_SPARE;
}

/* A code point that is no surrogate. */
static inline void sink_put(struct sink *sink, uint32_t code)
{
    uint8_t *out = sink->octets + sink->size;

    if (code < 0x80) {
        out[0] = (uint8_t)code;
        sink->size++;
    } else if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3F));
        sink->size += 2;
    } else if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code & 0x3F));
        sink->size += 3;
    } else {
        out[0] = (uint8_t)(0xF0 | code >> 18);
        out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        out[3] = (uint8_t)(0x80 | (code & 0x3F));
        sink->size += 4;
    }
}

static inline void sink_put_invalid(struct sink *sink)
{
    sink_put(sink, CODE_INVALID);
    sink->invalid++;
}

/* An entry of a table, with its mark. */
static inline void sink_put_entry(struct sink *sink, uint32_t entry)
{
    if (entry >= CODE_LEAD) {
        sink_put_invalid(sink);
        return;
    }
    sink_put(sink, entry & 0x1FFFFF);
    if (entry >> CODE_MARK_SHIFT > 0)
        sink_put(sink, charset_marks[(entry >> CODE_MARK_SHIFT) - 1]);
}

/* Each goes on from decoder->at until the octets end or the sink is full. */
void decode_single(struct charset_decoder *decoder, struct sink *sink);
void decode_pairs(struct charset_decoder *decoder, struct sink *sink);
void decode_utf_8(struct charset_decoder *decoder, struct sink *sink);
void decode_utf_16(struct charset_decoder *decoder, struct sink *sink);
void decode_utf_32(struct charset_decoder *decoder, struct sink *sink);
void decode_utf_7(struct charset_decoder *decoder, struct sink *sink);
void decode_hz(struct charset_decoder *decoder, struct sink *sink);
void decode_iso_2022(struct charset_decoder *decoder, struct sink *sink);

/* The one for a charset's kind. */
void charset_decoder_step(struct charset_decoder *decoder, struct sink *sink);

#endif
