/* The fields of a part that decide how its content is read (spec/message.md 2 and 4). Where a field
 * stands twice the last one counts, as in GMime, and the difference is a finding. */
#include "engines/message/field_reading.h"

#include <string.h>

#include "engines/message/decode.h"
#include "engines/message/header.h"

enum { NAME_OCTETS = 1024, ENCODING_OCTETS = 64 };

struct reading {
    struct reporter *reporter;
    const struct part *part;
    bool has_type, has_encoding, types_differ, encodings_differ;
    struct field type, encoding, disposition; /* offsets within the section */
};

/* A field that decides: the last one counts, the first difference is said. */
static void take(struct reading *reading, struct field *place, bool *taken, bool *differs,
                 const struct field *field, const char *symbol)
{
    if (*taken && !*differs && !bytes_equal_fold(place->value, field->value)) {
        *differs = true;
        reporter_finding(reading->reporter, symbol, CLASS_STRUCTURE, 0, reading->part->number,
                         (struct range){reading->part->header.offset + field->offset, field->size},
                         "a second field says something else");
    }
    *taken = true;
    *place = *field;
}

static void read_fields(struct reading *reading, struct bytes section)
{
    struct fields fields = {section, 0};
    struct field field;

    while (fields_next(&fields, &field)) {
        if (bytes_equal_fold(field.name, BYTES("Content-Type")))
            take(reading, &reading->type, &reading->has_type, &reading->types_differ, &field,
                 "message.duplicate-type");
        else if (bytes_equal_fold(field.name, BYTES("Content-Transfer-Encoding")))
            take(reading, &reading->encoding, &reading->has_encoding, &reading->encodings_differ,
                 &field, "message.duplicate-encoding");
        else if (bytes_equal_fold(field.name, BYTES("Content-Disposition")))
            reading->disposition = field;
    }
}

static void check_boundaries(struct reading *reading)
{
    struct parameters parameters;
    struct parameter parameter;
    unsigned count = 0;

    parameters_init(&parameters, reading->type.value);
    while (parameters_next(&parameters, &parameter)) {
        if (!bytes_equal_fold(parameter.name, BYTES("boundary")) || ++count != 2)
            continue;
        reporter_finding(
            reading->reporter, "message.duplicate-boundary", CLASS_STRUCTURE, 0,
            reading->part->number,
            (struct range){reading->part->header.offset + reading->type.offset, reading->type.size},
            "two boundaries for one multipart");
    }
}

static bool parameter_of(const struct field *field, struct bytes name, struct parameter *parameter)
{
    struct parameters parameters;

    parameters_init(&parameters, field->value);
    while (parameters_next(&parameters, parameter)) {
        if (bytes_equal_fold(parameter->name, name))
            return true;
    }
    return false;
}

/* The value without escapes and line breaks; what is not printable UTF-8 becomes U+FFFD. At most
 * NAME_OCTETS, cut before a character that does not fit. */
static size_t readable(const struct parameter *parameter, uint8_t out[NAME_OCTETS])
{
    static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD};
    struct bytes value = parameter->value;
    bool is_utf8 = bytes_is_utf8(value);
    size_t size = 0;

    for (size_t i = 0; i < value.size && size + 4 <= NAME_OCTETS; i++) {
        uint8_t octet = value.data[i];

        if (octet == '\r' || octet == '\n')
            continue;
        if (parameter->quoted && octet == '\\' && i + 1 < value.size && value.data[i + 1] < 0x80)
            octet = value.data[++i];
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

static enum status read_name(struct reading *reading, struct part *part)
{
    uint8_t out[NAME_OCTETS];
    struct arena *arena = &reading->reporter->message->arena;
    struct parameter parameter;

    if (!parameter_of(&reading->disposition, BYTES("filename"), &parameter) &&
        !parameter_of(&reading->type, BYTES("name"), &parameter))
        return STATUS_OK;
    part->name = (struct bytes){out, readable(&parameter, out)};
    part->name.data = (const uint8_t *)arena_copy(arena, part->name);
    return part->name.data != NULL ? STATUS_OK : STATUS_MEMORY;
}

static void read_encoding(struct reading *reading, struct part *part)
{
    const struct field *field = &reading->encoding;
    struct range where = {part->header.offset + field->offset, field->size};
    bool clean;

    if (!reading->has_encoding)
        return;
    part->encoding_text = bytes_slice(field->value, 0, ENCODING_OCTETS);
    part->encoding = decode_named(field->value, &clean);
    if (part->encoding == ENCODING_UNKNOWN)
        reporter_finding(reading->reporter, "message.encoding-unknown", CLASS_STRUCTURE, 0,
                         part->number, where, "no reader defines this transfer encoding");
    else if (!clean)
        reporter_finding(reading->reporter, "message.encoding-malformed", CLASS_STRUCTURE, 0,
                         part->number, where, "readers differ about this transfer encoding");
    else if (part->kind != PART_LEAF && part->encoding != ENCODING_IDENTITY)
        reporter_finding(reading->reporter, "message.encoding-container", CLASS_STRUCTURE, 0,
                         part->number, where, "a container must not be encoded");
}

enum status field_reading_apply(struct reporter *reporter, struct part *part)
{
    struct reading reading = {.reporter = reporter, .part = part};
    struct bytes section = bytes_slice(reporter->message->octets, (size_t)part->header.offset,
                                       (size_t)part->header.size);

    read_fields(&reading, section);
    if (reading.has_type)
        check_boundaries(&reading);
    read_encoding(&reading, part);
    return read_name(&reading, part);
}
