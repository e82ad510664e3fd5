/* A few hundred leaves at most: a list is enough, the octets are hashed once each. */
#include "engines/message/content_index.h"

#include <string.h>

static const uint64_t multiplier = 0x9E3779B97F4A7C15u;

/* Not for adversaries: who finds two contents with one hash makes us compare them. */
static uint64_t hash(struct bytes octets)
{
    uint64_t sum = octets.size * multiplier, word;
    size_t at = 0;

    for (; at + sizeof word <= octets.size; at += sizeof word) {
        memcpy(&word, octets.data + at, sizeof word);
        sum = (sum ^ word) * multiplier;
        sum ^= sum >> 32;
    }
    for (; at < octets.size; at++)
        sum = (sum ^ octets.data[at]) * multiplier;
    return sum ^ sum >> 29;
}

enum status content_index_add(struct content_index *index, struct message *message,
                              const struct part *part)
{
    if (!arena_grow(&message->arena, (void **)&index->items, &index->capacity, index->count,
                    sizeof *index->items))
        return STATUS_MEMORY;
    index->items[index->count++] = (struct indexed_content){hash(part->content), part->number};
    return STATUS_OK;
}

uint32_t content_index_find(const struct content_index *index, const struct message *message,
                            const struct part *part, bool *known)
{
    uint64_t sum = hash(part->content);
    uint32_t first = 0;

    *known = false;
    for (size_t i = 0; i < index->count && !*known; i++) {
        const struct part *other = &message->parts[index->items[i].number - 1];

        if (index->items[i].hash != sum || !bytes_equal(other->content, part->content))
            continue;
        if (first == 0)
            first = other->number;
        *known = bytes_equal(other->type, part->type) && bytes_equal(other->name, part->name);
    }
    return first;
}
