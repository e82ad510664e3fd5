/* Edits of bodies, which the first two octets choose, over any octets; the oracle: the splices
 * hold, nothing new has NUL, and edits that cannot change what is there twice change nothing the
 * second time (spec/conversion.md 2, 6, 7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VALUE(key, text)                                                                           \
    {                                                                                              \
        {(const uint8_t *)(key), sizeof(key) - 1},                                                 \
        {                                                                                          \
            (const uint8_t *)(text), sizeof(text) - 1                                              \
        }                                                                                          \
    }

static struct edit_value texts[] = {VALUE("TYPES", "text/*"), VALUE("TO", "utf-8")},
                         japanese[] = {VALUE("TYPES", "*"), VALUE("TO", "iso-2022-jp")},
                         seven[] = {VALUE("TO", "7bit"), VALUE("SIGNED", "break")},
                         eight[] = {VALUE("TO", "8bit")},
                         footer[] = {VALUE("TEXT", "-- \n f\xC3\xB6\xC3\xB6t"),
                                     VALUE("SIGNED", "break")},
                         notice[] = {VALUE("TEXT", "--b\ng\xC3\xB6ne"), VALUE("SIGNED", "break")};
static struct id_range chosen[1];

static const struct edit all[] = {
    {.kind = EDIT_ENCODING, .values = seven, .value_count = 2},
    {.kind = EDIT_HTML_DISARM},
    {.kind = EDIT_CHARSET, .values = texts, .value_count = 2},
    {.kind = EDIT_CHARSET, .values = japanese, .value_count = 2},
    {.kind = EDIT_ENCODING, .values = eight, .value_count = 1},
    {.kind = EDIT_FOOTER, .values = footer, .value_count = 2},
    {.kind = EDIT_PART_REPLACE,
     .values = notice,
     .value_count = 2,
     .parts = chosen,
     .part_count = 1},
    {.kind = EDIT_PART_REMOVE,
     .values = notice,
     .value_count = 2,
     .parts = chosen,
     .part_count = 1},
};
enum { TWICE = 2 }; /* the first ones change nothing the second time */

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static enum status append(void *owner, struct bytes piece)
{
    return buffer_append(owner, piece);
}

static void check_new(const struct splice *splice)
{
    for (size_t i = 0; i < splice->count; i++) {
        const struct splice_segment *segment = &splice->segments[i];

        require(segment->is_keep || memchr(segment->data.data, 0, segment->data.size) == NULL,
                "NUL in what is new");
    }
}

/* False: there is no copy. */
static bool make(const struct limits *limits, struct bytes octets, struct edit *edits, size_t count,
                 struct buffer *copy)
{
    struct job job = {.stage = JOB_TRANSFORM,
                      .size = octets.size,
                      .deadline_ms = 60000,
                      .edits = edits,
                      .edit_count = count};
    struct report report;
    enum status status;
    uint64_t size;

    report_init(&report, (size_t)limits->report_bytes);
    status = engines_transform(NULL, 0, limits, &job, octets, &report);
    require(status == STATUS_OK || status == STATUS_LIMIT || status == STATUS_INVALID,
            "another status");
    if (status == STATUS_OK) {
        const struct splice *splice = &report.copies[0].splice;

        require(splice_check(splice, octets.size, &size) == STATUS_OK, "the splices are none");
        check_new(splice);
        require(splice_each(splice, octets, append, copy) == STATUS_OK, "no octets");
    }
    report_clear(&report);
    return status == STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer once = {.limit = SIZE_MAX}, twice = {.limit = SIZE_MAX};
    struct edit edits[sizeof all / sizeof all[0]];
    struct limits limits;
    size_t count = 0, first;

    if (size < 2)
        return 0;
    message_warm_up();
    limits_init(&limits);
    chosen[0] = (struct id_range){data[1] % 8 + 1u, data[1] % 8 + 1u + data[1] / 64};
    for (first = 0; first < sizeof all / sizeof all[0]; first++) {
        if ((data[0] & 1u << first) != 0)
            edits[count++] = all[first];
    }
    if (make(&limits, (struct bytes){data + 2, size - 2}, edits, count, &once) &&
        data[0] < 1u << TWICE && make(&limits, buffer_bytes(&once), edits, count, &twice))
        require(bytes_equal(buffer_bytes(&once), buffer_bytes(&twice)), "not the same twice");
    buffer_clear(&once);
    buffer_clear(&twice);
    return 0;
}
