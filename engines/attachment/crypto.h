/* OpenPGP (RFC 9580, 3156) and S/MIME (RFC 8551, 5652): what is encrypted, what is signed, and
 * where in an opaque signature the content is. Nothing is decrypted or verified. */
#ifndef ENGINES_ATTACHMENT_CRYPTO_H
#define ENGINES_ATTACHMENT_CRYPTO_H

#include "protocol/bytes.h"

enum crypto_kind {
    CRYPTO_NONE,
    CRYPTO_PGP_ENCRYPTED,
    CRYPTO_PGP_SIGNED, /* a signature, or text that is signed in the clear */
    CRYPTO_SMIME_ENCRYPTED,
    CRYPTO_SMIME_SIGNED, /* a signature alone: what it signs stands elsewhere */
    CRYPTO_SMIME_OPAQUE, /* what is signed stands within */
    CRYPTO_SMIME_COMPRESSED,
    CRYPTO_SMIME_BROKEN /* declared as S/MIME and not readable as such */
};

struct crypto {
    enum crypto_kind kind;
    struct range where;
};

/* content: decoded; type: lower case. Armour is looked for anywhere in text, at the beginning of a
 * line. */
void crypto_look(struct bytes content, struct bytes type, struct crypto *crypto);
/* Whether the parameter smime-type (lower case, empty: none) goes with what was found. */
bool crypto_agrees(enum crypto_kind kind, struct bytes smime_type);

#endif
