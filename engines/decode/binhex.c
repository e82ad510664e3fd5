/* BinHex 4.0 (RFC 1741): six bits a character between two ":", runs of octets, and in them a
 * header, a data fork and a resource fork, each with its sum. Ours: both forks, one behind the
 * other, and whatever else is there: text around, sums that are wrong, octets behind the end. */
#include "engines/decode/decoder.h"

#include <string.h>

enum variant { OURS, DATA_FORK };

static const char *const variants[] = {"ours", "data-fork"};

enum binhex_phase { HEADER, DATA, DATA_SUM, RESOURCE, RESOURCE_SUM, DONE, OPAQUE };

/* The value of a character and one; 0 for what is none. */
static const uint8_t values[256] = {['!'] = 1,  2,          3,          4,  5,          6,
                                    7,          8,          9,          10, 11,         12,
                                    13,         ['0'] = 14, 15,         16, 17,         18,
                                    19,         20,         ['8'] = 21, 22, ['@'] = 23, 24,
                                    25,         26,         27,         28, 29,         30,
                                    31,         32,         33,         34, 35,         36,
                                    37,         ['P'] = 38, 39,         40, 41,         42,
                                    43,         44,         ['X'] = 45, 46, 47,         48,
                                    ['`'] = 49, 50,         51,         52, 53,         54,
                                    55,         ['h'] = 56, 57,         58, 59,         60,
                                    61,         ['p'] = 62, 63,         64};

enum { RUN = 0x90, TAIL = 1 + 8 + 2 + 8 + 2 /* of the header behind the name */ };

/* CRC-16 (CCITT, begins with 0), four bits at a time. */
static uint16_t crc_add(uint16_t crc, uint8_t octet)
{
    static const uint16_t nibbles[16] = {0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5,
                                         0x60c6, 0x70e7, 0x8108, 0x9129, 0xa14a, 0xb16b,
                                         0xc18c, 0xd1ad, 0xe1ce, 0xf1ef};

    crc = (uint16_t)(crc << 4 ^ nibbles[(crc >> 12 ^ octet >> 4) & 15]);
    return (uint16_t)(crc << 4 ^ nibbles[(crc >> 12 ^ octet) & 15]);
}

static uint32_t number_at(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           octets[3];
}

static void give(struct decoding *decoding, const uint8_t *octets, size_t count, uint64_t at,
                 struct yielding *yielding)
{
    for (size_t i = 0; i < count && decoding->variant == OURS; i++)
        yield(yielding, octets[i], at, at + 1);
}

/* The next fork, or its sum when it is empty. */
static void enter(struct binhex_state *state, enum binhex_phase fork, uint32_t size)
{
    state->left = size;
    state->crc = 0;
    state->check_size = 0;
    state->phase = (uint8_t)(size > 0 ? fork : fork + 1);
}

static void take_header(struct decoding *decoding, uint8_t octet, uint64_t at,
                        struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;
    const uint8_t *tail = state->header + 1 + state->header[0];

    state->header[state->header_size++] = octet;
    if (state->header[0] == 0 || state->header[0] > BINHEX_NAME_MOST) {
        decoding->odd = true;
        state->phase = OPAQUE;
        give(decoding, state->header, 1, at, yielding);
        return;
    }
    if (state->header_size <= 1 + state->header[0] + TAIL - 2)
        state->crc = crc_add(state->crc, octet);
    if (state->header_size < 1 + state->header[0] + TAIL)
        return;
    decoding->odd |= state->crc != (tail[TAIL - 2] << 8 | tail[TAIL - 1]);
    state->resource_size = number_at(tail + 15);
    enter(state, DATA, number_at(tail + 11));
}

static void take_fork(struct decoding *decoding, uint8_t octet, uint64_t at,
                      struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;
    bool is_data = state->phase == DATA;

    if (is_data || decoding->variant == OURS)
        yield(yielding, octet, at, at + 1);
    if (!yield_counts(yielding))
        state->crc = crc_add(state->crc, octet);
    decoding->odd |= !is_data;
    if (--state->left == 0)
        state->phase++;
}

/* A sum that is wrong could be octets of the fork. When octets are only counted none is made. */
static void take_sum(struct decoding *decoding, uint8_t octet, uint64_t at,
                     struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;

    state->check[state->check_size++] = octet;
    if (state->check_size < 2)
        return;
    if (state->crc != (state->check[0] << 8 | state->check[1]) || yield_counts(yielding)) {
        decoding->odd = true;
        give(decoding, state->check, 2, at, yielding);
    }
    if (state->phase == DATA_SUM)
        enter(state, RESOURCE, state->resource_size);
    else
        state->phase = DONE;
}

static void take_rest(struct decoding *decoding, uint8_t octet, uint64_t at,
                      struct yielding *yielding)
{
    decoding->odd = true;
    give(decoding, &octet, 1, at, yielding);
}

static void take_octet(struct decoding *decoding, uint8_t octet, uint64_t at,
                       struct yielding *yielding)
{
    static void (*const phases[])(struct decoding *, uint8_t, uint64_t, struct yielding *) = {
        [HEADER] = take_header, [DATA] = take_fork,        [DATA_SUM] = take_sum,
        [RESOURCE] = take_fork, [RESOURCE_SUM] = take_sum, [DONE] = take_rest,
        [OPAQUE] = take_rest};

