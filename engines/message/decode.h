/* Transfer decoders over raw octets (RFC 2045 6.7 and 6.8, POSIX uuencode): lenient, linear, never
 * yielding more than they read. */
#ifndef ENGINES_MESSAGE_DECODE_H
#define ENGINES_MESSAGE_DECODE_H

#include "engines/message/message.h"

/* The encoding that a Content-Transfer-Encoding value names. *clean is false when the value had to
 * be guessed at: quotes, or more behind the word. */
enum transfer_encoding decode_named(struct bytes value, bool *clean);
/* Most octets that raw can yield. */
size_t decode_bound(enum transfer_encoding encoding, size_t raw_size);
/* Decodes all of raw into out (decode_bound() octets); returns how many. Not for identity. *odd:
 * another decoder could yield other octets. */
size_t decode_octets(enum transfer_encoding encoding, struct bytes raw, uint8_t *out, bool *odd);
/* A data line of uuencoded octets, neither longer nor shorter than it says, but for a check sum. */
bool decode_is_uu_line(struct bytes line);
/* The octets of raw that yield the decoded octets [from, from + size). */
struct range decode_origin(enum transfer_encoding encoding, struct bytes raw, uint64_t from,
                           uint64_t size);

#endif
