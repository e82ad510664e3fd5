/* yEnc 1.3 (yenc.org): octets between "=ybegin" and "=yend". Ours: what stands outside is kept as
 * it is, so nothing is lost; every file of the text is decoded, one behind the other. */
#include "engines/decode/decoder.h"

#include <string.h>

#include "engines/message/header.h"

enum variant { OURS, FIRST_FILE };

static const char *const variants[] = {"ours", "first-file"};

enum { SHIFT = 42, ESCAPE_SHIFT = 64 };

/* CRC-32 (ISO 3309), four bits at a time. */
static uint32_t crc_add(uint32_t crc, uint8_t octet)
{
    static const uint32_t nibbles[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
                                         0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                         0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                         0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};

    crc ^= octet;
    crc = crc >> 4 ^ nibbles[crc & 15];
    return crc >> 4 ^ nibbles[crc & 15];
}

static int digit_value(uint8_t octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    octet |= 0x20;
    return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : 99;
}

/* Behind " key=", which stands before any " name=": that takes the rest of the line. */
static struct bytes value_of(struct bytes line, const char *key)
{
    static const char name[] = " name=";
    const uint8_t *found = line.size == 0 ? NULL : memmem(line.data, line.size, name, 6);
    size_t length = strlen(key);

    if (found != NULL && strcmp(key, name) != 0)
        line.size = (size_t)(found - line.data);
    found = line.size == 0 ? NULL : memmem(line.data, line.size, key, length);
    if (found == NULL)
        return (struct bytes){0};
    return bytes_slice(line, (size_t)(found - line.data) + length, SIZE_MAX);
}

bool yenc_number(struct bytes line, const char *key, unsigned base, uint64_t *number)
{
    struct bytes value = value_of(line, key);
    size_t digits = 0;

    *number = 0;
    while (digits < value.size && digits < 15 && digit_value(value.data[digits]) < (int)base)
        *number = *number * base + (unsigned)digit_value(value.data[digits++]);
    return digits > 0;
}

bool yenc_name(struct bytes line, struct bytes *name)
{
    *name = value_of(line, " name=");
    while (name->size > 0 && line_is_blank(bytes_slice(*name, name->size - 1, 1)))
        name->size--;
    return name->size > 0;
}

/* One of several parts is not the file, whatever is in it. */
static void begin_file(struct decoding *decoding, struct bytes line)
{
    struct yenc_state *state = &decoding->state.yenc;
    uint64_t total, part;

    file_begin(decoding, &state->file);
    state->escaped = false;
    state->crc = UINT32_MAX;
    state->size = 0;
    state->is_part = yenc_number(line, " part=", 10, &part);
    decoding->odd |=
        state->is_part && !(part == 1 && yenc_number(line, " total=", 10, &total) && total == 1);
    decoding->odd |= !yenc_number(line, " size=", 10, &state->announced);
}

static void begin_part(struct decoding *decoding, struct bytes line)
{
    struct yenc_state *state = &decoding->state.yenc;
    uint64_t first, last;

    if (!yenc_number(line, " begin=", 10, &first) || !yenc_number(line, " end=", 10, &last))
        decoding->odd = true;
    else
        state->announced = last - first + 1;
}

static void end_file(struct decoding *decoding, struct bytes line)
{
    struct yenc_state *state = &decoding->state.yenc;
    uint64_t size, crc;

    decoding->odd |= state->escaped || state->size != state->announced ||
                     !yenc_number(line, " size=", 10, &size) || size != state->size;
    if (yenc_number(line, state->is_part ? " pcrc32=" : " crc32=", 16, &crc))
        decoding->odd |= crc != (state->crc ^ UINT32_MAX);
    state->file.inside = false;
    state->file.ended = decoding->variant != OURS;
}

static void take_data(struct decoding *decoding, const struct line_piece *piece,
                      struct yielding *yielding)
{
    struct yenc_state *state = &decoding->state.yenc;

    for (size_t i = 0; i < piece->octets.size; i++) {
        uint8_t octet = piece->octets.data[i];
        uint64_t at = piece->at + i;

        if (octet == '\r' || octet == '\n') {
            decoding->odd |= state->escaped;
            state->escaped = false;
        } else if (octet == '=' && !state->escaped) {
            state->escaped = true;
        } else {
            uint8_t value = (uint8_t)(octet - SHIFT - (state->escaped ? ESCAPE_SHIFT : 0));

            decoding->odd |= octet == 0;
            yield(yielding, value, at - state->escaped, at + 1);
            state->crc = crc_add(state->crc, value);
            state->size++;
            state->escaped = false;
        }
    }
}

/* A line that begins with "=y": no encoder writes that for an octet. */
static enum line_rest take_keyword(struct decoding *decoding, const struct line_piece *piece,
                                   struct bytes line, struct yielding *yielding)
{
    if (line_begins(line, "=ybegin "))
        begin_file(decoding, line);
    else if (line_begins(line, "=ypart "))
        begin_part(decoding, line);
    else if (line_begins(line, "=yend"))
        end_file(decoding, line);
    else {
        decoding->odd = true;
        take_data(decoding, piece, yielding);
        return REST_DATA;
    }
    return REST_DROPPED;
}

static enum line_rest take_line(struct decoding *decoding, const struct line_piece *piece,
                                struct yielding *yielding)
{
    struct yenc_state *state = &decoding->state.yenc;
    struct bytes line = piece->is_last ? line_without_break(piece->octets) : piece->octets;

    if (state->file.inside && line_begins(line, "=y"))
        return take_keyword(decoding, piece, line, yielding);
    if (state->file.inside) {
        take_data(decoding, piece, yielding);
        return REST_DATA;
    }
    if (!line_begins(line, "=ybegin "))
        return file_text(decoding, &state->file, piece, yielding);
    begin_file(decoding, line);
    return REST_DROPPED;
}

static void take_piece(struct decoding *decoding, const struct line_piece *piece,
                       struct yielding *yielding)
{
    struct yenc_state *state = &decoding->state.yenc;

    if (piece->is_first)
        state->lines.rest = (uint8_t)take_line(decoding, piece, yielding);
    else if (state->lines.rest == REST_TEXT)
        yield_raw(yielding, piece->octets, piece->at);
    else if (state->lines.rest == REST_DATA)
        take_data(decoding, piece, yielding);
}

static void take(struct decoding *decoding, struct bytes in, struct yielding *yielding)
{
    struct yenc_state *state = &decoding->state.yenc;
    struct line_piece piece;
    size_t at = 0;

    while (!state->file.ended && lines_next(&state->lines, in, decoding->at, &at, &piece))
        take_piece(decoding, &piece, yielding);
}

static void end(struct decoding *decoding, struct yielding *yielding)
{
    struct yenc_state *state = &decoding->state.yenc;
    struct line_piece piece;

    if (!state->file.ended && lines_end(&state->lines, &piece))
        take_piece(decoding, &piece, yielding);
    decoding->odd |= state->file.inside;
}

const struct decoder decoder_yenc = {variants, sizeof variants / sizeof variants[0], take, end};
