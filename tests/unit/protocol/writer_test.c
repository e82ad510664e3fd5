#include "rows.h"

#include <string.h>

#include "protocol/writer.h"

enum { LINE_BYTES = 1024, OUT_BYTES = 1 << 20 };

static void begin(struct writer *writer, struct buffer *out)
{
    buffer_init(out, OUT_BYTES);
    writer_begin(writer, out, WRITER_LITERAL_PLAIN, LINE_BYTES, BYTES("a1"));
}

static void assert_line(struct writer *writer, struct bytes wanted)
{
    assert_int_equal(writer_end(writer), STATUS_OK);
    assert_bytes(buffer_bytes(writer->out), wanted);
    buffer_clear(writer->out);
}

struct string_row {
    const char *name;
    struct bytes string, written;
};

static const struct string_row string_rows[] = {
    {"3 plain text is quoted", OCTETS("a b"), OCTETS("a1 \"a b\"\r\n")},
    {"3 an empty string is quoted", OCTETS(""), OCTETS("a1 \"\"\r\n")},
    {"3 quotes and backslashes are escaped", OCTETS("\"\\"), OCTETS("a1 \"\\\"\\\\\"\r\n")},
    {"3 UTF-8 is quoted", OCTETS("\xC3\xA4"), OCTETS("a1 \"\xC3\xA4\"\r\n")},
    {"3 other octets are a literal", OCTETS("\xC3"), OCTETS("a1 {1}\r\n\xC3\r\n")},
    {"3 CRLF is a literal", OCTETS("a\r\nb"), OCTETS("a1 {4}\r\na\r\nb\r\n")},
    {"3 DEL is a literal", OCTETS("\x7f"), OCTETS("a1 {1}\r\n\x7f\r\n")},
};

static void test_string(void **state)
{
    const struct string_row *row = *state;
    struct buffer out;
    struct writer writer;
    begin(&writer, &out);
    writer_string(&writer, row->string);
    assert_line(&writer, row->written);
}

static void test_tokens(void **state)
{
    (void)state;
    struct buffer out;
    struct writer writer;
    begin(&writer, &out);
    writer_atom(&writer, "X");
    writer_open(&writer);
    writer_pair_number(&writer, "N", INT64_MAX);
    writer_pair_atom(&writer, "A", "b");
    writer_pair_range(&writer, "R", (struct range){3, 4});
    writer_atom(&writer, "L");
    writer_open(&writer);
    writer_close(&writer);
    writer_pair_string(&writer, "S", BYTES("x"));
    writer_nil(&writer);
    writer_close(&writer);
    writer_text(&writer, "t");
    assert_line(&writer,
                BYTES("a1 X (N 9223372036854775807 A b R (3 4) L () S \"x\" NIL) \"t\"\r\n"));
}

static void test_given(void **state)
{
    (void)state;
    const struct bytes strings[] = {OCTETS("a"), OCTETS("b\n")};
    struct buffer out;
    struct writer writer;
    begin(&writer, &out);
    writer_open(&writer);
    writer_pair_given(&writer, "A", BYTES(""));
    writer_pair_given(&writer, "B", BYTES("b"));
    writer_pair_strings(&writer, "C", strings, 2);
    writer_pair_strings(&writer, "D", NULL, 0);
    writer_close(&writer);
    writer_literal(&writer, BYTES("a\0\r\n"));
    assert_line(&writer, BYTES("a1 (B \"b\" C (\"a\" {2}\r\nb\n) D ()) {4}\r\na\0\r\n\r\n"));
}

static void test_plus(void **state)
{
    (void)state;
    struct buffer out;
    struct writer writer;
    buffer_init(&out, OUT_BYTES);
    writer_begin(&writer, &out, WRITER_LITERAL_PLUS, LINE_BYTES, BYTES("a1"));
    writer_text(&writer, "a\nb");
    writer_announce(&writer, 7, true);
    assert_line(&writer, BYTES("a1 {3+}\r\na\nb {7}\r\n"));
}

