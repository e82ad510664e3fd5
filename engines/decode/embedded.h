/* Files within text that is not encoded: mail programs show uuencoded, yEnc and BinHex files, and
 * those of POSIX "begin-base64", wherever they stand in a text (spec/decoders.md). */
#ifndef ENGINES_DECODE_EMBEDDED_H
#define ENGINES_DECODE_EMBEDDED_H

#include "engines/decode/transfer.h"

struct embedded {
    enum transfer_encoding encoding;
    struct range block; /* what decode_octets() is to be given */
    struct bytes name;  /* as it stands, borrowed from octets, or from name_room */
    bool is_partial;    /* one of several parts: the others are elsewhere */
    uint8_t name_room[BINHEX_NAME_MOST];
};

/* The next file at or behind *at, which is where a line begins. *at is moved behind it. A file
 * without its end goes on to where the next one begins, or to the end of the octets. Linear over
 * all calls: a line outside is looked at only by its first octet, unless that begins a file. */
bool embedded_next(struct bytes octets, size_t *at, struct embedded *found);

/* The word for an encoding that is found so: "x-uuencode". */
const char *embedded_word(enum transfer_encoding encoding);

#endif
