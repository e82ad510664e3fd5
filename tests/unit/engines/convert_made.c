/* Runs a job TRANSFORM as a worker does. */
#include "tests/unit/engines/convert_made.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "engines/convert/digest.h"

enum { ARENA_BYTES = 8 << 20 };

static enum status append(void *owner, struct bytes piece)
{
    return buffer_append(owner, piece);
}

/* The digest is that of the octets, not of what made them. */
static void check_digest(const struct made_copy *copy)
{
    struct splice_segment segment = {.data = buffer_bytes(&copy->octets)};
    struct splice whole = {.segments = &segment, .count = copy->octets.size > 0};
    uint8_t digest[COPY_DIGEST_BYTES];

    digest_of_splice(&whole, (struct bytes){0}, digest);
    assert_memory_equal(digest, copy->report.copies[0].digest, sizeof digest);
}

void made_copy_of_edits(struct made_copy *copy, struct bytes octets, struct edit *edits,
                        size_t count)
{
    struct job job = {.stage = JOB_TRANSFORM,
                      .size = octets.size,
                      .deadline_ms = 60000,
                      .edits = edits,
                      .edit_count = count};
    struct limits limits;
    uint64_t size;

    limits_init(&limits);
    buffer_init(&copy->octets, SIZE_MAX);
    report_init(&copy->report, (size_t)limits.report_bytes);
    copy->status = engines_transform(NULL, 0, &limits, &job, octets, &copy->report);
    assert_int_equal(copy->report.parts_count, 0);
    if (copy->status != STATUS_OK) {
        assert_int_equal(copy->report.copies_count, 0);
        return;
    }
    assert_int_equal(copy->report.copies_count, 1);
    assert_int_equal(splice_check(&copy->report.copies[0].splice, octets.size, &size), STATUS_OK);
    assert_int_equal(size, copy->report.copies[0].size);
    assert_int_equal(splice_each(&copy->report.copies[0].splice, octets, append, &copy->octets),
                     STATUS_OK);
    assert_int_equal(copy->octets.size, size);
    check_digest(copy);
}

void made_copy_init(struct made_copy *copy, struct bytes octets, const char *edits)
{
    struct edit *read = NULL;
    struct buffer lines;
    struct arena arena;
    size_t count = 0;

    buffer_init(&lines, SIZE_MAX);
    arena_init(&arena, ARENA_BYTES);
    for (const char *end; *edits != '\0'; edits = *end == '\0' ? end : end + 1) {
        end = edits + strcspn(edits, "\n");
        assert_int_equal(buffer_append(&lines, BYTES("e EDIT ")), STATUS_OK);
        assert_int_equal(
            buffer_append(&lines, (struct bytes){(const uint8_t *)edits, (size_t)(end - edits)}),
            STATUS_OK);
        assert_int_equal(buffer_append(&lines, BYTES("\r\n")), STATUS_OK);
    }
    assert_int_equal(edits_read(lines.data, lines.size, &arena, &read, &count), STATUS_OK);
    made_copy_of_edits(copy, octets, read, count);
    arena_clear(&arena);
    buffer_clear(&lines);
}

void made_copy_clear(struct made_copy *copy)
{
    buffer_clear(&copy->octets);
    report_clear(&copy->report);
}