static void test_completion(void **state)
{
    (void)state;
    struct buffer out;
    struct writer writer;
    begin(&writer, &out);
    writer_atom(&writer, "BAD");
    writer_code(&writer, "LIMIT LINE", true, 8192);
    writer_rest(&writer, "too\r\nlong \xC3\xA4 {3} x");
    assert_line(&writer, BYTES("a1 BAD [LIMIT LINE 8192] too  long \xC3\xA4 {3} x\r\n"));
    begin(&writer, &out);
    writer_rest(&writer, "\xFF ok");
    assert_line(&writer, BYTES("a1   ok\r\n"));
    begin(&writer, &out);
    writer_rest(&writer, "");
    assert_line(&writer, BYTES("a1\r\n"));
    begin(&writer, &out);
    writer_rest(&writer, "expected {3},} \r\n");
    assert_line(&writer, BYTES("a1 expected {3\r\n"));
}

static void test_rest_is_cut(void **state)
{
    (void)state;
    char text[2 * LINE_BYTES + 1];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 == 0 ? '\xC3' : '\xA4';
    text[sizeof text - 1] = '\0';
    for (size_t tag_size = 1; tag_size <= 4; tag_size++) {
        struct buffer out;
        struct writer writer;
        buffer_init(&out, OUT_BYTES);
        writer_begin(&writer, &out, WRITER_LITERAL_PLAIN, LINE_BYTES,
                     bytes_slice(BYTES("abcd"), 0, tag_size));
        writer_rest(&writer, text);
        assert_int_equal(writer_end(&writer), STATUS_OK);
        assert_true(out.size >= LINE_BYTES && out.size <= LINE_BYTES + 2);
        assert_true(bytes_is_utf8(buffer_bytes(&out)));
        buffer_clear(&out);
    }
}

struct failing_row {
    const char *name;
    void (*write)(struct writer *writer);
    enum status status;
};

static void write_nul(struct writer *writer)
{
    writer_string(writer, BYTES("a\0b"));
}

static void write_odd_atom(struct writer *writer)
{
    writer_atom(writer, "a b");
}

static void write_empty_atom(struct writer *writer)
{
    writer_atom(writer, "");
}

static void write_large_number(struct writer *writer)
{
    writer_number(writer, (uint64_t)INT64_MAX + 1);
}

static void write_no_ranges(struct writer *writer)
{
    writer_ranges(writer, NULL, 0);
}

static void write_touching_ranges(struct writer *writer)
{
    writer_ranges(writer, (struct id_range[]){{1, 2}, {3, 4}}, 2);
}

static void write_descending_ranges(struct writer *writer)
{
    writer_ranges(writer, (struct id_range[]){{5, 5}, {1, 1}}, 2);
}

static void write_id_zero(struct writer *writer)
{
    writer_ranges(writer, (struct id_range[]){{0, 1}}, 1);
}

static void write_long_line(struct writer *writer)
{
    for (int i = 0; i < LINE_BYTES; i++)
        writer_nil(writer);
}

static void write_too_much(struct writer *writer)
{
    static uint8_t octets[OUT_BYTES];
    memset(octets, 'a', sizeof octets);
    writer_string(writer, (struct bytes){octets, sizeof octets});
}

static const struct failing_row failing_rows[] = {
    {"2.7 NUL in a string", write_nul, STATUS_INVALID},
    {"3 an atom with a blank", write_odd_atom, STATUS_INVALID},
    {"3 an empty atom", write_empty_atom, STATUS_INVALID},
    {"3.6 a number of 2^63", write_large_number, STATUS_INVALID},
    {"3.3 an empty id-set", write_no_ranges, STATUS_INVALID},
    {"3.3 ranges that touch", write_touching_ranges, STATUS_INVALID},
    {"3.3 ranges that descend", write_descending_ranges, STATUS_INVALID},
    {"3.3 id 0", write_id_zero, STATUS_INVALID},
    {"2.1 a line that cannot break", write_long_line, STATUS_LIMIT_LINE},
    {"2.8 more than the buffer takes", write_too_much, STATUS_LIMIT_REPLY},
};

