/* Between the dispatcher (transfer.c) and the decoders, one file each. A decoder walks its input
 * once and yields octets with the range that they come from: the same walk makes the content,
 * counts it and answers where an octet of it came from. */
#ifndef ENGINES_DECODE_DECODER_H
#define ENGINES_DECODE_DECODER_H

#include "engines/decode/transfer.h"

struct yielding {
    uint8_t *out;        /* NULL: only counted, and the origin noted */
    uint64_t count;      /* given out */
    uint64_t from, to;   /* octets whose origin is asked for */
    uint64_t begin, end; /* their octets in the input */
};

static inline void yield(struct yielding *yielding, uint8_t octet, uint64_t begin, uint64_t end)
{
    if (yielding->out != NULL) {
        yielding->out[yielding->count++] = octet;
        return;
    }
    if (yielding->count >= yielding->from && yielding->count < yielding->to) {
        if (yielding->count == yielding->from)
            yielding->begin = begin;
        yielding->end = end;
    }
    yielding->count++;
}

/* Neither the octets nor where they come from is asked for. */
static inline bool yield_counts(const struct yielding *yielding)
{
    return yielding->out == NULL && yielding->to == 0;
}

/* Octets that stand for themselves, from `at` of the input. */
void yield_raw(struct yielding *yielding, struct bytes octets, uint64_t at);

/* A decoder: its variants by name, ours first. take() and end() note what is odd. */
struct decoder {
    const char *const *variants;
    unsigned variant_count;
    void (*take)(struct decoding *decoding, struct bytes in, struct yielding *yielding);
    void (*end)(struct decoding *decoding, struct yielding *yielding);
};

extern const struct decoder decoder_base64, decoder_qp, decoder_uu, decoder_yenc, decoder_binhex;

/* A line, or a piece of a longer one: the first piece of a line is all of it or its first
 * LINE_HELD_MOST octets, however the input is cut. */
struct line_piece {
    struct bytes octets; /* with the line break */
    uint64_t at;
    bool is_first, is_last; /* of its line */
};

/* The next piece from *at of in, whose first octet is `base` of the whole; false when more input is
 * needed, all of in is held or given out then. */
bool lines_next(struct lines *lines, struct bytes in, uint64_t base, size_t *at,
                struct line_piece *piece);
enum { LINE_SHORT_MOST = 8 };
/* The same where most lines are short and whole. */
static inline bool lines_next_short(struct lines *lines, struct bytes in, uint64_t base, size_t *at,
                                    struct line_piece *piece)
{
    size_t begin = *at, end = begin;

    if (lines->size > 0 || lines->is_cut || in.size - begin < LINE_SHORT_MOST)
        return lines_next(lines, in, base, at, piece);
    while (end < begin + LINE_SHORT_MOST && in.data[end] != '\n')
        end++;
    if (end == begin + LINE_SHORT_MOST)
        return lines_next(lines, in, base, at, piece);
    *piece = (struct line_piece){{in.data + begin, end + 1 - begin}, base + begin, true, true};
    *at = end + 1;
    return true;
}
/* What is held of a last line without its break. */
bool lines_end(struct lines *lines, struct line_piece *piece);
static inline struct bytes line_without_break(struct bytes line)
{
    if (line.size == 0 || line.data[line.size - 1] != '\n')
        return line;
    line.size--;
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}
bool line_begins(struct bytes line, const char *word);

/* What becomes of the pieces of a line behind its first. */
enum line_rest { REST_DROPPED, REST_TEXT, REST_DATA };

/* Another file begins: odd when it is not the only one. */
void file_begin(struct decoding *decoding, struct file_state *file);
/* A line outside of every file, or within one where it is no data. Ours keeps it, but for blank
 * lines before any text; all other variants leave it out. */
enum line_rest file_text(struct decoding *decoding, struct file_state *file,
                         const struct line_piece *piece, struct yielding *yielding);

#define BINHEX_COMMENT "(This file must be converted with BinHex"

/* The name in the header of BinHex octets behind their first ":"; false when it is none. */
bool binhex_name(struct bytes octets, uint8_t room[BINHEX_NAME_MOST], struct bytes *name);
/* The number behind " key=" in a keyword line of yEnc; false when there is none. */
bool yenc_number(struct bytes line, const char *key, unsigned base, uint64_t *number);
bool yenc_name(struct bytes line, struct bytes *name);

#endif
