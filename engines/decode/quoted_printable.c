/* quoted-printable (RFC 2045 6.7). Ours: "=XY" in any case; "=", blanks and a line break are a soft
 * break; any other "=" is itself; blanks at the end of a line stay. */
#include <string.h>

#include "engines/decode/decoder.h"

static const char *const variants[] = {"ours",      "trimmed",         "triples",
                                       "cr-breaks", "escapes-dropped", "marks-dropped"};

enum invalid { KEEP_MARK, KEEP_ESCAPE, DROP_ESCAPE, DROP_MARK };

static const struct rules {
    bool trims;         /* blanks at the ends of lines are left out */
    bool cr_breaks;     /* CR alone ends a line behind "=" */
    bool blanks_break;  /* blanks may stand between "=" and the line's end */
    uint8_t on_invalid; /* "=" that means nothing */
} rules[] = {
    {false, false, true, KEEP_MARK},   {true, false, true, KEEP_MARK},
    {false, true, false, KEEP_ESCAPE}, {false, true, true, KEEP_MARK},
    {false, false, true, DROP_ESCAPE}, {false, false, true, DROP_MARK},
};

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* A digit's value and one. */
static const uint8_t hex_values[256] = {
    ['0'] = 1, 2,  3,  4,  5,  6,          7,  8,  9,  10, ['A'] = 11,
    12,        13, 14, 15, 16, ['a'] = 11, 12, 13, 14, 15, 16};

static bool is_hex(uint8_t octet)
{
    return hex_values[octet] > 0;
}

/* Strict decoders take capitals only: one body with both can say two things. */
enum { HEX_CAPITAL = 1, HEX_SMALL = 2 };

static uint8_t hex_case(uint8_t digit)
{
    return (uint8_t)(digit >= 'a' ? HEX_SMALL : digit >= 'A' ? HEX_CAPITAL : 0);
}

/* An octet that text does not hold: blanks at a line's end matter where such are. */
static bool is_binary(uint8_t octet)
{
    return octet < ' ' && !(octet >= '\t' && octet <= '\r') && octet != 0x1b;
}

static void note_octet(struct qp_state *state, uint8_t octet)
{
    uint8_t before = state->last == '\r' ? state->before_last : state->last;

    state->trails |= octet == '\n' && is_blank(before);
    state->binary |= is_binary(octet);
    state->before_last = state->last;
    state->last = octet;
}

/* An octet that stands for itself. */
static void give_octet(struct decoding *decoding, uint8_t octet, uint64_t at,
                       struct yielding *yielding)
{
    note_octet(&decoding->state.qp, octet);
    yield(yielding, octet, at, at + 1);
}

static void hold(struct decoding *decoding, uint8_t octet, uint64_t at)
{
    struct qp_state *state = &decoding->state.qp;

    if (state->held_size == 0)
        state->held_at = at;
    state->held[state->held_size++] = octet;
}

/* Gives out what is held from `from` on as it stands. */
static void give_held(struct decoding *decoding, size_t from, struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;

    for (size_t i = from; i < state->held_size; i++)
        give_octet(decoding, state->held[i], state->held_at + i, yielding);
    state->held_size = 0;
}

/* Blanks that may end a line, and perhaps a CR behind them, then this octet; false: it is still to
 * be read. */
static bool take_behind_blanks(struct decoding *decoding, uint8_t octet, uint64_t at,
                               struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;
    bool has_cr = state->held[state->held_size - 1] == '\r';

    if (!has_cr && (is_blank(octet) || octet == '\r') && state->held_size < QP_HELD_MOST) {
        hold(decoding, octet, at);
        return true;
    }
    give_held(decoding, octet == '\n' ? state->held_size - has_cr : 0, yielding);
    return false;
}

/* "=" and what is held behind it mean nothing when octet follows; false: octet is still to be
 * read. The next `whole` octets belong to it. */
