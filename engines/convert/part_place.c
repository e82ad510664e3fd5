/* The places of parts that are removed or replaced (spec/conversion.md 2, RFC 2046 5.1): delimiter
 * lines of the neighbours stay untouched; a container keeps one part, and a message a body. */
#include <string.h>

#include "engines/convert/body_write.h"
#include "engines/convert/content_fields.h"
#include "engines/message/header.h"

/* A part of a multipart, with a header of its own: not the root, not what a message/rfc822 holds,
 * not text between parts. */
static const struct part *multipart_around(const struct conversion *conversion,
                                           const struct part *part)
{
    const struct part *parent =
        part->parent != 0 ? &conversion->message->parts[part->parent - 1] : NULL;

    return parent != NULL && parent->kind == PART_MULTIPART ? parent : NULL;
}

static bool is_delimiter(struct bytes line, const struct part *parent)
{
    return bytes_equal(bytes_slice(line, 0, 2), BYTES("--")) &&
           bytes_equal(bytes_slice(line, 2, parent->boundary.size), parent->boundary);
}

/* Where the delimiter line before a part begins; SIZE_MAX when none stands there. */
static size_t delimiter_before(const struct conversion *conversion, const struct part *part,
                               const struct part *parent)
{
    struct bytes octets = conversion->message->octets, line;
    size_t end = (size_t)part->header.offset, begin, next;

    for (unsigned tries = 0; tries < 2; tries++) {
        size_t last = line_break_before(octets, end);
        const uint8_t *before =
            last > parent->body.offset
                ? memrchr(octets.data + parent->body.offset, '\n', last - parent->body.offset)
                : NULL;

        if (last < parent->body.offset || last == end)
            return SIZE_MAX;
        begin = before != NULL ? (size_t)(before + 1 - octets.data) : (size_t)parent->body.offset;
        line = line_at(octets, begin, &next);
        if (is_delimiter(line, parent) &&
            line_is_blank(bytes_slice(line, 2 + parent->boundary.size, SIZE_MAX)))
            return begin;
        if (part->header.size > 0 || !line_is_blank(line))
            return SIZE_MAX;
        end = begin; /* the empty line of a part without fields */
    }
    return SIZE_MAX;
}

static bool is_removed(const struct conversion *conversion, uint32_t index)
{
    const struct body *body = conversion->bodies.items[index];

    return body != NULL && body->fate == BODY_REMOVED;
}

/* The part is the first of a multipart whose parts are all removed: it stays, empty. */
static bool must_stay(const struct conversion *conversion, const struct part *part)
{
    const struct message *message = conversion->message;
    const struct part *parent = &message->parts[part->parent - 1];

    for (uint32_t i = parent->number; i + 1 < part->number; i++) {
        if (message->parts[i].parent == parent->number && message->parts[i].claims != NULL)
            return false; /* an earlier one stays in its place */
    }
    for (uint32_t i = parent->number; i < message->laid_count; i++) {
        const struct part *sibling = &message->parts[i];

        if (sibling->header.offset >= parent->body.offset + parent->body.size)
            break;
        if (sibling->parent != parent->number || sibling->claims == NULL)
            continue;
        if (!is_removed(conversion, i))
            return false;
    }
    return true;
}

/* Where a part ends. A multipart within another of the same boundary may have the delimiter behind
 * it in its own body: that stays. */
static size_t end_of(const struct conversion *conversion, const struct part *part,
                     const struct part *parent)
{
    struct bytes octets = conversion->message->octets, body;
    size_t end = (size_t)(part->body.offset + part->body.size), next, begin;
    const uint8_t *before;

    if (part->kind == PART_LEAF || !bytes_equal(part->boundary, parent->boundary))
        return end;
    body = line_without_blanks_behind(
        bytes_slice(octets, (size_t)part->body.offset, (size_t)part->body.size));
    before = body.size > 0 ? memrchr(body.data, '\n', body.size) : NULL;
    if (before == NULL)
        return end;
    begin = (size_t)(before + 1 - octets.data);
    return is_delimiter(line_at(octets, begin, &next), parent) ? line_break_before(octets, begin)
                                                               : end;
}

/* The next line begins right behind the part: a header that a delimiter cut. */
static bool lacks_break(const struct conversion *conversion, size_t end)
{
    struct bytes octets = conversion->message->octets;

    return end < octets.size && octets.data[end] != '\r' && octets.data[end] != '\n';
}

