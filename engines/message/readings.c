/* One deviation at a time: each is read to its end before the next one begins, so that all that
 * comes out of it has its number. Ordinary mail has none and costs one look at each header. */
#include "engines/message/readings.h"

#include <string.h>

#include "engines/decode/cms.h"
#include "engines/message/delimiter.h"
#include "engines/message/hidden.h"

/* A deviation that yields something is an ambiguity: what it is, for people. NULL: it is none. */
struct deviation {
    uint32_t part, known_parts;
    const char *text;
};

static void begin(struct reader *reader, struct deviation *deviation, uint32_t part,
                  const char *text)
{
    *deviation = (struct deviation){part, reader->message->part_count, text};
    reader->reading = reader->message->reading_count + 1;
}

/* Whether the view has said already that readers part at this part. */
static bool is_disputed(const struct reader *reader, uint32_t part)
{
    const struct report *report = reader->message->report;

    for (size_t i = 0; i < report->findings_count; i++) {
        if (report->findings[i].class == CLASS_STRUCTURE &&
            (report->findings[i].part == part || report->findings[i].part == 0))
            return true;
    }
    return false;
}

static enum status end(struct reader *reader, const struct deviation *deviation)
{
    struct message *message = reader->message;
    enum status status = reader_drain(reader);
    const struct part *part = &message->parts[deviation->part - 1]; /* draining moves them */

    if (status != STATUS_OK || message->part_count == deviation->known_parts)
        return status;
    message->reading_count = reader->reading;
    if (deviation->text != NULL && !is_disputed(reader, deviation->part))
        reporter_finding(reader->reporter, "message.ambiguous", CLASS_STRUCTURE, 0, deviation->part,
                         part->header.size > 0 ? part->header : part->body, "%s", deviation->text);
    return reader->reporter->status;
}

static struct entity entity_of(const struct message *message, const struct part *part)
{
    return (struct entity){.octets = message->octets,
                           .header = (size_t)part->header.offset,
                           .body = (size_t)part->body.offset,
                           .end = (size_t)(part->body.offset + part->body.size),
                           .parent = part->number,
                           .depth = part->depth + 1};
}

static enum status try_boundaries(struct reader *reader, const struct part *part)
{
    struct entity entity = entity_of(reader->message, part);
    struct deviation deviation;
    enum status status;

    if (part->claims->boundary_count == 0 && !part->claims->is_over)
        return STATUS_OK;
    begin(reader, &deviation, part->number, "another boundary shows other parts");
    status = reader_split(reader, &entity, part->claims,
                          part->kind == PART_MULTIPART ? part->boundary : (struct bytes){0});
    return status == STATUS_OK ? end(reader, &deviation) : status;
}

/* Encodings that the first reading did not take: all of a leaf that is disputed; for a container
 * what is encoded, and nothing at all when a reader could take it for a leaf. */
static unsigned other_encodings(const struct part *part)
{
    unsigned encodings = reader_encodings(part->claims);

    if (part->kind == PART_LEAF && part->encoding == ENCODING_UUENCODE)
        encodings &= ~(1u << ENCODING_IDENTITY); /* what does not decode it shows no file */
    if (part->kind == PART_LEAF)
        return encodings & ~(1u << part->encoding);
    if ((part->claims->kinds & 1u << PART_LEAF) == 0)
        encodings &= ~(1u << ENCODING_IDENTITY);
    return encodings;
}

static enum status try_encodings(struct reader *reader, const struct part *part)
{
    struct entity entity = entity_of(reader->message, part);
    unsigned encodings = other_encodings(part);
    enum status status = STATUS_OK;
    struct deviation deviation;
    bool odd;

    for (unsigned i = 0; i < ENCODING_UNKNOWN && status == STATUS_OK; i++) {
        if ((encodings & 1u << i) == 0)
            continue;
        begin(reader, &deviation, part->number,
              claims_know_encoding(part->claims) && part->kind == PART_LEAF
                  ? "another transfer encoding shows other octets"
                  : NULL);
        status = reader_decode(reader, &entity, part->claims, (enum transfer_encoding)i, 0, &odd);
        if (status == STATUS_OK)
            status = end(reader, &deviation);
    }
    return status;
}

static enum status try_variants(struct reader *reader, const struct part *part)
{
    enum status status = STATUS_OK;
    struct deviation deviation;

    for (unsigned v = 1; part->is_odd && v < decode_variants(part->encoding); v++) {
        begin(reader, &deviation, part->number, "another decoder shows other octets");
        status = reader_vary(reader, part->number, v);
        if (status == STATUS_OK)
            status = end(reader, &deviation);
        if (status != STATUS_OK || reader->is_capped)
            break;
    }
    return status;
}

/* A header that no empty line ends has no body in the first reading: the lines behind it are a leaf
 * of their own there. */
