/* A queue instead of recursion: what is found in an entity is read after it. Each entity is charged
 * as one of the `readings`, each pass over octets as walked, so that no input makes this more than
 * a fixed number of passes. */
#include "engines/message/reader.h"

#include <string.h>

#include "engines/decode/transfer.h"
#include "engines/message/delimiter.h"

/* Other readings go through as many octets as the message has, times this, and some. */
enum { WALKED_TIMES = 32, WALKED_FREE_OCTETS = 1 << 20 };
/* The clock is looked at each time that so much has been walked; a walk costs some octets more. */
enum { CLOCK_OCTETS = 1 << 16, WALK_OCTETS = 1 << 8 };

void reader_cap(struct reader *reader, const char *cap)
{
    struct message *message = reader->message;
    struct range whole = {0, message->octets.size};

    if (reader->is_capped)
        return;
    reader->is_capped = true;
    reporter_finding(reader->reporter, "message.ambiguous", CLASS_STRUCTURE, 0, 0, whole,
                     "more readings than are looked at");
    reporter_cap(reader->reporter, cap, 0, whole);
    if (message->parts[0].cap == NULL)
        message->parts[0].cap = cap;
}

static const char *look_at_clock(struct reader *reader, uint64_t count)
{
    uint64_t cost = count < CLOCK_OCTETS ? count + WALK_OCTETS : CLOCK_OCTETS;

    if (reader->until_clock > cost) {
        reader->until_clock -= cost;
        return NULL;
    }
    reader->until_clock = CLOCK_OCTETS;
    return budget_allow_cpu(reader->message->budget);
}

bool reader_may_walk(struct reader *reader, uint64_t count)
{
    uint64_t most = (uint64_t)reader->message->octets.size * WALKED_TIMES + WALKED_FREE_OCTETS;
    const char *cap = look_at_clock(reader, count);

    if (cap == NULL && (reader->walked > most || count > most - reader->walked))
        cap = "readings";
    if (cap != NULL)
        reader_cap(reader, cap);
    reader->walked += count;
    return cap == NULL;
}

static enum status queue(struct reader *reader, const struct entity *entity)
{
    if (!arena_grow(&reader->message->arena, (void **)&reader->queue, &reader->queue_capacity,
                    reader->queued, sizeof *entity))
        return STATUS_MEMORY;
    reader->queue[reader->queued++] = *entity;
    return STATUS_OK;
}

/* The same part of the first reading, which has been read. */
static bool is_first(const struct reader *reader, const struct entity *entity)
{
    const struct message *message = reader->message;

    if (entity->within != 0)
        return false;
    for (uint32_t i = 0; i < reader->message->laid_count; i++) {
        const struct part *part = &message->parts[i];

        if (part->header.offset == entity->header && part->body.offset == entity->body &&
            part->body.offset + part->body.size == entity->end)
            return entity->octets.data == message->octets.data ||
                   memcmp(entity->octets.data + entity->header,
                          message->octets.data + entity->header, entity->end - entity->header) == 0;
    }
    return false;
}

enum status reader_queue_section(struct reader *reader, const struct entity *entity, size_t begin,
                                 size_t end)
{
    struct entity child = *entity;

    child.header = begin;
    child.end = end;
    child.body = header_section_end(bytes_slice(entity->octets, 0, end), begin);
    child.depth++;
    child.is_retold = child.is_digest = false;
    child.in_digest = entity->is_digest;
    if (begin >= end || is_first(reader, &child))
        return STATUS_OK;
    return queue(reader, &child);
}

/* Behind the end a text is only an epilogue, unless it begins as a part does. */
static enum status queue_behind(struct reader *reader, const struct entity *entity,
                                const struct delimiter *delimiter, size_t end)
{
    struct bytes behind;
    size_t walked;

    if (delimiter->end == SIZE_MAX)
        return STATUS_OK;
    behind = bytes_slice(entity->octets, delimiter->end, end - delimiter->end);
    if (delimiter->is_close &&
        (!header_begins_part(behind, &walked) || !reader_may_walk(reader, walked)))
        return STATUS_OK;
    return reader_queue_section(reader, entity, delimiter->end, end);
}

/* Queues what stands behind each delimiter up to the next one. */
static enum status split(struct reader *reader, const struct entity *entity, struct bytes boundary,
                         enum delimiter_mode mode)
{
    struct delimiters delimiters = {bytes_slice(entity->octets, 0, entity->end), boundary, mode,
                                    entity->body};
    struct delimiter delimiter, last = {.end = SIZE_MAX};
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !reader->is_capped && delimiters_next(&delimiters, &delimiter)) {
        status = queue_behind(reader, entity, &last, delimiter.begin);
        last = delimiter;
        if (reader->queued > reader->message->budget->limits->readings)
            return status; /* reading them passes the limit */
    }
    return status == STATUS_OK ? queue_behind(reader, entity, &last, entity->end) : status;
}

