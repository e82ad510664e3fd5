/* What the view reads of header sections and delimiters. The first octet chooses: fields, claims,
 * or delimiters of the boundary in the first line, which are held against a reader that goes from
 * line to line. */
#include <stdlib.h>
#include <string.h>

#include "engines/message/claims.h"
#include "engines/message/delimiter.h"
#include "engines/message/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_within(struct bytes inner, struct bytes outer)
{
    return inner.size == 0 ||
           (inner.data >= outer.data && inner.data + inner.size <= outer.data + outer.size);
}

/* Fields follow each other without a gap, and what they say lies in them. */
static void check_fields(struct bytes section)
{
    struct fields fields = {section, 0};
    struct field field;
    size_t at = 0, end = header_section_end(section, 0), walked;

    require(end <= section.size);
    (void)header_begins_part(section, &walked);
    require(walked <= section.size);
    while (fields_next(&fields, &field)) {
        struct bytes whole = bytes_slice(section, field.offset, field.size);

        require(field.offset == at && field.size > 0 && whole.size == field.size);
        require(is_within(field.name, whole) && is_within(field.value, whole));
        at += field.size;
    }
    require(fields.at >= at && fields.at <= section.size);
}

static void check_claimed_field(bool is_there, const struct field *field, struct bytes section)
{
    require(!is_there ||
            (field->offset <= section.size && field->size <= section.size - field->offset));
}

static void check_claims(struct bytes section)
{
    struct limits limits;
    struct budget budget;
    struct arena arena;
    struct claims claims;
    struct bytes type;

    limits_init(&limits);
    budget_init(&budget, &limits, section.size, 0);
    arena_init(&arena, 64 << 20);
    require(claims_read(section, &budget, &arena, &claims) == STATUS_OK);
    require(claims_type(&claims, &arena, &type) == STATUS_OK);
    require(bytes_is_utf8(type) && (claims.has_type || type.size == 0));
    require(claims.boundary_count <= CLAIMS_BOUNDARIES_MOST);
    require(claims.junk == SIZE_MAX || claims.junk < section.size);
    for (size_t i = 0; i < claims.boundary_count; i++) {
        for (size_t j = 0; j < i; j++)
            require(!bytes_equal(claims.boundaries[i], claims.boundaries[j]));
    }
    check_claimed_field(claims.has_type, &claims.type, section);
    check_claimed_field(claims.has_encoding, &claims.encoding, section);
    check_claimed_field(claims.has_disposition, &claims.disposition, section);
    for (unsigned i = 0; i < DISPUTE_COUNT; i++)
        check_claimed_field(claims.disputes[i].seen, &claims.disputes[i].field, section);
    arena_clear(&arena);
}

/* Whether the line is a delimiter: RFC 2046 5.1.1, word for word. */
static bool is_delimiter_line(struct bytes line, struct bytes boundary, enum delimiter_mode mode)
{
    while (mode == DELIMITER_LENIENT && line.size > 0 &&
           (line.data[0] == ' ' || line.data[0] == '\t'))
        line = bytes_slice(line, 1, SIZE_MAX);
    if (!bytes_equal(bytes_slice(line, 0, 2), BYTES("--")) ||
        !bytes_equal(bytes_slice(line, 2, boundary.size), boundary))
        return false;
    line = bytes_slice(line, 2 + boundary.size, SIZE_MAX);
    if (bytes_equal(bytes_slice(line, 0, 2), BYTES("--")))
        line = bytes_slice(line, 2, SIZE_MAX);
    return mode == DELIMITER_LENIENT || line_is_blank(line);
}

static void check_delimiters(struct bytes octets, struct bytes boundary, enum delimiter_mode mode)
{
    struct delimiters delimiters = {octets, boundary, mode, 0};
    struct delimiter delimiter;
    size_t at = 0, next;

    while (at < octets.size) {
        struct bytes line = line_at(octets, at, &next);

        if (is_delimiter_line(line, boundary, mode)) {
            require(delimiters_next(&delimiters, &delimiter));
            require(delimiter.begin <= at && delimiter.end == next);
            require(at - delimiter.begin <= 2);
        }
        at = next;
    }
    require(!delimiters_next(&delimiters, &delimiter));
    require(delimiters.at == octets.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data, size}, boundary;
    size_t next;

    if (size == 0)
        return 0;
    message_warm_up();
    octets = bytes_slice(octets, 1, SIZE_MAX);
    if (data[0] % 4 == 0) {
        check_fields(octets);
    } else if (data[0] % 4 == 1) {
        check_claims(octets);
    } else {
        boundary = line_without_blanks_behind(line_at(octets, 0, &next)); /* as claims.h has them */
        octets = bytes_slice(octets, next, SIZE_MAX);
        check_delimiters(octets, boundary, data[0] % 4 == 2 ? DELIMITER_STRICT : DELIMITER_LENIENT);
    }
    return 0;
}
