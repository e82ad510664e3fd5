#include "rows.h"

#include <string.h>

struct utf8_row {
    const char *name;
    struct bytes octets;
    bool well_formed;
};

static const struct utf8_row utf8_rows[] = {
    {"RFC 3629 empty", OCTETS(""), true},
    {"RFC 3629 ASCII", OCTETS("abc\x7f"), true},
    {"RFC 3629 two octets", OCTETS("\xC2\x80\xDF\xBF"), true},
    {"RFC 3629 three octets", OCTETS("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"), true},
    {"RFC 3629 four octets", OCTETS("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), true},
    {"RFC 3629 NUL", OCTETS("a\0b"), true},
    {"RFC 3629 overlong two", OCTETS("\xC0\x80"), false},
    {"RFC 3629 overlong two, C1", OCTETS("\xC1\xBF"), false},
    {"RFC 3629 overlong three", OCTETS("\xE0\x9F\xBF"), false},
    {"RFC 3629 overlong four", OCTETS("\xF0\x8F\xBF\xBF"), false},
    {"RFC 3629 surrogate", OCTETS("\xED\xA0\x80"), false},
    {"RFC 3629 over U+10FFFF", OCTETS("\xF4\x90\x80\x80"), false},
    {"RFC 3629 lead F5", OCTETS("\xF5\x80\x80\x80"), false},
    {"RFC 3629 lone continuation", OCTETS("a\x80"), false},
    {"RFC 3629 cut off", OCTETS("\xE2\x82"), false},
    {"RFC 3629 second octet wrong", OCTETS("\xE2\x28\xA1"), false},
    {"RFC 3629 last octet wrong", OCTETS("\xF0\x9F\x98\x28"), false},
};

static void test_utf8(void **state)
{
    const struct utf8_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    assert_int_equal(bytes_is_utf8((struct bytes){copy, row->octets.size}), row->well_formed);
}

static void test_comparing(void **state)
{
    (void)state;
    const struct bytes nothing = {NULL, 0};
    assert_true(bytes_equal(nothing, BYTES("")));
    assert_true(bytes_equal(BYTES("a\0b"), BYTES("a\0b")));
    assert_false(bytes_equal(BYTES("a"), BYTES("A")));
    assert_true(bytes_equal_fold(BYTES("Check[`"), BYTES("cHECK[`")));
    assert_false(bytes_equal_fold(BYTES("@"), BYTES("`")));
    assert_false(bytes_equal_fold(BYTES("ab"), BYTES("abc")));
    assert_true(bytes_begin_fold(BYTES("Content-Type"), BYTES("content-")));
    assert_false(bytes_begin_fold(BYTES("Content"), BYTES("content-")));
    assert_false(bytes_begin_fold(nothing, BYTES("a")));
    assert_true(bytes_contain_fold(BYTES("aabAbcC"), BYTES("ABCc")));
    assert_false(bytes_contain_fold(BYTES("abab"), BYTES("abc")));
    assert_false(bytes_contain_fold(nothing, BYTES("a")));
    assert_int_equal(bytes_compare(nothing, nothing), 0);
    assert_true(bytes_compare(BYTES("ab"), BYTES("abc")) < 0);
    assert_true(bytes_compare(BYTES("b"), BYTES("abc")) > 0);
    assert_true(bytes_compare(BYTES("\xFF"), BYTES("a")) > 0);
    assert_int_equal(bytes_of_text(NULL).size, 0);
    assert_bytes(bytes_of_text("abc"), BYTES("abc"));
}

static void test_slicing(void **state)
{
    (void)state;
    assert_bytes(bytes_slice(BYTES("abcdef"), 2, 3), BYTES("cde"));
    assert_bytes(bytes_slice(BYTES("abcdef"), 4, SIZE_MAX), BYTES("ef"));
    assert_int_equal(bytes_slice(BYTES("abc"), 3, 1).size, 0);
    assert_int_equal(bytes_slice(BYTES("abc"), SIZE_MAX, SIZE_MAX).size, 0);
    assert_int_equal(bytes_find(BYTES("abcabc"), 1, 'a'), 3);
    assert_int_equal(bytes_find(BYTES("abc"), 0, 'x'), 3);
    assert_int_equal(bytes_find(BYTES("abc"), 9, 'a'), 3);
}

static void test_buffer(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    for (int i = 0; i < 100; i++)
        assert_int_equal(buffer_append(&buffer, BYTES("0123456789")), STATUS_OK);
    assert_int_equal(buffer.size, 1000);
    assert_true(buffer.capacity <= 1000);
    assert_int_equal(buffer_append_octet(&buffer, 'x'), STATUS_LIMIT_REPLY);
    assert_int_equal(buffer_append(&buffer, BYTES("")), STATUS_OK);
    assert_int_equal(buffer.size, 1000);
    buffer_drop(&buffer, 995);
    assert_bytes(buffer_bytes(&buffer), BYTES("56789"));
    assert_int_equal(buffer_append(&buffer, BYTES("ab")), STATUS_OK);
    buffer_drop(&buffer, 0);
    assert_bytes(buffer_bytes(&buffer), BYTES("56789ab"));
    buffer_drop(&buffer, 8);
    assert_int_equal(buffer.size, 0);
    buffer_clear(&buffer);
    assert_int_equal(buffer.limit, 1000);
    assert_int_equal(buffer_append_octet(&buffer, 'x'), STATUS_OK);
    buffer_clear(&buffer);
}

static void test_buffer_without_room(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 0);
    assert_int_equal(buffer_append_octet(&buffer, 'x'), STATUS_LIMIT_REPLY);
    assert_null(buffer.data);
    buffer_clear(&buffer);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, utf8_rows, test_utf8);
    rows_add_one(&rows, "2 octets are compared and folded", test_comparing);
    rows_add_one(&rows, "2 slices stay inside", test_slicing);
    rows_add_one(&rows, "2.8 a buffer grows to its limit and not beyond", test_buffer);
    rows_add_one(&rows, "2.8 a buffer of no octets", test_buffer_without_room);
    return rows_run("bytes", &rows, argc, argv);
}
