/* A line of dashes is nothing special in a text; only with the fields of a part behind it is it
 * read as one. */
#include "engines/message/hidden.h"

#include <string.h>

#include "engines/message/delimiter.h"

enum { NO_FIELDS_MOST = 4 };

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* The part that begins at `at`: up to the next line of the same dashes, or the end. */
static enum status queue_part(struct reader *reader, const struct entity *leaf, struct bytes dashes,
                              enum delimiter_mode mode, size_t at)
{
    struct delimiters delimiters = {bytes_slice(leaf->octets, 0, leaf->end),
                                    line_without_blanks_behind(bytes_slice(dashes, 2, SIZE_MAX)),
                                    mode, at};
    struct delimiter delimiter = {.begin = leaf->end};

    if (dashes.size > 0) {
        if (!reader_may_walk(reader, leaf->end - at))
            return STATUS_OK;
        (void)delimiters_next(&delimiters, &delimiter);
    }
    return reader_queue_section(reader, leaf, at, delimiter.begin);
}

/* Fields of a part, in what may be gone through. *walked: how many octets are fields. */
static bool begins_part(struct reader *reader, struct bytes octets, size_t *walked)
{
    bool is_part;

    *walked = 0;
    if (!header_begins_field(octets))
        return false;
    is_part = header_begins_part(octets, walked);
    return reader_may_walk(reader, *walked) && is_part;
}

static bool begins_with_dashes(struct bytes line)
{
    while (line.size > 0 && is_blank(line.data[0]))
        line = bytes_slice(line, 1, SIZE_MAX);
    return bytes_equal(bytes_slice(line, 0, 2), BYTES("--"));
}

/* Readers that look for attachments go on over lines that are no fields: blank ones, "From " of a
 * mailbox, a piece of a line. */
static size_t behind_no_fields(struct bytes octets)
{
    size_t at = 0, count = 0, next;

    while (at < octets.size && !header_begins_field(bytes_slice(octets, at, SIZE_MAX))) {
        struct bytes line = line_at(octets, at, &next);

        if (begins_with_dashes(line) || (!line_is_blank(line) && ++count > NO_FIELDS_MOST))
            break;
        at = next;
    }
    return at;
}

/* Where the dashes of the next line stand that begins with them, perhaps behind blanks; SIZE_MAX
 * when there is none at or behind `at`, where a line begins. */
static size_t next_dashes(struct bytes octets, size_t at)
{
    while (at < octets.size) {
        size_t dashes = at;

        while (dashes < octets.size && is_blank(octets.data[dashes]))
            dashes++;
        if (octets.size - dashes >= 2 && memcmp(octets.data + dashes, "--", 2) == 0)
            return dashes;
        at = bytes_find(octets, dashes, '\n') + 1;
    }
    return SIZE_MAX;
}

static enum status queue_behind_dashes(struct reader *reader, const struct entity *leaf)
{
    struct bytes octets = bytes_slice(leaf->octets, 0, leaf->end);
    enum status status = STATUS_OK;
    size_t at = leaf->body, barren = 0; /* fields up to there are no part's */
    size_t next, begin, walked;

    while (status == STATUS_OK && !reader->is_capped) {
        size_t dashes = next_dashes(octets, at);
        struct bytes line;

        if (dashes == SIZE_MAX)
            break;
        line = line_at(octets, dashes, &next);
        begin = next + behind_no_fields(bytes_slice(octets, next, SIZE_MAX));
        at = next;
        if (begin < barren)
            continue;
        if (!begins_part(reader, bytes_slice(octets, begin, SIZE_MAX), &walked))
            barren = begin + walked;
        else
            status = queue_part(reader, leaf, line,
                                dashes > 0 && is_blank(octets.data[dashes - 1]) ? DELIMITER_LENIENT
                                                                                : DELIMITER_STRICT,
                                begin);
    }
    return status;
}

enum status hidden_queue_beginning(struct reader *reader, const struct entity *leaf)
{
    struct bytes octets = bytes_slice(leaf->octets, 0, leaf->end);
    size_t begin = leaf->body + behind_no_fields(bytes_slice(octets, leaf->body, SIZE_MAX));
    struct entity late = *leaf;
    size_t walked;

    if (leaf->is_late || !begins_part(reader, bytes_slice(octets, begin, SIZE_MAX), &walked))
        return STATUS_OK;
    late.is_late = true;
    return queue_part(reader, &late, (struct bytes){0}, DELIMITER_STRICT, begin);
}

enum status hidden_queue(struct reader *reader, const struct part *part)
{
    struct entity leaf = {.octets = reader->message->octets,
                          .body = (size_t)part->body.offset,
                          .end = (size_t)(part->body.offset + part->body.size),
                          .parent = part->number,
                          .depth = part->depth};
    enum status status = hidden_queue_beginning(reader, &leaf);

    leaf.is_quoted = part->claims != NULL;
    return status == STATUS_OK ? queue_behind_dashes(reader, &leaf) : status;
}

/* A CR without LF becomes LF; or a LF without CR becomes a blank: as many octets as before. */
static void tell_ends(uint8_t *copy, size_t size, uint8_t ending)
{
    for (size_t i = 0; i < size; i++) {
        if (copy[i] != ending)
            continue;
        if (ending == '\r' && (i + 1 == size || copy[i + 1] != '\n'))
            copy[i] = '\n';
        else if (ending == '\n' && (i == 0 || copy[i - 1] != '\r'))
            copy[i] = ' ';
    }
}

enum status hidden_queue_copy(struct reader *reader, uint8_t ending)
{
    struct message *message = reader->message;
    size_t size = message->octets.size;
    struct entity entity = {.parent = 1, .depth = 1};
    uint8_t *copy;

    if (!reader_may_walk(reader, size))
        return STATUS_OK;
    copy = arena_take(&message->arena, size);
    if (copy == NULL)
        return STATUS_MEMORY;
    memcpy(copy, message->octets.data, size);
    tell_ends(copy, size, ending);
    entity.octets = (struct bytes){copy, size};
    return reader_queue_section(reader, &entity, 0, size);
}

bool hidden_has_bare_cr(struct bytes octets)
{
    size_t at = 0;

    while ((at = bytes_find(octets, at, '\r')) < octets.size) {
        struct bytes behind = bytes_slice(octets, ++at, 6);

        if (bytes_equal(bytes_slice(behind, 0, 2), BYTES("--")) ||
            bytes_equal(behind, BYTES("begin ")))
            return true;
    }
    return false;
}
