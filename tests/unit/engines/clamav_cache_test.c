/* The cache of clean contents: bounded, exact, the oldest gives way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engines/clamav/cache.h"

static struct cache_key key_of(unsigned number)
{
    struct cache_key key = {.size = 100};
    for (unsigned i = 0; i < sizeof number; i++)
        key.digest[i] = (uint8_t)(number >> 8 * i);
    return key;
}

static struct cache *new_cache(size_t entries)
{
    struct cache *cache = NULL;
    assert_int_equal(cache_new(entries, &cache), STATUS_OK);
    return cache;
}

static void remembers(void **state)
{
    struct cache *cache = new_cache(64);
    (void)state;
    struct cache_key key = key_of(7);
    assert_false(cache_has(cache, &key));
    cache_add(cache, &key);
    assert_true(cache_has(cache, &key));
    cache_free(&cache);
    assert_null(cache);
}

static void every_field_counts(void **state)
{
    struct cache *cache = new_cache(64);
    (void)state;
    struct cache_key key = key_of(7), other = key;
    cache_add(cache, &key);
    other.size++;
    assert_false(cache_has(cache, &other));
    other = key;
    other.kind++;
    assert_false(cache_has(cache, &other));
    for (unsigned i = 0; i < CACHE_DIGEST_BYTES; i++) {
        other = key;
        other.digest[i] ^= 0x80;
        assert_false(cache_has(cache, &other));
    }
    cache_free(&cache);
}

static void oldest_gives_way(void **state)
{
    struct cache *cache = new_cache(4);
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct cache_key key = key_of(i);
        cache_add(cache, &key);
    }
    struct cache_key first = key_of(0), second = key_of(1), more = key_of(99);
    assert_true(cache_has(cache, &first)); /* young again */
    cache_add(cache, &more);
    assert_true(cache_has(cache, &first));
    assert_false(cache_has(cache, &second));
    assert_true(cache_has(cache, &more));
    cache_free(&cache);
}

static void bounded(void **state)
{
    struct cache *cache = new_cache(100);
    unsigned kept = 0;
    (void)state;
    for (unsigned i = 0; i < 10000; i++) {
        struct cache_key key = key_of(i);
        cache_add(cache, &key);
    }
    for (unsigned i = 0; i < 10000; i++) {
        struct cache_key key = key_of(i);
        kept += cache_has(cache, &key);
    }
    assert_int_equal(kept, 128);
    cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"clean cache: what was added is there", remembers, NULL, NULL, NULL},
        {"clean cache: digest, size and kind all count", every_field_counts, NULL, NULL, NULL},
        {"clean cache: the oldest of a set gives way", oldest_gives_way, NULL, NULL, NULL},
        {"clean cache: never more than its entries", bounded, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
