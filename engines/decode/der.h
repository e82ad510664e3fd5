/* Elements of DER and BER (X.690): one at a time, within bounds. */
#ifndef ENGINES_DECODE_DER_H
#define ENGINES_DECODE_DER_H

#include "protocol/bytes.h"

enum der_tag {
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_OCTET_STRINGS = 0x24, /* constructed: of pieces */
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT_0 = 0xA0
};

struct der {
    uint8_t tag;
    bool is_indefinite; /* content goes to the end of what is around it */
    struct bytes content;
};

/* The element at *at, which moves to its content (is_indefinite) or behind it. False at the end, at
 * end-of-contents, for long tags, and when its length goes beyond octets. */
bool der_next(struct bytes octets, size_t *at, struct der *element);
/* Moves *at behind the element, whatever is in it; one that is indefinite is walked, depth levels
 * at most. */
bool der_skip(struct bytes octets, size_t *at, unsigned depth);

#endif
