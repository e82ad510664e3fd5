/* The fields of a part that decide how its content is read in the first reading (spec/message.md 2
 * and 4). Where a field stands twice the last one counts, as in GMime, and the difference is a
 * finding. */
#include "engines/message/field_reading.h"

#include <string.h>

#include "engines/decode/transfer.h"
#include "engines/message/claims.h"

enum { ENCODING_OCTETS = 64 };

struct reading {
    struct reporter *reporter;
    const struct part *part;
    const struct claims *claims;
};

static void find_as(struct reading *reading, const char *symbol, enum finding_class class,
                    const struct field *field, const char *text)
{
    reporter_finding(reading->reporter, symbol, class, 0, reading->part->number,
                     (struct range){reading->part->header.offset + field->offset, field->size},
                     "%s", text);
}

static void find(struct reading *reading, const char *symbol, const struct field *field,
                 const char *text)
{
    find_as(reading, symbol, CLASS_STRUCTURE, field, text);
}

static void report_disputes(struct reading *reading)
{
#define DISPUTE_TEXTS(name, symbol, text) {symbol, text},
    static const struct {
        const char *symbol, *text;
    } rows[] = {DISPUTE_ROWS(DISPUTE_TEXTS)};
#undef DISPUTE_TEXTS

    for (unsigned i = 0; i < DISPUTE_COUNT; i++) {
        if (reading->claims->disputes[i].seen)
            find(reading, rows[i].symbol, &reading->claims->disputes[i].field, rows[i].text);
    }
}

/* Types whose content is somewhere else, in several messages, or a multipart for some readers. */
static void check_type(struct reading *reading)
{
    const struct field *field = &reading->claims->type;

    if (bytes_equal(reading->part->type, BYTES("message/partial")))
        find(reading, "message.partial", field, "a piece of a message");
    if (bytes_equal(reading->part->type, BYTES("message/external-body")))
        find(reading, "message.external-body", field, "the body is not in the message");
    if (reading->part->kind == PART_LEAF &&
        (reading->claims->boundary_count > 0 || bytes_begin_fold(field->value, BYTES("multipart"))))
        find(reading, "message.type-malformed", field, "a multipart for some readers only");
}

static void read_encoding(struct reading *reading, struct part *part)
{
    const struct field *field = &reading->claims->encoding;
    bool clean;

    if (!reading->claims->has_encoding)
        return;
    part->encoding_text = bytes_slice(field->value, 0, ENCODING_OCTETS);
    part->encoding = decode_named(field->value, &clean);
    if (part->encoding == ENCODING_UNKNOWN)
        find_as(reading, "message.encoding-unknown",
                claims_know_encoding(reading->claims) ? CLASS_STRUCTURE : CLASS_NOTE, field,
                "no reader defines this transfer encoding");
    else if (!clean || part->encoding == ENCODING_YENC || part->encoding == ENCODING_BINHEX)
        find(reading, "message.encoding-malformed", field,
             "readers differ about this transfer encoding");
}

static enum status read_names(struct reading *reading, struct bytes section, struct part *part)
{
    struct message *message = reading->reporter->message;
    enum status status = names_read(section, message->budget, &message->arena, &part->names);

    if (status != STATUS_OK)
        return status;
    if (part->names.count > 0)
        part->name = part->names.items[0].text;
    if (part->names.differ || part->names.is_over)
        reporter_finding(reading->reporter, "message.duplicate-name", CLASS_STRUCTURE, 0,
                         part->number,
                         (struct range){part->header.offset + part->names.differ_where.offset,
                                        part->names.differ_where.size},
                         "readers would show different file names");
    if (part->names.is_over) {
        part->cap = budget_hit(message->budget, "parameters");
        reporter_cap(reading->reporter, part->cap, part->number, part->header);
    }
    return STATUS_OK;
}

enum status field_reading_apply(struct reporter *reporter, struct part *part)
{
    struct message *message = reporter->message;
    struct bytes section =
        bytes_slice(message->octets, (size_t)part->header.offset, (size_t)part->header.size);
    struct claims *claims = arena_take(&message->arena, sizeof *claims);
    struct reading reading = {reporter, part, claims};
    enum status status;

    if (claims == NULL)
        return STATUS_MEMORY;
    status = claims_read(section, message->budget, &message->arena, claims);
    if (status != STATUS_OK)
        return status;
    if (part->kind == PART_MESSAGE || bytes_equal(part->type, BYTES("message/rfc822")))
        claims->kinds |= 1u << PART_MESSAGE; /* within a digest without a word of it */
    part->claims = claims;
    part->charset = claims->charset;
    report_disputes(&reading);
    if (claims->has_type)
        check_type(&reading);
    read_encoding(&reading, part);
    return read_names(&reading, section, part);
}

/* What is not printable UTF-8 becomes U+FFFD; cut before a character that does not fit. */
static size_t readable(struct bytes value, uint8_t out[NAME_OCTETS_MOST])
{
    static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD};
    bool is_utf8 = bytes_is_utf8(value);
    size_t size = 0;

    for (size_t i = 0; i < value.size && size + 4 <= NAME_OCTETS_MOST; i++) {
        uint8_t octet = value.data[i];

        if (octet >= 0x20 && octet != 0x7F && (octet < 0x80 || is_utf8)) {
            out[size++] = octet;
            while (is_utf8 && octet >= 0xC0 && i + 1 < value.size && value.data[i + 1] >> 6 == 2)
                out[size++] = value.data[++i];
            continue;
        }
        memcpy(out + size, replacement, sizeof replacement);
        size += sizeof replacement;
    }
    return size;
}

enum status field_reading_name(struct arena *arena, struct bytes *name)
{
    uint8_t out[NAME_OCTETS_MOST];

    *name = (struct bytes){out, readable(*name, out)};
    name->data = (const uint8_t *)arena_copy(arena, *name);
    return name->data != NULL ? STATUS_OK : STATUS_MEMORY;
}
