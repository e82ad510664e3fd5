#include "rows.h"

#include <string.h>

#include "protocol/edit.h"

enum { ARENA_BYTES = 1 << 22 };

static struct id_range parts[] = {{1, 1}, {3, 9}, {4294967295, 4294967295}};
static struct edit_value values[] = {{OCTETS("NAME"), OCTETS("X-Spam")},
                                     {OCTETS("VALUE"), OCTETS("a \"b\"\r\n\xFF")},
                                     {OCTETS("MAP"), OCTETS("old@x.example")},
                                     {OCTETS("MAP"), OCTETS("new@x.example")},
                                     {OCTETS("EMPTY"), OCTETS("")}};

static void test_words(void **state)
{
    (void)state;
    enum edit_kind kind;
    for (unsigned i = 0; i < EDIT_KIND_COUNT; i++) {
        kind = EDIT_KIND_COUNT;
        assert_true(edit_of_word(bytes_of_text(edit_word(i)), &kind));
        assert_int_equal(kind, i);
    }
    assert_string_equal(edit_word(EDIT_PART_REMOVE), "part-remove");
    assert_true(edit_of_word(BYTES("HEADER-Add"), &kind));
    assert_int_equal(kind, EDIT_HEADER_ADD);
    assert_false(edit_of_word(BYTES("header"), &kind));
    assert_false(edit_of_word(BYTES(""), &kind));
}

static void test_values(void **state)
{
    (void)state;
    const struct edit edit = {.values = values, .value_count = 5};
    struct bytes value;
    assert_bytes(edit_value(&edit, "NAME"), BYTES("X-Spam"));
    assert_bytes(edit_value(&edit, "MAP"), BYTES("old@x.example"));
    assert_int_equal(edit_value(&edit, "TEXT").size, 0);
    assert_true(edit_value_at(&edit, "MAP", 1, &value));
    assert_bytes(value, BYTES("new@x.example"));
    assert_false(edit_value_at(&edit, "MAP", 2, &value));
    assert_true(edit_value_at(&edit, "EMPTY", 0, &value));
    assert_int_equal(value.size, 0);
    assert_false(edit_value_at(&edit, "EMPTY", 1, &value));
}

/* In the order of edit_compare(): each differs from the one before in one thing. */
static void test_compare(void **state)
{
    (void)state;
    static struct id_range later[] = {{1, 1}, {4, 9}}, longer[] = {{1, 1}, {4, 10}};
    const struct edit edits[] = {{.kind = EDIT_PART_REMOVE},
                                 {.kind = EDIT_PART_REMOVE, .values = values, .value_count = 1},
                                 {.kind = EDIT_PART_REMOVE, .values = values + 1, .value_count = 1},
                                 {.kind = EDIT_PART_REMOVE, .values = values + 3, .value_count = 2},
                                 {.kind = EDIT_PART_REMOVE, .values = values + 2, .value_count = 2},
                                 {.kind = EDIT_PART_REMOVE, .parts = parts, .part_count = 1},
                                 {.kind = EDIT_PART_REMOVE, .parts = parts, .part_count = 2},
                                 {.kind = EDIT_PART_REMOVE, .parts = later, .part_count = 2},
                                 {.kind = EDIT_PART_REMOVE, .parts = longer, .part_count = 2},
                                 {.kind = EDIT_PART_REPLACE},
                                 {.kind = EDIT_WRAP}};
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        for (size_t j = 0; j < sizeof edits / sizeof edits[0]; j++) {
            int order = edit_compare(&edits[i], &edits[j]);
            assert_int_equal(order < 0, i < j);
            assert_int_equal(order > 0, i > j);
        }
    }
}

static void assert_same(const struct edit *a, const struct edit *b)
{
    assert_int_equal(edit_compare(a, b), 0);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->part_count, b->part_count);
    assert_int_equal(a->value_count, b->value_count);
    for (size_t i = 0; i < a->value_count; i++) {
        assert_bytes(a->values[i].key, b->values[i].key);
        assert_bytes(a->values[i].value, b->values[i].value);
    }
}

static const struct edit samples[] = {{.kind = EDIT_MARKS},
                                      {.kind = EDIT_PART_REMOVE, .parts = parts, .part_count = 3},
                                      {.kind = EDIT_HEADER_ADD, .values = values, .value_count = 5},
                                      {.kind = EDIT_PART_REPLACE,
                                       .parts = parts,
                                       .part_count = 2,
                                       .values = values,
                                       .value_count = 2}};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static void write_samples(struct buffer *out)
{
    buffer_init(out, ARENA_BYTES);
    for (size_t i = 0; i < SAMPLES; i++)
        assert_int_equal(edit_write(&samples[i], out, BYTES("17")), STATUS_OK);
}

static void test_come_back(void **state)
{
    (void)state;
    AUTO(buffer_clear) struct buffer out;
    AUTO(arena_clear) struct arena arena;
    struct edit *edits;
    size_t count;
    arena_init(&arena, ARENA_BYTES);
    write_samples(&out);
    assert_int_equal(edits_read(out.data, out.size, &arena, &edits, &count), STATUS_OK);
    assert_int_equal(count, SAMPLES);
    for (size_t i = 0; i < count; i++)
        assert_same(&edits[i], &samples[i]);
}

