/* Edits of the header, which the first octet chooses, over any octets; the oracle: the splices
 * hold, what is behind the header is the same octets, and where the original is read as a message
 * the copy has the same parts with the same octets (spec/conversion.md 6). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/engine.h"
#include "engines/message/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OCTETS(literal)                                                                            \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }
#define VALUE(key, text)                                                                           \
    {                                                                                              \
        OCTETS(key), OCTETS(text)                                                                  \
    }

/* Those of data[0], in the order of its bits. */
static size_t choose_edits(uint8_t choice, struct edit edits[8])
{
    static struct edit_value name[] = {VALUE("NAME", "X-New"), VALUE("VALUE", "a\r\nB: \xC3\xA4"),
                                       VALUE("TEXT", "[\xC3\x84]"), VALUE("MAP", "a@b"),
                                       VALUE("MAP", "c d@e.example")};
    static struct edit_value subject[] = {VALUE("NAME", "Subject"), VALUE("VALUE", "s")};
    static struct edit_value mark[] = {VALUE("NAME", "X-M*"), VALUE("NAME", "A")};
    static const struct edit all[8] = {
        {.kind = EDIT_HEADER_ADD, .values = name, .value_count = 5},
        {.kind = EDIT_HEADER_PREPEND, .values = name, .value_count = 5},
        {.kind = EDIT_SUBJECT_TAG, .values = name, .value_count = 5},
        {.kind = EDIT_ADDRESS, .values = name, .value_count = 5},
        {.kind = EDIT_HEADER_REPLACE, .values = subject, .value_count = 2},
        {.kind = EDIT_HEADER_DELETE, .values = subject, .value_count = 2},
        {.kind = EDIT_MARKS, .values = mark, .value_count = 2},
        {.kind = EDIT_HEADER_DELETE, .values = mark, .value_count = 2}};
    size_t count = 0;

    for (unsigned i = 0; i < 8; i++) {
        if ((choice & 1u << i) != 0)
            edits[count++] = all[i];
    }
    return count;
}

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

struct view {
    struct budget budget;
    struct report report;
    struct message message;
};

static void view_init(struct view *view, const struct limits *limits, struct bytes octets)
{
    budget_init(&view->budget, limits, octets.size, 0);
    report_init(&view->report, (size_t)limits->report_bytes);
    require(message_init(&view->message, octets, &view->budget, &view->report) == STATUS_OK,
            "no view");
}

static void view_clear(struct view *view)
{
    message_clear(&view->message);
    report_clear(&view->report);
}

static void compare_parts(const struct limits *limits, struct bytes original, struct bytes copy)
{
    struct view was, is;

    view_init(&was, limits, original);
    view_init(&is, limits, copy);
    if (!was.message.opaque && is.budget.cap == NULL) {
        require(was.message.laid_count == is.message.laid_count, "another number of parts");
        for (uint32_t i = 0; i < was.message.laid_count; i++)
            require(bytes_equal(was.message.parts[i].raw, is.message.parts[i].raw) &&
                        bytes_equal(was.message.parts[i].type, is.message.parts[i].type),
                    "another part");
    }
    view_clear(&was);
    view_clear(&is);
}

/* A line without a colon is a field to some readers, which an edit may take out, and the beginning
 * of the body to others. */
static bool has_junk(struct bytes octets)
{
    struct fields fields = {octets, 0};
    struct field field;
    bool has = false;

    while (fields_next(&fields, &field))
        has |= field.name.size == 0;
    return has;
}

/* A CR alone ends a line for some readers: a mark that stands behind it goes, out of the middle of
 * what is one field to others. */
static bool has_bare_cr(struct bytes header)
{
    bool has = false;

    for (size_t at = bytes_find(header, 0, '\r'); at < header.size && !has;
         at = bytes_find(header, at + 1, '\r'))
        has = at + 1 == header.size || header.data[at + 1] != '\n';
    return has;
}

static void check_copy(const struct limits *limits, struct bytes original,
                       const struct report_copy *copy, bool is_edited)
{
    struct fields fields = {original, 0};
    struct field field;
    struct buffer octets;
    uint64_t size;

    buffer_init(&octets, SIZE_MAX);
    require(splice_check(&copy->splice, original.size, &size) == STATUS_OK && size == copy->size,
            "the splices are none");
    require(splice_each(&copy->splice, original, append, &octets) == STATUS_OK, "no octets");
    require(is_edited || bytes_equal(buffer_bytes(&octets), original), "no edit, another message");
    while (fields_next(&fields, &field))
        continue;
    size = original.size - fields.at;
    require(octets.size >= size &&
                bytes_equal(bytes_slice(buffer_bytes(&octets), octets.size - size, SIZE_MAX),
                            bytes_slice(original, fields.at, SIZE_MAX)),
            "another body");
    if (size > 0 && !has_junk(original) && !has_bare_cr(bytes_slice(original, 0, fields.at)))
        compare_parts(limits, original, buffer_bytes(&octets));
    buffer_clear(&octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data + (size > 0), size - (size > 0)};
    struct edit edits[8];
    struct job job = {.stage = JOB_TRANSFORM,
                      .size = octets.size,
                      .deadline_ms = 60000,
                      .edits = edits,
                      .edit_count = choose_edits(size > 0 ? data[0] : 0, edits)};
    struct limits limits;
    struct report report;

    message_warm_up();
    limits_init(&limits);
    report_init(&report, (size_t)limits.report_bytes);
    require(engines_transform(NULL, 0, &limits, &job, octets, &report) == STATUS_OK, "no copy");
    check_copy(&limits, octets, &report.copies[0], job.edit_count > 0);
    report_clear(&report);
    return 0;
}
