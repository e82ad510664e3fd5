/* A plain zip (APPNOTE.TXT 6.3.10, 4.3): one local header before each content, nothing between. */
#include <string.h>

#include "engines/attachment/clean.h"

enum { LOCAL_SIZE = 30, CENTRAL_SIZE = 46, END_SIZE = 22, VERSION_NEEDED = 20 };

struct writing {
    uint8_t *out;
    size_t size;
};

static void put_number(struct writing *writing, uint64_t number, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        writing->out[writing->size++] = (uint8_t)(number >> 8 * i);
}

static void put(struct writing *writing, struct bytes octets)
{
    if (octets.size > 0)
        memcpy(writing->out + writing->size, octets.data, octets.size);
    writing->size += octets.size;
}

/* What both headers have: from the version that is needed on. */
static void put_common(struct writing *writing, const struct zip_output *entry)
{
    put_number(writing, VERSION_NEEDED, 2);
    put_number(writing, entry->flags, 2);
    put_number(writing, entry->method, 2);
    put_number(writing, entry->time, 4);
    put_number(writing, entry->crc, 4);
    put_number(writing, entry->packed.size, 4);
    put_number(writing, entry->size, 4);
    put_number(writing, entry->name.size, 2);
    put_number(writing, 0, 2);
}

static void put_local(struct writing *writing, const struct zip_output *entry)
{
    put(writing, BYTES("PK\3\4"));
    put_common(writing, entry);
    put(writing, entry->name);
    put(writing, entry->packed);
}

static void put_central(struct writing *writing, const struct zip_output *entry, size_t local_at)
{
    put(writing, BYTES("PK\1\2"));
    put_number(writing, entry->made_by, 2);
    put_common(writing, entry);
    put_number(writing, 0, 2); /* comment */
    put_number(writing, 0, 2); /* disk */
    put_number(writing, 0, 2); /* internal attributes */
    put_number(writing, entry->attributes, 4);
    put_number(writing, local_at, 4);
    put(writing, entry->name);
}

static void put_end(struct writing *writing, size_t count, size_t directory)
{
    size_t size = writing->size - directory;

    put(writing, BYTES("PK\5\6"));
    put_number(writing, 0, 4);
    put_number(writing, count, 2);
    put_number(writing, count, 2);
    put_number(writing, size, 4);
    put_number(writing, directory, 4);
    put_number(writing, 0, 2);
}

enum status zip_write(const struct zip_output *entries, size_t count, struct arena *arena,
                      struct bytes *zip)
{
    struct writing writing = {.size = 0};
    uint64_t room = END_SIZE;
    size_t directory, at = 0;

    for (size_t i = 0; i < count; i++)
        room += LOCAL_SIZE + CENTRAL_SIZE + 2 * entries[i].name.size + entries[i].packed.size;
    if (count >= UINT16_MAX || room >= INT32_MAX)
        return STATUS_LIMIT;
    writing.out = arena_take(arena, (size_t)room);
    if (writing.out == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < count; i++)
        put_local(&writing, &entries[i]);
    directory = writing.size;
    for (size_t i = 0; i < count; i++) {
        put_central(&writing, &entries[i], at);
        at += LOCAL_SIZE + entries[i].name.size + entries[i].packed.size;
    }
    put_end(&writing, count, directory);
    *zip = (struct bytes){writing.out, writing.size};
    return STATUS_OK;
}