static bool take_invalid(struct decoding *decoding, uint8_t octet, uint64_t at,
                         struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;
    enum invalid on_invalid = rules[decoding->variant].on_invalid;
    size_t held = state->held_size, digits = held > 1 && is_hex(state->held[1]);

    decoding->odd = true;
    if (on_invalid == KEEP_ESCAPE) {
        give_held(decoding, 0, yielding);
        give_octet(decoding, octet, at, yielding);
        state->whole = held == 1;
        return true;
    }
    if (on_invalid == DROP_ESCAPE) {
        size_t dropped = 1;

        while (dropped < held && dropped < 3 && state->held[dropped] != '\r')
            dropped++;
        state->whole = dropped == held ? (uint8_t)(3 - held) : 0;
        give_held(decoding, dropped, yielding);
        return false;
    }
    give_held(decoding, on_invalid == DROP_MARK ? 1 + digits : 0, yielding);
    return false;
}

static void give_escape(struct decoding *decoding, uint8_t high, uint8_t low, uint64_t at,
                        struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;
    uint8_t value = (uint8_t)((hex_values[high] - 1) << 4 | (hex_values[low] - 1));

    state->cases |= hex_case(high) | hex_case(low);
    state->binary |= is_binary(value);
    state->last = 0;
    yield(yielding, value, at, at + 3);
}

/* An octet behind "=" and what is held; false: it is still to be read. */
static bool take_behind_mark(struct decoding *decoding, uint8_t octet, uint64_t at,
                             struct yielding *yielding)
{
    const struct rules *rule = &rules[decoding->variant];
    struct qp_state *state = &decoding->state.qp;
    uint8_t last = state->held[state->held_size - 1];
    bool is_digit = is_hex(octet);

    if (octet == '\n' && (last == '=' || last == '\r' || is_blank(last))) {
        decoding->odd |= state->held_size > 1 && is_blank(state->held[1]);
        state->held_size = 0;
        state->last = 0;
        return true;
    }
    if (last == '\r' && rule->cr_breaks) {
        state->held_size = 0;
        return false;
    }
    if (state->held_size == 2 && is_digit && is_hex(last)) {
        state->held_size = 0;
        give_escape(decoding, last, octet, state->held_at, yielding);
        return true;
    }
    if ((last == '=' && is_digit) || (octet == '\r' && (last == '=' || is_blank(last))) ||
        (rule->blanks_break && is_blank(octet) && (last == '=' || is_blank(last)) &&
         state->held_size < QP_HELD_MOST - 1)) {
        hold(decoding, octet, at);
        return true;
    }
    return take_invalid(decoding, octet, at, yielding);
}

/* An octet that belongs to an invalid escape; false: it does not. */
static bool take_whole(struct decoding *decoding, uint8_t octet, uint64_t at,
                       struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;
    bool keeps = rules[decoding->variant].on_invalid == KEEP_ESCAPE;

    if (!keeps && (octet == '=' || octet == '\r' || octet == '\n')) {
        state->whole = 0;
        return false;
    }
    state->whole--;
    if (keeps)
        give_octet(decoding, octet, at, yielding);
    return true;
}

static void take_octet(struct decoding *decoding, uint8_t octet, uint64_t at,
                       struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;

    if (state->held_size > 0 && state->held[0] == '=' &&
        take_behind_mark(decoding, octet, at, yielding))
        return;
    if (state->held_size > 0 && take_behind_blanks(decoding, octet, at, yielding))
        return;
    if (state->whole > 0 && take_whole(decoding, octet, at, yielding))
        return;
    if (octet == '=' || (rules[decoding->variant].trims && is_blank(octet)))
        hold(decoding, octet, at);
    else
        give_octet(decoding, octet, at, yielding);
}

/* As note_octet() for each octet; most say nothing. */
static void note_octets(struct qp_state *state, struct bytes octets)
{
    size_t size = octets.size, first = size < 2 ? size : 2;

    for (size_t i = 0; i < first; i++)
        note_octet(state, octets.data[i]);
    for (size_t i = first; i < size; i++) {
        uint8_t octet = octets.data[i], before = octets.data[i - 1];

        if (octet > ' ')
            continue;
        if (octet == '\n')
            state->trails |= is_blank(before == '\r' ? octets.data[i - 2] : before);
        state->binary |= is_binary(octet);
    }
    if (size > 2) {
        state->before_last = octets.data[size - 2];
        state->last = octets.data[size - 1];
    }
}

