/* part-remove, part-replace, part-clean: which parts of the message itself stand for those that
 * were chosen, and what becomes of them (spec/conversion.md 2.1). */
#include <string.h>

#include "engines/convert/body.h"
#include "engines/convert/signed.h"
#include "engines/decode/charset.h"

/* What becomes of a part once it is known that it may be edited. */
typedef enum status (*part_decide)(struct conversion *conversion, const struct edit *edit,
                                   struct part *part);

/* The innermost part of the first reading around some octets. */
static struct part *own_part_around(struct conversion *conversion, struct range place)
{
    struct message *message = conversion->message;
    struct part *found = &message->parts[0];

    for (uint32_t i = 0; i < message->laid_count; i++) {
        struct part *part = &message->parts[i];
        uint64_t end = part->body.offset + part->body.size;

        if (part->header.offset <= place.offset && end >= place.offset + place.size &&
            part->body.size + part->header.size <= found->body.size + found->header.size)
            found = part;
    }
    return found;
}

/* A part of another reading, or in another's content, stands for the one that holds it. */
static struct part *own_part(struct conversion *conversion, struct part *part)
{
    while (part->within != 0)
        part = &conversion->message->parts[part->within - 1];
    if (bodies_is_own(conversion, part))
        return part;
    return own_part_around(conversion,
                           (struct range){part->header.offset, part->body.offset + part->body.size -
                                                                   part->header.offset});
}

/* The body of a message needs a place behind its header; a part has its own delimiters. */
static bool may_change(const struct conversion *conversion, const struct part *part)
{
    const struct part *parent =
        part->parent != 0 ? &conversion->message->parts[part->parent - 1] : NULL;

    return (parent != NULL && parent->kind == PART_MULTIPART) || body_has_place(conversion, part);
}

static enum status decide_part(struct conversion *conversion, const struct edit *edit,
                               struct part *chosen, part_decide decide)
{
    struct part *part = own_part(conversion, chosen);
    bool is_inside = part != chosen && signed_is_whole(part);

    if (conversion->message->opaque || !may_change(conversion, part)) {
        body_note(conversion, part, "convert.left-unread", "parts that cannot be told apart", 1);
        return STATUS_OK;
    }
    if (!edit_breaks(edit) && (is_inside || signed_is_within(conversion, part))) {
        signed_note(conversion, part);
        return STATUS_OK;
    }
    return bodies_is_gone(conversion, part) ? STATUS_OK : decide(conversion, edit, part);
}

static enum status decide_all(struct conversion *conversion, const struct edit *edit,
                              part_decide decide)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < edit->part_count && status == STATUS_OK; i++) {
        for (uint64_t number = edit->parts[i].first;
             number <= edit->parts[i].last && status == STATUS_OK; number++)
            status = decide_part(conversion, edit, &conversion->message->parts[number - 1], decide);
    }
    return status;
}

/* A file within a text: it has no header, and a text before it has its octets. */
static struct part *text_around(struct conversion *conversion, const struct part *file)
{
    struct message *message = conversion->message;

    for (uint32_t i = file->number - 1; i-- > 0;) {
        struct part *part = &message->parts[i];

        if (part->parent == file->parent && part->kind == PART_LEAF &&
            part->body.offset <= file->body.offset &&
            part->body.offset + part->body.size >= file->body.offset + file->body.size)
            return part;
        if (part->body.offset + part->body.size < file->body.offset)
            return NULL;
    }
    return NULL;
}

/* A notice as lines of a text in another charset. */
static enum status notice_within(struct conversion *conversion, const struct part *text,
                                 struct bytes notice, struct bytes *data)
{
    struct bytes label = charset_is_known(text->charset) ? text->charset : BYTES("us-ascii");
    struct bytes line_break = conversion->draft.line_break;
    struct charset_octets octets;
    const char *cap = NULL;
    uint8_t *out;
    enum status status = charset_from_utf8(label, notice, conversion->budget,
                                           conversion->draft.arena, &octets, &cap);

