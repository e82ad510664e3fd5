/* base64 (RFC 2045 6.8). Ours: octets outside the alphabet are skipped, "=" ends a group, what is
 * there of it is given out, and reading goes on behind it. */
#include "engines/decode/decoder.h"

enum variant { OURS, PADDING_ENDS, PADDING_COUNTS, PADDING_SKIPPED, JUNK_ENDS, URL_SAFE, LINES };

static const char *const variants[] = {
    "ours", "padding-ends", "padding-counts", "padding-skipped", "junk-ends", "url-safe", "lines"};

/* A character's value with the highest bit set, else one of these. */
enum { JUNK, PADDING, BLANK, BREAK, CHARACTER = 128 };

#define LETTERS(first)                                                                             \
    128 + (first), 129 + (first), 130 + (first), 131 + (first), 132 + (first), 133 + (first),      \
        134 + (first), 135 + (first), 136 + (first), 137 + (first), 138 + (first), 139 + (first),  \
        140 + (first), 141 + (first), 142 + (first), 143 + (first), 144 + (first), 145 + (first),  \
        146 + (first), 147 + (first), 148 + (first), 149 + (first), 150 + (first), 151 + (first),  \
        152 + (first), 153 + (first)
#define STANDARD                                                                                   \
    ['='] = PADDING, [' '] = BLANK, ['\t'] = BLANK, ['\r'] = BLANK, ['\n'] = BREAK,                \
    ['A'] = LETTERS(0), ['a'] = LETTERS(26), ['0'] = 180, 181, 182, 183, 184, 185, 186, 187, 188,  \
    189, ['+'] = 190, ['/'] = 191

static const uint8_t standard[256] = {STANDARD};
static const uint8_t url_safe[256] = {STANDARD, ['-'] = 190, ['_'] = 191};

enum { MARKS = CHARACTER << 18 | CHARACTER << 12 | CHARACTER << 6 | CHARACTER };

/* Whole groups from `at` on: four characters give three octets. Returns behind the last. */
static size_t take_groups(const uint8_t *table, struct bytes in, size_t at, uint64_t base,
                          struct yielding *yielding)
{
    uint8_t *out = yielding->out == NULL ? NULL : yielding->out + yielding->count;
    size_t begin = at;

    for (; in.size - at >= 4; at += 4) {
        uint32_t a = table[in.data[at]], b = table[in.data[at + 1]];
        uint32_t c = table[in.data[at + 2]], d = table[in.data[at + 3]];
        uint32_t group = (a << 18) + (b << 12) + (c << 6) + d - MARKS;

        if ((a & b & c & d) < CHARACTER)
            break;
        if (out == NULL) {
            yield(yielding, (uint8_t)(group >> 16), base + at, base + at + 2);
            yield(yielding, (uint8_t)(group >> 8), base + at + 1, base + at + 3);
            yield(yielding, (uint8_t)group, base + at + 2, base + at + 4);
            continue;
        }
        out[0] = (uint8_t)(group >> 16);
        out[1] = (uint8_t)(group >> 8);
        out[2] = (uint8_t)group;
        out += 3;
    }
    if (out != NULL)
        yielding->count += (at - begin) / 4 * 3;
    return at;
}

/* A character of an open group gives out what it completes. */
static void take_character(struct base64_state *state, uint8_t six, uint64_t at,
                           struct yielding *yielding)
{
    unsigned held = state->held;

    if (held > 0)
        yield(yielding, (uint8_t)(state->group[0] << 2 * held | six >> (6 - 2 * held)),
              state->last_at, at + 1);
    state->held = (held + 1) % 4;
    state->group[0] = six;
    state->last_at = at;
}

/* Gives out the first octets of a group, and begins another. */
static void give_group(struct base64_state *state, unsigned octets, uint64_t at,
                       struct yielding *yielding)
{
    const uint8_t *group = state->group;

