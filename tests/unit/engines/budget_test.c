/* The budget: what fits, what does not, and the first cap's name. */
#include "engines/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct limits few = {.decoded_bytes = 100,
                                  .parts = 2,
                                  .ratio = 10,
                                  .readings = 1,
                                  .entries = 1,
                                  .archive_depth = 2,
                                  .cpu_ms = 1,
                                  .scratch_bytes = 50};

static void test_octets(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 1, 0);
    assert_null(budget_take_octets(&budget, 60));
    assert_string_equal(budget_take_octets(&budget, 41), "decoded");
    assert_string_equal(budget.cap, "decoded");
    assert_int_equal(budget.decoded_bytes, 60);
    assert_null(budget_take_octets(&budget, 40));
    assert_string_equal(budget_take_octets(&budget, UINT64_MAX), "decoded");
}

static void test_first_cap_stays(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 1, 0);
    assert_null(budget.cap);
    assert_null(budget_take_part(&budget));
    assert_null(budget_take_part(&budget));
    assert_string_equal(budget_take_part(&budget), "parts");
    assert_string_equal(budget_take_octets(&budget, 101), "decoded");
    assert_string_equal(budget.cap, "parts");
}

/* Each cap has its row's name, and what does not fit is not taken. */
static void test_every_cap(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 1, 0);
    assert_null(budget_take_reading(&budget));
    assert_string_equal(budget_take_reading(&budget), "readings");
    assert_int_equal(budget.readings, 1);
    assert_null(budget_take_entry(&budget));
    assert_string_equal(budget_take_entry(&budget), "entries");
    assert_null(budget_allow_depth(&budget, 2));
    assert_string_equal(budget_allow_depth(&budget, 3), "archive-depth");
    assert_null(budget_take_scratch(&budget, 50));
    assert_string_equal(budget_take_scratch(&budget, 1), "scratch-octets");
    assert_string_equal(budget.cap, "readings");
}

static void test_ratio(void **state)
{
    struct limits limits = few;
    struct budget budget;

    (void)state;
    limits.decoded_bytes = UINT64_MAX;
    budget_init(&budget, &limits, 1 << 20, 0);
    assert_null(budget_take_octets(&budget, BUDGET_RATIO_FREE_BYTES));
    assert_string_equal(budget_take_octets(&budget, 1), "ratio");
    budget_init(&budget, &limits, 2 << 20, 0);
    assert_null(budget_take_octets(&budget, 20 << 20));
    assert_string_equal(budget_take_octets(&budget, 2 << 20), "ratio");
    assert_int_equal(budget.decoded_bytes, 20 << 20);
}

/* What is left is what is taken and no octet more. */
static void test_left(void **state)
{
    static const struct {
        uint64_t given, decoded, most, ratio;
    } rows[] = {{1, 0, 100, 10},
                {1, 100, 100, 10},
                {1, 101, 100, 10},
                {1 << 20, 0, UINT64_MAX, 10},
                {2 << 20, 0, UINT64_MAX, 10},
                {2 << 20, 20 << 20, UINT64_MAX, 10},
                {(2 << 20) + 1, 7, UINT64_MAX, 250},
                {(2 << 20) + 1, 7, 500 << 20, 250},
                {1, 1u << 31, UINT64_MAX, 10},
                {UINT64_MAX / 2, 5, UINT64_MAX, 10}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct limits limits = few;
        struct budget budget;
        uint64_t left;

        limits.decoded_bytes = rows[i].most;
        limits.ratio = rows[i].ratio;
        budget_init(&budget, &limits, rows[i].given, 0);
        budget.decoded_bytes = rows[i].decoded;
        left = budget_left_octets(&budget);
        if (left < UINT64_MAX - rows[i].decoded)
            assert_non_null(budget_take_octets(&budget, left + 1));
        if (left > 0)
            assert_null(budget_take_octets(&budget, left));
    }
}

static void test_cpu(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 1, 0);
    assert_null(budget_allow_cpu(&budget));
    budget.cpu_begun_us -= 3000;
    assert_string_equal(budget_allow_cpu(&budget), "cpu-time");
}

static void test_deadline(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, &few, 1, 0);
    assert_true(budget_left_us(&budget) == UINT64_MAX);
    budget_init(&budget, &few, 1, 1);
    assert_int_equal(budget_left_us(&budget), 0);
    budget_init(&budget, &few, 1, budget_now_us() + 3600000000u);
    assert_in_range(budget_left_us(&budget), 1, 3600000000u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"3 decoded octets are counted", test_octets, NULL, NULL, NULL},
        {"1 the first cap stays", test_first_cap_stays, NULL, NULL, NULL},
        {"every cap has its row's name", test_every_cap, NULL, NULL, NULL},
        {"the ratio counts once 16 MiB were yielded", test_ratio, NULL, NULL, NULL},
        {"3 what is left can be taken", test_left, NULL, NULL, NULL},
        {"processor time", test_cpu, NULL, NULL, NULL},
        {"design 5 the deadline", test_deadline, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
