/* The tags of a DKIM-Signature field that say what it covers (RFC 6376 3.2, 3.5). */
#ifndef ENGINES_CONVERT_SIGNATURE_TAGS_H
#define ENGINES_CONVERT_SIGNATURE_TAGS_H

#include "protocol/bytes.h"

struct signature_tags {
    struct bytes domain, selector; /* d=, s=; as they stand, trimmed */
    struct bytes fields;           /* h= */
    bool has_length;
    uint64_t length;       /* l=: octets of the canonical body; UINT64_MAX when it is no number */
    bool has_relaxed_body; /* c= */
};

void signature_tags_read(struct bytes value, struct signature_tags *tags);
/* How often h= names the field. */
size_t signature_names(const struct signature_tags *tags, struct bytes name);

#endif
