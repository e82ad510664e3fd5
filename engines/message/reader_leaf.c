/* Leaves of other readings: decoded, compared with what is there, kept when they are new, and
 * looked into. */
#include "engines/message/reader.h"

#include <stdlib.h>

#include "engines/decode/embedded.h"
#include "engines/message/field_reading.h"
#include "engines/message/hidden.h"
#include "engines/message/leaf_reading.h"

/* To say where octets come from, what is encoded is decoded again: not more than these. */
enum { TRACED_OCTETS_MOST = 16 << 20 };

static enum status index_part(struct reader *reader, struct part *part)
{
    struct content_match match;
    struct bytes content;
    enum status status = message_decode(reader->message, part, &content);

    if (status != STATUS_OK)
        return status == STATUS_LIMIT ? STATUS_OK : status;
    content_index_find(&reader->index, reader->message, part, &match);
    return content_index_add(&reader->index, reader->message, part, &match);
}

/* The leaves of the first reading are indexed when the first one of another reading is there. */
static enum status index_first(struct reader *reader)
{
    struct message *message = reader->message;
    enum status status = STATUS_OK;

    for (uint32_t i = 0; i < message->part_count && status == STATUS_OK; i++) {
        if (message->parts[i].kind == PART_LEAF)
            status = index_part(reader, &message->parts[i]);
    }
    return status;
}

/* What was made for it moves to the arena, unless the same octets are there. */
static enum status keep(struct reader *reader, struct part *part, uint8_t **scratch, bool *kept)
{
    struct message *message = reader->message;
    enum status status = STATUS_OK;
    struct content_match match;

    *kept = false;
    if (reader->index.count == 0)
        status = index_first(reader);
    if (status != STATUS_OK || reader->is_capped || part->content.size == 0)
        return status;
    content_index_find(&reader->index, message, part, &match);
    part->same_as = match.first;
    if (match.first > 0 && *scratch != NULL)
        part->content = message->parts[match.first - 1].content;
    if (match.is_known)
        return STATUS_OK;
    part->depth = part->parent > 0 ? message->parts[part->parent - 1].depth + 1 : 1;
    if (part->depth > message->budget->limits->depth + 1) {
        reader_cap(reader, "depth");
        return STATUS_OK;
    }
    part->number = message->part_count + 1;
    part->reading = reader->reading;
    part->decoded = true;
    if (!arena_grow(&message->arena, (void **)&message->parts, &message->part_capacity,
                    message->part_count, sizeof *part))
        return STATUS_MEMORY;
    if (match.first == 0 && *scratch != NULL) {
        if (!arena_adopt(&message->arena, *scratch, part->content.size))
            return STATUS_MEMORY;
        *scratch = NULL;
    }
    message->parts[message->part_count++] = *part;
    *kept = true;
    return content_index_add(&reader->index, message, part, &match);
}

enum status reader_keep(struct reader *reader, struct part *part, bool *kept)
{
    uint8_t *scratch = NULL;

    return keep(reader, part, &scratch, kept);
}

/* What is decoded to say where octets of the part come from. */
static uint64_t octets_to_trace(const struct message *message, const struct part *part)
{
    uint64_t count = part->raw.size;

    for (uint32_t within = part->within; within != 0;) {
        count += message->parts[within - 1].raw.size;
        within = message->parts[within - 1].within;
    }
    return count;
}

/* Where octets of an entity's source come from in the original: exactly, as long as that is not too
 * much work. */
static struct range range_of(struct reader *reader, uint32_t within, size_t offset, size_t size)
{
    const struct part *outer;
    uint64_t count;

    if (within == 0)
        return (struct range){offset, size};
    outer = &reader->message->parts[within - 1];
    count = octets_to_trace(reader->message, outer);
    if (count > TRACED_OCTETS_MOST - reader->traced)
        return outer->body;
    reader->traced += count;
    return message_origin(reader->message, outer, offset, size);
}

static enum status set_header(struct reader *reader, const struct entity *entity,
                              const struct claims *claims, struct part *part)
{
    struct message *message = reader->message;
    struct bytes section =
        bytes_slice(entity->octets, entity->header, entity->body - entity->header);
    enum status status = claims_type(claims, &message->arena, &part->type);

    part->header = range_of(reader, entity->within, entity->header, entity->body - entity->header);
    part->body = range_of(reader, entity->within, entity->body, entity->end - entity->body);
    part->charset = claims->charset;
    if (part->type.size == 0)
        part->type = BYTES("text/plain");
    if (status == STATUS_OK)
        status = names_read(section, message->budget, &message->arena, &part->names);
    if (status == STATUS_OK && part->names.count > 0)
        part->name = part->names.items[0].text;
    return status;
}

