#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/front/census.h"

static struct census census;

static void address_of(unsigned number, uint8_t address[16])
{
    memset(address, 0, 16);
    memcpy(address + 4, &number, sizeof(number));
}

static void test_limit(void **state)
{
    uint8_t a[16], b[16];
    (void)state;
    address_of(1, a);
    address_of(2, b);
    census_init(&census, 7);
    assert_true(census_enter(&census, a, 2));
    assert_true(census_enter(&census, a, 2));
    assert_false(census_enter(&census, a, 2));
    assert_true(census_enter(&census, b, 2));
    census_leave(&census, a);
    assert_true(census_enter(&census, a, 2));
    census_clear(&census);
}

static void test_many(void **state)
{
    uint8_t address[16];
    (void)state;
    census_init(&census, 0x1234567890abcdef);
    for (unsigned i = 0; i < 20000; i++) {
        address_of(i, address);
        assert_true(census_enter(&census, address, 1));
    }
    for (unsigned i = 0; i < 20000; i++) {
        address_of(i, address);
        assert_false(census_enter(&census, address, 1));
        census_leave(&census, address);
    }
    for (unsigned i = 0; i < CENSUS_BUCKETS; i++)
        assert_null(census.buckets[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"limits.connections-per-address value, value + 1", test_limit, NULL, NULL, NULL},
        {"limits.connections-per-address 20,000 addresses", test_many, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("census", tests, NULL, NULL);
}
