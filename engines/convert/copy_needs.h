/* What the octets of a copy need of the next hop (RFC 6152, RFC 3030, RFC 6531). */
#ifndef ENGINES_CONVERT_COPY_NEEDS_H
#define ENGINES_CONVERT_COPY_NEEDS_H

#include "protocol/report.h"

struct copy_needs {
    enum body_kind body;
    bool smtputf8; /* its header section has UTF-8 that is not ASCII */
};

/* BINARYMIME: a line over 998 octets, NUL, a CR or LF alone; but LF alone is the end of a line
 * where there is no CRLF at all. One pass. */
void copy_needs_of_splice(const struct splice *splice, struct bytes original,
                          struct copy_needs *needs);

#endif