/* From the line break before its delimiter to the end of its body: the one behind it belongs to the
 * next delimiter. */
static struct range place_of(const struct conversion *conversion, const struct part *part,
                             const struct part *parent, size_t delimiter)
{
    size_t begin = line_break_before(conversion->message->octets, delimiter);
    size_t end = end_of(conversion, part, parent);

    if (begin < parent->body.offset || lacks_break(conversion, end))
        begin = delimiter;
    return (struct range){begin, end - begin};
}

static struct bytes join(struct arena *arena, const struct bytes *pieces, size_t count)
{
    size_t size = 0;
    uint8_t *out;

    for (size_t i = 0; i < count; i++)
        size += pieces[i].size;
    out = arena_take(arena, size + 1);
    if (out == NULL)
        return (struct bytes){0};
    size = 0;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].size > 0)
            memcpy(out + size, pieces[i].data, pieces[i].size);
        size += pieces[i].size;
    }
    return (struct bytes){out, size};
}

#define NOTICE_TYPE "text/plain; charset=utf-8"

static struct bytes type_of(const struct body *body)
{
    return body->notice.size > 0 ? BYTES(NOTICE_TYPE) : BYTES("text/plain");
}

/* Its text, encoded so that it is no structure. */
static enum status encode_notice(struct conversion *conversion, const struct body *body,
                                 enum transfer_form *form, struct bytes *encoded)
{
    struct bytes line_break = conversion->draft.line_break;

    *form = transfer_form_lightest(body->notice, line_break, false, true);
    if (*form != FORM_BASE64 && body_collides(conversion, body->part, body->notice))
        *form = FORM_BASE64;
    return body_encode(conversion, body->part, *form, body->notice, encoded);
}

/* A part of its own between two delimiters. */
static enum status put_part(struct conversion *conversion, const struct body *body)
{
    struct bytes line_break = conversion->draft.line_break, encoded;
    const struct part *part = body->part;
    enum transfer_form form;
    enum status status = encode_notice(conversion, body, &form, &encoded);
    uint64_t begin = content_fields_begin(conversion, part);
    uint64_t end = end_of(conversion, part, multipart_around(conversion, part));
    struct bytes whole;

    if (status != STATUS_OK)
        return status;
    whole = join(conversion->draft.arena,
                 (struct bytes[]){BYTES("Content-Type: "), type_of(body), line_break,
                                  BYTES("Content-Disposition: inline"), line_break,
                                  BYTES("Content-Transfer-Encoding: "),
                                  bytes_of_text(transfer_form_word(form)), line_break, line_break,
                                  encoded},
                 10);
    if (whole.data == NULL)
        return STATUS_MEMORY;
    return draft_change(&conversion->draft, (struct range){begin, end - begin}, whole);
}

/* The body of a message: its Content- fields are other ones, the rest of its header stays. */
static enum status put_body(struct conversion *conversion, const struct body *body)
{
    struct content_fields fields;
    struct bytes encoded;
    enum transfer_form form;
    enum status status = encode_notice(conversion, body, &form, &encoded);

    if (status == STATUS_OK)
        status = content_fields_open(&fields, conversion, body->part);
    if (status == STATUS_OK)
        status = content_fields_replace(&fields, type_of(body), BYTES("inline"),
                                        transfer_form_word(form));
    if (status == STATUS_OK)
        status = content_fields_close(&fields);
    return status == STATUS_OK ? draft_change(&conversion->draft, body->part->body, encoded)
                               : status;
}

enum status part_place_write(struct conversion *conversion, struct body *body)
{
    const struct part *part = body->part, *parent = multipart_around(conversion, part);
    size_t delimiter;

    if (part->claims == NULL) /* text between parts */
        return draft_change(&conversion->draft, part->body, (struct bytes){0});
    if (parent == NULL)
        return put_body(conversion, body);
    delimiter = delimiter_before(conversion, part, parent);
    if (body->fate == BODY_REPLACED || delimiter == SIZE_MAX || must_stay(conversion, part))
        return put_part(conversion, body);
    return draft_change(&conversion->draft, place_of(conversion, part, parent, delimiter),
                        (struct bytes){0});
}