    if (cap != NULL)
        return body_hit(conversion, text, cap);
    if (status == STATUS_OK)
        status = conversion_take(conversion, octets.octets.size + line_break.size, &out);
    if (status != STATUS_OK)
        return status;
    memcpy(out, octets.octets.data, octets.octets.size);
    memcpy(out + octets.octets.size, line_break.data, line_break.size);
    *data = (struct bytes){out, octets.octets.size + line_break.size};
    return STATUS_OK;
}

static enum status cut_file(struct conversion *conversion, struct part *file, struct part *text,
                            struct bytes notice)
{
    struct range range = {file->body.offset - text->body.offset, file->body.size};
    struct bytes data = {NULL, 0};
    struct body *body;
    enum status status = body_of(conversion, text, &body);

    if (status == STATUS_OK && notice.size > 0)
        status = notice_within(conversion, text, notice, &data);
    return status == STATUS_OK ? body_cut(conversion, body, range, data) : status;
}

static enum status set_fate(struct conversion *conversion, struct part *part, enum body_fate fate,
                            struct bytes notice)
{
    struct part *text = part->claims == NULL ? text_around(conversion, part) : NULL;
    struct body *body;
    enum status status;

    if (text != NULL)
        return cut_file(conversion, part, text, notice);
    status = body_of(conversion, part, &body);
    if (status != STATUS_OK)
        return status;
    body->fate = fate;
    body->notice = notice;
    return STATUS_OK;
}

static enum status remove_part(struct conversion *conversion, const struct edit *edit,
                               struct part *part)
{
    (void)edit;
    return set_fate(conversion, part, BODY_REMOVED, (struct bytes){0});
}

static enum status replace_part(struct conversion *conversion, const struct edit *edit,
                                struct part *part)
{
    struct bytes notice;
    enum status status = conversion_lines(conversion, edit_value(edit, "TEXT"), &notice);

    return status == STATUS_OK ? set_fate(conversion, part, BODY_REPLACED, notice) : status;
}

static const struct engine_instance *engine_of(const struct conversion *conversion,
                                               struct bytes name)
{
    for (size_t i = 0; i < conversion->instance_count; i++) {
        if (bytes_equal(bytes_of_text(conversion->instances[i].engine->name), name))
            return &conversion->instances[i];
    }
    return NULL;
}

/* What an engine cannot clean does not stay: a notice takes its place. */
static enum status clean_part(struct conversion *conversion, const struct edit *edit,
                              struct part *part)
{
    const struct engine_instance *instance = engine_of(conversion, edit_value(edit, "ENGINE"));
    struct bytes cleaned;
    enum status status;

    if (instance == NULL)
        return STATUS_ENGINE;
    if (part->kind != PART_LEAF || part->claims == NULL)
        status = STATUS_UNSUPPORTED;
    else
        status = instance->engine->clean(instance->state, conversion->message, part,
                                         conversion->draft.arena, &cleaned);
    if (status == STATUS_OK)
        return set_fate(conversion, part, BODY_CLEANED, cleaned);
    if (status != STATUS_UNSUPPORTED)
        return status == STATUS_MEMORY || status == STATUS_LIMIT ? status : STATUS_ENGINE;
    body_note(conversion, part, "convert.not-cleaned", "could not be cleaned and was removed", 1);
    return set_fate(conversion, part, BODY_REPLACED,
                    BYTES("An attachment was removed: it could not be made safe."));
}

enum status convert_part_remove(struct draft *draft, const struct edit *edit,
                                struct conversion *conversion)
{
    (void)draft;
    return decide_all(conversion, edit, remove_part);
}

enum status convert_part_replace(struct draft *draft, const struct edit *edit,
                                 struct conversion *conversion)
{
    (void)draft;
    return decide_all(conversion, edit, replace_part);
}

enum status convert_part_clean(struct draft *draft, const struct edit *edit,
                               struct conversion *conversion)
{
    (void)draft;
    return decide_all(conversion, edit, clean_part);
}