static size_t count_delimiters(const struct entity *entity, struct bytes boundary,
                               enum delimiter_mode mode)
{
    struct delimiters delimiters = {bytes_slice(entity->octets, 0, entity->end), boundary, mode,
                                    entity->body};
    struct delimiter delimiter;
    size_t count = 0;

    while (delimiters_next(&delimiters, &delimiter))
        count++;
    return count;
}

/* Whether lenient readers could see more delimiters: the prescan has looked at the original for
 * those boundaries that it reads. */
static bool may_be_near(const struct reader *reader, const struct entity *entity, bool is_first)
{
    return reader->has_near || entity->within != 0 || !is_first;
}

enum status reader_split(struct reader *reader, const struct entity *entity,
                         const struct claims *claims, struct bytes known)
{
    struct entity container = *entity;
    enum status status = STATUS_OK;

    container.is_digest = claims->is_digest;
    for (size_t i = 0; i < claims->boundary_count && status == STATUS_OK; i++) {
        struct bytes boundary = claims->boundaries[i];
        bool is_known = known.data != NULL && bytes_equal(boundary, known);

        if (!reader_may_walk(reader, entity->end - entity->body))
            return STATUS_OK;
        if (!is_known)
            status = split(reader, &container, boundary, DELIMITER_STRICT);
        if (status == STATUS_OK && may_be_near(reader, entity, is_known) &&
            count_delimiters(entity, boundary, DELIMITER_LENIENT) >
                count_delimiters(entity, boundary, DELIMITER_STRICT))
            status = split(reader, &container, boundary, DELIMITER_LENIENT);
    }
    if (claims->is_over)
        reader_cap(reader, "readings");
    return status;
}

unsigned reader_encodings(const struct claims *claims)
{
    const unsigned unknown = 1u << ENCODING_UNKNOWN, identity = 1u << ENCODING_IDENTITY;

    if (claims->encodings & unknown)
        return (claims->encodings & ~unknown) | identity | 1u << ENCODING_BASE64 |
               1u << ENCODING_QUOTED_PRINTABLE | 1u << ENCODING_UUENCODE;
    return claims->encodings != 0 ? claims->encodings : identity;
}

/* A quoted part ends at the next line of dashes, one in base64 also at its first empty line: behind
 * it the text goes on. */
static size_t quoted_end(const struct entity *entity, bool is_base64)
{
    struct bytes octets = bytes_slice(entity->octets, 0, entity->end);
    size_t at = entity->body, next = at;
    bool has_text = false;

    while (at < octets.size) {
        struct bytes line = line_at(octets, at, &next);
        bool is_blank = line_is_blank(line);

        if (bytes_equal(bytes_slice(line, 0, 2), BYTES("--")) ||
            (is_base64 && is_blank && has_text))
            break;
        has_text |= !is_blank;
        at = next;
    }
    return at;
}

/* A part that is quoted in a text: what is not encoded has been seen with the text. */
static enum status read_quoted(struct reader *reader, const struct entity *entity,
                               const struct claims *claims)
{
    unsigned encodings = reader_encodings(claims) & ~(1u << ENCODING_IDENTITY);
    struct entity part = *entity;
    enum status status = STATUS_OK;
    bool odd;

    for (unsigned i = 0; i < ENCODING_UNKNOWN && status == STATUS_OK; i++) {
        if ((encodings & 1u << i) == 0 || !reader_may_walk(reader, entity->end - entity->body))
            continue;
        part.end = quoted_end(entity, i == ENCODING_BASE64);
        status = reader_decode(reader, &part, claims, (enum transfer_encoding)i, 0, &odd);
    }
    return status;
}

/* The body as a leaf, in each encoding and for each decoder that would read it differently. */
static enum status read_leaf(struct reader *reader, const struct entity *entity,
                             const struct claims *claims)
{
    unsigned encodings = reader_encodings(claims);
    enum status status = STATUS_OK;
    bool odd;

    for (unsigned i = 0; i < ENCODING_UNKNOWN && status == STATUS_OK; i++) {
        enum transfer_encoding encoding = (enum transfer_encoding)i;

        if ((encodings & 1u << i) == 0)
            continue;
        status = reader_decode(reader, entity, claims, encoding, 0, &odd);
        for (unsigned v = 1; odd && v < decode_variants(encoding) && status == STATUS_OK; v++)
            status = reader_decode(reader, entity, claims, encoding, v, &odd);
    }
    return status;
}