/* As many of everything as there may be. */
static void test_most_come_back(void **state)
{
    (void)state;
    static struct edit_value many[EDIT_VALUES_MOST];
    static struct id_range odd[2000];
    static uint8_t text[EDIT_VALUE_BYTES];
    struct edit edit = {.kind = EDIT_ADDRESS,
                        .parts = odd,
                        .part_count = 2000,
                        .values = many,
                        .value_count = EDIT_VALUES_MOST};
    AUTO(buffer_clear) struct buffer out;
    AUTO(arena_clear) struct arena arena;
    struct edit *edits;
    size_t count;
    memset(text, 'x', sizeof text);
    for (uint32_t i = 0; i < 2000; i++)
        odd[i] = (struct id_range){i * 3 + 1, i * 3 + 1 + i % 2};
    for (size_t i = 0; i < EDIT_VALUES_MOST; i++)
        many[i] = (struct edit_value){BYTES("MAP"), {text, i % 300}};
    many[17].value.size = EDIT_VALUE_BYTES;
    arena_init(&arena, ARENA_BYTES);
    buffer_init(&out, ARENA_BYTES);
    assert_int_equal(edit_write(&edit, &out, BYTES("1")), STATUS_OK);
    assert_int_equal(edits_read(out.data, out.size, &arena, &edits, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_same(&edits[0], &edit);
}

static void test_too_much_is_not_written(void **state)
{
    (void)state;
    static struct edit_value many[EDIT_VALUES_MOST + 1];
    static uint8_t text[EDIT_VALUE_BYTES + 1];
    struct id_range touching[] = {{1, 1}, {2, 3}};
    struct edit_value wrong[] = {{BYTES("K"), {text, sizeof text}},
                                 {BYTES("PARTS"), BYTES("1")},
                                 {BYTES("A B"), BYTES("1")},
                                 {BYTES(""), BYTES("1")},
                                 {BYTES("NUL"), BYTES("a\0b")}};
    const struct edit touches = {.kind = EDIT_MARKS, .parts = touching, .part_count = 2};
    AUTO(buffer_clear) struct buffer out;
    memset(text, 'x', sizeof text);
    buffer_init(&out, ARENA_BYTES);
    for (size_t i = 0; i < EDIT_VALUES_MOST + 1; i++)
        many[i].key = BYTES("K");
    struct edit edit = {.kind = EDIT_MARKS, .values = many, .value_count = EDIT_VALUES_MOST + 1};
    assert_int_equal(edit_write(&edit, &out, BYTES("1")), STATUS_INVALID);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        edit = (struct edit){.kind = EDIT_MARKS, .values = &wrong[i], .value_count = 1};
        assert_int_equal(edit_write(&edit, &out, BYTES("1")), STATUS_INVALID);
    }
    assert_int_equal(edit_write(&touches, &out, BYTES("1")), STATUS_INVALID);
    assert_int_equal(out.size, 0);
}

struct edit_row {
    const char *name;
    struct bytes octets;
    enum status status;
};

static const struct edit_row edit_rows[] = {
    {"edit: none", OCTETS(""), STATUS_OK},
    {"edit: the least", OCTETS("1 EDIT marks ()\r\n"), STATUS_OK},
    {"edit: two", OCTETS("1 EDIT marks ()\r\n1 EDIT wrap (TEXT \"a\")\r\n"), STATUS_OK},
    {"edit: any case", OCTETS("1 edit Header-Add (name \"a\" VALUE \"b\")\r\n"), STATUS_OK},
    {"edit: parts", OCTETS("1 EDIT part-remove (PARTS 1,3:4,\r\n6)\r\n"), STATUS_OK},
    {"edit: parts behind values", OCTETS("1 EDIT part-remove (TEXT \"a\" PARTS 1)\r\n"), STATUS_OK},
    {"edit: a key twice", OCTETS("1 EDIT address (MAP \"a\" MAP \"b\")\r\n"), STATUS_OK},
    {"edit: a literal", OCTETS("1 EDIT footer (TEXT {4}\r\na\r\nb)\r\n"), STATUS_OK},
    {"edit: without CRLF", OCTETS("1 EDIT marks ()"), STATUS_PARSE},
    {"edit: a second one without CRLF", OCTETS("1 EDIT marks ()\r\n1 EDIT marks ()"), STATUS_PARSE},
    {"edit: an empty line", OCTETS("\r\n"), STATUS_PARSE},
    {"edit: bare LF", OCTETS("1 EDIT marks ()\n"), STATUS_PARSE},
    {"edit: another tag", OCTETS("1 EDIT marks ()\r\n2 EDIT marks ()\r\n"), STATUS_PARSE},
    {"edit: no tag", OCTETS("* EDIT marks ()\r\n"), STATUS_PARSE},
    {"edit: another word", OCTETS("1 EDITS marks ()\r\n"), STATUS_PARSE},
    {"edit: an unknown kind", OCTETS("1 EDIT burn ()\r\n"), STATUS_PARSE},
    {"edit: no list", OCTETS("1 EDIT marks\r\n"), STATUS_PARSE},
    {"edit: more behind it", OCTETS("1 EDIT marks () x\r\n"), STATUS_PARSE},
    {"edit: a value that is an atom", OCTETS("1 EDIT marks (NAME x)\r\n"), STATUS_PARSE},
    {"edit: a value that is a list", OCTETS("1 EDIT marks (NAME (\"x\"))\r\n"), STATUS_PARSE},
    {"edit: a key without a value", OCTETS("1 EDIT marks (NAME)\r\n"), STATUS_PARSE},
    {"edit: a key that is none", OCTETS("1 EDIT marks (1NAME \"x\")\r\n"), STATUS_PARSE},
    {"edit: a value with NUL", OCTETS("1 EDIT marks (NAME {1}\r\n\0)\r\n"), STATUS_PARSE},
    {"edit: a literal that runs over", OCTETS("1 EDIT marks (NAME {99}\r\na)\r\n"), STATUS_PARSE},
    {"edit: parts twice", OCTETS("1 EDIT part-remove (PARTS 1 PARTS 3)\r\n"), STATUS_PARSE},
    {"edit: part 0", OCTETS("1 EDIT part-remove (PARTS 0)\r\n"), STATUS_PARSE},
    {"edit: parts that descend", OCTETS("1 EDIT part-remove (PARTS 4,1)\r\n"), STATUS_PARSE},
    {"edit: parts that touch", OCTETS("1 EDIT part-remove (PARTS 1,2)\r\n"), STATUS_PARSE},
    {"edit: no parts", OCTETS("1 EDIT part-remove (PARTS )\r\n"), STATUS_PARSE},
};

static void test_read(void **state)
{
    const struct edit_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    AUTO(arena_clear) struct arena arena;
    struct edit *edits;
    size_t count;
    arena_init(&arena, 65536);
    assert_int_equal(edits_read(copy, row->octets.size, &arena, &edits, &count), row->status);
}

static void append(struct buffer *out, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        assert_int_equal(buffer_append(out, bytes_of_text(text)), STATUS_OK);
}

struct limit_row {
    const char *name;
    const char *before, *repeated, *after;
    size_t most;
};

static const struct limit_row limit_rows[] = {
    {"edit: as many edits as there may be", "", "1 EDIT marks ()\r\n", "", EDITS_MOST},
    {"edit: as many values as there may be", "1 EDIT marks (", "K \"\" \r\n", "K \"\")\r\n",
     EDIT_VALUES_MOST - 1},
    {"edit: as long a value as there may be", "1 EDIT marks (K {65536}\r\n", "x", ")\r\n",
     EDIT_VALUE_BYTES},
};

static enum status read_repeated(const struct limit_row *row, size_t times, const char *before)
{
    AUTO(buffer_clear) struct buffer out;
    AUTO(arena_clear) struct arena arena;
    struct edit *edits;
    size_t count;
    buffer_init(&out, ARENA_BYTES);
    arena_init(&arena, ARENA_BYTES);
    append(&out, before, 1);
    append(&out, row->repeated, times);
    append(&out, row->after, 1);
    return edits_read(out.data, out.size, &arena, &edits, &count);
}

static void test_limit(void **state)
{
    const struct limit_row *row = *state;
    bool is_literal = strstr(row->before, "{65536}") != NULL;
    assert_int_equal(read_repeated(row, row->most, row->before), STATUS_OK);
    assert_int_equal(
        read_repeated(row, row->most + 1, is_literal ? "1 EDIT marks (K {65537}\r\n" : row->before),
        STATUS_LIMIT);
}

/* The arena has every size from 0 up. */
static void test_arena_is_full(void **state)
{
    (void)state;
    AUTO(buffer_clear) struct buffer out;
    enum status status = STATUS_MEMORY;
    write_samples(&out);
    for (size_t limit = 0; status != STATUS_OK; limit++) {
        AUTO(rows_free) uint8_t *copy = rows_copy(buffer_bytes(&out));
        AUTO(arena_clear) struct arena arena;
        struct edit *edits;
        size_t count;
        arena_init(&arena, limit);
        status = edits_read(copy, out.size, &arena, &edits, &count);
        assert_true(status == STATUS_OK || status == STATUS_MEMORY);
        assert_true(limit < 65536);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, edit_rows, test_read);
    ROWS_ADD(&rows, limit_rows, test_limit);
    rows_add_one(&rows, "edit: words", test_words);
    rows_add_one(&rows, "edit: values", test_values);
    rows_add_one(&rows, "edit: a total order", test_compare);
    rows_add_one(&rows, "edit: come back as they were", test_come_back);
    rows_add_one(&rows, "edit: the most of everything comes back", test_most_come_back);
    rows_add_one(&rows, "edit: too much is not written", test_too_much_is_not_written);
    rows_add_one(&rows, "edit: the arena is full", test_arena_is_full);
    return rows_run("edit", &rows, argc, argv);
}
