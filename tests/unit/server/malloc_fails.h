/* The N-th allocation fails, once or for ever from then on, for every N until nothing fails any
 * more. malloc, calloc and realloc are wrapped by the linker (meson.build); a test program includes
 * this once. */
#ifndef TESTS_UNIT_SERVER_MALLOC_FAILS_H
#define TESTS_UNIT_SERVER_MALLOC_FAILS_H

#include <stdlib.h>

#include "tests/unit/protocol/rows.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);

static unsigned left; /* until one fails; 0: none does */
static bool failed, for_ever;

static bool fails(void)
{
    if (for_ever && failed)
        return true;
    if (left == 0 || --left > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

/* use() returns MEMORY when an allocation failed, else OK. */
static inline void fail_each(enum status (*use)(void), bool all_from_then)
{
    for_ever = all_from_then;
    unsigned n = 0;
    do {
        failed = false;
        left = ++n;
        enum status status = use();
        left = 0;
        assert_int_equal(status, failed ? STATUS_MEMORY : STATUS_OK);
        assert_in_range(n, 1, 10000);
    } while (failed);
    assert_in_range(n, 10, 10000);
}

#endif
