/* The canonical body of a signature (RFC 6376 3.4.3, 3.4.4), before and after the edits. */
#ifndef ENGINES_CONVERT_SIGNATURE_BODY_H
#define ENGINES_CONVERT_SIGNATURE_BODY_H

#include "engines/convert/draft.h"

/* Whether the first `length` octets of it are the same; begin: where the body stands in the
 * original. One pass over both. */
bool signature_body_is_same(const struct draft *draft, size_t begin, bool is_relaxed,
                            uint64_t length);

#endif
