/* Transfer decoders over raw octets (RFC 2045 6.7 and 6.8, POSIX uuencode, yEnc 1.3, RFC 1741):
 * lenient, linear, streaming, and each knows how other decoders read the same octets
 * (spec/decoders.md). Variant 0 is ours: the one that loses least. */
#ifndef ENGINES_DECODE_TRANSFER_H
#define ENGINES_DECODE_TRANSFER_H

#include "engines/decode/decoder_state.h"

enum transfer_encoding {
    ENCODING_IDENTITY,
    ENCODING_BASE64,
    ENCODING_QUOTED_PRINTABLE,
    ENCODING_UUENCODE,
    ENCODING_YENC,
    ENCODING_BINHEX,
    ENCODING_UNKNOWN /* read as identity */
};

/* The encoding that a Content-Transfer-Encoding value names. *clean is false when the value had to
 * be guessed at: quotes, or more behind the word. */
enum transfer_encoding decode_named(struct bytes value, bool *clean);
/* Every encoding that some reader takes from the value, as a set of 1 << encoding: never empty,
 * never ENCODING_UNKNOWN. One bit only when all read it alike. */
unsigned decode_claims(struct bytes value);

/* How many variants there are, ours among them; at least 1. */
unsigned decode_variants(enum transfer_encoding encoding);
/* A word for a variant, as in spec/decoders.md. */
const char *decode_variant_name(enum transfer_encoding encoding, unsigned variant);

/* Most octets that raw_size octets can yield, in any variant. For uuencode and BinHex, which can
 * yield more than they read, far more than most do: decode_room() is exact enough to allocate. */
size_t decode_bound(enum transfer_encoding encoding, size_t raw_size);
/* Octets that decode_octets() may write for raw: counted in a pass of its own where decode_bound()
 * is larger than raw, decode_bound() elsewhere. */
size_t decode_room(enum transfer_encoding encoding, unsigned variant, struct bytes raw);
/* Decodes all of raw into out (decode_room() or decode_bound() octets); returns how many. *odd, for
 * variant 0: another variant could yield other octets, or no encoder writes this. Blanks at the
 * ends of lines of quoted text do not count. */
size_t decode_octets(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                     uint8_t *out, bool *odd);
struct decoded {
    uint8_t *octets; /* of malloc(), one more behind them: NUL */
    size_t size;
    bool odd;
};
/* The same into memory that grows with it, for encodings that can yield more than they read. OK
 * where decode_room() is at most `most`; STATUS_LIMIT where there are more octets; STATUS_MEMORY.
 */
MUST_CHECK enum status decode_growing(enum transfer_encoding encoding, unsigned variant,
                                      struct bytes raw, size_t most, struct decoded *decoded);
/* The octets of raw that yield the decoded octets [from, from + size) in variant 0; empty at the
 * end of raw when there are none. All of raw for BinHex. */
struct range decode_origin(enum transfer_encoding encoding, struct bytes raw, uint64_t from,
                           uint64_t size);

/* A body that comes in pieces. However it is cut, the octets are those of decode_octets(). */
struct decoding {
    enum transfer_encoding encoding;
    unsigned variant;
    uint64_t at; /* octets taken so far */
    bool odd;    /* complete behind decoding_end() */
    union {
        struct base64_state base64;
        struct qp_state qp;
        struct uu_state uu;
        struct yenc_state yenc;
        struct binhex_state binhex;
    } state;
};

/* Most octets that a decoder gives out for what it had held back. */
enum { DECODING_HELD_MOST = 1024 };

void decoding_begin(struct decoding *decoding, enum transfer_encoding encoding, unsigned variant);
/* out: decode_bound(encoding, in.size) + DECODING_HELD_MOST octets. Returns how many it wrote. */
size_t decoding_take(struct decoding *decoding, struct bytes in, uint8_t *out);
/* Nothing more comes. out: DECODING_HELD_MOST octets. */
size_t decoding_end(struct decoding *decoding, uint8_t *out);

/* A data line of uuencoded octets, neither longer nor shorter than it says, but for a check sum. */
bool decode_is_uu_line(struct bytes line);
/* A line with all the octets that it counts, and perhaps more: readers of lines drop the rest. */
bool decode_begins_uu(struct bytes line);

#endif
