/* Transfer decoders, ours and how others read the same octets: what they yield however it is cut,
 * what is odd, where it came from, and that there is room for it. */
#include "engines/decode/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engines/transfer_rows.h"

static unsigned variant_of(const struct transfer_row *row)
{
    for (unsigned i = 0; i < decode_variants(row->encoding); i++) {
        if (strcmp(decode_variant_name(row->encoding, i), row->variant) == 0)
            return i;
    }
    fail_msg("no variant %s", row->variant);
    return 0;
}

static void test_whole(void **state)
{
    const struct transfer_row *row = *state;
    unsigned variant = variant_of(row);
    size_t room = decode_room(row->encoding, variant, row->raw);
    uint8_t *out = test_malloc(room + 1);
    size_t size;
    bool odd;

    assert_true(room <= decode_bound(row->encoding, row->raw.size));
    size = decode_octets(row->encoding, variant, row->raw, out, &odd);
    assert_true(size <= room);
    assert_int_equal(size, row->decoded.size);
    assert_memory_equal(out, row->decoded.data, size);
    if (variant == 0)
        assert_int_equal(odd, row->odd);
    test_free(out);
}

/* What is not odd is read alike by all. */
static void test_variants(void **state)
{
    const struct transfer_row *row = *state;

    for (unsigned i = 0; i < decode_variants(row->encoding) && !row->odd; i++) {
        uint8_t *out = test_malloc(decode_room(row->encoding, i, row->raw) + 1);
        bool odd;

        assert_int_equal(decode_octets(row->encoding, i, row->raw, out, &odd), row->decoded.size);
        assert_memory_equal(out, row->decoded.data, row->decoded.size);
        test_free(out);
    }
}

/* Takes pieces of `step` octets, or with 0 of 0 to 5 at random, each with just the room it needs.
 */
static void check_cut(const struct transfer_row *row, size_t step)
{
    uint8_t *whole = test_malloc(row->decoded.size + DECODING_HELD_MOST);
    size_t total = 0, size;
    struct decoding decoding;

    decoding_begin(&decoding, row->encoding, variant_of(row));
    for (size_t at = 0; at < row->raw.size; at += size) {
        struct bytes piece;
        uint8_t *out;
        size_t count;

        size = step > 0 ? step : (size_t)rand() % 6;
        piece = bytes_slice(row->raw, at, size);
        out = test_malloc(decode_bound(row->encoding, piece.size) + DECODING_HELD_MOST);
        count = decoding_take(&decoding, piece, out);
        assert_true(total + count <= row->decoded.size);
        memcpy(whole + total, out, count);
        total += count;
        test_free(out);
    }
    total += decoding_end(&decoding, whole + total);
    assert_int_equal(total, row->decoded.size);
    assert_memory_equal(whole, row->decoded.data, total);
    if (decoding.variant == 0)
        assert_int_equal(decoding.odd, row->odd);
    test_free(whole);
}

static void test_cuts(void **state)
{
    const struct transfer_row *row = *state;

    for (size_t step = 1; step <= row->raw.size && step < 200; step++)
        check_cut(row, step);
    for (unsigned i = 0; i < 20; i++)
        check_cut(row, 0);
}

/* Into memory that grows: no more than what is allowed, a NUL behind it. */
static void test_growing(void **state)
{
    const struct transfer_row *row = *state;
    size_t room = decode_room(row->encoding, variant_of(row), row->raw);
    struct decoded decoded;

    assert_int_equal(decode_growing(row->encoding, variant_of(row), row->raw, room, &decoded),
                     STATUS_OK);
    assert_int_equal(decoded.size, row->decoded.size);
    assert_memory_equal(decoded.octets, row->decoded.data, decoded.size);
    assert_int_equal(decoded.octets[decoded.size], 0);
    if (variant_of(row) == 0)
        assert_int_equal(decoded.odd, row->odd);
    free(decoded.octets);
    if (row->decoded.size > 0)
        assert_int_equal(decode_growing(row->encoding, variant_of(row), row->raw,
                                        row->decoded.size - 1, &decoded),
                         STATUS_LIMIT);
}

