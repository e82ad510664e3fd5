/* The dispatcher: which decoder has an encoding, its octets at once, in pieces, counted, or where
 * they come from. */
#include "engines/decode/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "engines/decode/decoder.h"

/* What may grow is decoded piece by piece; what grows more than so many times is counted before it
 * takes more room, and what could not grow so much at once. */
enum { PIECE_OCTETS = 1 << 15, GROWTH_FREE = 4 };

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

/* Room for what the next octets may yield, and for what is held back. At first so much that few
 * need more: a block that is moved leaves a hole, pages that are not written cost nothing. */
static bool make_room(struct decoded *decoded, size_t *capacity, size_t least, struct bytes raw)
{
    size_t needed = decoded->size + least + DECODING_HELD_MOST;
    uint8_t *grown;

    if (needed <= *capacity)
        return true;
    needed += *capacity == 0 ? raw.size * 2 : needed / 4;
    grown = realloc(decoded->octets, needed);
    if (grown == NULL)
        return false;
    decoded->octets = grown;
    *capacity = needed;
    return true;
}

/* Gives back what is not used. */
static void trim(struct decoded *decoded)
{
    uint8_t *trimmed;

    decoded->octets[decoded->size] = 0;
    trimmed = realloc(decoded->octets, decoded->size + 1);
    decoded->octets = trimmed != NULL ? trimmed : decoded->octets;
}

static enum status grow(struct decoding *decoding, struct bytes raw, size_t most,
                        struct decoded *decoded)
{
    size_t capacity = 0;
    bool is_counted = decode_bound(decoding->encoding, raw.size) <= raw.size;
    bool is_tight = most / GROWTH_FREE < raw.size;

    for (size_t at = 0; at < raw.size && decoded->size <= most; at += PIECE_OCTETS) {
        struct bytes piece = bytes_slice(raw, at, PIECE_OCTETS);

        if (!is_counted && (decoded->size / GROWTH_FREE > raw.size || is_tight)) {
            is_counted = true;
            if (decode_room(decoding->encoding, decoding->variant, raw) > most)
                return STATUS_LIMIT;
        }
        if (!make_room(decoded, &capacity, decode_bound(decoding->encoding, piece.size), raw))
            return STATUS_MEMORY;
        decoded->size += decoding_take(decoding, piece, decoded->octets + decoded->size);
    }
    if (!make_room(decoded, &capacity, 1, raw))
        return STATUS_MEMORY;
    decoded->size += decoding_end(decoding, decoded->octets + decoded->size);
    decoded->odd = decoding->odd;
    return decoded->size <= most ? STATUS_OK : STATUS_LIMIT;
}

enum status decode_growing(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                           size_t most, struct decoded *decoded)
{
    struct decoded made = {0};
    struct decoding decoding;
    enum status status;

    decoding_begin(&decoding, encoding, variant);
    status = grow(&decoding, raw, most, &made);
    if (status == STATUS_OK) {
        trim(&made);
        *decoded = made;
    } else {
        free(made.octets);
    }
    return status;
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
