/* The budget: what fits, what does not, and the first cap's name. */
#include "engines/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct limits few = {.decoded_bytes = 100, .parts = 2};

static void test_octets(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 0);
    assert_true(budget_take_octets(&budget, 60));
    assert_false(budget_take_octets(&budget, 41));
    assert_string_equal(budget.cap, "decoded");
    assert_int_equal(budget.decoded_bytes, 60);
    assert_true(budget_take_octets(&budget, 40));
    assert_false(budget_take_octets(&budget, UINT64_MAX));
}

static void test_first_cap_stays(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 0);
    assert_null(budget.cap);
    assert_true(budget_take_part(&budget));
    assert_true(budget_take_part(&budget));
    assert_false(budget_take_part(&budget));
    assert_false(budget_take_octets(&budget, 101));
    assert_string_equal(budget.cap, "parts");
}

static void test_deadline(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 0);
    assert_true(budget_left_us(&budget) == UINT64_MAX);
    budget_init(&budget, &few, 1);
    assert_int_equal(budget_left_us(&budget), 0);
    budget_init(&budget, &few, budget_now_us() + 3600000000u);
    assert_in_range(budget_left_us(&budget), 1, 3600000000u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"3 decoded octets are counted", test_octets, NULL, NULL, NULL},
        {"1 the first cap stays", test_first_cap_stays, NULL, NULL, NULL},
        {"design 5 the deadline", test_deadline, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
