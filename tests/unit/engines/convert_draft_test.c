/* The draft of a copy (spec/conversion.md 1): octets outside changes are those of the original,
 * whatever they are, and the order of the changes does not matter. */
#include "engines/convert/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 3000, OCTETS_MOST = 200, CHANGES_MOST = 12, DATA_MOST = 6 };

struct stage {
    struct message message;
    struct arena arena;
    struct draft draft;
    uint8_t octets[OCTETS_MOST];
};

static void stage_init(struct stage *stage, struct bytes octets)
{
    memcpy(stage->octets, octets.data, octets.size);
    stage->message = (struct message){.octets = {stage->octets, octets.size}};
    arena_init(&stage->arena, 1 << 20);
    draft_init(&stage->draft, &stage->message, &stage->arena);
}

static enum status append(void *owner, struct bytes piece)
{
    return buffer_append(owner, piece);
}

static void copy_of(struct stage *stage, struct buffer *out)
{
    struct splice splice = {0};
    uint64_t size;

    buffer_init(out, SIZE_MAX);
    assert_int_equal(draft_splice(&stage->draft, &splice), STATUS_OK);
    assert_int_equal(splice_check(&splice, stage->message.octets.size, &size), STATUS_OK);
    assert_int_equal(splice_each(&splice, stage->message.octets, append, out), STATUS_OK);
    assert_int_equal(out->size, size);
}

struct row {
    const char *name;
    struct {
        unsigned from, size;
        const char *data;
        enum status status;
    } changes[4];
    const char *expected; /* of "0123456789" */
};

static const struct row rows[] = {
    {"1 no change keeps everything", {{0}}, "0123456789"},
    {"1 put in before an octet", {{3, 0, "ab", 0}}, "012ab3456789"},
    {"1 put in at both ends", {{10, 0, "b", 0}, {0, 0, "a", 0}}, "a0123456789b"},
    {"1 taken out", {{3, 2, "", 0}}, "01256789"},
    {"1 replaced", {{0, 10, "x", 0}}, "x"},
    {"1 two at one place stand in their order", {{3, 0, "a", 0}, {3, 0, "b", 0}}, "012ab3456789"},
    {"1 at the edges of what is taken out",
     {{3, 4, "-", 0}, {3, 0, "a", 0}, {7, 0, "b", 0}},
     "012a-b789"},
    {"1 inside what is taken out is left out",
     {{3, 4, "-", 0}, {5, 0, "a", 0}, {3, 2, "b", 0}},
     "012-789"},
    {"1 around others takes their place",
     {{5, 0, "a", 0}, {3, 2, "b", 0}, {3, 4, "-", 0}},
     "012-789"},
    {"1 the first of two that replace the same octets holds",
     {{3, 2, "a", 0}, {3, 2, "b", 0}},
     "012a56789"},
    {"1 a partial overlap is refused", {{3, 4, "-", 0}, {5, 4, "a", STATUS_INVALID}}, "012-789"},
    {"1 from the other side as well", {{5, 4, "-", 0}, {3, 4, "a", STATUS_INVALID}}, "01234-9"},
    {"1 outside the original is refused",
     {{9, 2, "", STATUS_INVALID}, {11, 0, "a", STATUS_INVALID}},
     "0123456789"},
    {"1 neighbours do not touch", {{5, 2, "b", 0}, {3, 2, "a", 0}}, "012ab789"},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    struct stage stage;
    struct buffer copy;

    stage_init(&stage, BYTES("0123456789"));
    for (size_t i = 0; i < 4 && row->changes[i].data != NULL; i++)
        assert_int_equal(draft_change(&stage.draft,
                                      (struct range){row->changes[i].from, row->changes[i].size},
                                      bytes_of_text(row->changes[i].data)),
                         row->changes[i].status);
    copy_of(&stage, &copy);
    assert_int_equal(copy.size, strlen(row->expected));
    assert_memory_equal(copy.data, row->expected, copy.size);
    buffer_clear(&copy);
    arena_clear(&stage.arena);
}

struct change {
    struct range range;
    uint8_t data[DATA_MOST];
    size_t size;
};

/* Changes that touch in any way but overlap in none, of random octets. */
static size_t invent(struct change *changes, size_t octets)
{
    size_t at = 0, count = 0;

    while (count < CHANGES_MOST && at <= octets) {
        struct change *change = &changes[count++];
        size_t left = octets - at;

        change->range.offset = at;
        change->range.size = left > 0 ? (size_t)rand() % (left < 9 ? left + 1 : 9) : 0;
        change->size = (size_t)rand() % DATA_MOST + (change->range.size == 0);
        for (size_t i = 0; i < change->size; i++)
            change->data[i] = (uint8_t)(1 + rand() % 255); /* DATA has no NUL */
        at += (size_t)change->range.size + 1 + (size_t)rand() % 40;
    }
    return count;
}

/* What the copy must be, made without the draft. */
static void expect(const struct change *changes, size_t count, struct bytes octets,
                   struct buffer *out)
{
    size_t at = 0;

