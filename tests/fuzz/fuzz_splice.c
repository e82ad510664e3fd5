/* Splice lists, as a client and the front get them. The first octet is the size of the original.
 * Oracle: a list that passes the check yields exactly as many octets as the check says, each from
 * the original or the data; built again step by step, and written and read, it yields the same. */
#include <stdlib.h>
#include <string.h>

#include "protocol/splice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 22, OUT_BYTES = 1 << 22, NESTING = 2 };

static void require(bool truth)
{
    if (!truth)
        abort();
}

static enum status take(void *owner, struct bytes piece)
{
    require(piece.size > 0);
    return buffer_append(owner, piece);
}

static void follow(const struct splice *splice, struct bytes original, struct buffer *copy)
{
    uint64_t size = UINT64_MAX;
    buffer_init(copy, OUT_BYTES);
    require(splice_check(splice, original.size, &size) == STATUS_OK);
    require(splice_each(splice, original, take, copy) == STATUS_OK);
    require(copy->size == size && splice_data_size(splice) <= size);
    require(size - splice_data_size(splice) <= original.size);
}

static void build_again(const struct splice *splice, struct arena *arena, struct splice *built)
{
    *built = (struct splice){.count = 0};
    for (size_t i = 0; i < splice->count; i++) {
        const struct splice_segment *segment = &splice->segments[i];
        require((segment->is_keep ? splice_keep(built, arena, segment->keep)
                                  : splice_data(built, arena, segment->data)) == STATUS_OK);
    }
    require(built->count <= splice->count);
}

/* Writes the list and reads it from what was written, which out keeps. */
static void write_again(const struct splice *splice, struct arena *arena, struct buffer *out,
                        struct splice *again)
{
    struct writer writer;
    struct lexer lexer;
    buffer_init(out, OUT_BYTES);
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, BYTES("a"));
    splice_write(&writer, splice);
    require(writer_end(&writer) == STATUS_OK);
    lexer_init(&lexer, out->data + 2, out->size - 4, NESTING);
    require(splice_read(&lexer, arena, again) == STATUS_OK && lexer_at_end(&lexer));
    require(again->count == splice->count);
}

static void check(const struct splice *splice, struct bytes original, struct arena *arena)
{
    struct splice again;
    struct buffer copy, copy_again, out;
    follow(splice, original, &copy);
    build_again(splice, arena, &again);
    follow(&again, original, &copy_again);
    require(bytes_equal(buffer_bytes(&copy), buffer_bytes(&copy_again)));
    buffer_clear(&copy_again);
    write_again(splice, arena, &out, &again);
    follow(&again, original, &copy_again);
    require(bytes_equal(buffer_bytes(&copy), buffer_bytes(&copy_again)));
    buffer_clear(&copy_again);
    buffer_clear(&copy);
    buffer_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t original[UINT8_MAX];
    uint8_t *octets = size > 1 ? malloc(size - 1) : NULL;
    struct arena arena;
    struct lexer lexer;
    struct splice splice;
    uint64_t copy_size;
    if (!octets)
        return 0;
    for (size_t i = 0; i < sizeof original; i++)
        original[i] = (uint8_t)(i * 7);
    memcpy(octets, data + 1, size - 1);
    arena_init(&arena, ARENA_BYTES);
    lexer_init(&lexer, octets, size - 1, NESTING);
    if (splice_read(&lexer, &arena, &splice) == STATUS_OK &&
        splice_check(&splice, data[0], &copy_size) == STATUS_OK)
        check(&splice, (struct bytes){original, data[0]}, &arena);
    arena_clear(&arena);
    free(octets);
    return 0;
}