/* The first failure sticks and the line is taken back. */
static void test_failing(void **state)
{
    const struct failing_row *row = *state;
    struct buffer out;
    struct writer writer;
    buffer_init(&out, OUT_BYTES);
    assert_int_equal(buffer_append(&out, BYTES("before\r\n")), STATUS_OK);
    writer_begin(&writer, &out, WRITER_LITERAL_PLAIN, LINE_BYTES, BYTES("a1"));
    writer_open(&writer);
    writer_close(&writer);
    row->write(&writer);
    writer_atom(&writer, "x");
    assert_int_equal(writer_end(&writer), row->status);
    assert_bytes(buffer_bytes(&out), BYTES("before\r\n"));
    buffer_clear(&out);
}

/* Every physical line is short enough, and what is read again is what was written. */
static void assert_short_lines(struct bytes octets, unsigned least_lines)
{
    size_t begin = 0;
    unsigned lines = 0;
    while (begin < octets.size) {
        size_t end = bytes_find(octets, begin, '\n');
        assert_true(end < octets.size && octets.data[end - 1] == '\r');
        assert_true(end - 1 - begin <= LINE_BYTES);
        begin = end + 1;
        lines++;
    }
    assert_true(lines >= least_lines);
}

static void test_lists_break(void **state)
{
    (void)state;
    struct buffer out;
    struct writer writer;
    char text[255];
    begin(&writer, &out);
    writer_open(&writer);
    for (size_t i = 0; i < 500; i++) {
        memset(text, i % 3 == 0 ? '"' : 'x', sizeof text);
        writer_open(&writer);
        writer_open(&writer);
        writer_string(&writer, (struct bytes){(uint8_t *)text, i * 7 % 129});
        writer_close(&writer);
        writer_number(&writer, i);
        writer_close(&writer);
    }
    writer_close(&writer);
    assert_int_equal(writer_end(&writer), STATUS_OK);
    assert_short_lines(buffer_bytes(&out), 50);
    struct lexer lexer;
    struct bytes tag, raw;
    lexer_init(&lexer, out.data, out.size - 2, 8);
    assert_int_equal(lexer_atom(&lexer, &tag), STATUS_OK);
    assert_int_equal(lexer_space(&lexer), STATUS_OK);
    assert_int_equal(lexer_skip(&lexer, &raw), STATUS_OK);
    assert_int_equal(lexer_end(&lexer), STATUS_OK);
    buffer_clear(&out);
}

static void test_ranges_break(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    static struct id_range ranges[COUNT];
    for (uint32_t i = 0; i < COUNT; i++)
        ranges[i] = (struct id_range){4000000000u + 4 * i, 4000000000u + 4 * i + i % 2};
    struct buffer out;
    struct writer writer;
    begin(&writer, &out);
    writer_atom(&writer, "RES");
    writer_ranges(&writer, ranges, COUNT);
    writer_atom(&writer, "DELIVER");
    writer_open(&writer);
    writer_close(&writer);
    assert_int_equal(writer_end(&writer), STATUS_OK);
    assert_short_lines(buffer_bytes(&out), 30);
    struct lexer lexer;
    struct id_range range;
    bool first = true;
    lexer_init(&lexer, out.data + 7, out.size - 9, 8);
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(lexer_range(&lexer, &first, &range));
        assert_int_equal(range.first, ranges[i].first);
        assert_int_equal(range.last, ranges[i].last);
    }
    assert_false(lexer_range(&lexer, &first, &range));
    assert_int_equal(lexer.status, STATUS_OK);
    buffer_clear(&out);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, string_rows, test_string);
    ROWS_ADD(&rows, failing_rows, test_failing);
    rows_add_one(&rows, "3 tokens and pairs", test_tokens);
    rows_add_one(&rows, "3 what is given, and lists of strings", test_given);
    rows_add_one(&rows, "2.5 a client's literals do not wait", test_plus);
    rows_add_one(&rows, "3 completion", test_completion);
    rows_add_one(&rows, "2.1 text is cut at the line's end", test_rest_is_cut);
    rows_add_one(&rows, "2.2 lists break where they may", test_lists_break);
    rows_add_one(&rows, "2.2 id-sets break where they may", test_ranges_break);
    return rows_run("writer", &rows, argc, argv);
}
