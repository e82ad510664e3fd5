/* Lines out of pieces, and files between lines of text, for the decoders that work by lines.
 * Nothing is copied that stands whole in the input. */
#include <string.h>

#include "engines/decode/decoder.h"
#include "engines/message/header.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct line_piece piece_of(struct bytes octets, uint64_t at, bool is_last)
{
    return (struct line_piece){octets, at, true, is_last};
}

/* Adds to what is held; true when that is a piece. */
static bool hold(struct lines *lines, struct bytes in, bool has_break, struct line_piece *piece)
{
    size_t taken = least(in.size, LINE_HELD_MOST - lines->size);
    bool is_last = has_break && taken == in.size;

    memcpy(lines->held + lines->size, in.data, taken);
    lines->size = (uint16_t)(lines->size + taken);
    if (!is_last && lines->size < LINE_HELD_MOST)
        return false;
    *piece = piece_of((struct bytes){lines->held, lines->size}, lines->at, is_last);
    lines->size = 0;
    lines->is_cut = !is_last;
    return true;
}

bool lines_next(struct lines *lines, struct bytes in, uint64_t base, size_t *at,
                struct line_piece *piece)
{
    size_t begin = *at, end = bytes_find(in, begin, '\n');
    bool has_break = end < in.size;
    struct bytes rest;

    if (begin >= in.size)
        return false;
    rest = bytes_slice(in, begin, end + has_break - begin);
    if (lines->is_cut) {
        *piece = (struct line_piece){rest, base + begin, false, has_break};
        lines->is_cut = !has_break;
        *at = begin + rest.size;
        return true;
    }
    if (lines->size == 0)
        lines->at = base + begin;
    if (lines->size > 0 || (!has_break && rest.size < LINE_HELD_MOST)) {
        *at = begin + least(rest.size, LINE_HELD_MOST - lines->size);
        return hold(lines, rest, has_break, piece);
    }
    *at = begin + least(rest.size, LINE_HELD_MOST);
    lines->is_cut = !has_break || rest.size > LINE_HELD_MOST;
    *piece = piece_of(bytes_slice(rest, 0, LINE_HELD_MOST), base + begin, !lines->is_cut);
    return true;
}

bool lines_end(struct lines *lines, struct line_piece *piece)
{
    if (lines->size == 0)
        return false;
    *piece = piece_of((struct bytes){lines->held, lines->size}, lines->at, true);
    lines->size = 0;
    return true;
}

bool line_begins(struct bytes line, const char *word)
{
    size_t length = strlen(word);

    return line.size >= length && memcmp(line.data, word, length) == 0;
}

void file_begin(struct decoding *decoding, struct file_state *file)
{
    decoding->odd |= file->inside || file->is_later;
    file->is_later = true;
    file->inside = true;
    file->text_seen = false;
}

enum line_rest file_text(struct decoding *decoding, struct file_state *file,
                         const struct line_piece *piece, struct yielding *yielding)
{
    if (piece->is_last && !file->text_seen && line_is_blank(piece->octets))
        return REST_DROPPED;
    file->text_seen = true;
    decoding->odd = true;
    if (decoding->variant != 0)
        return REST_DROPPED;
    yield_raw(yielding, piece->octets, piece->at);
    return REST_TEXT;
}
