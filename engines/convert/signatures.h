/* DKIM signatures of the original that the edits of a copy break (spec/conversion.md 3). Nothing is
 * verified: whether one held before is not asked. */
#ifndef ENGINES_CONVERT_SIGNATURES_H
#define ENGINES_CONVERT_SIGNATURES_H

#include "engines/convert/conversion.h"

/* Once all edits are in the draft. "d=x.example s=key" for each, COPY_SIGNATURES_MOST at most, in
 * the draft's arena. MEMORY only. */
MUST_CHECK enum status signatures_broken(struct conversion *conversion, struct bytes **broken,
                                         size_t *count);

#endif
