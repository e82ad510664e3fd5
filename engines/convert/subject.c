/* Tags before the subject (spec/conversion.md 2.7). All tags of a list are gathered first, so that
 * they stand in one value: what divides them depends on what they are encoded as. */
#include "engines/convert/conversion.h"

#include "engines/decode/encoded_word.h"

#define SUBJECT BYTES("Subject")

enum status convert_subject_tag(struct draft *draft, const struct edit *edit,
                                struct conversion *conversion)
{
    struct bytes *tags = conversion->tags;

    if (!arena_grow(draft->arena, (void **)&tags, &conversion->tag_capacity, conversion->tag_count,
                    sizeof *tags))
        return STATUS_MEMORY;
    conversion->tags = tags;
    tags[conversion->tag_count++] = edit_value(edit, "TEXT");
    return STATUS_OK;
}

static enum status decoded(struct conversion *conversion, struct bytes value, struct bytes *text)
{
    struct encoded_text read;
    enum status status =
        encoded_words_decode(value, conversion->budget, conversion->draft.arena, &read);

    if (status == STATUS_OK)
        *text = read.text;
    return status;
}

static bool contains(struct bytes subject, struct bytes tag)
{
    return tag.size == 0 || bytes_contain_fold(subject, tag);
}

/* The tags that the subject does not have yet, with blanks between them. */
static enum status missing_tags(struct conversion *conversion, struct bytes subject,
                                struct buffer *missing)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < conversion->tag_count && status == STATUS_OK; i++) {
        struct bytes tag;

        status = header_text_clean(conversion->tags[i], conversion->draft.arena, &tag);
        if (status != STATUS_OK || contains(subject, tag) || contains(buffer_bytes(missing), tag))
            continue;
        if (missing->size > 0)
            status = buffer_append_octet(missing, ' ');
        if (status == STATUS_OK)
            status = buffer_append(missing, tag);
    }
    return status;
}

/* Whether a reader takes the first word of the text for an encoded one. */
static enum status begins_with_word(struct conversion *conversion, struct bytes value, bool *does)
{
    struct encoded_text read = {0};
    enum status status;
    size_t end = 0;

    while (end < value.size && value.data[end] != ' ' && value.data[end] != '\t' &&
           value.data[end] != '\r' && value.data[end] != '\n')
        end++;
    *does = false;
    if (!bytes_equal(bytes_slice(value, 0, 2), BYTES("=?")))
        return STATUS_OK;
    status = encoded_words_decode(bytes_slice(value, 0, end), conversion->budget,
                                  conversion->draft.arena, &read);
    *does = read.words > 0;
    return status;
}

/* Before the value as it stands in the original. */
static enum status put_before(struct conversion *conversion, const struct section_field *field,
                              struct bytes tags)
{
    struct bytes octets = conversion->message->octets, value = field->field.value;
    size_t at = (size_t)(value.data - octets.data), begin = at, next;
    struct header_place place = {.rest = line_at(value, 0, &next).size};
    struct header_value before;
    enum status status = begins_with_word(conversion, value, &place.is_before_word);

    while (begin > 0 && octets.data[begin - 1] != '\n')
        begin--;
    place.column = at - begin;
    if (status == STATUS_OK)
        status = header_value_before(tags, &place, &conversion->header.style,
                                     conversion->draft.arena, &before);
    return status == STATUS_OK
               ? draft_change(&conversion->draft, (struct range){at, 0}, before.octets)
               : status;
}

/* A field that edits have made, or one without a value, is made anew. */
static enum status make_anew(struct conversion *conversion, struct section_field *field,
                             struct bytes tags, struct bytes subject)
{
    struct buffer text;
    enum status status;

    buffer_init(&text, SIZE_MAX);
    status = buffer_append(&text, tags);
    if (status == STATUS_OK && subject.size > 0)
        status = buffer_append_octet(&text, ' ');
    if (status == STATUS_OK)
        status = buffer_append(&text, subject);
    if (status == STATUS_OK)
        status = section_rewrite(&conversion->header, field, SUBJECT, buffer_bytes(&text));
    buffer_clear(&text);
    return status;
}

static enum status tag_field(struct conversion *conversion, struct section_field *field)
{
    struct buffer missing;
    struct bytes subject;
    enum status status = decoded(conversion, field->field.value, &subject);

    buffer_init(&missing, SIZE_MAX);
    if (status == STATUS_OK)
        status = missing_tags(conversion, subject, &missing);
    if (status != STATUS_OK || missing.size == 0) {
        buffer_clear(&missing);
        return status;
    }
    field->is_changed = true;
    if (field->is_replaced || field->range.size == 0 || field->field.value.size == 0)
        status = make_anew(conversion, field, buffer_bytes(&missing), subject);
    else
        status = put_before(conversion, field, buffer_bytes(&missing));
    buffer_clear(&missing);
    return status;
}

enum status convert_subject_finish(struct conversion *conversion)
{
    struct section_field *field;
    enum status status = STATUS_OK;
    struct buffer missing;
    size_t at = 0;
    bool has_subject = false;

    if (conversion->tag_count == 0)
        return STATUS_OK;
    while (status == STATUS_OK &&
           (field = section_next(&conversion->header, SUBJECT, &at)) != NULL) {
        has_subject |= section_is_seen(&conversion->header, field);
        status = tag_field(conversion, field);
    }
    if (has_subject || status != STATUS_OK)
        return status;
    buffer_init(&missing, SIZE_MAX);
    status = missing_tags(conversion, (struct bytes){0}, &missing);
    if (status == STATUS_OK && missing.size > 0)
        status = section_add(&conversion->header, SUBJECT, buffer_bytes(&missing));
    buffer_clear(&missing);
    return status;
}
