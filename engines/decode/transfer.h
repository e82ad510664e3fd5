/* Transfer decoders over raw octets (RFC 2045 6.7 and 6.8, POSIX uuencode, yEnc 1.3, RFC 1741):
 * lenient, linear, streaming, and each knows how other decoders read the same octets
 * (spec/decoders.md). Variant 0 is ours: the one that loses least. */
#ifndef ENGINES_DECODE_TRANSFER_H
#define ENGINES_DECODE_TRANSFER_H

#include "protocol/bytes.h"

enum transfer_encoding {
    ENCODING_IDENTITY,
    ENCODING_BASE64,
    ENCODING_QUOTED_PRINTABLE,
    ENCODING_UUENCODE,
    ENCODING_UNKNOWN
};

/* The encoding that a Content-Transfer-Encoding value names. *clean is false when the value had to
 * be guessed at: quotes, or more behind the word. */
enum transfer_encoding decode_named(struct bytes value, bool *clean);
/* How many variants there are, ours among them; at least 1. */
unsigned decode_variants(enum transfer_encoding encoding);
/* Most octets that raw can yield, in any variant. */
size_t decode_bound(enum transfer_encoding encoding, size_t raw_size);
/* Decodes all of raw into out (decode_bound() octets); returns how many. Not for identity. *odd:
 * another variant could yield other octets. */
size_t decode_octets(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                     uint8_t *out, bool *odd);
/* A data line of uuencoded octets, neither longer nor shorter than it says, but for a check sum. */
bool decode_is_uu_line(struct bytes line);
/* The octets of raw that yield the decoded octets [from, from + size) in variant 0. */
struct range decode_origin(enum transfer_encoding encoding, struct bytes raw, uint64_t from,
                           uint64_t size);

#endif
