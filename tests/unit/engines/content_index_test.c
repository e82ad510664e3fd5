/* Which leaves hold the same octets, and which of them show nothing new. */
#include "engines/message/content_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct part part_of(uint32_t number, const char *content, const char *type, const char *name)
{
    return (struct part){.number = number,
                         .content = bytes_of_text(content),
                         .type = bytes_of_text(type),
                         .name = bytes_of_text(name)};
}

static void test_find(void **state)
{
    struct part parts[] = {part_of(1, "one", "a/b", ""), part_of(2, "two", "a/b", "x"),
                           part_of(3, "two", "a/c", "x"), part_of(4, "123456789", "a/b", "")};
    struct message message = {.parts = parts, .part_count = 4};
    struct content_index index = {0};
    struct part sought;
    struct content_match match;

    (void)state;
    arena_init(&message.arena, 1 << 16);
    for (int i = 0; i < 4; i++) {
        content_index_find(&index, &message, &parts[i], &match);
        assert_int_equal(match.first, i == 2 ? 2 : 0);
        assert_false(match.is_known);
        assert_int_equal(content_index_add(&index, &message, &parts[i], &match), STATUS_OK);
    }
    sought = part_of(9, "two", "a/c", "x");
    content_index_find(&index, &message, &sought, &match);
    assert_int_equal(match.first, 2);
    assert_true(match.is_known);
    sought = part_of(9, "two", "a/c", "y");
    content_index_find(&index, &message, &sought, &match);
    assert_int_equal(match.first, 2);
    assert_false(match.is_known);
    sought = part_of(9, "1234567890", "a/b", "");
    content_index_find(&index, &message, &sought, &match);
    assert_int_equal(match.first, 0);
    assert_false(match.is_known);
    sought = part_of(9, "123456789", "a/b", "");
    content_index_find(&index, &message, &sought, &match);
    assert_int_equal(match.first, 4);
    assert_true(match.is_known);
    arena_clear(&message.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"3 equal octets, type and name", test_find, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
