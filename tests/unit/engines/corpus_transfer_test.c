/* Files of other projects with what they decode to. Arguments: NAME of a row below, encoded file,
 * expected file; for yEnc, two parts of one file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/embedded.h"

static char **paths; /* the encoded ones, then the expected one */
static int paths_count;

static struct bytes read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *octets;
    size_t size;
    long end;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    end = ftell(file);
    assert_true(end >= 0);
    rewind(file);
    size = (size_t)end;
    octets = malloc(size + 1);
    assert_non_null(octets);
    assert_int_equal(fread(octets, 1, size, file), size);
    fclose(file);
    return (struct bytes){octets, size};
}

/* Decodes in pieces of 4096 octets into out; returns how many octets. */
static size_t decode_pieces(enum transfer_encoding encoding, struct bytes raw, uint8_t *out)
{
    struct decoding decoding;
    size_t size = 0;

    decoding_begin(&decoding, encoding, 0);
    for (size_t at = 0; at < raw.size; at += 4096)
        size += decoding_take(&decoding, bytes_slice(raw, at, 4096), out + size);
    return size + decoding_end(&decoding, out + size);
}

static void test_body(void **state)
{
    enum transfer_encoding encoding = *(const enum transfer_encoding *)*state;
    struct bytes raw = read_file(paths[0]), expected = read_file(paths[1]);
    size_t room = decode_room(encoding, 0, raw) + DECODING_HELD_MOST;
    uint8_t *out = test_malloc(room);
    bool odd;

    assert_int_equal(decode_octets(encoding, 0, raw, out, &odd), expected.size);
    assert_memory_equal(out, expected.data, expected.size);
    assert_false(odd);
    memset(out, 0, room);
    assert_int_equal(decode_pieces(encoding, raw, out), expected.size);
    assert_memory_equal(out, expected.data, expected.size);
    test_free(out);
    free((void *)expected.data);
    free((void *)raw.data);
}

static void test_parts(void **state)
{
    struct bytes expected = read_file(paths[paths_count - 1]);
    uint8_t *out = test_malloc(expected.size + 1);
    size_t size = 0;

    (void)state;
    for (int i = 0; i < paths_count - 1; i++) {
        struct bytes raw = read_file(paths[i]);
        uint8_t *part = test_malloc(raw.size + 1);
        struct embedded found;
        size_t at = 0, count;
        struct bytes block;
        bool odd;

        assert_true(embedded_next(raw, &at, &found));
        assert_int_equal(found.encoding, ENCODING_YENC);
        assert_true(found.is_partial);
        block = bytes_slice(raw, (size_t)found.block.offset, (size_t)found.block.size);
        count = decode_octets(ENCODING_YENC, 0, block, part, &odd);
        assert_true(odd);
        assert_true(size + count <= expected.size);
        memcpy(out + size, part, count);
        size += count;
        test_free(part);
        free((void *)raw.data);
    }
    assert_int_equal(size, expected.size);
    assert_memory_equal(out, expected.data, size);
    test_free(out);
    free((void *)expected.data);
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        enum transfer_encoding encoding;
    } bodies[] = {{"base64", ENCODING_BASE64},
                  {"quoted-printable", ENCODING_QUOTED_PRINTABLE},
                  {"uuencode", ENCODING_UUENCODE}};
    struct CMUnitTest test = {"1.4 parts of a file", test_parts, NULL, NULL, NULL};

    if (count < 4)
        return 1;
    paths = arguments + 2;
    paths_count = count - 2;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        if (strcmp(arguments[1], bodies[i].name) == 0)
            test =
                (struct CMUnitTest){"1 a body", test_body, NULL, NULL, (void *)&bodies[i].encoding};
    }
    return _cmocka_run_group_tests(arguments[1], &test, 1, NULL, NULL);
}