/* Room is charged before it is there. */
static enum status decode_what_shrinks(struct reader *reader, const struct part *part,
                                       unsigned variant, struct decoded *decoded, const char **cap)
{
    size_t room = decode_bound(part->encoding, part->raw.size);
    uint8_t *trimmed;

    *cap = budget_take_octets(reader->message->budget, room);
    if (*cap != NULL)
        return STATUS_OK;
    decoded->octets = malloc(room + 1);
    if (decoded->octets == NULL)
        return STATUS_MEMORY;
    decoded->size =
        decode_octets(part->encoding, variant, part->raw, decoded->octets, &decoded->odd);
    decoded->octets[decoded->size] = 0;
    trimmed = realloc(decoded->octets, decoded->size + 1);
    decoded->octets = trimmed != NULL ? trimmed : decoded->octets;
    return STATUS_OK;
}

/* Octets that have been decoded are charged once more, as for who decodes them. */
static const char *take_known(struct reader *reader, const struct known_decoding *known)
{
    return budget_take_octets(reader->message->budget,
                              decodings_grow(known->encoding)
                                  ? known->content.size
                                  : decode_bound(known->encoding, known->raw.size));
}

/* Makes the content of a leaf of another reading. */
static enum status decode_raw(struct reader *reader, struct part *part, unsigned variant,
                              struct decoded *decoded)
{
    const struct known_decoding *known =
        decodings_find(&reader->decodings, part->raw, part->encoding, variant);
    struct budget *budget = reader->message->budget;
    enum status status = STATUS_OK;
    const char *cap = NULL;

    *decoded = (struct decoded){0};
    part->content = part->encoding == ENCODING_IDENTITY ? part->raw : (struct bytes){0};
    if (part->encoding == ENCODING_IDENTITY)
        return STATUS_OK;
    if (known != NULL)
        cap = take_known(reader, known);
    else if (decodings_grow(part->encoding))
        status = decodings_make(budget, part->encoding, variant, part->raw, decoded, &cap);
    else
        status = decode_what_shrinks(reader, part, variant, decoded, &cap);
    if (cap != NULL)
        reader_cap(reader, cap);
    if (status != STATUS_OK || cap != NULL)
        return status;
    part->content = known != NULL ? known->content : (struct bytes){decoded->octets, decoded->size};
    decoded->odd = known != NULL ? known->odd : decoded->odd;
    return STATUS_OK;
}

/* Decodes a leaf of another reading, and keeps it when it is new. *odd: as of the decoder. */
static enum status keep_decoded(struct reader *reader, struct part *part, unsigned variant,
                                bool *kept, bool *odd)
{
    struct decoded decoded;
    enum status status = decode_raw(reader, part, variant, &decoded);

    *kept = false;
    *odd = decoded.odd;
    if (status == STATUS_OK)
        status = keep(reader, part, &decoded.octets, kept);
    if (status == STATUS_OK && part->encoding != ENCODING_IDENTITY &&
        (*kept || part->same_as > 0)) {
        const struct known_decoding known = {part->raw, part->content, part->encoding, variant,
                                             *odd};

        status = decodings_add(&reader->decodings, &reader->message->arena, &known);
    }
    free(decoded.octets);
    return status;
}

/* The message or multipart that the decoded content of a leaf is by its claims. */
static enum status open_container(struct reader *reader, uint32_t number,
                                  const struct claims *claims)
{
    const struct part *part = &reader->message->parts[number - 1];
    struct entity entity = {.octets = part->content,
                            .within = number,
                            .end = part->content.size,
                            .parent = number,
                            .depth = part->depth};
    enum status status = STATUS_OK;

    if (claims->kinds & 1u << PART_MULTIPART)
        status = reader_split(reader, &entity, claims, (struct bytes){0});
    if (status == STATUS_OK && claims->kinds & 1u << PART_MESSAGE)
        status = reader_queue_section(reader, &entity, 0, entity.end);
    return status;
}

/* What stands at the beginning of a text like a part; of a text that was such a beginning itself
 * not again, or a text of headers would be as many parts as it has. */
static enum status look_at_beginning(struct reader *reader, const struct entity *entity,
                                     uint32_t number)
{
    const struct part *parent = &reader->message->parts[entity->parent - 1];
    struct entity leaf = *entity;

    if (parent->reading > 0 && parent->encoding == ENCODING_IDENTITY)
        return STATUS_OK;
    leaf.parent = number;
    leaf.depth = reader->message->parts[number - 1].depth;
    return hidden_queue_beginning(reader, &leaf);
}

enum status reader_decode(struct reader *reader, const struct entity *entity,
                          const struct claims *claims, enum transfer_encoding encoding,
                          unsigned variant, bool *odd)
{
    struct part part = {.parent = entity->parent,
                        .depth = entity->depth,
                        .kind = PART_LEAF,
                        .within = entity->within,
                        .encoding = encoding,
                        .is_derived = variant != 0,
                        .encoding_text = claims->encoding.value};
    enum status status;
    bool kept;

    *odd = false;
    part.raw = bytes_slice(entity->octets, entity->body, entity->end - entity->body);
    if (!reader_may_walk(reader, part.raw.size))
        return STATUS_OK;
    status = set_header(reader, entity, claims, &part);
    if (status != STATUS_OK)
        return status;
    status = keep_decoded(reader, &part, variant, &kept, odd);
    if (status != STATUS_OK)
        return status;
    if (kept && encoding == ENCODING_IDENTITY)
        status = look_at_beginning(reader, entity, part.number);
    if (status == STATUS_OK && kept)
        return reader_look_within(reader, part.number, claims);
    if (status == STATUS_OK && part.same_as > 0 && encoding != ENCODING_IDENTITY)
        return open_container(reader, part.same_as, claims); /* by other claims, perhaps */
    return status;
}

