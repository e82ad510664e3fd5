/* Edits and their lines between front and worker (protocol/edit.h). The worker reads what the front
 * has written; it is read as strictly as what comes from outside. */
#include "protocol/edit.h"

#include <assert.h>

#include "protocol/frame.h"
#include "protocol/pairs.h"

enum { EDIT_NESTING = 2 };

static const char *const edit_words[] = {
#define EDIT_WORD(name, word) word,
    EDIT_ROWS(EDIT_WORD)};

const char *edit_word(enum edit_kind kind)
{
    assert(kind < EDIT_KIND_COUNT);
    return edit_words[kind];
}

bool edit_of_word(struct bytes word, enum edit_kind *kind)
{
    for (unsigned i = 0; i < EDIT_KIND_COUNT; i++) {
        if (bytes_equal_fold(word, bytes_of_text(edit_words[i]))) {
            *kind = i;
            return true;
        }
    }
    return false;
}

bool edit_value_at(const struct edit *edit, const char *key, size_t i, struct bytes *value)
{
    for (size_t j = 0; j < edit->value_count; j++) {
        if (!bytes_equal_fold(edit->values[j].key, bytes_of_text(key)) || i-- > 0)
            continue;
        *value = edit->values[j].value;
        return true;
    }
    return false;
}

struct bytes edit_value(const struct edit *edit, const char *key)
{
    struct bytes value = {NULL, 0};
    return edit_value_at(edit, key, 0, &value) ? value : (struct bytes){NULL, 0};
}

static int compare_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_parts(const struct edit *a, const struct edit *b)
{
    int order = compare_number(a->part_count, b->part_count);
    for (size_t i = 0; i < a->part_count && order == 0; i++) {
        order = compare_number(a->parts[i].first, b->parts[i].first);
        if (order == 0)
            order = compare_number(a->parts[i].last, b->parts[i].last);
    }
    return order;
}

static int compare_values(const struct edit *a, const struct edit *b)
{
    int order = compare_number(a->value_count, b->value_count);
    for (size_t i = 0; i < a->value_count && order == 0; i++) {
        order = bytes_compare(a->values[i].key, b->values[i].key);
        if (order == 0)
            order = bytes_compare(a->values[i].value, b->values[i].value);
    }
    return order;
}

int edit_compare(const struct edit *a, const struct edit *b)
{
    int order = compare_number(a->kind, b->kind);
    if (order == 0)
        order = compare_parts(a, b);
    return order != 0 ? order : compare_values(a, b);
}

static bool is_value(const struct edit_value *value)
{
    return is_key(value->key) && !bytes_equal_fold(value->key, BYTES("PARTS")) &&
           value->value.size <= EDIT_VALUE_BYTES;
}

enum status edit_write(const struct edit *edit, struct buffer *out, struct bytes tag)
{
    struct writer writer;
    bool fine = edit->value_count <= EDIT_VALUES_MOST;
    for (size_t i = 0; i < edit->value_count && fine; i++)
        fine = is_value(&edit->values[i]);
    if (!fine)
        return STATUS_INVALID;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer_atom(&writer, "EDIT");
    writer_atom(&writer, edit_word(edit->kind));
    writer_open(&writer);
    if (edit->part_count > 0) {
        writer_atom(&writer, "PARTS");
        writer_ranges(&writer, edit->parts, edit->part_count);
    }
    for (size_t i = 0; i < edit->value_count; i++) {
        writer_atom_bytes(&writer, edit->values[i].key);
        writer_string(&writer, edit->values[i].value);
    }
    writer_close(&writer);
    return writer_end(&writer);
}

/* Lines that are being read. */
struct edit_lines {
    struct arena *arena;
    struct bytes tag; /* of the first line */
    struct edit *edits;
    size_t count, capacity;
};

static void read_parts(struct lexer *lexer, struct arena *arena, struct edit *edit)
{
    size_t capacity = 0;
    bool first = true;
    struct id_range range;
    if (edit->part_count > 0)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "parts once");
    while (lexer_range(lexer, &first, &range)) {
        uint32_t before = edit->part_count > 0 ? edit->parts[edit->part_count - 1].last : 0;
        if (edit->part_count > 0 && range.first - 1 <= before) {
            lexer->status = lexer_fail(lexer, STATUS_PARSE, "parts that ascend");
            return;
        }
        if (!arena_grow(arena, (void **)&edit->parts, &capacity, edit->part_count, sizeof range)) {
            lexer->status = lexer_fail(lexer, STATUS_MEMORY, "fewer parts");
            return;
        }
        edit->parts[edit->part_count++] = range;
    }
}

