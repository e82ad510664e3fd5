/* Cryptographic messages (RFC 5652, 5083, 3274) as S/MIME has them: what one is, and where in an
 * opaque signature the content stands. */
#ifndef ENGINES_DECODE_CMS_H
#define ENGINES_DECODE_CMS_H

#include "protocol/bytes.h"

enum cms_kind {
    CMS_NONE,
    CMS_SIGNED, /* a signature alone: what it signs stands elsewhere */
    CMS_OPAQUE, /* what is signed stands within */
    CMS_ENCRYPTED,
    CMS_COMPRESSED
};

enum cms_kind cms_kind_of(struct bytes content);
/* The content of an opaque SignedData. False: there is none, or it is not contiguous (constructed
 * in pieces): then nobody can look at it where it stands. DER or BER, linear. */
bool cms_signed_content(struct bytes der, struct range *content);

#endif
