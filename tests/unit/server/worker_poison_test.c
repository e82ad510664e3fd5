#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/worker/poison.h"

enum { NOW_MS = 1000000, KEEP_MS = 3600000 };

static struct poison poison;

static int start(void **state)
{
    (void)state;
    poison_init(&poison);
    return 0;
}

static int end(void **state)
{
    (void)state;
    poison_clear(&poison);
    return 0;
}

static const uint8_t *digest_of(unsigned number)
{
    static uint8_t digest[POISON_DIGEST_BYTES];
    memset(digest, 0xA5, sizeof digest);
    memcpy(digest, &number, sizeof number);
    return digest;
}

static void test_kept(void **state)
{
    (void)state;
    assert_false(poison_contains(&poison, digest_of(1), 1, NOW_MS));
    poison_add(&poison, digest_of(1), 1, NOW_MS + KEEP_MS);
    assert_true(poison_contains(&poison, digest_of(1), 1, NOW_MS));
    assert_true(poison_contains(&poison, digest_of(1), 1, NOW_MS + KEEP_MS - 1));
    assert_false(poison_contains(&poison, digest_of(2), 1, NOW_MS));
}

static void test_time(void **state)
{
    (void)state;
    poison_add(&poison, digest_of(1), 1, NOW_MS + KEEP_MS);
    assert_false(poison_contains(&poison, digest_of(1), 1, NOW_MS + KEEP_MS));
    poison_add(&poison, digest_of(1), 1, NOW_MS + 2 * KEEP_MS);
    assert_true(poison_contains(&poison, digest_of(1), 1, NOW_MS + KEEP_MS));
    assert_int_equal(poison.count, 1);
}

static void test_generation(void **state)
{
    (void)state;
    poison_add(&poison, digest_of(1), 1, NOW_MS + KEEP_MS);
    assert_false(poison_contains(&poison, digest_of(1), 2, NOW_MS));
}

static void test_bounded(void **state)
{
    (void)state;
    for (unsigned i = 0; i < POISON_ENTRIES_MOST + 10; i++) {
        poison_add(&poison, digest_of(i), 1, NOW_MS + KEEP_MS);
    }
    assert_int_equal(poison.count, POISON_ENTRIES_MOST);
    for (unsigned i = 0; i < POISON_ENTRIES_MOST + 10; i++) {
        assert_int_equal(poison_contains(&poison, digest_of(i), 1, NOW_MS), i >= 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"Deaths: poison is known again", test_kept, start, end, NULL},
        {"Deaths: poison ends with its time", test_time, start, end, NULL},
        {"Deaths: poison is of one generation", test_generation, start, end, NULL},
        {"Deaths: 4,096 digests, the oldest go first", test_bounded, start, end, NULL},
    };
    return cmocka_run_group_tests_name("worker_poison", tests, NULL, NULL);
}