    if (octets > 0)
        yield(yielding, (uint8_t)(group[0] << 2 | group[1] >> 4), at, at + 1);
    if (octets > 1)
        yield(yielding, (uint8_t)(group[1] << 4 | group[2] >> 2), at, at + 1);
    if (octets > 2)
        yield(yielding, (uint8_t)(group[2] << 6 | group[3]), at, at + 1);
    state->held = 0;
    state->pads = 0;
}

/* For readers that look at four characters at a time, "=" among them; one of three or four "="
 * still gives an octet. */
static void take_of_four(struct base64_state *state, uint8_t class, uint64_t at,
                         struct yielding *yielding)
{
    state->pads = (uint8_t)(state->pads + (class == PADDING));
    state->group[state->held++] = class == PADDING ? 0 : (uint8_t)(class - CHARACTER);
    if (state->held == 4)
        give_group(state, state->pads < 3 ? 3u - state->pads : 1u, at, yielding);
}

static void take_padding(struct decoding *decoding, uint64_t at, struct yielding *yielding)
{
    struct base64_state *state = &decoding->state.base64;

    if (decoding->variant == PADDING_SKIPPED)
        return;
    if (decoding->variant == URL_SAFE) {
        state->ended = true;
    } else if (decoding->variant == PADDING_COUNTS) {
        take_of_four(state, PADDING, at, yielding);
    } else if (decoding->variant == PADDING_ENDS || decoding->variant == LINES) {
        give_group(state, state->held > 0 ? state->held - 1u : 0, at, yielding);
        state->ended = decoding->variant == PADDING_ENDS;
    } else {
        decoding->odd |= (state->held < 2 && state->pads_due == 0) || state->broken;
        state->pads_due = state->held == 2;
        state->padded = true;
        state->held = 0;
    }
}

/* What no encoder writes and decoders take differently: octets outside the alphabet, "=" before the
 * third character of a group or too many, anything behind "=", lines that end within a group. */
static void take_other(struct decoding *decoding, uint8_t class, uint64_t at,
                       struct yielding *yielding)
{
    struct base64_state *state = &decoding->state.base64;
    unsigned variant = decoding->variant;

    if (class >= CHARACTER) {
        decoding->odd |= state->padded || state->broken;
        if (variant == PADDING_ENDS || variant == PADDING_COUNTS || variant == LINES)
            take_of_four(state, class, at, yielding);
        else
            take_character(state, class - CHARACTER, at, yielding);
    } else if (class == PADDING) {
        take_padding(decoding, at, yielding);
    } else if (class == BREAK) {
        state->broken |= state->held != 0;
        state->held = variant == LINES ? 0 : state->held;
    } else if (class == JUNK) {
        decoding->odd = true;
        state->ended = variant == JUNK_ENDS;
    }
}

static void take(struct decoding *decoding, struct bytes in, struct yielding *yielding)
{
    const uint8_t *table = decoding->variant == URL_SAFE ? url_safe : standard;
    struct base64_state *state = &decoding->state.base64;

    for (size_t at = 0; at < in.size && !state->ended; at++) {
        bool noted = (!state->padded && !state->broken) || decoding->odd;

        if (state->held == 0 && noted) {
            at = take_groups(table, in, at, decoding->at, yielding);
            if (at == in.size)
                return;
        }
        take_other(decoding, table[in.data[at]], decoding->at + at, yielding);
    }
}

/* One character says nothing; a group without its padding is lost by some. */
static void end(struct decoding *decoding, struct yielding *yielding)
{
    struct base64_state *state = &decoding->state.base64;

    decoding->odd |= state->held > 0 || state->pads_due > 0;
    if (decoding->variant != PADDING_COUNTS || state->pads == state->held)
        return;
    state->pads = (uint8_t)(state->pads + 4 - state->held);
    for (; state->held < 4; state->held++)
        state->group[state->held] = 0;
    give_group(state, state->pads < 3 ? 3u - state->pads : 1u, decoding->at, yielding);
}

const struct decoder decoder_base64 = {variants, sizeof variants / sizeof variants[0], take, end};
