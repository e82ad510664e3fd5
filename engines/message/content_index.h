/* Which leaves have the same octets: another reading that shows nothing new is no part, and equal
 * octets are scanned once. */
#ifndef ENGINES_MESSAGE_CONTENT_INDEX_H
#define ENGINES_MESSAGE_CONTENT_INDEX_H

#include "engines/message/message.h"

struct content_index {
    struct indexed_content {
        const uint8_t *data;
        uint64_t hash;          /* of the octets; equal ones are compared */
        uint32_t number, first; /* of the leaf, and of the first one with the same octets */
    } * items;
    size_t count, capacity;
};

struct content_match {
    uint64_t hash;
    uint32_t first; /* number of the first leaf with these octets; 0: there is none */
    bool is_known;  /* one of them has the type and the name too */
};

void content_index_find(const struct content_index *index, const struct message *message,
                        const struct part *part, struct content_match *match);
/* Adds a decoded leaf for which match is what was found. STATUS_MEMORY only. */
MUST_CHECK enum status content_index_add(struct content_index *index, struct message *message,
                                         const struct part *part,
                                         const struct content_match *match);

#endif
