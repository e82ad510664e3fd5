/* The door to zlib: raw deflate (RFC 1951) into an intake, octet by octet accounted for. */
#ifndef ENGINES_ATTACHMENT_INFLATE_H
#define ENGINES_ATTACHMENT_INFLATE_H

#include "engines/attachment/walk.h"

enum inflate_end {
    INFLATE_ENDED,  /* the stream's own end */
    INFLATE_MORE,   /* the octets ended first */
    INFLATE_BROKEN, /* not deflate */
    INFLATE_STOPPED /* no more may come out, or no memory */
};

struct inflated {
    enum inflate_end end;
    size_t used;  /* octets of packed that belong to the stream */
    uint32_t crc; /* CRC-32 of what came out */
};

/* What comes out goes to the intake. */
struct inflated inflate_into(struct walk *walk, struct bytes packed, struct intake *intake);
/* The same for zlib's own frame (RFC 1950), up to `most` octets. */
bool inflate_zlib_fits(struct walk *walk, struct bytes packed, uint64_t most);
void inflate_free(struct inflater **inflater);
uint32_t inflate_crc(struct bytes octets);

#endif