    buffer_init(out, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        size_t from = (size_t)changes[i].range.offset;

        assert_int_equal(buffer_append(out, bytes_slice(octets, at, from - at)), STATUS_OK);
        assert_int_equal(buffer_append(out, (struct bytes){changes[i].data, changes[i].size}),
                         STATUS_OK);
        at = from + (size_t)changes[i].range.size;
    }
    assert_int_equal(buffer_append(out, bytes_slice(octets, at, SIZE_MAX)), STATUS_OK);
}

static void play(struct stage *stage, const struct change *changes, size_t count)
{
    size_t order[CHANGES_MOST];

    for (size_t i = 0; i < count; i++) {
        size_t other = (size_t)rand() % (i + 1);

        order[i] = order[other];
        order[other] = i;
    }
    for (size_t i = 0; i < count; i++) {
        const struct change *change = &changes[order[i]];

        assert_int_equal(
            draft_change(&stage->draft, change->range, (struct bytes){change->data, change->size}),
            STATUS_OK);
        assert_true(change->range.size == 0 || draft_is_gone(&stage->draft, change->range));
    }
}

/* 6: arbitrary octets, random changes in a random order. */
static void test_property(void **state)
{
    (void)state;
    srand(4);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct change changes[CHANGES_MOST];
        uint8_t octets[OCTETS_MOST];
        size_t size = (size_t)rand() % OCTETS_MOST;
        size_t count = invent(changes, size);
        struct buffer copy, expected;
        struct stage stage;

        for (size_t i = 0; i < size; i++)
            octets[i] = (uint8_t)rand();
        stage_init(&stage, (struct bytes){octets, size});
        play(&stage, changes, count);
        copy_of(&stage, &copy);
        expect(changes, count, (struct bytes){octets, size}, &expected);
        assert_true(bytes_equal(buffer_bytes(&copy), buffer_bytes(&expected)));
        buffer_clear(&copy);
        buffer_clear(&expected);
        arena_clear(&stage.arena);
    }
}

static void test_one_keep(void **state)
{
    struct splice splice = {0};
    struct stage stage;

    (void)state;
    stage_init(&stage, BYTES("\0\r\n\xFF\r"));
    assert_int_equal(draft_splice(&stage.draft, &splice), STATUS_OK);
    assert_int_equal(splice.count, 1);
    assert_true(splice.segments[0].is_keep);
    assert_int_equal(splice.segments[0].keep.size, 5);
    arena_clear(&stage.arena);
}

static void test_most_changes(void **state)
{
    struct stage stage;
    enum status status = STATUS_OK;

    (void)state;
    stage_init(&stage, BYTES("0123456789"));
    arena_clear(&stage.arena);
    arena_init(&stage.arena, 1 << 24);
    for (size_t i = 0; i < DRAFT_CHANGES_MOST && status == STATUS_OK; i++)
        status = draft_change(&stage.draft, (struct range){3, 0}, BYTES("x"));
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(draft_change(&stage.draft, (struct range){3, 0}, BYTES("x")), STATUS_LIMIT);
    arena_clear(&stage.arena);
}

static void test_changed_from(void **state)
{
    struct stage stage;

    (void)state;
    stage_init(&stage, BYTES("0123456789"));
    assert_true(draft_changed_from(&stage.draft, 0) == SIZE_MAX);
    assert_int_equal(draft_change(&stage.draft, (struct range){2, 4}, BYTES("x")), STATUS_OK);
    assert_int_equal(draft_change(&stage.draft, (struct range){8, 0}, BYTES("x")), STATUS_OK);
    assert_int_equal(draft_changed_from(&stage.draft, 0), 2);
    assert_int_equal(draft_changed_from(&stage.draft, 4), 4);
    assert_int_equal(draft_changed_from(&stage.draft, 6), 8);
    assert_int_equal(draft_changed_from(&stage.draft, 8), 8);
    assert_true(draft_changed_from(&stage.draft, 9) == SIZE_MAX);
    arena_clear(&stage.arena);
}

struct breaks_row {
    const char *name, *given, *expected;
};

static const struct breaks_row breaks_rows[] = {
    {"2.4 CRLF", "A: b\r\n\r\n", "\r\n"},
    {"2.4 LF alone", "A: b\nC: d\n\nx\r\n", "\n"},
    {"2.4 one CRLF is enough", "A: b\nC: d\r\n\n", "\r\n"},
    {"2.4 no line at all", "A: b", "\r\n"},
};

static void test_breaks(void **state)
{
    const struct breaks_row *row = *state;
    struct stage stage;

    stage_init(&stage, bytes_of_text(row->given));
    assert_true(bytes_equal(stage.draft.line_break, bytes_of_text(row->expected)));
    arena_clear(&stage.arena);
}

enum { ROWS = sizeof rows / sizeof rows[0], BREAKS = sizeof breaks_rows / sizeof breaks_rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + BREAKS + 4] = {
        cmocka_unit_test(test_property), cmocka_unit_test(test_one_keep),
        cmocka_unit_test(test_most_changes), cmocka_unit_test(test_changed_from)};
    size_t count = 4;

    for (size_t i = 0; i < ROWS; i++)
        tests[count++] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = test_row, .initial_state = (void *)&rows[i]};
    for (size_t i = 0; i < BREAKS; i++)
        tests[count++] = (struct CMUnitTest){.name = breaks_rows[i].name,
                                             .test_func = test_breaks,
                                             .initial_state = (void *)&breaks_rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
