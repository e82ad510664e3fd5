/* Which leaves have the same octets: another reading that shows nothing new is no part, and equal
 * octets are scanned once. */
#ifndef ENGINES_MESSAGE_CONTENT_INDEX_H
#define ENGINES_MESSAGE_CONTENT_INDEX_H

#include "engines/message/message.h"

struct content_index {
    struct indexed_content {
        uint64_t hash; /* of the octets; equal ones are compared */
        uint32_t number;
    } * items;
    size_t count, capacity;
};

/* Adds a decoded leaf. STATUS_MEMORY only. */
MUST_CHECK enum status content_index_add(struct content_index *index, struct message *message,
                                         const struct part *part);
/* The number of the first leaf with these octets, 0: there is none. *known: one of them has the
 * type and the name too. */
uint32_t content_index_find(const struct content_index *index, const struct message *message,
                            const struct part *part, bool *known);

#endif
