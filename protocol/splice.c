/* Splice lists: built, checked, written, read and followed (protocol/splice.h, spec/cccp.md 7.8).
 * Each function passes over the segments once. */
#include "protocol/splice.h"

static struct splice_segment *append(struct splice *splice, struct arena *arena)
{
    if (!arena_grow(arena, (void **)&splice->segments, &splice->capacity, splice->count,
                    sizeof *splice->segments))
        return NULL;
    struct splice_segment *segment = &splice->segments[splice->count++];
    *segment = (struct splice_segment){.is_keep = false};
    return segment;
}

/* The last KEEP, or NULL. What is passed over on the way lies behind it for good, so that building
 * a list stays linear. */
static struct splice_segment *last_keep(const struct splice *splice)
{
    for (size_t i = splice->count; i > 0; i--) {
        if (splice->segments[i - 1].is_keep)
            return &splice->segments[i - 1];
    }
    return NULL;
}

enum status splice_keep(struct splice *splice, struct arena *arena, struct range keep)
{
    struct splice_segment *last = last_keep(splice);
    uint64_t end = last ? last->keep.offset + last->keep.size : 0;
    if (keep.size == 0)
        return STATUS_OK;
    if (keep.offset < end || keep.size > UINT64_MAX - keep.offset)
        return STATUS_INVALID;
    if (last && last == &splice->segments[splice->count - 1] && keep.offset == end) {
        last->keep.size += keep.size;
        return STATUS_OK;
    }
    struct splice_segment *segment = append(splice, arena);
    if (!segment)
        return STATUS_LIMIT;
    segment->is_keep = true;
    segment->keep = keep;
    return STATUS_OK;
}

enum status splice_data(struct splice *splice, struct arena *arena, struct bytes data)
{
    if (data.size == 0)
        return STATUS_OK;
    if (bytes_find(data, 0, '\0') < data.size)
        return STATUS_INVALID;
    struct splice_segment *segment = append(splice, arena);
    if (!segment)
        return STATUS_LIMIT;
    segment->data = data;
    return STATUS_OK;
}

enum status splice_check(const struct splice *splice, uint64_t original_size, uint64_t *size)
{
    uint64_t end = 0, total = 0;
    for (size_t i = 0; i < splice->count; i++) {
        const struct splice_segment *segment = &splice->segments[i];
        struct range keep = segment->keep;
        if (!segment->is_keep) {
            total += segment->data.size;
            continue;
        }
        if (keep.offset < end || keep.offset > original_size ||
            keep.size > original_size - keep.offset)
            return STATUS_INVALID;
        end = keep.offset + keep.size;
        total += keep.size;
    }
    *size = total;
    return STATUS_OK;
}

uint64_t splice_data_size(const struct splice *splice)
{
    uint64_t size = 0;
    for (size_t i = 0; i < splice->count; i++)
        size += splice->segments[i].is_keep ? 0 : splice->segments[i].data.size;
    return size;
}

void splice_write(struct writer *writer, const struct splice *splice)
{
    writer_open(writer);
    for (size_t i = 0; i < splice->count; i++) {
        const struct splice_segment *segment = &splice->segments[i];
        writer_open(writer);
        if (segment->is_keep) {
            writer_atom(writer, "KEEP");
            writer_number(writer, segment->keep.offset);
            writer_number(writer, segment->keep.size);
        } else {
            writer_pair_string(writer, "DATA", segment->data);
        }
        writer_close(writer);
    }
    writer_close(writer);
}

/* "(" "KEEP" gap offset gap size ")" / "(" "DATA" gap string ")" */
static void read_segment(struct lexer *lexer, struct splice_segment *segment)
{
    struct bytes word = {0};
    lexer->status = lexer_open(lexer);
    lexer->status = lexer_atom(lexer, &word);
    lexer->status = lexer_space(lexer);
    segment->is_keep = bytes_equal_fold(word, BYTES("KEEP"));
    if (segment->is_keep) {
        lexer->status = lexer_number(lexer, &segment->keep.offset);
        lexer->status = lexer_space(lexer);
        lexer->status = lexer_number(lexer, &segment->keep.size);
    } else if (bytes_equal_fold(word, BYTES("DATA"))) {
        lexer->status = lexer_string(lexer, &segment->data);
    } else {
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "KEEP or DATA");
    }
    lexer->status = lexer_close(lexer);
}

enum status splice_read(struct lexer *lexer, struct arena *arena, struct splice *splice)
{
    bool first = true;
    *splice = (struct splice){.count = 0};
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        struct splice_segment *segment = append(splice, arena);
        if (segment)
            read_segment(lexer, segment);
        else
            lexer->status = lexer_fail(lexer, STATUS_MEMORY, "fewer segments");
    }
    return lexer->status;
}

enum status splice_each(const struct splice *splice, struct bytes original,
                        enum status (*take)(void *owner, struct bytes piece), void *owner)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < splice->count && status == STATUS_OK; i++) {
        const struct splice_segment *segment = &splice->segments[i];
        struct bytes piece = segment->is_keep
                                 ? bytes_slice(original, segment->keep.offset, segment->keep.size)
                                 : segment->data;
        if (piece.size > 0)
            status = take(owner, piece);
    }
    return status;
}
