/* What has been decoded for other readings, so that octets are decoded once: a file in a text and
 * the text itself can be the same ones, in every variant. */
#ifndef ENGINES_MESSAGE_DECODINGS_H
#define ENGINES_MESSAGE_DECODINGS_H

#include "engines/budget.h"
#include "engines/decode/transfer.h"
#include "protocol/arena.h"

/* Both live as long as the message. */
struct known_decoding {
    struct bytes raw, content;
    enum transfer_encoding encoding;
    unsigned variant;
    bool odd;
};

/* Some of them, the latest. All zero at the beginning. */
struct decodings {
    struct known_decoding *slots;
};

/* NULL when it is not there any more. */
const struct known_decoding *decodings_find(const struct decodings *decodings, struct bytes raw,
                                            enum transfer_encoding encoding, unsigned variant);
/* STATUS_MEMORY only. */
MUST_CHECK enum status decodings_add(struct decodings *decodings, struct arena *arena,
                                     const struct known_decoding *known);

/* Whether an encoding can yield more than it reads. */
bool decodings_grow(enum transfer_encoding encoding);
/* Decodes one that can, and charges what it yields. *cap: what was hit; nothing is made then. */
MUST_CHECK enum status decodings_make(struct budget *budget, enum transfer_encoding encoding,
                                      unsigned variant, struct bytes raw, struct decoded *decoded,
                                      const char **cap);

#endif
