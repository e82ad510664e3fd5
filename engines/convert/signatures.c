/* Of each name that h= has n times, a verifier takes the last n fields, from the bottom up (RFC
 * 6376 5.4.2): a signature holds when the copy gives the same ones in the same order, and the body
 * up to where l= ends is the same. */
#include "engines/convert/signatures.h"

#include <string.h>

#include "engines/convert/signature_body.h"
#include "engines/convert/signature_tags.h"

enum { TOUCHED_MOST = 256, WORD_OCTETS = 255 };

/* A field as a verifier meets it. */
struct met {
    struct bytes name;
    const struct section_field *field;
    bool is_other; /* changed, or new */
};

/* Octets of the canonical body that edits left. */
struct same_body {
    bool is_known;
    uint64_t size;
};

struct deciding {
    struct conversion *conversion;
    struct met *original, *copy; /* from the top to the bottom */
    size_t original_count, copy_count;
    struct bytes touched[TOUCHED_MOST]; /* names of fields that changed, went or came */
    size_t touched_count;
    bool is_many; /* more than that */
    bool has_other_body;
    struct same_body same[2]; /* simple, relaxed */
};

static void touch(struct deciding *deciding, struct bytes name)
{
    for (size_t i = 0; i < deciding->touched_count; i++) {
        if (bytes_equal_fold(deciding->touched[i], name))
            return;
    }
    if (deciding->touched_count == TOUCHED_MOST)
        deciding->is_many = true;
    else
        deciding->touched[deciding->touched_count++] = name;
}

/* Whether a change is within the field; *change goes on with the fields. */
static bool is_touched(const struct section_field *field, const struct draft_change **change)
{
    uint64_t begin = field->range.offset, end = begin + field->range.size;

    while (*change != NULL && ((*change)->range.offset + (*change)->range.size < begin ||
                               ((*change)->range.offset + (*change)->range.size == begin)))
        *change = (*change)->next;
    return *change != NULL && (*change)->range.offset < end &&
           ((*change)->range.size > 0 || (*change)->range.offset > begin);
}

static void meet_new(struct deciding *deciding, const struct section_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].is_gone)
            continue;
        deciding->copy[deciding->copy_count++] = (struct met){fields[i].field.name, NULL, true};
        touch(deciding, fields[i].field.name);
    }
}

static void meet_all(struct deciding *deciding)
{
    const struct section *section = &deciding->conversion->header;
    const struct section_field *added =
        section->fields != NULL ? section->fields + section->original_count : NULL;
    const struct draft_change *change = deciding->conversion->draft.first;
    bool is_behind = false;

    meet_new(deciding, section->front, section->front_count);
    for (size_t i = 0; i < section->original_count; i++) {
        const struct section_field *field = &section->fields[i];
        bool is_other = is_touched(field, &change);

        if (!is_behind && field->range.offset >= section->back_at) {
            meet_new(deciding, added, section->count - section->original_count);
            is_behind = true;
        }
        deciding->original[deciding->original_count++] =
            (struct met){field->field.name, field, is_other};
        if (!field->is_gone)
            deciding->copy[deciding->copy_count++] =
                (struct met){field->field.name, field, is_other};
        if (is_other)
            touch(deciding, field->field.name);
    }
    if (!is_behind)
        meet_new(deciding, added, section->count - section->original_count);
}

/* The next one of that name above *at. */
static const struct met *next_above(const struct met *met, size_t *at, struct bytes name)
{
    while (*at > 0) {
        --*at;
        if (bytes_equal_fold(met[*at].name, name))
            return &met[*at];
    }
    return NULL;
}

static bool are_same(const struct deciding *deciding, struct bytes name, size_t count)
{
    size_t original_at = deciding->original_count, copy_at = deciding->copy_count;

    while (count-- > 0) {
        const struct met *was = next_above(deciding->original, &original_at, name);
        const struct met *is = next_above(deciding->copy, &copy_at, name);

        if (was == NULL && is == NULL)
            return true;
        if (was == NULL || is == NULL || was->field != is->field || is->is_other)
            return false;
    }
    return true;
}

