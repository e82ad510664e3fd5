/* Containers that libclamav does not open, told by their octets; at every cut nothing worse than an
 * answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/clamav/container.h"

enum { ZIP_MOST = 512 };

static void put(uint8_t *at, uint32_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* A ZIP of `count` one-letter members of ten octets: local headers are not looked at. */
static size_t make_zip(uint8_t *out, unsigned count, unsigned method, unsigned flags)
{
    size_t size = 4;
    memcpy(out, "PK\3\4", 4);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *entry = out + size;
        memset(entry, 0, 47);
        memcpy(entry, "PK\1\2", 4);
        put(entry + 8, flags, 2);
        put(entry + 10, method, 2);
        put(entry + 20, 10, 4);
        put(entry + 24, 10, 4);
        put(entry + 28, 1, 2);
        entry[46] = 'a';
        size += 47;
    }
    uint8_t *end = out + size;
    memset(end, 0, 22);
    memcpy(end, "PK\5\6", 4);
    put(end + 8, count, 2);
    put(end + 10, count, 2);
    put(end + 12, 47 * count, 4);
    put(end + 16, 4, 4);
    return size + 22;
}

static void expect(const char *reason, const uint8_t *octets, size_t size)
{
    /* At the end of an allocation, so that a sanitizer sees a step too far. */
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, octets, size);
    const char *got = container_closed((struct bytes){copy, size});
    if (reason) {
        assert_non_null(got);
        assert_string_equal(got, reason);
    } else {
        assert_null(got);
    }
    free(copy);
}

static void zip_methods(void **state)
{
    static const unsigned opened[] = {0, 6, 8, 9, 12}, closed[] = {1, 5, 10, 14, 93, 95, 98};
    uint8_t zip[ZIP_MOST];
    (void)state;
    for (size_t i = 0; i < sizeof opened / sizeof opened[0]; i++)
        expect(NULL, zip, make_zip(zip, 3, opened[i], 0));
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        expect("unsupported", zip, make_zip(zip, 3, closed[i], 0));
    expect("encrypted", zip, make_zip(zip, 1, 8, 1));
    expect("encrypted", zip, make_zip(zip, 1, 99, 0));
}

static void zip_entries(void **state)
{
    uint8_t zip[ZIP_MOST * 2];
    size_t size = make_zip(zip, 3, 8, 0);
    (void)state;
    assert_int_equal(container_zip_entries((struct bytes){NULL, 0}), 0);
    assert_int_equal(container_zip_entries((struct bytes){zip, size}), 3);
    assert_int_equal(container_zip_entries((struct bytes){zip, 4 + 47 + 4}), 2);
    size += make_zip(zip + size, 2, 8, 0);
    assert_int_equal(container_zip_entries((struct bytes){zip, size}), 5);
}

static void zip_cut(void **state)
{
    uint8_t zip[ZIP_MOST];
    size_t size = make_zip(zip, 3, 8, 0);
    (void)state;
    for (size_t cut = 4; cut < size; cut++)
        expect("broken", zip, cut);
    zip[4 + 47] = 'X'; /* the second entry is none */
    expect("broken", zip, size);
    size = make_zip(zip, 3, 8, 0);
    put(zip + 4 + 2 * 47 + 28, 60000, 2); /* a name beyond the directory */
    expect("broken", zip, size);
    size = make_zip(zip, 3, 8, 0);
    put(zip + size - 22 + 12, 0x7fffffff, 4);
    expect("broken", zip, size);
}

static void zip_with_more(void **state)
{
    uint8_t octets[ZIP_MOST * 2];
    (void)state;
    size_t size = make_zip(octets, 1, 14, 0);
    memcpy(octets + size, "a comment", 9);
    expect("unsupported", octets, size + 9);
    memset(octets, 'x', 100); /* something before it */
    size = make_zip(octets + 100, 2, 14, 0);
    expect("unsupported", octets, 100 + size);
}

static void streams(void **state)
{
    static const uint8_t zstd[] = {0x28, 0xb5, 0x2f, 0xfd, 0}, lz4[] = {4, 0x22, 0x4d, 0x18},
                         skippable[] = {0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0, 0},
                         ole2[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0};
    (void)state;
    expect("unsupported", zstd, sizeof zstd);
    expect("unsupported", lz4, sizeof lz4);
    expect("unsupported", skippable, sizeof skippable);
    expect(NULL, zstd, 3);
    expect(NULL, ole2, sizeof ole2);
    expect(NULL, (const uint8_t *)"plain text", 10);
    expect(NULL, (const uint8_t *)"", 0);
}

static void office(void **state)
{
    static const char name[] = "EncryptedPackage";
    uint8_t octets[200] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
    (void)state;
    for (size_t i = 0; i < sizeof name - 1; i++)
        octets[100 + 2 * i] = (uint8_t)name[i];
    expect("encrypted", octets, sizeof octets);
    octets[0] = 0;
    expect(NULL, octets, sizeof octets);
}

static void old_office(void **state)
{
    uint8_t word[1024] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, excel[1024];
    (void)state;
    memcpy(excel, word, sizeof excel);
    memcpy(word + 576, "\xec\xa5\xc1\0\0\0\0\0\0\0\x10\x12", 12);
    expect(NULL, word, sizeof word);
    word[576 + 11] |= 1;
    expect("encrypted", word, sizeof word);
    expect(NULL, word, 576 + 63); /* cut */
    memcpy(excel + 512, "\x09\x08\x10\0\0\x06\x05\0", 8);
    expect(NULL, excel, sizeof excel);
    excel[512 + 20] = 0x2f;
    expect("encrypted", excel, sizeof excel);
}

static void gzip_size(void **state)
{
    static const uint8_t gzip[18] = {0x1f, 0x8b, [14] = 0x78, 0x56, 0x34, 0x12};
    (void)state;
    assert_int_equal(container_gzip_size((struct bytes){gzip, sizeof gzip}), 0x12345678);
    assert_int_equal(container_gzip_size((struct bytes){gzip, sizeof gzip - 1}), 0);
    assert_int_equal(container_gzip_size((struct bytes){NULL, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"coverage: unsupported and encrypted ZIP methods", zip_methods, NULL, NULL, NULL},
        {"coverage: entries of all directories", zip_entries, NULL, NULL, NULL},
        {"coverage: a ZIP cut anywhere is broken", zip_cut, NULL, NULL, NULL},
        {"coverage: a ZIP with a comment, behind something", zip_with_more, NULL, NULL, NULL},
        {"coverage: streams that nobody opens", streams, NULL, NULL, NULL},
        {"coverage: an Office document under a password", office, NULL, NULL, NULL},
        {"coverage: what a gzip stream says of its size", gzip_size, NULL, NULL, NULL},
        {"coverage: an old Office document under a password", old_office, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