/* Behind its key and SP. */
static void read_value(struct lexer *lexer, struct arena *arena, size_t *capacity, struct bytes key,
                       struct edit *edit)
{
    struct edit_value value = {.key = key};
    if (lexer_string(lexer, &value.value) != STATUS_OK)
        return;
    if (!is_key(key))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a key");
    else if (edit->value_count == EDIT_VALUES_MOST || value.value.size > EDIT_VALUE_BYTES)
        lexer->status = lexer_fail(lexer, STATUS_LIMIT, "fewer and smaller values");
    else if (!arena_grow(arena, (void **)&edit->values, capacity, edit->value_count, sizeof value))
        lexer->status = lexer_fail(lexer, STATUS_MEMORY, "fewer values");
    else
        edit->values[edit->value_count++] = value;
}

/* kind SP "(" [PARTS id-set] *( KEY string ) ")" */
static void read_edit(struct lexer *lexer, struct arena *arena, struct edit *edit)
{
    struct bytes word = {0};
    size_t capacity = 0;
    bool first = true;
    lexer->status = lexer_atom(lexer, &word);
    if (!edit_of_word(word, &edit->kind))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "an edit");
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        struct bytes key = {0};
        lexer->status = lexer_atom(lexer, &key);
        lexer->status = lexer_space(lexer);
        if (bytes_equal_fold(key, BYTES("PARTS")))
            read_parts(lexer, arena, edit);
        else
            read_value(lexer, arena, &capacity, key, edit);
    }
}

/* tag SP "EDIT" SP … */
static enum status read_line(struct edit_lines *lines, uint8_t *octets, size_t size)
{
    struct lexer lexer;
    struct bytes tag = {0}, word = {0};
    lexer_init(&lexer, octets, size, EDIT_NESTING);
    lexer.status = lexer_atom(&lexer, &tag);
    lexer.status = lexer_space(&lexer);
    lexer.status = lexer_atom(&lexer, &word);
    if (lines->count == 0)
        lines->tag = tag;
    if (!is_tag(tag) || !bytes_equal(tag, lines->tag) || !bytes_equal_fold(word, BYTES("EDIT")))
        lexer.status = lexer_fail(&lexer, STATUS_PARSE, "the tag of the first line and EDIT");
    lexer.status = lexer_space(&lexer);
    if (lexer.status != STATUS_OK)
        return lexer.status;
    if (lines->count == EDITS_MOST)
        return STATUS_LIMIT;
    if (!arena_grow(lines->arena, (void **)&lines->edits, &lines->capacity, lines->count,
                    sizeof *lines->edits))
        return STATUS_MEMORY;
    struct edit *edit = &lines->edits[lines->count++];
    *edit = (struct edit){.part_count = 0};
    read_edit(&lexer, lines->arena, edit);
    return lexer_end(&lexer);
}

enum status edits_read(uint8_t *octets, size_t size, struct arena *arena, struct edit **edits,
                       size_t *count)
{
    struct frame_limits limits = {.line_bytes = WRITER_LINE_BYTES,
                                  .command_bytes = size,
                                  .literal_bytes = size,
                                  .nesting = EDIT_NESTING};
    struct edit_lines lines = {.arena = arena};
    struct bytes input = {octets, size};
    AUTO(frame_clear) struct frame frame;
    enum status status = STATUS_OK;
    size_t begin = 0;
    frame_init(&frame, FRAME_OF_SERVER, &limits);
    while (status == STATUS_OK && input.size > 0) {
        enum frame_event event = frame_step(&frame, &input);
        size_t end = size - input.size;
        if (event == FRAME_COMPLETE)
            status = read_line(&lines, octets + begin, end - begin - 2);
        else if (event == FRAME_BAD)
            status = frame.status == STATUS_MEMORY ? STATUS_MEMORY : STATUS_PARSE;
        begin = end;
    }
    if (status == STATUS_OK && !frame.at_start)
        status = STATUS_PARSE;
    if (status == STATUS_OK) {
        *edits = lines.edits;
        *count = lines.count;
    }
    return status;
}
