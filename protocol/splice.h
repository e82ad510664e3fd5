/* A copy of a message as what it keeps of the original and what is new between (spec/cccp.md 7.8):
 *
 *     segments = "(" [ segment *( gap segment ) ] ")"
 *     segment  = "(" "KEEP" gap offset gap size ")" / "(" "DATA" gap string ")"
 *
 * KEEPs ascend and do not overlap: a copy is never larger than the original and the data together.
 * DATA holds no NUL. */
#ifndef PROTOCOL_SPLICE_H
#define PROTOCOL_SPLICE_H

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/lexer.h"
#include "protocol/writer.h"

struct splice_segment {
    bool is_keep;
    struct range keep; /* of the original */
    struct bytes data;
};

struct splice {
    struct splice_segment *segments; /* in the arena of whoever builds it */
    size_t count, capacity;
};

/* Appended; empty ones are left out, a KEEP that goes on where the last one ends joins it. data is
 * borrowed. STATUS_LIMIT when the arena is full; INVALID: a KEEP before the end of the last one,
 * data with NUL. */
MUST_CHECK enum status splice_keep(struct splice *splice, struct arena *arena, struct range keep);
MUST_CHECK enum status splice_data(struct splice *splice, struct arena *arena, struct bytes data);
/* For segments that somebody else made: every KEEP is inside original_size octets, they ascend
 * without overlap. *size: of the copy. INVALID. */
MUST_CHECK enum status splice_check(const struct splice *splice, uint64_t original_size,
                                    uint64_t *size);
/* Octets of DATA alone. */
uint64_t splice_data_size(const struct splice *splice);
/* The list, behind what the writer has written. */
void splice_write(struct writer *writer, const struct splice *splice);
/* Pulls the list; data borrows the lexer's octets. Not checked yet: splice_check(). MEMORY: the
 * arena is full. */
MUST_CHECK enum status splice_read(struct lexer *lexer, struct arena *arena, struct splice *splice);
/* Hands the octets of the copy on, piece by piece, in order. The splice has been checked against
 * the original. The first status that is not OK ends it and is returned. */
MUST_CHECK enum status splice_each(const struct splice *splice, struct bytes original,
                                   enum status (*take)(void *owner, struct bytes piece),
                                   void *owner);

#endif
