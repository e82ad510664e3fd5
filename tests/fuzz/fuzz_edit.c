/* Edits for a worker. Oracle: what is read keeps the bounds, is written, and read again as the
 * same; the order of edits is one: opposite the other way round, and of equal ones the lines are
 * equal. */
#include <stdlib.h>
#include <string.h>

#include "protocol/edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 22, OUT_BYTES = 1 << 23 };

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void check_bounds(const struct edit *edit)
{
    require(edit->kind < EDIT_KIND_COUNT && edit->value_count <= EDIT_VALUES_MOST);
    for (size_t i = 0; i < edit->value_count; i++)
        require(edit->values[i].value.size <= EDIT_VALUE_BYTES);
    for (size_t i = 0; i < edit->part_count; i++) {
        uint64_t before = i > 0 ? edit->parts[i - 1].last + (uint64_t)1 : 0;
        require(edit->parts[i].first > before && edit->parts[i].last >= edit->parts[i].first);
    }
}

static void write_all(const struct edit *edits, size_t count, struct buffer *out)
{
    buffer_init(out, OUT_BYTES);
    for (size_t i = 0; i < count; i++)
        require(edit_write(&edits[i], out, BYTES("a")) == STATUS_OK);
}

/* Neighbours only: enough to find what is wrong, and linear. */
static void check_order(const struct edit *edits, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct buffer a, b;
        int order = edit_compare(&edits[i - 1], &edits[i]);
        int other = edit_compare(&edits[i], &edits[i - 1]);
        write_all(&edits[i - 1], 1, &a);
        write_all(&edits[i], 1, &b);
        require((order < 0) == (other > 0) && (order > 0) == (other < 0));
        require((order == 0) == bytes_equal(buffer_bytes(&a), buffer_bytes(&b)));
        buffer_clear(&a);
        buffer_clear(&b);
    }
}

static void check(const struct edit *edits, size_t count)
{
    struct arena arena;
    struct buffer out;
    struct edit *again;
    size_t again_count;
    require(count <= EDITS_MOST);
    for (size_t i = 0; i < count; i++)
        check_bounds(&edits[i]);
    arena_init(&arena, ARENA_BYTES);
    write_all(edits, count, &out);
    require(edits_read(out.data, out.size, &arena, &again, &again_count) == STATUS_OK);
    require(count == again_count);
    for (size_t i = 0; i < count; i++)
        require(edit_compare(&edits[i], &again[i]) == 0);
    check_order(edits, count);
    buffer_clear(&out);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct edit *edits;
    size_t count;
    uint8_t *octets = size > 0 ? malloc(size) : NULL;
    if (!octets)
        return 0;
    memcpy(octets, data, size);
    arena_init(&arena, ARENA_BYTES);
    if (edits_read(octets, size, &arena, &edits, &count) == STATUS_OK)
        check(edits, count);
    arena_clear(&arena);
    free(octets);
    return 0;
}
