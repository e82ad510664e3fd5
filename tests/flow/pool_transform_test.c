/* Copies made by real workers (protocol/job.h, TRANSFORM): edits in a sealed memfd beside the
 * content, one COPY back. */
#include <unistd.h>

#include "server/crypto/digest.h"
#include "server/worker/sealed.h"
#include "tests/flow/pool_flow.h"

static const char *const plain[] = {NULL};
static const char message[] = "From: ann@x.example\r\nSubject: hello\r\n\r\ngood morning\r\n";

struct transform {
    struct flow flow;
    struct pool_request request;
    int content, edits;
    bool done;
    enum status status;
    struct report report;
};

static void on_done(void *owner, enum status status, struct report *report, uint64_t generation,
                    struct config *config)
{
    struct transform *transform = owner;
    (void)generation;
    (void)config;
    transform->done = true;
    transform->status = status;
    transform->report = *report;
    report_init(report, 0);
}

static void transform_run(struct transform *transform, const struct edit *edits, size_t count)
{
    struct buffer lines;
    struct pool_job *job;
    buffer_init(&lines, JOB_EDITS_BYTES_MOST);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(edit_write(&edits[i], &lines, BYTES("1")), STATUS_OK);
    assert_int_equal(sealed_new("edits", buffer_bytes(&lines), &transform->edits), STATUS_OK);
    assert_int_equal(sealed_new("content", BYTES(message), &transform->content), STATUS_OK);
    transform->request = (struct pool_request){
        .stage = JOB_TRANSFORM,
        .content_fd = transform->content,
        .size = sizeof message - 1,
        .deadline_ms = uv_now(&transform->flow.loop) + 20000,
        .edits_fd = transform->edits,
        .edits_size = lines.size,
        .owner = transform,
        .done = on_done,
    };
    transform->done = false;
    assert_int_equal(pool_submit(transform->flow.pool, &transform->request, &job), STATUS_OK);
    flow_until(&transform->flow, transform->done);
    close(transform->edits);
    close(transform->content);
    buffer_clear(&lines);
}

struct collected {
    struct buffer octets;
    struct digest *digest;
};

static enum status collect(void *owner, struct bytes piece)
{
    struct collected *collected = owner;
    digest_add(collected->digest, piece);
    return buffer_append(&collected->octets, piece);
}

/* The copy is what its line says, and reads as wanted. */
static void copy_is(const struct report_copy *copy, const char *wanted)
{
    struct collected collected = {.digest = digest_new()};
    uint8_t digest[DIGEST_BYTES];
    buffer_init(&collected.octets, 1 << 20);
    assert_int_equal(splice_each(&copy->splice, BYTES(message), collect, &collected), STATUS_OK);
    digest_finish(collected.digest, digest);
    digest_free(&collected.digest);
    assert_int_equal(collected.octets.size, copy->size);
    assert_memory_equal(digest, copy->digest, sizeof digest);
    if (wanted != NULL) {
        assert_int_equal(collected.octets.size, strlen(wanted));
        assert_memory_equal(collected.octets.data, wanted, strlen(wanted));
    }
    buffer_clear(&collected.octets);
}

static void a_field_is_added(void **state)
{
    (void)state;
    static struct transform transform;
    struct edit_value values[] = {{BYTES("NAME"), BYTES("X-Seen")}, {BYTES("VALUE"), BYTES("yes")}};
    const struct edit edit = {.kind = EDIT_HEADER_ADD, .values = values, .value_count = 2};
    flow_open(&transform.flow, plain);
    transform_run(&transform, &edit, 1);
    assert_int_equal(transform.status, STATUS_OK);
    assert_int_equal(transform.report.copies_count, 1);
    copy_is(&transform.report.copies[0],
            "From: ann@x.example\r\nSubject: hello\r\nX-Seen: yes\r\n\r\ngood morning\r\n");
    report_clear(&transform.report);
    flow_close(&transform.flow);
}

/* Beyond a datagram both ways: edits and splices of 200 KB. */
static void large_edits(void **state)
{
    (void)state;
    static struct transform transform;
    static uint8_t value[40000];
    memset(value, 'x', sizeof value);
    for (size_t i = 60; i < sizeof value; i += 61)
        value[i] = ' ';
    struct edit_value values[5][2];
    struct edit edits[5];
    for (size_t i = 0; i < 5; i++) {
        values[i][0] = (struct edit_value){BYTES("NAME"), BYTES("X-Large")};
        values[i][1] = (struct edit_value){BYTES("VALUE"), {value, sizeof value - i}};
        edits[i] = (struct edit){.kind = EDIT_HEADER_ADD, .values = values[i], .value_count = 2};
    }
    flow_open(&transform.flow, plain);
    transform_run(&transform, edits, 5);
    assert_int_equal(transform.status, STATUS_OK);
    assert_int_equal(transform.report.copies_count, 1);
    assert_true(transform.report.copies[0].size > 5 * (sizeof value - 5));
    copy_is(&transform.report.copies[0], NULL);
    report_clear(&transform.report);
    flow_close(&transform.flow);
}

/* What can never be made is answered, without a copy and without a death. */
static void an_edit_that_cannot_be(void **state)
{
    (void)state;
    static struct transform transform;
    struct id_range parts[] = {{99, 99}};
    const struct edit edit = {.kind = EDIT_PART_REMOVE, .parts = parts, .part_count = 1};
    flow_open(&transform.flow, plain);
    transform_run(&transform, &edit, 1);
    assert_int_equal(transform.status, STATUS_OK);
    assert_int_equal(transform.report.copies_count, 0);
    assert_int_equal(pool_state(transform.flow.pool)->crashes, 0);
    report_clear(&transform.report);
    flow_close(&transform.flow);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        {"a field is added", a_field_is_added, NULL, NULL, NULL},
        {"edits and splices larger than a datagram", large_edits, NULL, NULL, NULL},
        {"an edit that cannot be made", an_edit_that_cannot_be, NULL, NULL, NULL},
    };
    return flow_main(argc, argv, "transform", tests, sizeof tests / sizeof tests[0]);
}