static size_t end_of_text_behind(const struct message *message, const struct part *part)
{
    size_t end = (size_t)(part->body.offset + part->body.size);
    const struct part *next = part + 1;

    if (part->kind != PART_LEAF || part->body.size > 0 || part->number == message->part_count ||
        next->reading != 0 || next->header.size > 0 || next->body.offset != end)
        return end;
    return (size_t)(next->body.offset + next->body.size);
}

static enum status try_header_ends(struct reader *reader, const struct part *part)
{
    struct message *message = reader->message;
    struct entity entity = entity_of(message, part);
    size_t end_of_text = end_of_text_behind(message, &message->parts[part->number - 1]);
    enum status status = STATUS_OK;
    struct deviation deviation;

    begin(reader, &deviation, part->number, "the header could end elsewhere");
    if (end_of_text > entity.end) {
        entity.end = end_of_text;
        status = reader_queue_section(reader, &entity, entity.header, entity.end);
    }
    if (status == STATUS_OK)
        status = reader_retell(reader, &entity);
    return status == STATUS_OK ? end(reader, &deviation) : status;
}

/* A leaf that is a message or a multipart for some readers, encoded or not. */
static enum status try_within(struct reader *reader, const struct part *part)
{
    unsigned containers = 1u << PART_MESSAGE | 1u << PART_MULTIPART;
    struct entity entity = entity_of(reader->message, part);
    struct deviation deviation;
    enum status status = STATUS_OK;

    if (part->kind != PART_LEAF || (part->claims->kinds & containers) == 0)
        return STATUS_OK;
    begin(reader, &deviation, part->number, "the part holds others for some readers");
    if (part->decoded && part->encoding != ENCODING_IDENTITY)
        status = reader_look_within(reader, part->number, part->claims);
    else if (part->claims->kinds & 1u << PART_MESSAGE)
        status = reader_queue_section(reader, &entity, entity.body, entity.end);
    return status == STATUS_OK ? end(reader, &deviation) : status;
}

/* Text in a charset in which signatures for ASCII cannot match, once more in UTF-8. */
static enum status try_charsets(struct reader *reader, const struct part *part)
{
    struct message *message = reader->message;
    struct bytes charsets[READER_CHARSETS_MOST], content;
    struct deviation deviation;
    enum status status;
    size_t count;

    if (part->kind != PART_LEAF || !part_is_text(part))
        return STATUS_OK;
    status = message_decode(message, &message->parts[part->number - 1], &content);
    if (status != STATUS_OK)
        return status == STATUS_LIMIT ? STATUS_OK : status;
    count = reader_charsets(part->claims, content, charsets);
    for (size_t i = 0; i < count && status == STATUS_OK && !reader->is_capped; i++) {
        begin(reader, &deviation, part->number, NULL);
        status = reader_convert(reader, part->number, charsets[i]);
        if (status == STATUS_OK)
            status = end(reader, &deviation);
    }
    return status;
}

/* A file that who opens it reads as a mail. */
static enum status try_mail_file(struct reader *reader, const struct part *part)
{
    struct message *message = reader->message;
    struct deviation deviation;
    enum status status;
    struct bytes content;

    if (part->kind != PART_LEAF || !reader_is_mail_file(part))
        return STATUS_OK;
    status = message_decode(message, &message->parts[part->number - 1], &content);
    if (status != STATUS_OK)
        return status == STATUS_LIMIT ? STATUS_OK : status;
    begin(reader, &deviation, part->number, NULL);
    status = reader_open_mail_file(reader, part->number);
    return status == STATUS_OK ? end(reader, &deviation) : status;
}

/* No finding of its own: the view says where a text begins like a part; quoted mail does elsewhere.
 */
static enum status add_hidden(struct reader *reader, const struct part *part)
{
    struct deviation deviation;
    enum status status;

    if (part->kind != PART_LEAF || part->number > reader->message->laid_count ||
        (!part_is_identity(part) && part->encoding != ENCODING_QUOTED_PRINTABLE))
        return STATUS_OK;
    begin(reader, &deviation, part->number, NULL);
    status = hidden_queue(reader, part);
    return status == STATUS_OK ? end(reader, &deviation) : status;
}

static bool appears(const struct part *part, struct bytes boundary)
{
    struct delimiters delimiters = {part->raw, boundary, DELIMITER_STRICT, 0};
    struct delimiter delimiter;

    return delimiters_next(&delimiters, &delimiter);
}

/* RFC 2045 6.4: what holds parts must not be encoded. Where delimiters stand as they are, mail
 * programs agree that it is not. */
static enum status check_container(struct reader *reader, const struct part *part)
{
    const unsigned containers = 1u << PART_MESSAGE | 1u << PART_MULTIPART;
    const struct field *field = &part->claims->encoding;
    bool is_plain = part->kind == PART_MULTIPART && appears(part, part->boundary);

    if (part_is_identity(part) || (part->claims->kinds & containers) == 0 ||
        !part->claims->has_encoding)
        return STATUS_OK;
    reporter_finding(reader->reporter, "message.encoding-container",
                     is_plain ? CLASS_NOTE : CLASS_STRUCTURE, 0, part->number,
                     (struct range){part->header.offset + field->offset, field->size},
                     "a container must not be encoded");
    return reader->reporter->status;
}

