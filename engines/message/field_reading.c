/* The fields of a part that decide how its content is read (spec/message.md 2 and 4). Where a field
 * stands twice the last one counts, as in GMime, and the difference is a finding. */
#include "engines/message/field_reading.h"

#include <string.h>

#include "engines/decode/transfer.h"
#include "engines/message/header.h"

enum { NAME_OCTETS = 1024, ENCODING_OCTETS = 64 };

struct reading {
    struct reporter *reporter;
    const struct part *part;
    bool has_type, has_encoding, types_differ, encodings_differ, has_hidden;
    struct field type, encoding, disposition; /* offsets within the section */
    size_t junk;                              /* within the section */
};

static void find(struct reading *reading, const char *symbol, const struct field *field,
                 const char *text)
{
    reporter_finding(reading->reporter, symbol, CLASS_STRUCTURE, 0, reading->part->number,
                     (struct range){reading->part->header.offset + field->offset, field->size},
                     "%s", text);
}

/* A field that decides: the last one counts, the first difference is said. */
static void take(struct reading *reading, struct field *place, bool *taken, bool *differs,
                 const struct field *field, const char *symbol)
{
    if (*taken && !*differs && !bytes_equal_fold(place->value, field->value)) {
        *differs = true;
        find(reading, symbol, field, "a second field says something else");
    }
    *taken = true;
    *place = *field;
}

static bool begins_with(struct bytes text, struct bytes word)
{
    return bytes_equal_fold(bytes_slice(text, 0, word.size), word);
}

static bool contains(struct bytes text, struct bytes word)
{
    for (size_t i = 0; i + word.size <= text.size; i++) {
        if (begins_with(bytes_slice(text, i, SIZE_MAX), word))
            return true;
    }
    return false;
}

static bool is_token(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] <= ' ' || name.data[i] > '~' || name.data[i] == '(')
            return false;
    }
    return true;
}

/* A fold that reads like a field which decides. Signatures list the names of fields. */
static bool hides_field(const struct field *field)
{
    size_t next;

    (void)line_at(field->value, 0, &next);
    while (next < field->value.size) {
        struct bytes line = line_at(field->value, next, &next);

        while (line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
            line = bytes_slice(line, 1, SIZE_MAX);
        if (begins_with(line, BYTES("Content-Type: ")) ||
            begins_with(line, BYTES("Content-Transfer-Encoding: ")))
            return !contains(field->name, BYTES("signature"));
    }
    return false;
}

/* Names and folds in which some readers see a field that others do not. */
static void check_shape(struct reading *reading, const struct field *field)
{
    if (field->name.size == 0 && reading->junk == SIZE_MAX &&
        reading->part->header.offset + field->offset > 0)
        reading->junk = field->offset;
    if (reading->has_hidden)
        return;
    reading->has_hidden =
        (!is_token(field->name) && contains(field->name, BYTES("content-"))) || hides_field(field);
    if (reading->has_hidden)
        find(reading, "message.field-hidden", field, "a field that only some readers see");
}

static void read_fields(struct reading *reading, struct bytes section)
{
    struct fields fields = {section, 0};
    struct field field;

    while (fields_next(&fields, &field)) {
        check_shape(reading, &field);
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
    while (parameters_next(&parameters, &parameter))
        count += bytes_equal_fold(parameter.name, BYTES("boundary"));
    if (count > 1)
        find(reading, "message.duplicate-boundary", &reading->type,
             "two boundaries for one multipart");
    if (reading->part->kind == PART_LEAF &&
        (count > 0 || begins_with(reading->type.value, BYTES("multipart"))))
        find(reading, "message.type-malformed", &reading->type,
             "a multipart for some readers only");
}

/* Types whose content is somewhere else, or in several messages. */
static void check_type(struct reading *reading)
{
    if (bytes_equal(reading->part->type, BYTES("message/partial")))
        find(reading, "message.partial", &reading->type, "a piece of a message");
    if (bytes_equal(reading->part->type, BYTES("message/external-body")))
        find(reading, "message.external-body", &reading->type, "the body is not in the message");
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

static enum status keep(struct arena *arena, const struct parameter *parameter, struct bytes *name)
{
    uint8_t out[NAME_OCTETS];

    *name = (struct bytes){out, readable(parameter, out)};
    name->data = (const uint8_t *)arena_copy(arena, *name);
    return name->data != NULL ? STATUS_OK : STATUS_MEMORY;
}

enum status field_reading_name(struct arena *arena, struct bytes *name)
{
    const struct parameter parameter = {.value = *name};

    return keep(arena, &parameter, name);
}

static enum status read_name(struct reading *reading, struct part *part)
{
    struct parameter parameter;

    if (!parameter_of(&reading->disposition, BYTES("filename"), &parameter) &&
        !parameter_of(&reading->type, BYTES("name"), &parameter))
        return STATUS_OK;
    return keep(&reading->reporter->message->arena, &parameter, &part->name);
}

/* RFC 2045 6.4: what holds parts must not be encoded. */
static bool is_container(const struct part *part)
{
    return part->kind != PART_LEAF || bytes_equal(part->type, BYTES("message/rfc822")) ||
           bytes_equal(part->type, BYTES("message/global"));
}

static void read_encoding(struct reading *reading, struct part *part)
{
    const struct field *field = &reading->encoding;
    bool clean;

    if (!reading->has_encoding)
        return;
    part->encoding_text = bytes_slice(field->value, 0, ENCODING_OCTETS);
    part->encoding = decode_named(field->value, &clean);
    if (part->encoding == ENCODING_UNKNOWN)
        find(reading, "message.encoding-unknown", field,
             "no reader defines this transfer encoding");
    else if (!clean)
        find(reading, "message.encoding-malformed", field,
             "readers differ about this transfer encoding");
    else if (is_container(part) && part->encoding != ENCODING_IDENTITY)
        find(reading, "message.encoding-container", field, "a container must not be encoded");
}

enum status field_reading_apply(struct reporter *reporter, struct part *part, size_t *junk)
{
    struct reading reading = {.reporter = reporter, .part = part, .junk = SIZE_MAX};
    size_t offset = (size_t)part->header.offset, size = (size_t)part->header.size;

    read_fields(&reading, bytes_slice(reporter->message->octets, offset, size));
    if (reading.has_type) {
        check_boundaries(&reading);
        check_type(&reading);
    }
    read_encoding(&reading, part);
    *junk = offset + (reading.junk < size ? reading.junk : size);
    return read_name(&reading, part);
}
