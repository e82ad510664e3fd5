/* A few hundred leaves at most: a list is enough, the octets are hashed once each. */
#include "engines/message/content_index.h"

#include <string.h>

static const uint64_t multiplier = 0x9E3779B97F4A7C15u;

static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * multiplier;
    return sum ^ sum >> 32;
}

/* Four lanes, which a processor works on at once. Not for adversaries: who finds two contents with
 * one hash makes us compare them. */
static uint64_t hash(struct bytes octets)
{
    enum { LANES = 4 };
    uint64_t lanes[LANES] = {octets.size, 1, 2, 3}, words[LANES], sum = 0;
    size_t at = 0;

    for (; octets.size - at >= sizeof words; at += sizeof words) {
        memcpy(words, octets.data + at, sizeof words);
        for (unsigned i = 0; i < LANES; i++)
            lanes[i] = mix(lanes[i], words[i]);
    }
    for (unsigned i = 0; i < LANES; i++)
        sum = mix(sum, lanes[i]);
    for (; at < octets.size; at++)
        sum = mix(sum, octets.data[at]);
    return sum;
}

enum status content_index_add(struct content_index *index, struct message *message,
                              const struct part *part, const struct content_match *match)
{
    if (!arena_grow(&message->arena, (void **)&index->items, &index->capacity, index->count,
                    sizeof *index->items))
        return STATUS_MEMORY;
    index->items[index->count++] =
        (struct indexed_content){part->content.data, match->hash, part->number,
                                 match->first > 0 ? match->first : part->number};
    return STATUS_OK;
}

/* Octets at the same place have been hashed. */
static uint64_t hash_of(const struct content_index *index, const struct message *message,
                        struct bytes content)
{
    for (size_t i = 0; i < index->count; i++) {
        if (index->items[i].data == content.data &&
            message->parts[index->items[i].number - 1].content.size == content.size)
            return index->items[i].hash;
    }
    return hash(content);
}

void content_index_find(const struct content_index *index, const struct message *message,
                        const struct part *part, struct content_match *match)
{
    *match = (struct content_match){.hash = hash_of(index, message, part->content)};
    for (size_t i = 0; i < index->count && !match->is_known; i++) {
        const struct indexed_content *item = &index->items[i];
        const struct part *other = &message->parts[item->number - 1];

        if (match->first == 0 && item->first == item->number && item->hash == match->hash &&
            bytes_equal(other->content, part->content))
            match->first = item->number;
        match->is_known = match->first > 0 && item->first == match->first &&
                          bytes_equal(other->type, part->type) &&
                          bytes_equal(other->name, part->name);
    }
}