    phases[decoding->state.binhex.phase](decoding, octet, at, yielding);
}

/* Octets of a fork that are only counted need not be made. Returns how many are left to make. */
static unsigned skip_run(struct decoding *decoding, unsigned count, struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;
    unsigned skipped;

    if (!yield_counts(yielding) || (state->phase != DATA && state->phase != RESOURCE))
        return count;
    skipped = state->left > count ? count : state->left - 1;
    state->left -= skipped;
    yielding->count += state->phase == DATA || decoding->variant == OURS ? skipped : 0;
    return count - skipped;
}

/* RUN and a count repeat the octet before them; RUN and 0 are the octet RUN. */
static void take_coded(struct decoding *decoding, uint8_t octet, uint64_t at,
                       struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;
    unsigned count = 1;

    if (octet == RUN && !state->in_run) {
        state->in_run = true;
        return;
    }
    if (!state->in_run || octet == 0)
        state->previous = state->in_run ? RUN : octet;
    else
        count = octet - 1u;
    state->in_run = false;
    count = skip_run(decoding, count, yielding);
    for (unsigned i = 0; i < count; i++)
        take_octet(decoding, state->previous, at, yielding);
}

static void begin_file(struct decoding *decoding)
{
    struct binhex_state *state = &decoding->state.binhex;

    file_begin(decoding, &state->file);
    state->phase = HEADER;
    state->header_size = 0;
    state->check_size = 0;
    state->crc = 0;
    state->bits = 0;
    state->bit_count = 0;
    state->previous = 0;
    state->in_run = false;
}

static void end_file(struct decoding *decoding, uint64_t at, struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;

    decoding->odd |= state->phase != DONE || state->in_run;
    if (state->phase == HEADER)
        give(decoding, state->header, state->header_size, at, yielding);
    else if (state->phase == DATA_SUM || state->phase == RESOURCE_SUM)
        give(decoding, state->check, state->check_size, at, yielding);
    state->file.inside = false;
    state->file.ended = decoding->variant != OURS;
}

/* Characters of an open file up to its ":"; returns behind them. */
static size_t take_characters(struct decoding *decoding, struct bytes in, size_t at,
                              struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;

    for (; at < in.size && state->file.inside; at++) {
        uint8_t octet = in.data[at], value = values[octet];

        if (octet == ':')
            end_file(decoding, decoding->at + at, yielding);
        else if (value == 0)
            decoding->odd |= octet != '\r' && octet != '\n';
        else {
            state->bits = state->bits << 6 | (value - 1u);
            state->bit_count += 6;
        }
        if (state->bit_count < 8)
            continue;
        state->bit_count -= 8;
        take_coded(decoding, (uint8_t)(state->bits >> state->bit_count), decoding->at + at,
                   yielding);
    }
    return at;
}

static void take_piece(struct decoding *decoding, const struct line_piece *piece,
                       struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;

    if (piece->is_first && line_begins(piece->octets, BINHEX_COMMENT)) {
        state->lines.rest = REST_DROPPED;
        state->file.text_seen = false;
    } else if (piece->is_first)
        state->lines.rest = (uint8_t)file_text(decoding, &state->file, piece, yielding);
    else if (state->lines.rest == REST_TEXT)
        yield_raw(yielding, piece->octets, piece->at);
}

static void take(struct decoding *decoding, struct bytes in, struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;
    struct line_piece piece;
    size_t at = 0;

    while (at < in.size && !state->file.ended) {
        if (state->file.inside) {
            at = take_characters(decoding, in, at, yielding);
        } else if (in.data[at] == ':' && state->lines.size == 0 && !state->lines.is_cut) {
            begin_file(decoding);
            at++;
        } else if (lines_next(&state->lines, in, decoding->at, &at, &piece)) {
            take_piece(decoding, &piece, yielding);
        }
    }
}

static void end(struct decoding *decoding, struct yielding *yielding)
{
    struct binhex_state *state = &decoding->state.binhex;
    struct line_piece piece;

    decoding->odd |= state->file.inside;
    if (state->file.inside)
        end_file(decoding, decoding->at - 1, yielding);
    else if (!state->file.ended && lines_end(&state->lines, &piece))
        take_piece(decoding, &piece, yielding);
}

const struct decoder decoder_binhex = {variants, sizeof variants / sizeof variants[0], take, end};

bool binhex_name(struct bytes octets, uint8_t room[BINHEX_NAME_MOST], struct bytes *name)
{
    struct yielding yielding = {0};
    struct decoding decoding;
    struct binhex_state *state = &decoding.state.binhex;

    decoding_begin(&decoding, ENCODING_BINHEX, OURS);
    begin_file(&decoding);
    for (size_t at = 0; at < octets.size && state->phase == HEADER && state->file.inside; at++)
        (void)take_characters(&decoding, bytes_slice(octets, at, 1), 0, &yielding);
    if (state->phase == HEADER || state->phase == OPAQUE || decoding.odd)
        return false;
    memcpy(room, state->header + 1, state->header[0]);
    *name = (struct bytes){room, state->header[0]};
    return true;
}
