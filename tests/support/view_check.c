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

/* Parts of the first reading in the original octets form one tree, in order; what another reading
 * makes of a part, or a decoder yields, may hang below a leaf. */
static const char *check_place(const struct message *message, const struct part *part)
{
    const struct part *parts = message->parts, *before = part > parts ? part - 1 : NULL;

    if (part->parent >= part->number || part->within >= part->number)
        return "numbers do not ascend";
    if (before != NULL && part->reading == 0 && before->reading > 0)
        return "the first reading does not come first";
    if (part->reading > 0 || part->within > 0)
        return NULL;
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

static const char *check_content(struct message *message, struct part *part)
{
    struct range origin;
    struct bytes content;

    if (message_decode(message, part, &content) != STATUS_OK)
        return part->cap != NULL ? NULL : "not decoded without a cap";
    if (content.size > part->body.size)
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
    free(covered);
    return wrong;
}
