/* An address as it is written into a header field (RFC 5321 4.1.2, RFC 6531 3.3). */
#ifndef ENGINES_CONVERT_ADDRESS_FORM_H
#define ENGINES_CONVERT_ADDRESS_FORM_H

#include "protocol/arena.h"

struct address_form {
    struct bytes whole, local, domain; /* without controls; in the arena */
};

/* A local part that is no dot-atom is quoted; a domain that is not ASCII is A-labels, unless the
 * message is an internationalised one. INVALID: it is no address with a domain, or one that this
 * message cannot have; MEMORY. */
MUST_CHECK enum status address_form_of(struct bytes address, bool is_international,
                                       struct arena *arena, struct address_form *form);

#endif