typedef enum status (*attempt)(struct reader *reader, const struct part *part);

static enum status look_at_part(struct reader *reader, uint32_t number)
{
    static const struct {
        attempt attempt;
        bool needs_claims;
    } rows[] = {{check_container, true}, {try_boundaries, true},  {try_encodings, true},
                {try_variants, false},   {try_header_ends, true}, {try_within, true},
                {try_charsets, true},    {try_mail_file, false},  {add_hidden, false}};
    const struct part part = reader->message->parts[number - 1]; /* they move when some are added */
    enum status status = STATUS_OK;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (status == STATUS_OK && !reader->is_capped &&
            (part.claims != NULL || !rows[i].needs_claims))
            status = rows[i].attempt(reader, &part);
    }
    return status;
}

static bool is_smime(struct bytes type)
{
    return bytes_equal(type, BYTES("application/pkcs7-mime")) ||
           bytes_equal(type, BYTES("application/x-pkcs7-mime"));
}

/* What is signed opaquely (RFC 8551 3.5.2) every mail program for S/MIME shows: it belongs to the
 * first reading. */
static enum status open_signed(struct reader *reader, uint32_t number)
{
    const struct part part = reader->message->parts[number - 1];
    struct entity entity = {
        .octets = part.content, .within = number, .parent = number, .depth = part.depth};
    struct range content;
    enum status status;

    if (!part.decoded || reader->is_capped || cms_kind_of(part.content) != CMS_OPAQUE ||
        !cms_signed_content(part.content, &content))
        return STATUS_OK;
    status = reader_queue_section(reader, &entity, (size_t)content.offset,
                                  (size_t)(content.offset + content.size));
    return status == STATUS_OK ? reader_drain(reader) : status;
}

static enum status know_decoded(struct reader *reader, const struct part *part)
{
    const struct known_decoding known = {part->raw, part->content, part->encoding, 0, part->is_odd};

    return part_is_identity(part)
               ? STATUS_OK
               : decodings_add(&reader->decodings, &reader->message->arena, &known);
}

/* What is encoded is decoded here, so that it is known what else it could be; files in encoded text
 * belong to the first reading, as those in plain text do. */
static enum status complete_first(struct reader *reader)
{
    struct message *message = reader->message;
    enum status status = STATUS_OK;
    struct bytes content;

    for (uint32_t i = 0; i < reader->message->laid_count && status == STATUS_OK; i++) {
        struct part *part = &message->parts[i];

        if (part->kind != PART_LEAF ||
            (part->encoding == ENCODING_IDENTITY && !is_smime(part->type)))
            continue;
        status = message_decode(message, part, &content);
        if (status == STATUS_OK)
            status = know_decoded(reader, part);
        if (status == STATUS_OK && !reader->is_capped)
            status = reader_embedded(reader, i + 1);
        if (status == STATUS_OK)
            status = open_signed(reader, i + 1);
        if (status == STATUS_LIMIT)
            status = STATUS_OK;
    }
    return status;
}

/* What GMime does not read at all our own reader may. */
static enum status try_whole(struct reader *reader)
{
    struct entity entity = {.octets = reader->message->octets, .parent = 1, .depth = 1};
    struct deviation deviation;
    enum status status;

    begin(reader, &deviation, 1, NULL);
    status = reader_queue_section(reader, &entity, 0, entity.octets.size);
    return status == STATUS_OK ? end(reader, &deviation) : status;
}

static enum status try_line_ends(struct reader *reader, uint8_t ending)
{
    struct deviation deviation;
    enum status status;

    if (reader->is_capped)
        return STATUS_OK;
    begin(reader, &deviation, 1, "readers differ about where lines end");
    status = hidden_queue_copy(reader, ending);
    return status == STATUS_OK ? end(reader, &deviation) : status;
}

enum status readings_add(struct reporter *reporter, const struct prescan *prescan)
{
    struct message *message = reporter->message;
    struct reader reader = {.reporter = reporter,
                            .message = message,
                            .has_near = prescan->oddities[ODDITY_NEAR_DELIMITER].seen ||
                                        prescan->has_unread_boundary};
    uint32_t first_count;
    enum status status;

    message->laid_count = message->part_count;
    status = complete_first(&reader);

    if (message->opaque) /* over a limit of parts, or not readable */
        return message->parts[0].cap == NULL ? try_whole(&reader) : status;
    first_count = message->part_count;
    for (uint32_t i = 1; i <= first_count && status == STATUS_OK && !reader.is_capped; i++)
        status = look_at_part(&reader, i);
    if (status == STATUS_OK &&
        (prescan->oddities[ODDITY_HEADER_CR].seen || hidden_has_bare_cr(message->octets)))
        status = try_line_ends(&reader, '\r');
    if (status == STATUS_OK && prescan->oddities[ODDITY_DELIMITER_LF].seen)
        status = try_line_ends(&reader, '\n');
    return status;
}
