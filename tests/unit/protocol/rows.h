/* One row of a table is one cmocka test with its own name. The first member of a row is its name,
 * which begins with the clause of spec/cccp.md that it proves; argv[1] picks rows by a pattern. */
#ifndef TESTS_UNIT_PROTOCOL_ROWS_H
#define TESTS_UNIT_PROTOCOL_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "protocol/bytes.h"

/* A string literal as the initializer of a struct bytes in a static table. */
#define OCTETS(literal)                                                                            \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }

/* Rows and tests without rows, gathered by rows_add() and run by rows_run(). */
struct rows {
    struct CMUnitTest tests[512];
    size_t count;
};

static inline void rows_add(struct rows *rows, const void *table, size_t count, size_t row_size,
                            void (*test)(void **state))
{
    for (size_t i = 0; i < count; i++) {
        void *row = (char *)(uintptr_t)table + i * row_size;
        if (rows->count == sizeof rows->tests / sizeof rows->tests[0])
            abort();
        rows->tests[rows->count++] = (struct CMUnitTest){
            .name = *(const char **)row, .test_func = test, .initial_state = row};
    }
}

#define ROWS_ADD(rows, table, test)                                                                \
    rows_add(rows, table, sizeof(table) / sizeof((table)[0]), sizeof((table)[0]), test)

static inline void rows_add_one(struct rows *rows, const char *name, void (*test)(void **state))
{
    rows_add(rows, &name, 1, sizeof name, test);
    rows->tests[rows->count - 1].initial_state = NULL;
}

static inline int rows_run(const char *group, struct rows *rows, int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return _cmocka_run_group_tests(group, rows->tests, rows->count, NULL, NULL);
}

#define assert_bytes(got, wanted)                                                                  \
    do {                                                                                           \
        struct bytes bytes_ = (got), wanted_ = (wanted);                                           \
        assert_int_equal(bytes_.size, wanted_.size);                                               \
        if (wanted_.size > 0)                                                                      \
            assert_memory_equal(bytes_.data, wanted_.data, wanted_.size);                          \
    } while (0)

/* A heap copy of exactly that size, so that the address sanitizer sees one octet too many. */
static inline uint8_t *rows_copy(struct bytes octets)
{
    uint8_t *copy = malloc(octets.size > 0 ? octets.size : 1);
    assert_non_null(copy);
    for (size_t i = 0; i < octets.size; i++)
        copy[i] = octets.data[i];
    return copy;
}

static inline void rows_free(uint8_t **octets)
{
    free(*octets);
    *octets = NULL;
}

#endif
