/* The dispatcher: which decoder has an encoding, its octets at once, in pieces, counted, or where
 * they come from. */
#include "engines/decode/transfer.h"

#include <string.h>

#include "engines/decode/decoder.h"

void yield_raw(struct yielding *yielding, struct bytes octets, uint64_t at)
{
    uint64_t before = yielding->count, behind = before + octets.size;

    yielding->count = behind;
    if (yielding->out != NULL && octets.size > 0)
        memcpy(yielding->out + before, octets.data, octets.size);
    if (yielding->out != NULL || behind <= yielding->from || before >= yielding->to)
        return;
    if (yielding->from >= before)
        yielding->begin = at + (yielding->from - before);
    yielding->end = at + (yielding->to < behind ? yielding->to : behind) - before;
}

static void take_identity(struct decoding *decoding, struct bytes in, struct yielding *yielding)
{
    yield_raw(yielding, in, decoding->at);
}

static void end_identity(struct decoding *decoding, struct yielding *yielding)
{
    (void)decoding;
    (void)yielding;
}

static const char *const identity_variants[] = {"ours"};
static const struct decoder decoder_identity = {identity_variants, 1, take_identity, end_identity};

static const struct decoder *const decoders[] = {
    [ENCODING_IDENTITY] = &decoder_identity,   [ENCODING_BASE64] = &decoder_base64,
    [ENCODING_QUOTED_PRINTABLE] = &decoder_qp, [ENCODING_UUENCODE] = &decoder_uu,
    [ENCODING_YENC] = &decoder_yenc,           [ENCODING_BINHEX] = &decoder_binhex,
    [ENCODING_UNKNOWN] = &decoder_identity,
};

unsigned decode_variants(enum transfer_encoding encoding)
{
    return decoders[encoding]->variant_count;
}

const char *decode_variant_name(enum transfer_encoding encoding, unsigned variant)
{
    return decoders[encoding]->variants[variant];
}

/* base64 gives three octets for four; a line of uuencode at most 63 for two; a run of BinHex at
 * most 254 for two octets of six bits a character. */
size_t decode_bound(enum transfer_encoding encoding, size_t raw_size)
{
    enum { UU_GROWTH = 32, BINHEX_GROWTH = 96, RUN_MOST = 256 };
    size_t most = SIZE_MAX / BINHEX_GROWTH - RUN_MOST;

    if (encoding == ENCODING_BASE64)
        return raw_size - raw_size / 4;
    if (encoding != ENCODING_UUENCODE && encoding != ENCODING_BINHEX)
        return raw_size;
    if (raw_size > most)
        return SIZE_MAX;
    return encoding == ENCODING_UUENCODE ? raw_size * UU_GROWTH
                                         : raw_size * BINHEX_GROWTH + RUN_MOST;
}

void decoding_begin(struct decoding *decoding, enum transfer_encoding encoding, unsigned variant)
{
    memset(decoding, 0, sizeof *decoding);
    decoding->encoding = encoding;
    decoding->variant = variant;
}

static void take(struct decoding *decoding, struct bytes in, struct yielding *yielding)
{
    decoders[decoding->encoding]->take(decoding, in, yielding);
    decoding->at += in.size;
}

size_t decoding_take(struct decoding *decoding, struct bytes in, uint8_t *out)
{
    struct yielding yielding = {.out = out};

    take(decoding, in, &yielding);
    return (size_t)yielding.count;
}

size_t decoding_end(struct decoding *decoding, uint8_t *out)
{
    struct yielding yielding = {.out = out};

    decoders[decoding->encoding]->end(decoding, &yielding);
    return (size_t)yielding.count;
}

static bool decode_all(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                       struct yielding *yielding)
{
    struct decoding decoding;

    decoding_begin(&decoding, encoding, variant);
    take(&decoding, raw, yielding);
    decoders[encoding]->end(&decoding, yielding);
    return decoding.odd;
}

size_t decode_room(enum transfer_encoding encoding, unsigned variant, struct bytes raw)
{
    struct yielding yielding = {0};

    if (encoding != ENCODING_UUENCODE && encoding != ENCODING_BINHEX)
        return decode_bound(encoding, raw.size);
    (void)decode_all(encoding, variant, raw, &yielding);
    return (size_t)yielding.count;
}

size_t decode_octets(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                     uint8_t *out, bool *odd)
{
    struct yielding yielding = {.out = out};

    *odd = decode_all(encoding, variant, raw, &yielding);
    return (size_t)yielding.count;
}

struct range decode_origin(enum transfer_encoding encoding, struct bytes raw, uint64_t from,
                           uint64_t size)
{
    struct yielding yielding = {.from = from,
                                .to = from + size < from ? UINT64_MAX : from + size,
                                .begin = raw.size,
                                .end = raw.size};

    if (size == 0)
        return (struct range){raw.size, 0};
    (void)decode_all(encoding, 0, raw, &yielding);
    if (encoding == ENCODING_BINHEX && yielding.begin < raw.size)
        return (struct range){0, raw.size};
    return (struct range){yielding.begin, yielding.end - yielding.begin};
}