static enum status read_claimed(struct reader *reader, const struct entity *entity,
                                const struct claims *claims)
{
    size_t queued = reader->queued;
    bool is_container;
    enum status status = reader_split(reader, entity, claims, (struct bytes){0});

    if (status == STATUS_OK && claims->kinds & 1u << PART_MESSAGE)
        status = reader_queue_section(reader, entity, entity->body, entity->end);
    is_container = reader->queued > queued && (claims->kinds & 1u << PART_LEAF) == 0 &&
                   reader_encodings(claims) == 1u << ENCODING_IDENTITY;
    if (status == STATUS_OK && !is_container)
        status = entity->is_quoted ? read_quoted(reader, entity, claims)
                                   : read_leaf(reader, entity, claims);
    if (status == STATUS_OK && !entity->is_retold && !entity->is_quoted)
        status = reader_retell(reader, entity);
    return status;
}

/* The limits of a header section that the prescan has seen kept in the original. */
static const char *cap_of_header(const struct limits *limits, struct bytes section)
{
    struct fields fields = {section, 0};
    struct field field;
    uint64_t count = 0;

    if (section.size > limits->header_block_bytes)
        return "header-block";
    while (fields_next(&fields, &field)) {
        if (field.size > limits->header_line_bytes)
            return "header-field";
        if (++count > limits->header_fields)
            return "header-fields";
    }
    return NULL;
}

static enum status read_entity(struct reader *reader, const struct entity *entity)
{
    struct budget *budget = reader->message->budget;
    struct bytes section =
        bytes_slice(entity->octets, entity->header, entity->body - entity->header);
    const char *cap = budget_take_reading(budget);
    struct claims claims;
    enum status status;

    if (cap == NULL && entity->depth > budget->limits->depth)
        cap = "depth";
    if (cap == NULL)
        cap = cap_of_header(budget->limits, section);
    if (cap != NULL)
        reader_cap(reader, cap);
    if (cap != NULL || !reader_may_walk(reader, section.size))
        return STATUS_OK;
    status = claims_read(section, budget, &reader->message->arena, &claims);
    if (claims.kinds == 0 && entity->in_digest) /* RFC 2046 5.1.5 */
        claims.kinds = 1u << PART_MESSAGE | 1u << PART_LEAF;
    return status == STATUS_OK ? read_claimed(reader, entity, &claims) : status;
}

enum status reader_drain(struct reader *reader)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < reader->queued && status == STATUS_OK && !reader->is_capped; i++) {
        struct entity next = reader->queue[i];

        status = read_entity(reader, &next);
    }
    reader->queued = 0;
    return status;
}

/* The same entity with a body that begins elsewhere. */
static enum status retell(struct reader *reader, const struct entity *entity, size_t body)
{
    struct entity other = *entity;

    if (body == entity->body || body >= entity->end)
        return STATUS_OK;
    other.body = body;
    other.is_retold = true;
    return queue(reader, &other);
}

/* Nothing that shows: blanks, tabs, vertical tabs, form feeds. */
static bool shows_nothing(struct bytes line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] > ' ' || line.data[i] == '\0')
            return false;
    }
    return true;
}

/* No field for a strict reader, and no fold: no colon, or a name of more than RFC 5322 2.2 allows.
 */
static bool is_junk(struct bytes line)
{
    return line.data[0] != ' ' && line.data[0] != '\t' && !header_begins_field(line);
}

/* Behind the first empty line, for who goes on where a header was cut off. */
static enum status retell_later(struct reader *reader, const struct entity *entity,
                                struct bytes octets)
{
    size_t at = entity->body, next = at;

    while (at < octets.size && line_at(octets, at, &next).size > 0)
        at = next;
    return reader_may_walk(reader, next - entity->body) ? retell(reader, entity, next) : STATUS_OK;
}

enum status reader_retell(struct reader *reader, const struct entity *entity)
{
    struct bytes octets = bytes_slice(entity->octets, 0, entity->end), line;
    bool has_blank = false, has_junk = false, is_ended = false;
    enum status status = STATUS_OK;
    size_t next;

    for (size_t at = entity->header; at < entity->body && status == STATUS_OK; at = next) {
        line = line_at(octets, at, &next);
        is_ended = line.size == 0;
        if (!is_ended && !has_blank && shows_nothing(line)) {
            has_blank = true;
            if (!shows_nothing(bytes_slice(octets, next, entity->body - next)))
                status = retell(reader, entity, next);
        } else if (!is_ended && !has_junk && at > entity->header && is_junk(line)) {
            has_junk = true;
            status = retell(reader, entity, at);
        }
    }
    if (status == STATUS_OK && !is_ended && entity->body > entity->header)
        status = retell_later(reader, entity, octets);
    return status;
}
