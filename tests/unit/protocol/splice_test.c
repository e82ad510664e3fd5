#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "protocol/splice.h"

enum { ORIGINAL_BYTES = 100, ARENA_BYTES = 1 << 20 };

static void write_list(const struct splice *splice, struct buffer *out)
{
    struct writer writer;
    buffer_init(out, ARENA_BYTES);
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, BYTES("t"));
    splice_write(&writer, splice);
    assert_int_equal(writer_end(&writer), STATUS_OK);
}

/* steps: "k0+5 d2 k5+5": keep 5 octets from 0, two octets of data, … */
struct build_row {
    const char *name;
    const char *steps;
    enum status status; /* of the last step */
    const char *list;   /* as it is written */
    uint64_t size, data_size;
};

static const struct build_row build_rows[] = {
    {"7.8 nothing", "", STATUS_OK, "t ()\r\n", 0, 0},
    {"7.8 all of it", "k0+100", STATUS_OK, "t ((KEEP 0 100))\r\n", 100, 0},
    {"7.8 data between", "k0+10 d3 k10+90", STATUS_OK,
     "t ((KEEP 0 10) (DATA \"xxx\") (KEEP 10 90))\r\n", 103, 3},
    {"7.8 keeps that adjoin are one", "k0+10 k10+5 k15+1", STATUS_OK, "t ((KEEP 0 16))\r\n", 16, 0},
    {"7.8 keeps with data between stay two", "k0+10 d1 d2 k10+5", STATUS_OK,
     "t ((KEEP 0 10) (DATA \"x\") (DATA \"xx\") (KEEP 10 5))\r\n", 18, 3},
    {"7.8 a gap is left out", "k0+10 k20+5", STATUS_OK, "t ((KEEP 0 10) (KEEP 20 5))\r\n", 15, 0},
    {"7.8 empty ones are left out", "k0+0 d0 k7+0 d1 k3+0", STATUS_OK, "t ((DATA \"x\"))\r\n", 1,
     1},
    {"7.8 a keep that goes back", "k10+5 k9+1", STATUS_INVALID, "t ((KEEP 10 5))\r\n", 5, 0},
    {"7.8 a keep that overlaps", "k10+5 k14+5", STATUS_INVALID, "t ((KEEP 10 5))\r\n", 5, 0},
    {"7.8 a keep that goes back behind data", "k10+5 d1 k14+5", STATUS_INVALID,
     "t ((KEEP 10 5) (DATA \"x\"))\r\n", 6, 1},
    {"7.8 a keep that runs over", "k10+18446744073709551615", STATUS_INVALID, "t ()\r\n", 0, 0},
};

static enum status take_steps(struct splice *splice, struct arena *arena, const char *steps)
{
    static const char text[] = "xxxxxxxx";
    enum status status = STATUS_OK;
    unsigned long long offset, size;
    int length = 0;
    while (*steps && status == STATUS_OK) {
        if (sscanf(steps, "k%llu+%llu %n", &offset, &size, &length) == 2) {
            status = splice_keep(splice, arena, (struct range){offset, size});
        } else {
            assert_int_equal(sscanf(steps, "d%llu %n", &size, &length), 1);
            assert_true(size < sizeof text);
            status = splice_data(splice, arena, (struct bytes){(const uint8_t *)text, size});
        }
        steps += length;
    }
    return status;
}

static void test_build(void **state)
{
    const struct build_row *row = *state;
    AUTO(arena_clear) struct arena arena;
    AUTO(buffer_clear) struct buffer out;
    struct splice splice = {.count = 0};
    uint64_t size;
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(take_steps(&splice, &arena, row->steps), row->status);
    write_list(&splice, &out);
    assert_bytes(buffer_bytes(&out), bytes_of_text(row->list));
    assert_int_equal(splice_check(&splice, ORIGINAL_BYTES, &size), STATUS_OK);
    assert_int_equal(size, row->size);
    assert_int_equal(splice_data_size(&splice), row->data_size);
}

/* A list that somebody else wrote. */
struct read_row {
    const char *name;
    struct bytes octets;
    enum status read, check;
    uint64_t size;
};