/* Octets up to the next "=" when nothing is held; returns how many. */
static size_t take_plain(struct decoding *decoding, struct bytes in, size_t at,
                         struct yielding *yielding)
{
    struct bytes plain = bytes_slice(in, at, bytes_find(in, at, '=') - at);

    note_octets(&decoding->state.qp, plain);
    yield_raw(yielding, plain, decoding->at + at);
    return plain.size;
}

/* A "=" with an octet behind it that no escape and no soft break has: what take_invalid() does, in
 * one step. Returns how many octets are taken. */
static size_t take_lone_mark(struct decoding *decoding, const uint8_t *octets, uint64_t at,
                             struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;
    enum invalid on_invalid = rules[decoding->variant].on_invalid;

    decoding->odd = true;
    if (on_invalid == KEEP_MARK || on_invalid == KEEP_ESCAPE)
        give_octet(decoding, octets[0], at, yielding);
    if (on_invalid == KEEP_ESCAPE)
        give_octet(decoding, octets[1], at + 1, yielding);
    state->whole = on_invalid == KEEP_ESCAPE ? 1 : on_invalid == DROP_ESCAPE ? 2 : 0;
    return on_invalid == KEEP_ESCAPE ? 2 : 1;
}

static bool is_lone_mark(const struct rules *rule, uint8_t next)
{
    return !is_hex(next) && next != '\r' && next != '\n' && !(rule->blanks_break && is_blank(next));
}

/* Escapes, or a soft break, that stand whole in the input, as every variant reads them, or a "="
 * that is neither; 0 when it is not known yet what it is. */
static size_t take_marks(struct decoding *decoding, struct bytes in, size_t at,
                         struct yielding *yielding)
{
    const uint8_t *octets = in.data + at;
    size_t left = in.size - at, taken = 0;

    while (left - taken >= 3 && octets[taken] == '=' && is_hex(octets[taken + 1]) &&
           is_hex(octets[taken + 2])) {
        give_escape(decoding, octets[taken + 1], octets[taken + 2], decoding->at + at + taken,
                    yielding);
        taken += 3;
    }
    if (taken == 0 && left >= 2 && is_lone_mark(&rules[decoding->variant], octets[1]))
        return take_lone_mark(decoding, octets, decoding->at + at, yielding);
    if (taken > 0 || left < 3 || octets[1] != '\r' || octets[2] != '\n')
        return taken;
    decoding->state.qp.last = 0;
    return 3;
}

static void take(struct decoding *decoding, struct bytes in, struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;
    bool trims = rules[decoding->variant].trims;
    size_t at = 0;

    while (at < in.size) {
        size_t taken = 0;

        if (state->held_size == 0 && state->whole == 0 && in.data[at] == '=')
            taken = take_marks(decoding, in, at, yielding);
        else if (state->held_size == 0 && state->whole == 0 && !trims)
            taken = take_plain(decoding, in, at, yielding);
        if (taken == 0) {
            take_octet(decoding, in.data[at], decoding->at + at, yielding);
            taken = 1;
        }
        at += taken;
    }
}

/* A "=" at the end, with blanks or CR behind it, is a soft break; blanks there end no line. */
static void end(struct decoding *decoding, struct yielding *yielding)
{
    struct qp_state *state = &decoding->state.qp;
    enum invalid on_invalid = rules[decoding->variant].on_invalid;
    bool is_mark = state->held_size > 0 && state->held[0] == '=';
    size_t held = state->held_size;

    decoding->odd |= state->cases == (HEX_CAPITAL | HEX_SMALL);
    decoding->odd |= is_mark && held > 1 && state->held[1] != '\r';
    if (!is_mark)
        give_held(decoding, 0, yielding);
    else if (held == 2 && is_hex(state->held[1]) && on_invalid == KEEP_MARK)
        give_held(decoding, 0, yielding);
    decoding->odd |= state->trails && state->binary;
}

const struct decoder decoder_qp = {variants, sizeof variants / sizeof variants[0], take, end};
