/* The hash table behind lists, tables and organisations. A slot has half of the hash, so a look-up
 * of what is not there rarely touches the pool, and growing needs no key. */
#include "server/policy/index.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 16, POOL_FIRST = 256, SPARE_BYTES = 4096 };

struct index_slot {
    uint32_t tag;    /* the hash's lower half; its lower bits are the place */
    uint32_t record; /* offset in the pool, plus one; 0: free */
};

/* What stands before key, written form and value in the pool. */
struct record_head {
    uint16_t key_size, written_size;
    uint32_t value_size;
};

enum status index_init(struct index *index)
{
    *index = (struct index){.slots = NULL};
    return hash_key_init(&index->hash_key);
}

void index_clear(struct index *index)
{
    free(index->slots);
    free(index->pool);
    *index = (struct index){.slots = NULL};
}

/* Returns the offset behind the record. */
static size_t record_read(const struct index *index, size_t offset, struct index_entry *entry)
{
    struct record_head head;
    memcpy(&head, index->pool + offset, sizeof head);
    const uint8_t *at = index->pool + offset + sizeof head;
    entry->key = (struct bytes){at, head.key_size};
    entry->written = (struct bytes){at + head.key_size, head.written_size};
    entry->value = (struct bytes){at + head.key_size + head.written_size, head.value_size};
    return offset + sizeof head + head.key_size + head.written_size + head.value_size;
}

/* The slot that has the key, or the free one where it would be. */
static struct index_slot *slot_find(const struct index *index, struct bytes key, uint32_t tag,
                                    struct index_entry *entry)
{
    for (size_t i = tag;; i++) {
        struct index_slot *slot = &index->slots[i & (index->slot_count - 1)];
        if (slot->record == 0)
            return slot;
        if (slot->tag != tag)
            continue;
        (void)record_read(index, slot->record - 1, entry);
        if (bytes_equal(entry->key, key))
            return slot;
    }
}

static enum status slots_grow(struct index *index)
{
    size_t count = index->slot_count > 0 ? index->slot_count * 2 : SLOTS_FIRST;
    struct index_slot *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < index->slot_count; i++) {
        if (index->slots[i].record == 0)
            continue;
        size_t place = index->slots[i].tag & (count - 1);
        while (slots[place].record != 0)
            place = (place + 1) & (count - 1);
        slots[place] = index->slots[i];
    }
    free(index->slots);
    index->slots = slots;
    index->slot_count = count;
    return STATUS_OK;
}

static enum status pool_reserve(struct index *index, size_t size)
{
    size_t wanted = index->size + size, capacity = index->capacity;
    if (wanted >= UINT32_MAX)
        return STATUS_LIMIT;
    while (capacity < wanted)
        capacity = capacity > 0 ? capacity * 2 : POOL_FIRST;
    if (capacity == index->capacity)
        return STATUS_OK;
    uint8_t *pool = realloc(index->pool, capacity);
    if (pool == NULL)
        return STATUS_MEMORY;
    index->pool = pool;
    index->capacity = capacity;
    return STATUS_OK;
}

static void pool_append(struct index *index, struct bytes octets)
{
    if (octets.size > 0)
        memcpy(index->pool + index->size, octets.data, octets.size);
    index->size += octets.size;
}

static enum status record_write(struct index *index, const struct index_entry *entry)
{
    if (entry->key.size > INDEX_KEY_BYTES || entry->written.size > INDEX_KEY_BYTES ||
        entry->value.size > UINT32_MAX / 2)
        return STATUS_LIMIT;
    struct record_head head = {.key_size = (uint16_t)entry->key.size,
                               .written_size = (uint16_t)entry->written.size,
                               .value_size = (uint32_t)entry->value.size};
    enum status status = pool_reserve(index, sizeof head + entry->key.size + entry->written.size +
                                                 entry->value.size);
    if (status != STATUS_OK)
        return status;
    pool_append(index, (struct bytes){(const uint8_t *)&head, sizeof head});
    pool_append(index, entry->key);
    pool_append(index, entry->written);
    pool_append(index, entry->value);
    return STATUS_OK;
}

enum status index_add(struct index *index, const struct index_entry *entry, bool *is_new)
{
    struct index_entry old;
    if (index->count == INDEX_COUNT_MOST)
        return STATUS_LIMIT;
    if (index->count >= index->slot_count / 4 * 3) {
        enum status status = slots_grow(index);
        if (status != STATUS_OK)
            return status;
    }
    uint32_t tag = (uint32_t)keyed_hash(&index->hash_key, entry->key);
    struct index_slot *slot = slot_find(index, entry->key, tag, &old);
    *is_new = slot->record == 0;
    if (!*is_new)
        return STATUS_OK;
    size_t offset = index->size;
    enum status status = record_write(index, entry);
    if (status != STATUS_OK)
        return status;
    *slot = (struct index_slot){.tag = tag, .record = (uint32_t)offset + 1};
    index->count++;
    return STATUS_OK;
}

void index_finish(struct index *index)
{
    if (index->capacity - index->size < SPARE_BYTES)
        return;
    uint8_t *pool = realloc(index->pool, index->size);
    if (pool == NULL)
        return;
    index->pool = pool;
    index->capacity = index->size;
}

bool index_find(const struct index *index, struct bytes key, struct index_entry *entry)
{
    if (index->count == 0)
        return false;
    uint32_t tag = (uint32_t)keyed_hash(&index->hash_key, key);
    return slot_find(index, key, tag, entry)->record != 0;
}

bool index_next(const struct index *index, size_t *at, struct index_entry *entry)
{
    if (*at >= index->size)
        return false;
    *at = record_read(index, *at, entry);
    return true;
}