static const struct read_row read_rows[] = {
    {"7.8 read: nothing", OCTETS("()"), STATUS_OK, STATUS_OK, 0},
    {"7.8 read: keeps and data", OCTETS("((KEEP 0 10) (DATA \"ab\") (KEEP 10 90))"), STATUS_OK,
     STATUS_OK, 102},
    {"7.8 read: lower case", OCTETS("((keep 0 10) (data \"ab\"))"), STATUS_OK, STATUS_OK, 12},
    {"7.8 read: a literal", OCTETS("((DATA {2}\r\n\r\n) (KEEP 1 2))"), STATUS_OK, STATUS_OK, 4},
    {"7.8 read: lines that go on", OCTETS("((KEEP \r\n0 \r\n10) \r\n(DATA \r\n\"ab\"))"), STATUS_OK,
     STATUS_OK, 12},
    {"7.8 read: empty ones", OCTETS("((KEEP 7 0) (DATA \"\") (KEEP 100 0))"), STATUS_OK, STATUS_OK,
     0},
    {"7.8 read: data without end", OCTETS("((DATA \"ab"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: data with NUL", OCTETS("((DATA {1}\r\n\0))"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: data that is an atom", OCTETS("((DATA ab))"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: another word", OCTETS("((COPY 0 10))"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: one number", OCTETS("((KEEP 0))"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: three numbers", OCTETS("((KEEP 0 1 2))"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: a negative number", OCTETS("((KEEP -1 2))"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: a number over 2^63", OCTETS("((KEEP 9223372036854775808 2))"), STATUS_PARSE,
     STATUS_OK, 0},
    {"7.8 read: an empty segment", OCTETS("(())"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: no list", OCTETS("KEEP"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 read: three levels", OCTETS("(((KEEP 0 1)))"), STATUS_PARSE, STATUS_OK, 0},
    {"7.8 check: descends", OCTETS("((KEEP 10 10) (KEEP 0 5))"), STATUS_OK, STATUS_INVALID, 0},
    {"7.8 check: overlaps", OCTETS("((KEEP 0 10) (DATA \"a\") (KEEP 9 5))"), STATUS_OK,
     STATUS_INVALID, 0},
    {"7.8 check: the same twice", OCTETS("((KEEP 0 10) (KEEP 0 10))"), STATUS_OK, STATUS_INVALID,
     0},
    {"7.8 check: one octet outside", OCTETS("((KEEP 0 101))"), STATUS_OK, STATUS_INVALID, 0},
    {"7.8 check: begins outside", OCTETS("((KEEP 101 0))"), STATUS_OK, STATUS_INVALID, 0},
    {"7.8 check: runs over",
     OCTETS("((KEEP 9223372036854775807 9223372036854775807) (KEEP 1 9223372036854775807))"),
     STATUS_OK, STATUS_INVALID, 0},
    {"7.8 check: an empty one goes back", OCTETS("((KEEP 10 5) (KEEP 14 0))"), STATUS_OK,
     STATUS_INVALID, 0},
};

static void test_read(void **state)
{
    const struct read_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    AUTO(arena_clear) struct arena arena;
    struct lexer lexer;
    struct splice splice;
    uint64_t size = 0;
    arena_init(&arena, ARENA_BYTES);
    lexer_init(&lexer, copy, row->octets.size, 2);
    assert_int_equal(splice_read(&lexer, &arena, &splice), row->read);
    if (row->read != STATUS_OK)
        return;
    assert_true(lexer_at_end(&lexer));
    assert_int_equal(splice_check(&splice, ORIGINAL_BYTES, &size), row->check);
    assert_int_equal(size, row->size);
}

struct taken {
    uint8_t octets[64];
    size_t size, pieces, pieces_most;
};

static enum status take(void *owner, struct bytes piece)
{
    struct taken *taken = owner;
    if (taken->pieces == taken->pieces_most)
        return STATUS_IO;
    assert_true(piece.size > 0 && taken->size + piece.size <= sizeof taken->octets);
    memcpy(taken->octets + taken->size, piece.data, piece.size);
    taken->size += piece.size;
    taken->pieces++;
    return STATUS_OK;
}

static void test_each(void **state)
{
    (void)state;
    struct splice_segment segments[] = {{.is_keep = true, .keep = {0, 3}},
                                        {.data = BYTES("new")},
                                        {.data = BYTES("")},
                                        {.is_keep = true, .keep = {4, 0}},
                                        {.is_keep = true, .keep = {4, 2}},
                                        {.data = BYTES("\r\n")}};
    const struct splice splice = {.segments = segments, .count = 6};
    struct bytes original = BYTES("a\0cdefg");
    struct taken all = {.pieces_most = 100}, some = {.pieces_most = 2};
    assert_int_equal(splice_each(&splice, original, take, &all), STATUS_OK);
    assert_bytes(((struct bytes){all.octets, all.size}), BYTES("a\0cnewef\r\n"));
    assert_int_equal(all.pieces, 4);
    assert_int_equal(splice_each(&splice, original, take, &some), STATUS_IO);
    assert_int_equal(some.pieces, 2);
}

static void test_data_with_nul(void **state)
{
    (void)state;
    AUTO(arena_clear) struct arena arena;
    struct splice splice = {.count = 0};
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(splice_data(&splice, &arena, BYTES("a\0b")), STATUS_INVALID);
    assert_int_equal(splice.count, 0);
}

static const char header[] = "X-Spam: YES\r\n\tand more \xFF\r\n";

/* A long list is written in lines that everybody takes, and read as it was. */
static void test_comes_back(void **state)
{
    (void)state;
    enum { KEEPS = 500 };
    AUTO(arena_clear) struct arena arena;
    AUTO(buffer_clear) struct buffer out;
    struct splice splice = {.count = 0}, read;
    struct lexer lexer;
    uint64_t size, read_size;
    arena_init(&arena, ARENA_BYTES);
    for (uint64_t i = 0; i < KEEPS; i++) {
        assert_int_equal(splice_keep(&splice, &arena, (struct range){i * 1000000007, 999999999}),
                         STATUS_OK);
        assert_int_equal(splice_data(&splice, &arena, bytes_slice(BYTES(header), 0, i % 27)),
                         STATUS_OK);
    }
    write_list(&splice, &out);
    lexer_init(&lexer, out.data + 2, out.size - 4, 2);
    assert_int_equal(splice_read(&lexer, &arena, &read), STATUS_OK);
    assert_true(lexer_at_end(&lexer));
    assert_int_equal(read.count, splice.count);
    for (size_t i = 0; i < read.count; i++) {
        assert_int_equal(read.segments[i].is_keep, splice.segments[i].is_keep);
        assert_int_equal(read.segments[i].keep.offset, splice.segments[i].keep.offset);
        assert_int_equal(read.segments[i].keep.size, splice.segments[i].keep.size);
        assert_bytes(read.segments[i].data, splice.segments[i].data);
    }
    assert_int_equal(splice_check(&splice, UINT64_MAX / 2, &size), STATUS_OK);
    assert_int_equal(splice_check(&read, UINT64_MAX / 2, &read_size), STATUS_OK);
    assert_int_equal(size, read_size);
}

/* The arena has every size from 0 up. */
static void test_arena_is_full(void **state)
{
    (void)state;
    static const struct bytes text =
        OCTETS("((KEEP 0 1) (DATA \"a\") (KEEP 2 1) (KEEP 4 1) (KEEP 6 1))");
    enum status built = STATUS_LIMIT, read = STATUS_MEMORY;
    for (size_t limit = 0; built != STATUS_OK || read != STATUS_OK; limit++) {
        AUTO(arena_clear) struct arena arena;
        AUTO(rows_free) uint8_t *copy = rows_copy(text);
        struct splice splice = {.count = 0};
        struct lexer lexer;
        arena_init(&arena, limit);
        built = take_steps(&splice, &arena, "k0+1 d1 k2+1 k4+1 k6+1");
        assert_true(built == STATUS_OK || built == STATUS_LIMIT);
        arena_clear(&arena);
        lexer_init(&lexer, copy, text.size, 2);
        read = splice_read(&lexer, &arena, &splice);
        assert_true(read == STATUS_OK || read == STATUS_MEMORY);
        assert_true(limit < 65536);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, build_rows, test_build);
    ROWS_ADD(&rows, read_rows, test_read);
    rows_add_one(&rows, "7.8 the octets of a copy, piece by piece", test_each);
    rows_add_one(&rows, "2.7 data has no NUL", test_data_with_nul);
    rows_add_one(&rows, "7.8 a long list comes back", test_comes_back);
    rows_add_one(&rows, "7.8 the arena is full", test_arena_is_full);
    return rows_run("splice", &rows, argc, argv);
}
