/* What the transfer decoders keep between two pieces of their input: fixed size, no pointer, all
 * zero at the beginning. Only the decoders look inside. */
#ifndef ENGINES_DECODE_DECODER_STATE_H
#define ENGINES_DECODE_DECODER_STATE_H

#include "protocol/bytes.h"

struct base64_state {
    uint8_t group[4]; /* characters of the open group */
    uint8_t held;     /* of them */
    uint8_t pads;     /* "=" among them, for readers that count them as characters */
    uint8_t pads_due; /* "=" that still belong to the group that one ended */
    uint64_t last_at;
    bool padded, broken, ended; /* "=", a line's end within a group, the end has been seen */
};

enum { QP_HELD_MOST = 1000 };

struct qp_state {
    uint8_t held[QP_HELD_MOST]; /* "=" and what stands behind it, or blanks that may be dropped */
    uint16_t held_size;
    uint8_t cases; /* of hexadecimal digits */
    uint8_t last, before_last;
    uint64_t held_at;
    bool trails, binary; /* blanks at a line's end, octets that no text has */
    /* Octets that belong to an invalid escape: kept or dropped as they stand. Not beside held_size:
     * one load of both behind a store of one of them waits for the store. */
    uint8_t whole;
};

enum { LINE_HELD_MOST = 256 };

/* Lines out of pieces: see decoder.h. */
struct lines {
    uint8_t held[LINE_HELD_MOST];
    uint16_t size;
    uint64_t at;
    bool is_cut;  /* within a line whose beginning was given out */
    uint8_t rest; /* enum line_rest */
};

/* A file within text. */
struct file_state {
    bool inside, ended;
    bool text_seen; /* since the last file */
    bool is_later;  /* a file has begun before */
};

struct uu_state {
    struct lines lines;
    struct file_state file;
    bool begun, zero_seen;
};

struct yenc_state {
    struct lines lines;
    struct file_state file;
    uint32_t crc;
    uint64_t size, announced; /* of the open file or part */
    bool is_part, escaped;
};

enum { BINHEX_NAME_MOST = 63, BINHEX_HEADER_MOST = 1 + BINHEX_NAME_MOST + 1 + 8 + 2 + 8 + 2 };

struct binhex_state {
    struct lines lines;
    struct file_state file;
    uint32_t bits; /* read but not yet an octet */
    uint8_t bit_count;
    uint8_t previous; /* the octet that a run repeats */
    bool in_run;
    uint8_t phase; /* enum binhex_phase */
    uint8_t header[BINHEX_HEADER_MOST];
    uint8_t header_size;
    uint8_t check[2]; /* the sum that stands in the file */
    uint8_t check_size;
    uint16_t crc;
    uint32_t left, resource_size;
};

#endif