/* A signature without l= covers all of it. How much is the same is found once for each
 * canonicalization. */
static bool body_holds(struct deciding *deciding, const struct signature_tags *tags)
{
    struct same_body *same = &deciding->same[tags->has_relaxed_body];

    if (!deciding->has_other_body)
        return true;
    if (!tags->has_length)
        return false;
    if (!same->is_known)
        same->size =
            signature_body_common(&deciding->conversion->draft, deciding->conversion->header.body,
                                  tags->has_relaxed_body);
    same->is_known = true;
    return tags->length <= same->size;
}

static bool holds(struct deciding *deciding, const struct met *signature,
                  const struct signature_tags *tags)
{
    if (signature->is_other || deciding->conversion->is_wrapped || deciding->is_many ||
        !body_holds(deciding, tags))
        return false;
    for (size_t i = 0; i < deciding->touched_count; i++) {
        size_t count = signature_names(tags, deciding->touched[i]);

        if (count > 0 && !are_same(deciding, deciding->touched[i], count))
            return false;
    }
    return true;
}

/* A word of the message as it can be said: visible ASCII, blanks left out. */
static size_t append(uint8_t *out, size_t size, const char *tag, struct bytes word)
{
    size_t count = 0;

    memcpy(out + size, tag, strlen(tag));
    size += strlen(tag);
    for (size_t i = 0; i < word.size && count < WORD_OCTETS; i++) {
        uint8_t octet = word.data[i];

        if (octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n')
            continue;
        out[size++] = octet > ' ' && octet <= '~' ? octet : '?';
        count++;
    }
    return size;
}

static enum status name_signature(struct arena *arena, const struct signature_tags *tags,
                                  struct bytes *text)
{
    uint8_t out[2 * WORD_OCTETS + 8];
    size_t size = append(out, append(out, 0, "d=", tags->domain), " s=", tags->selector);

    text->size = size;
    text->data = (const uint8_t *)arena_copy(arena, (struct bytes){out, size});
    return text->data != NULL ? STATUS_OK : STATUS_MEMORY;
}

static enum status decide(struct deciding *deciding, struct bytes **broken, size_t *count)
{
    struct arena *arena = deciding->conversion->draft.arena;
    enum status status = STATUS_OK;
    size_t capacity = 0;

    for (size_t i = 0; i < deciding->original_count && status == STATUS_OK; i++) {
        const struct met *met = &deciding->original[i];
        struct signature_tags tags;

        if (!bytes_equal_fold(met->name, BYTES("DKIM-Signature")) || *count == COPY_SIGNATURES_MOST)
            continue;
        signature_tags_read(met->field->field.value, &tags);
        if (holds(deciding, met, &tags))
            continue;
        if (!arena_grow(arena, (void **)broken, &capacity, *count, sizeof **broken))
            return STATUS_MEMORY;
        status = name_signature(arena, &tags, &(*broken)[*count]);
        ++*count;
    }
    return status;
}

enum status signatures_broken(struct conversion *conversion, struct bytes **broken, size_t *count)
{
    const struct section *section = &conversion->header;
    size_t most = section->count + section->front_count;
    struct deciding deciding = {
        .conversion = conversion,
        .original = arena_take(conversion->draft.arena, most * sizeof *deciding.original),
        .copy = arena_take(conversion->draft.arena, most * sizeof *deciding.copy),
        .has_other_body = draft_changed_from(&conversion->draft, section->body) < SIZE_MAX};

    *broken = NULL;
    *count = 0;
    if (deciding.original == NULL || deciding.copy == NULL)
        return STATUS_MEMORY;
    meet_all(&deciding);
    return decide(&deciding, broken, count);
}