/* Origins of all octets ascend, and lie inside. */
static void test_origin(void **state)
{
    const struct transfer_row *row = *state;
    uint64_t before = 0;

    if (variant_of(row) != 0)
        return;
    for (size_t i = 0; i < row->decoded.size; i++) {
        struct range origin = decode_origin(row->encoding, row->raw, i, 1);
        struct range rest = decode_origin(row->encoding, row->raw, i, UINT64_MAX);

        assert_true(origin.size > 0);
        assert_true(origin.offset >= before);
        assert_true(origin.offset + origin.size <= row->raw.size);
        assert_int_equal(rest.offset, origin.offset);
        assert_true(rest.offset + rest.size >= origin.offset + origin.size);
        before = origin.offset;
    }
    assert_int_equal(decode_origin(row->encoding, row->raw, row->decoded.size, 1).size, 0);
}

static void test_exact_origins(void **state)
{
    static const struct {
        enum transfer_encoding encoding;
        const char *raw;
        uint64_t from, size;
        struct range range;
    } cases[] = {
        {ENCODING_BASE64, "aGVs\r\nbG8h", 3, 3, {6, 4}},
        {ENCODING_BASE64, "aGVs", 1, 1, {1, 2}},
        {ENCODING_BASE64, "aG*Vs", 1, 1, {1, 3}},
        {ENCODING_QUOTED_PRINTABLE, "ab=\r\n=41c", 2, 1, {5, 3}},
        {ENCODING_QUOTED_PRINTABLE, "abcdef", 2, 3, {2, 3}},
        {ENCODING_UUENCODE, "begin 644 x\n#86)C\nend\n", 1, 1, {14, 1}},
        {ENCODING_YENC, "=ybegin line=128 size=2 name=x\n\x8b=}\n=yend size=2\n", 1, 1, {32, 2}},
        {ENCODING_BINHEX, ":!@%!9%9B9(4dH(3!N!8&!*!%TkKSC@aXEm0L!!!:\n", 1, 1, {0, 42}}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct range range = decode_origin(cases[i].encoding, bytes_of_text(cases[i].raw),
                                           cases[i].from, cases[i].size);

        assert_int_equal(range.offset, cases[i].range.offset);
        assert_int_equal(range.size, cases[i].range.size);
    }
}

/* A page of base64 with junk at every place decodes to the same octets as without. */
static void test_junk_anywhere(void **state)
{
    static const char plain[] = "VGhlIHF1aWNrIGJyb3duIGZveA==";
    uint8_t expected[64], out[64], raw[64];
    size_t length = sizeof plain - 1;
    bool odd;
    size_t size = decode_octets(ENCODING_BASE64, 0, BYTES(plain), expected, &odd);

    (void)state;
    for (size_t at = 0; at <= length; at++) {
        memcpy(raw, plain, at);
        raw[at] = '!';
        memcpy(raw + at + 1, plain + at, length - at);
        assert_int_equal(
            decode_octets(ENCODING_BASE64, 0, (struct bytes){raw, length + 1}, out, &odd), size);
        assert_memory_equal(out, expected, size);
        assert_true(odd);
    }
}

static void fill(uint8_t *raw, size_t size, const char *head, const char *unit)
{
    size_t length = strlen(head);

    memcpy(raw, head, length);
    for (size_t i = 0; length + i < size; i++)
        raw[length + i] = (uint8_t)unit[i % strlen(unit)];
}

static void check_grown(enum transfer_encoding encoding, struct bytes raw, struct bytes expected)
{
    struct decoded decoded;

    assert_int_equal(decode_growing(encoding, 0, raw, expected.size - 1, &decoded), STATUS_LIMIT);
    assert_int_equal(decode_growing(encoding, 0, raw, SIZE_MAX, &decoded), STATUS_OK);
    assert_int_equal(decoded.size, expected.size);
    assert_memory_equal(decoded.octets, expected.data, expected.size);
    free(decoded.octets);
}

