/* The canonical body of a signature (RFC 6376 3.4.3, 3.4.4), before and after the edits. */
#ifndef ENGINES_CONVERT_SIGNATURE_BODY_H
#define ENGINES_CONVERT_SIGNATURE_BODY_H

#include "engines/convert/draft.h"

/* How many octets at its beginning are the same; UINT64_MAX: all of them. begin: where the body
 * stands in the original. One pass over both. */
uint64_t signature_body_common(const struct draft *draft, size_t begin, bool is_relaxed);

#endif
