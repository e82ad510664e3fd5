/* What has been decoded is found again by its place, encoding and variant; what is made is charged.
 */
#include "engines/message/decodings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const uint8_t octets[4096];

static struct known_decoding known_of(size_t from, size_t size, enum transfer_encoding encoding,
                                      unsigned variant)
{
    return (struct known_decoding){
        {octets + from, size}, BYTES("content"), encoding, variant, true};
}

static void test_find(void **state)
{
    const struct known_decoding known = known_of(1, 20, ENCODING_UUENCODE, 1), *found;
    struct decodings decodings = {0};
    struct arena arena;

    (void)state;
    arena_init(&arena, 1 << 20);
    assert_null(decodings_find(&decodings, known.raw, known.encoding, known.variant));
    assert_int_equal(decodings_add(&decodings, &arena, &known), STATUS_OK);
    found = decodings_find(&decodings, known.raw, ENCODING_UUENCODE, 1);
    assert_non_null(found);
    assert_true(found->odd && bytes_equal(found->content, known.content));
    assert_null(decodings_find(&decodings, known.raw, ENCODING_UUENCODE, 0));
    assert_null(decodings_find(&decodings, known.raw, ENCODING_BASE64, 1));
    assert_null(decodings_find(&decodings, bytes_slice(known.raw, 1, 20), ENCODING_UUENCODE, 1));
    assert_null(decodings_find(&decodings, bytes_slice(known.raw, 0, 19), ENCODING_UUENCODE, 1));
    assert_null(decodings_find(&decodings, (struct bytes){0}, ENCODING_IDENTITY, 0));
    arena_clear(&arena);
}

/* The latest one is there, however many were before it, in a fixed amount of memory. */
static void test_many(void **state)
{
    struct decodings decodings = {0};
    struct arena arena;
    size_t used = 0;

    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof octets - 1; i++) {
        const struct known_decoding known =
            known_of(i, 1 + i % 7, ENCODING_BASE64, (unsigned)i % 3);

        assert_int_equal(decodings_add(&decodings, &arena, &known), STATUS_OK);
        used = i == 0 ? arena.used : used;
        assert_non_null(decodings_find(&decodings, known.raw, known.encoding, known.variant));
    }
    assert_int_equal(arena.used, used);
    arena_clear(&arena);
    arena_init(&arena, 10);
    decodings.slots = NULL;
    assert_int_equal(decodings_add(&decodings, &arena, &(struct known_decoding){0}), STATUS_MEMORY);
    arena_clear(&arena);
}

static void test_make(void **state)
{
    static const struct limits limits = {.decoded_bytes = 7, .ratio = 10};
    struct bytes raw = BYTES("begin 644 x\n#86)C\nend\n");
    struct decoded decoded;
    struct budget budget;
    const char *cap;

    (void)state;
    budget_init(&budget, &limits, raw.size, 0);
    for (unsigned i = 1; i <= 2; i++) {
        assert_int_equal(decodings_make(&budget, ENCODING_UUENCODE, 0, raw, &decoded, &cap),
                         STATUS_OK);
        assert_null(cap);
        assert_true(bytes_equal((struct bytes){decoded.octets, decoded.size}, BYTES("abc")));
        assert_int_equal(budget.decoded_bytes, 3 * i);
        free(decoded.octets);
    }
    assert_int_equal(decodings_make(&budget, ENCODING_UUENCODE, 0, raw, &decoded, &cap), STATUS_OK);
    assert_string_equal(cap, "decoded");
    assert_int_equal(budget.decoded_bytes, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"3 decoded octets are found by their place", test_find, NULL, NULL, NULL},
        {"3 the latest of many is there", test_many, NULL, NULL, NULL},
        {"1.8 what grows is charged", test_make, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
