#include "rows.h"

#include <stdalign.h>
#include <string.h>

#include "protocol/arena.h"

static void test_take(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    uint8_t *before = NULL;
    for (size_t size = 0; size < 400; size++) {
        uint8_t *taken = arena_take(&arena, size);
        assert_non_null(taken);
        assert_int_equal((uintptr_t)taken % alignof(max_align_t), 0);
        assert_ptr_not_equal(taken, before);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(taken[i], 0);
        memset(taken, 0xFF, size);
        before = taken;
    }
    arena_clear(&arena);
    assert_int_equal(arena.used, 0);
    assert_non_null(arena_take(&arena, 1));
    arena_clear(&arena);
}

static void test_limit(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100);
    assert_null(arena_take(&arena, 101));
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_non_null(arena_take(&arena, 90));
    assert_null(arena_take(&arena, 90));
    assert_null(arena_copy(&arena, (struct bytes){NULL, SIZE_MAX}));
    arena_clear(&arena);
    arena_init(&arena, SIZE_MAX);
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_null(arena_take(&arena, SIZE_MAX - 16));
    arena_clear(&arena);
}

static void test_copy(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1000);
    assert_string_equal(arena_copy(&arena, BYTES("abc")), "abc");
    assert_string_equal(arena_copy(&arena, (struct bytes){NULL, 0}), "");
    arena_clear(&arena);
}

static void test_adopt(void **state)
{
    (void)state;
    struct arena arena;
    void *octets = malloc(100);
    assert_non_null(octets);
    arena_init(&arena, 150);
    assert_false(arena_adopt(&arena, octets, 151));
    assert_false(arena_adopt(&arena, octets, SIZE_MAX));
    assert_true(arena_adopt(&arena, octets, 100));
    assert_true(arena.used >= 100 && arena.used <= 150);
    assert_null(arena_take(&arena, 51));
    arena_clear(&arena); /* frees it: LeakSanitizer looks */
    assert_int_equal(arena.used, 0);
    assert_non_null(arena_take(&arena, 100));
    arena_clear(&arena);
}

static void test_grow(void **state)
{
    (void)state;
    struct arena arena;
    uint32_t *items = NULL;
    size_t capacity = 0, count = 0;
    arena_init(&arena, 1 << 20);
    while (arena_grow(&arena, (void **)&items, &capacity, count, sizeof *items)) {
        items[count] = (uint32_t)count;
        count++;
    }
    assert_true(count * sizeof *items * 4 >= 1 << 20);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i], i);
    assert_true(arena.used <= 1 << 20);
    capacity = SIZE_MAX / 2 + 1;
    assert_false(arena_grow(&arena, (void **)&items, &capacity, capacity, sizeof *items));
    arena_clear(&arena);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "3 pieces are zeroed, aligned and apart", test_take);
    rows_add_one(&rows, "2.8 the limit holds", test_limit);
    rows_add_one(&rows, "3 copies end with NUL", test_copy);
    rows_add_one(&rows, "3 what was adopted counts and is freed", test_adopt);
    rows_add_one(&rows, "2.8 arrays grow until the arena is full", test_grow);
    return rows_run("arena", &rows, argc, argv);
}
