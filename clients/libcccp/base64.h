/* RFC 4648 section 4. */
#ifndef LIBCCCP_BASE64_H
#define LIBCCCP_BASE64_H

#include "protocol/bytes.h"

MUST_CHECK enum status base64_append(struct buffer *out, struct bytes octets);

#endif
