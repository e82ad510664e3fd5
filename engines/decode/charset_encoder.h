/* UTF-8 to the octets of one charset, a block at a time (spec/decoders.md 2.1). Pure. What the
 * charset cannot write becomes `?` and is counted; a charset with states ends in its first one. */
#ifndef ENGINES_DECODE_CHARSET_ENCODER_H
#define ENGINES_DECODE_CHARSET_ENCODER_H

#include "engines/decode/charset_codes.h"
#include "engines/decode/charset_decoder.h"

enum { ENCODER_SETS_MOST = 2 };

struct charset_encoder {
    const struct charset *charset;
    struct charset_codes codes[ENCODER_SETS_MOST]; /* its own, or those of the sets it uses */
    struct bytes text;                             /* UTF-8 */
    size_t at;
    uint64_t unmappable;
    bool begun;
    /* states */
    uint8_t set;             /* of ISO 2022: what is designated, as an index of its rows */
    bool in_run, has_second; /* a run of two octets; CNS 11643's second plane is designated */
    uint32_t bits;           /* UTF-7 */
    unsigned bit_count;
};

/* STATUS_MEMORY. The arena holds the tables. */
MUST_CHECK enum status charset_encoder_init(struct charset_encoder *encoder,
                                            const struct charset *charset, struct bytes text,
                                            struct arena *arena);
/* Goes on until the sink is full or the text has ended; false then, and all is written. */
bool charset_encoder_step(struct charset_encoder *encoder, struct sink *sink);

/* The next code point; what is not UTF-8 is U+FFFD. Only while at < text.size. */
uint32_t encoder_next(struct charset_encoder *encoder);
/* The code point that encoder_next() would give; 0 at the end. */
uint32_t encoder_peek(const struct charset_encoder *encoder);
static inline void sink_put_octet(struct sink *sink, uint8_t octet)
{
    sink->octets[sink->size++] = octet;
}
/* `count` octets, the highest first. */
void sink_put_octets(struct sink *sink, uint32_t octets, unsigned count);
void sink_put_text(struct sink *sink, const char *text);
/* `?`, counted. */
void encode_unmappable(struct charset_encoder *encoder, struct sink *sink);

/* One code point each; at the end the one of a charset with states gives out what is left. */
void encode_utf_7(struct charset_encoder *encoder, struct sink *sink, uint32_t code);
void encode_hz(struct charset_encoder *encoder, struct sink *sink, uint32_t code);
void encode_iso_2022_jp(struct charset_encoder *encoder, struct sink *sink, uint32_t code);
void encode_iso_2022_kr(struct charset_encoder *encoder, struct sink *sink, uint32_t code);
void encode_iso_2022_cn(struct charset_encoder *encoder, struct sink *sink, uint32_t code);
void encoder_end(struct charset_encoder *encoder, struct sink *sink);

#endif
