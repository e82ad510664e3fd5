/* The checks know nothing of how the view is made: they look at its ranges and at the octets. */
#include "tests/support/view_check.h"

#include <stdlib.h>
#include <string.h>

#include "engines/message/header.h"

static bool inside(const struct message *message, struct range range)
{
    return range.offset <= message->octets.size &&
           range.size <= message->octets.size - range.offset;
}

/* Made by the layout: of the first reading, and in the original octets. */
static bool is_laid(const struct message *message, const struct part *part)
{
    return part->number <= message->laid_count || message->part_count == 1;
}

/* Parts of the first reading in the original octets form one tree, in order; what another reading
 * makes of a part, or a decoder yields, may hang below a leaf. */
static const char *check_place(const struct message *message, const struct part *part)
{
    const struct part *parts = message->parts, *before = part > parts ? part - 1 : NULL;

    if (part->parent >= part->number || part->within >= part->number)
        return "numbers do not ascend";
    if (before != NULL && part->reading == 0 && before->reading > 0)
        return "the first reading does not come first";
    if (part->reading > message->reading_count)
        return "a reading that there is not";
    if (!is_laid(message, part))
        return part->kind == PART_LEAF && part->decoded ? NULL
                                                        : "another reading is no leaf of a part";
    if (part->parent != 0 && parts[part->parent - 1].kind == PART_LEAF)
        return "a leaf has children";
    if (before != NULL && before->within == 0 && part->body.offset < before->header.offset)
        return "ranges do not ascend";
    return NULL;
}

static const char *check_shape(const struct message *message)
{
    const char *wrong = NULL;
    bool has_leaf = false;

    for (uint32_t i = 0; i < message->part_count && wrong == NULL; i++) {
        const struct part *part = &message->parts[i];

        has_leaf |= part->kind == PART_LEAF;
        if (part->number != i + 1)
            return "numbers do not ascend";
        if (!inside(message, part->header) || !inside(message, part->body))
            return "a range is outside";
        wrong = check_place(message, part);
        if (part->depth == 0 || part->depth > message->budget->limits->depth + 1)
            return "a depth is outside";
        if (!bytes_is_utf8(part->name) || !bytes_is_utf8(part->type))
            return "a name is not UTF-8";
    }
    if (wrong != NULL)
        return wrong;
    return has_leaf ? NULL : "no leaf";
}

static bool can_grow(enum transfer_encoding encoding)
{
    return encoding == ENCODING_UUENCODE || encoding == ENCODING_BINHEX;
}

static const char *check_content(struct message *message, struct part *part)
{
    struct range origin;
    struct bytes content;

    if (message_decode(message, part, &content) != STATUS_OK)
        return part->cap != NULL ? NULL : "not decoded without a cap";
    if (is_laid(message, part) && content.size > part->body.size && !can_grow(part->encoding))
        return "the content is larger than its body";
    if (content.size == 0)
        return NULL;
    for (unsigned i = 0; i < 3; i++) {
        origin = message_origin(message, part, content.size / 3 * i, 1);
        if (origin.size == 0 || origin.offset < part->body.offset ||
            origin.offset + origin.size > part->body.offset + part->body.size)
            return "an origin is outside the body";
    }
    return NULL;
}

static void mark(uint8_t *covered, struct range range)
{
    memset(covered + range.offset, 1, (size_t)range.size);
}

/* Whether text stands anywhere but behind the dashes of a line. */
static bool is_declared(struct bytes whole, struct bytes text)
{
    const uint8_t *end = whole.data + whole.size;
    const uint8_t *at = whole.data;

    while ((at = memmem(at, (size_t)(end - at), text.data, text.size)) != NULL) {
        if (at < whole.data + 3 || memcmp(at - 3, "\n--", 3) != 0)
            return true;
        at++;
    }
    return false;
}

/* A delimiter line's boundary stands elsewhere as it is, or could be written there in another way:
 * folded, escaped, encoded. */
