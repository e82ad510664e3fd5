/* uuencode (POSIX uuencode). Ours: the lines between "begin" and "end" or the end of all; without a
 * "begin" all, when the first line is a data line; lines that are no data stay as they are. */
#include <string.h>

#include "engines/decode/decoder.h"
#include "engines/message/header.h"

enum variant { OURS, FIRST_FILE, ZERO_ENDS };

static const char *const variants[] = {"ours", "first-file", "zero-ends"};

static unsigned six_bits(uint8_t octet)
{
    return (octet - 32u) & 63u;
}

/* Characters that count octets take, without the check sum that some write behind them. */
static size_t characters_of(unsigned count)
{
    return (count + 2) / 3 * 4;
}

static bool is_alphabet(struct bytes line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] < ' ' || line.data[i] > '`')
            return false;
    }
    return true;
}

static size_t least_of(unsigned count)
{
    return 1 + count / 3 * 4 + (count % 3 > 0 ? count % 3 + 1 : 0);
}

bool decode_is_uu_line(struct bytes line)
{
    unsigned count;

    if (line.size < 2)
        return false;
    count = six_bits(line.data[0]);
    return line.size >= least_of(count) && line.size <= 1 + characters_of(count) + 2 &&
           is_alphabet(line);
}

bool decode_begins_uu(struct bytes line)
{
    unsigned count = line.size > 0 ? six_bits(line.data[0]) : 0;

    return count > 0 && line.size >= least_of(count) &&
           is_alphabet(bytes_slice(line, 0, 1 + characters_of(count)));
}

/* Whole groups of characters, three octets for four; returns how many octets. */
static unsigned give_groups(struct bytes line, unsigned count, struct yielding *yielding)
{
    uint8_t *out = yielding->out + yielding->count;
    unsigned given = 0;

    for (size_t at = 1; given + 3 <= count && at + 4 <= line.size; at += 4, given += 3) {
        unsigned group = six_bits(line.data[at]) << 18 | six_bits(line.data[at + 1]) << 12 |
                         six_bits(line.data[at + 2]) << 6 | six_bits(line.data[at + 3]);

        out[given] = (uint8_t)(group >> 16);
        out[given + 1] = (uint8_t)(group >> 8);
        out[given + 2] = (uint8_t)group;
    }
    yielding->count += given;
    return given;
}

/* All of a line's octets: whole groups, one of characters that are not all there or not all
 * counted, zeros. */
static void give_all(struct bytes line, unsigned count, struct yielding *yielding)
{
    unsigned given = give_groups(line, count, yielding), group = 0;
    size_t at = 1 + given / 3 * 4;
    uint8_t *out = yielding->out + yielding->count;

    memset(out, 0, count - given);
    yielding->count += count - given;
    if (at >= line.size)
        return;
    for (unsigned i = 0; i < 4; i++)
        group = group << 6 | (at + i < line.size ? six_bits(line.data[at + i]) : 0);
    for (unsigned i = 0; i < 3 && i < count - given; i++)
        out[i] = (uint8_t)(group >> (16 - 8 * i));
}

/* The octets that a line counts; characters that are not there are blanks that a gateway took
 * away. */
static void give_line(struct bytes line, uint64_t at, struct yielding *yielding)
{
    unsigned count = six_bits(line.data[0]);

    if (yield_counts(yielding)) {
        yielding->count += count;
        return;
    }
    if (yielding->out != NULL) {
        give_all(line, count, yielding);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        size_t first = 1 + i / 3 * 4 + i % 3;
        unsigned high = first < line.size ? six_bits(line.data[first]) : 0;
        unsigned low = first + 1 < line.size ? six_bits(line.data[first + 1]) : 0;
        size_t from = first < line.size ? first : line.size - 1;

        yield(yielding, (uint8_t)(high << (2 + 2 * (i % 3)) | low >> (4 - 2 * (i % 3))), at + from,
              at + from + 1);
    }
}

static enum line_rest take_data(struct decoding *decoding, const struct line_piece *piece,
                                struct bytes line, struct yielding *yielding)
{
    struct uu_state *state = &decoding->state.uu;
    unsigned count;

    if (line.size == 0)
        return REST_DROPPED;
    count = six_bits(line.data[0]);
    if (line.size > 1 + characters_of(count) + 2 && decoding->variant == OURS)
        return file_text(decoding, &state->file, piece, yielding);
    state->file.ended = count == 0 && decoding->variant == ZERO_ENDS;
    if (!decoding->odd && count > 0)
        decoding->odd = state->zero_seen || !decode_is_uu_line(line);
    state->zero_seen |= count == 0;
    give_line(line, piece->at, yielding);
    return REST_DROPPED;
}

static enum line_rest take_line(struct decoding *decoding, const struct line_piece *piece,
                                struct yielding *yielding)
{
    struct uu_state *state = &decoding->state.uu;
    struct bytes line = piece->is_last ? line_without_break(piece->octets) : piece->octets;

    if (!state->begun && line.size > 0) {
        state->begun = true;
        state->file.inside = decoding->variant == OURS && decode_is_uu_line(line);
        decoding->odd |= state->file.inside;
    }
    if (line.size > 0 && line.data[0] == 'b' && line_begins(line, "begin ")) {
        file_begin(decoding, &state->file);
        state->zero_seen = false;
        return REST_DROPPED;
    }
    if (state->file.inside && line.size == 3 && memcmp(line.data, "end", 3) == 0) {
        state->file.inside = false;
        state->file.ended = decoding->variant != OURS;
        return REST_DROPPED;
    }
    return state->file.inside ? take_data(decoding, piece, line, yielding)
                              : file_text(decoding, &state->file, piece, yielding);
}

static void take_piece(struct decoding *decoding, const struct line_piece *piece,
                       struct yielding *yielding)
{
    struct uu_state *state = &decoding->state.uu;

    if (piece->is_first)
        state->lines.rest = (uint8_t)take_line(decoding, piece, yielding);
    else if (state->lines.rest == REST_TEXT)
        yield_raw(yielding, piece->octets, piece->at);
}

/* The lines of some input; or at the end, what is held of the last one. */
static void take_lines(struct decoding *decoding, struct bytes in, bool is_end,
                       struct yielding *yielding)
{
    struct uu_state *state = &decoding->state.uu;
    struct line_piece piece;
    size_t at = 0;

    while (!state->file.ended &&
           (is_end ? lines_end(&state->lines, &piece)
                   : lines_next_short(&state->lines, in, decoding->at, &at, &piece)))
        take_piece(decoding, &piece, yielding);
}

static void take(struct decoding *decoding, struct bytes in, struct yielding *yielding)
{
    take_lines(decoding, in, false, yielding);
}

static void end(struct decoding *decoding, struct yielding *yielding)
{
    take_lines(decoding, (struct bytes){0}, true, yielding);
    decoding->odd |= decoding->state.uu.file.inside;
}

const struct decoder decoder_uu = {variants, sizeof variants / sizeof variants[0], take, end};