/* The most that octets can grow, and a megabyte that says it is more: counted, not believed. */
static void test_growth(void **state)
{
    enum { SIZE = 1 << 20 };
    static const struct {
        enum transfer_encoding encoding;
        const char *head, *unit;
        size_t least;
    } cases[] = {{ENCODING_UUENCODE, "begin 644 x\n", "_\n", 31 * SIZE},
                 {ENCODING_BINHEX, ":!@%!9%9B9(4dH(3!!2rrrrm!!!!!Zp&i", "N2q3rj$r", 95u * SIZE},
                 {ENCODING_BASE64, "", "QUJD", SIZE / 4 * 3}};
    uint8_t *raw = test_malloc(SIZE);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes octets = {raw, SIZE};
        size_t room, size;
        uint8_t *out;
        bool odd;

        fill(raw, SIZE, cases[i].head, cases[i].unit);
        room = decode_room(cases[i].encoding, 0, octets);
        assert_in_range(room, cases[i].least, decode_bound(cases[i].encoding, SIZE));
        out = test_malloc(room + 1);
        size = decode_octets(cases[i].encoding, 0, octets, out, &odd);
        assert_in_range(size, room < 8 ? 0 : room - 8, room);
        check_grown(cases[i].encoding, octets, (struct bytes){out, size});
        test_free(out);
    }
    test_free(raw);
    assert_int_equal(decode_bound(ENCODING_BINHEX, SIZE_MAX / 4), SIZE_MAX);
}

static void test_names_of_variants(void **state)
{
    (void)state;
    for (int encoding = ENCODING_IDENTITY; encoding <= ENCODING_UNKNOWN; encoding++) {
        unsigned count = decode_variants((enum transfer_encoding)encoding);

        assert_in_range(count, 1, 7);
        assert_string_equal(decode_variant_name((enum transfer_encoding)encoding, 0), "ours");
        for (unsigned i = 1; i < count; i++)
            assert_string_not_equal(decode_variant_name((enum transfer_encoding)encoding, i),
                                    decode_variant_name((enum transfer_encoding)encoding, i - 1));
    }
}

static const struct {
    const char *suffix;
    CMUnitTestFunction test;
} ways[] = {{"", test_whole},
            {", cut", test_cuts},
            {", growing", test_growing},
            {", origin", test_origin},
            {", all variants", test_variants}};

static const struct CMUnitTest others[] = {
    {"1 origins are exact", test_exact_origins, NULL, NULL, NULL},
    {"1.1 junk at any place", test_junk_anywhere, NULL, NULL, NULL},
    {"1 growth is bounded", test_growth, NULL, NULL, NULL},
    {"1 variants have names", test_names_of_variants, NULL, NULL, NULL},
};

enum { WAYS = sizeof ways / sizeof ways[0], OTHERS = sizeof others / sizeof others[0] };

int main(void)
{
    size_t count = WAYS * transfer_rows_count + OTHERS;
    struct CMUnitTest *tests = calloc(count, sizeof *tests);
    int failed;

    if (tests == NULL)
        return 1;
    for (size_t i = 0; i < WAYS * transfer_rows_count; i++) {
        const struct transfer_row *row = &transfer_rows[i / WAYS];
        char *name;

        if (asprintf(&name, "%s%s", row->name, ways[i % WAYS].suffix) < 0)
            return 1;
        tests[i] = (struct CMUnitTest){name, ways[i % WAYS].test, NULL, NULL, (void *)row};
    }
    memcpy(tests + WAYS * transfer_rows_count, others, sizeof others);
    failed = _cmocka_run_group_tests("transfer", tests, count, NULL, NULL);
    for (size_t i = 0; i < WAYS * transfer_rows_count; i++)
        free((void *)tests[i].name);
    free(tests);
    return failed;
}
