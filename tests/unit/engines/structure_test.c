/* The door to GMime: the outline is right or not made at all, whatever memory there is. */
#include "engines/message/structure.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "engines/message/prescan.h"

static const char octets[] =
    "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n"
    "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nhello\r\n--b\r\n\r\ntwo\r\n--b--\r\n";

static void check_outline(const struct outline *outline)
{
    static const int32_t parents[] = {-1, 0, 1, 0};
    static const enum part_kind kinds[] = {PART_MULTIPART, PART_MESSAGE, PART_LEAF, PART_LEAF};
    static const char *const types[] = {"multipart/mixed", "message/rfc822", "text/plain",
                                        "text/plain"};

    assert_int_equal(outline->count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(outline->parts[i].parent, parents[i]);
        assert_int_equal(outline->parts[i].kind, kinds[i]);
        assert_true(bytes_equal(outline->parts[i].type, bytes_of_text(types[i])));
        assert_false(outline->parts[i].is_cut);
    }
    assert_true(bytes_equal(outline->parts[0].boundary, BYTES("b")));
    assert_memory_equal(octets + outline->parts[2].content.offset, "hello", 5);
    assert_int_equal(outline->parts[2].content.size, 5);
    assert_memory_equal(octets + outline->parts[2].first_field, "Subject", 7);
    assert_memory_equal(octets + outline->parts[3].content.offset, "two", 3);
    assert_false(outline->parts[3].has_header);
}

/* With every size of the arena, from nothing to enough. */
static void test_memory(void **state)
{
    struct limits limits;
    struct outline outline;
    enum status status = STATUS_MEMORY;
    unsigned failed = 0;

    (void)state;
    limits_init(&limits);
    for (size_t room = 0; status != STATUS_OK && room < 65536; room += 16) {
        struct arena arena;

        arena_init(&arena, room);
        status = structure_read(BYTES(octets), &limits, &arena, &outline);
        assert_true(status == STATUS_OK || status == STATUS_MEMORY);
        failed += status != STATUS_OK;
        if (status == STATUS_OK)
            check_outline(&outline);
        arena_clear(&arena);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(failed > 10);
}

static void test_prescan_memory(void **state)
{
    struct limits limits;
    struct prescan prescan;
    struct arena arena;

    (void)state;
    limits_init(&limits);
    arena_init(&arena, 8);
    assert_int_equal(prescan_octets(BYTES(octets), &limits, &arena, &prescan), STATUS_MEMORY);
    arena_clear(&arena);
}

static void test_parts(void **state)
{
    struct limits limits;
    struct outline outline;
    struct arena arena;

    (void)state;
    limits_init(&limits);
    limits.parts = 3;
    arena_init(&arena, 65536);
    assert_int_equal(structure_read(BYTES(octets), &limits, &arena, &outline), STATUS_LIMIT);
    arena_clear(&arena);
}

static void test_unparsable(void **state)
{
    struct limits limits;
    struct outline outline;
    struct arena arena;

    (void)state;
    limits_init(&limits);
    arena_init(&arena, 65536);
    assert_int_equal(structure_read(BYTES(""), &limits, &arena, &outline), STATUS_INVALID);
    assert_int_equal(structure_read(BYTES("no field"), &limits, &arena, &outline), STATUS_INVALID);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"2 whatever memory there is", test_memory, NULL, NULL, NULL},
        {"1 no memory for a boundary", test_prescan_memory, NULL, NULL, NULL},
        {"2 more parts than the limit", test_parts, NULL, NULL, NULL},
        {"2 what GMime does not read", test_unparsable, NULL, NULL, NULL},
    };

    structure_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
