/* Domains in letters of the world, and as they go into ordinary mail: A-labels (RFC 5891, by the
 * mapping of UTS 46, not transitional). The door to ICU's IDNA; what reaches it is what the
 * configuration says, never octets of a message. */
#ifndef ENGINES_DECODE_DOMAIN_H
#define ENGINES_DECODE_DOMAIN_H

#include "protocol/arena.h"

enum { DOMAIN_OCTETS_MOST = 255 };

/* Once for a process, before its sandbox closes. */
void domain_warm_up(void);
/* ASCII stays as it is. In the arena. INVALID: it has no such form; MEMORY. */
MUST_CHECK enum status domain_to_ascii(struct bytes domain, struct arena *arena,
                                       struct bytes *ascii);

#endif
