/* SHA-256 of a copy, as it comes out of its splices. */
#ifndef ENGINES_CONVERT_DIGEST_H
#define ENGINES_CONVERT_DIGEST_H

#include "protocol/report.h"

/* original: what the splices keep parts of. */
void digest_of_splice(const struct splice *splice, struct bytes original,
                      uint8_t digest[COPY_DIGEST_BYTES]);

#endif