static bool is_delimiter(const struct message *message, struct bytes line)
{
    const struct bytes whole = message->octets;
    struct bytes text = bytes_slice(line, 2, SIZE_MAX);

    if (line.size < 2 || line.data[0] != '-' || line.data[1] != '-')
        return false;
    while (text.size > 0 && strchr(" \t\r\n-", text.data[text.size - 1]) != NULL)
        text.size--;
    return text.size == 0 || is_declared(whole, text) ||
           memchr(text.data, ' ', text.size) != NULL ||
           memchr(whole.data, '*', whole.size) != NULL ||
           memchr(whole.data, '\\', whole.size) != NULL ||
           memmem(whole.data, whole.size, "=?", 2) != NULL;
}

static const char *check_covered(const struct message *message, const uint8_t *covered)
{
    size_t next;

    for (size_t at = 0; at < message->octets.size; at = next) {
        struct bytes line = line_at(message->octets, at, &next);
        bool open = false;

        for (size_t i = 0; i < line.size; i++)
            open |= !covered[at + i] && strchr(" \t\r\n", line.data[i]) == NULL;
        if (open && !is_delimiter(message, line))
            return "octets stand in no part";
    }
    return NULL;
}

static bool is_same(const struct part *part, const struct part *other)
{
    return bytes_equal(part->content, other->content) && bytes_equal(part->type, other->type) &&
           bytes_equal(part->name, other->name);
}

/* spec/reading.md 1.3: what another reading shows is not there already. */
static const char *check_distinct(const struct message *message)
{
    for (uint32_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];

        for (uint32_t j = 0; j < i && !is_laid(message, part); j++) {
            const struct part *other = &message->parts[j];

            if (other->kind == PART_LEAF && other->decoded && is_same(part, other))
                return "another reading shows what is there already";
        }
    }
    return NULL;
}

static const char *check_budget(const struct message *message)
{
    const struct budget *budget = message->budget;
    const struct limits *limits = budget->limits;

    if (budget->decoded_bytes > limits->decoded_bytes || budget->parts > limits->parts ||
        budget->readings > limits->readings || budget->entries > limits->entries ||
        budget->scratch_bytes > limits->scratch_bytes)
        return "more than the budget has";
    return NULL;
}

const char *view_check(struct message *message)
{
    const char *wrong = check_shape(message);
    uint8_t *covered = calloc(1, message->octets.size + 1);

    for (uint32_t i = 0; i < message->part_count && wrong == NULL; i++) {
        struct part *part = &message->parts[i];

        mark(covered, part->header);
        if (part->kind != PART_LEAF)
            continue;
        mark(covered, part->body);
        wrong = check_content(message, part);
    }
    if (wrong == NULL)
        wrong = check_covered(message, covered);
    if (wrong == NULL)
        wrong = check_distinct(message);
    if (wrong == NULL)
        wrong = check_budget(message);
    free(covered);
    return wrong;
}

static bool is_same_range(struct range range, struct range other)
{
    return range.offset == other.offset && range.size == other.size;
}

static bool is_same_part(const struct part *part, const struct part *other)
{
    return part->kind == other->kind && part->parent == other->parent &&
           part->depth == other->depth && part->reading == other->reading &&
           part->within == other->within && part->same_as == other->same_as &&
           is_same_range(part->header, other->header) && is_same_range(part->body, other->body) &&
           is_same(part, other);
}

static bool is_same_finding(const struct report_finding *finding,
                            const struct report_finding *other)
{
    return finding->class == other->class && finding->part == other->part &&
           bytes_equal(finding->symbol, other->symbol) &&
           is_same_range(finding->range, other->range) && bytes_equal(finding->text, other->text);
}

const char *view_compare(const struct message *message, const struct message *other)
{
    const struct report *report = message->report, *other_report = other->report;

    if (message->part_count != other->part_count)
        return "two views have other numbers of parts";
    for (uint32_t i = 0; i < message->part_count; i++) {
        if (!is_same_part(&message->parts[i], &other->parts[i]))
            return "two views have other parts";
    }
    if (report->findings_count != other_report->findings_count)
        return "two views have other numbers of findings";
    for (size_t i = 0; i < report->findings_count; i++) {
        if (!is_same_finding(&report->findings[i], &other_report->findings[i]))
            return "two views have other findings";
    }
    return NULL;
}