enum status reader_vary(struct reader *reader, uint32_t number, unsigned variant)
{
    struct part part = reader->message->parts[number - 1];
    enum status status;
    bool kept, odd;

    if (!reader_may_walk(reader, part.raw.size))
        return STATUS_OK;
    part.parent = number;
    part.is_derived = true;
    status = keep_decoded(reader, &part, variant, &kept, &odd);
    if (status == STATUS_OK && kept && part.claims != NULL)
        status = reader_look_within(reader, part.number, part.claims);
    return status;
}

/* The octets in which files can stand as they are: of a text its content, of what is declared as
 * such a file the body, for the name that it has there. */
static struct bytes octets_with_files(const struct part *part, uint32_t *within)
{
    bool is_file = part->encoding == ENCODING_UUENCODE || part->encoding == ENCODING_YENC ||
                   part->encoding == ENCODING_BINHEX;

    *within = is_file ? part->within : part->number;
    if (is_file)
        return part->raw;
    return part_is_text(part) ? part->content : (struct bytes){0};
}

/* The same octets have been decoded so already, under the same name. */
static bool is_there(const struct message *message, const struct part *file)
{
    for (uint32_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];

        if (part->raw.data == file->raw.data && part->raw.size == file->raw.size &&
            part->encoding == file->encoding && !part->is_derived &&
            bytes_equal(part->type, file->type) && bytes_equal(part->name, file->name))
            return true;
    }
    return false;
}

/* The name is copied: it may stand in the finder's own room. */
static enum status keep_embedded(struct reader *reader, const struct entity *text,
                                 const struct embedded *found)
{
    struct message *message = reader->message;
    struct part part = {.parent = text->parent,
                        .kind = PART_LEAF,
                        .within = text->within,
                        .type = BYTES("application/octet-stream"),
                        .name = found->name,
                        .encoding = found->encoding,
                        .encoding_text = bytes_of_text(embedded_word(found->encoding))};
    size_t offset = (size_t)found->block.offset, size = (size_t)found->block.size;
    enum status status = field_reading_name(&message->arena, &part.name);
    bool kept, odd;

    part.raw = bytes_slice(text->octets, offset, size);
    if (status == STATUS_OK && is_there(message, &part))
        return STATUS_OK;
    part.body = range_of(reader, text->within, text->header + offset, size);
    part.header = (struct range){part.body.offset, 0};
    if (status == STATUS_OK)
        status = keep_decoded(reader, &part, 0, &kept, &odd);
    if (status != STATUS_OK || !kept)
        return status;
    message->parts[part.number - 1].is_odd = odd;
    leaf_reading_find_file(reader->reporter, part.number, part.body, found);
    if (odd)
        reporter_finding(reader->reporter, "message.content-malformed", CLASS_STRUCTURE, 0,
                         part.number, part.body, "readers could decode it differently");
    if (reader_is_mail_file(&part) && reader->reporter->status == STATUS_OK)
        return reader_open_mail_file(reader, part.number);
    return reader->reporter->status;
}

enum status reader_embedded(struct reader *reader, uint32_t number)
{
    const struct part part = reader->message->parts[number - 1];
    struct entity text = {.parent = number};
    enum status status = STATUS_OK;
    struct embedded found;
    size_t at = 0;

    text.octets = octets_with_files(&part, &text.within);
    if (text.within != number) {
        text.header = part.within == 0 ? (size_t)part.body.offset : 0;
        text.parent = part.parent; /* beside it */
    }
    if (text.octets.size == 0 || !reader_may_walk(reader, text.octets.size))
        return STATUS_OK;
    while (status == STATUS_OK && !reader->is_capped && embedded_next(text.octets, &at, &found)) {
        const char *cap = budget_take_reading(reader->message->budget);

        if (cap != NULL)
            reader_cap(reader, cap);
        else
            status = keep_embedded(reader, &text, &found);
    }
    return status;
}

static enum status convert_all(struct reader *reader, uint32_t number, const struct claims *claims)
{
    const struct part *part = &reader->message->parts[number - 1];
    struct bytes charsets[READER_CHARSETS_MOST];
    enum status status = STATUS_OK;
    size_t count = part_is_text(part) ? reader_charsets(claims, part->content, charsets) : 0;

    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = reader_convert(reader, number, charsets[i]);
    return status;
}

enum status reader_look_within(struct reader *reader, uint32_t number, const struct claims *claims)
{
    const struct part part = reader->message->parts[number - 1];
    enum status status = reader_embedded(reader, number);

    if (status == STATUS_OK)
        status = convert_all(reader, number, claims);
    if (status == STATUS_OK && reader_is_mail_file(&part))
        status = reader_open_mail_file(reader, number);
    if (status == STATUS_OK && part.encoding != ENCODING_IDENTITY)
        status = open_container(reader, number, claims);
    return status;
}
