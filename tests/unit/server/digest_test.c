#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/crypto/digest.h"

struct row {
    const char *name, *text, *hex;
};

static const struct row rows[] = {
    {"FIPS 180-4 empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"FIPS 180-4 abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"FIPS 180-4 two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    struct bytes octets = bytes_of_text(row->text);
    for (size_t step = 1; step <= octets.size + 1; step++) {
        struct digest *digest AUTO(digest_free) = digest_new();
        assert_non_null(digest);
        for (size_t at = 0; at < octets.size; at += step)
            digest_add(digest, bytes_slice(octets, at, step));
        uint8_t result[DIGEST_BYTES];
        char hex[2 * DIGEST_BYTES + 1];
        digest_finish(digest, result);
        for (size_t i = 0; i < DIGEST_BYTES; i++)
            snprintf(hex + 2 * i, 3, "%02x", result[i]);
        assert_string_equal(hex, row->hex);
    }
}

int main(void)
{
    enum { COUNT = sizeof(rows) / sizeof(rows[0]) };
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                                       .test_func = test_row,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
