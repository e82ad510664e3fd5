/* Fields and parameters of a header section as they stand (RFC 5322 2.2, RFC 2045 5.1). */
#include "engines/message/header.h"

#include <string.h>

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

struct bytes line_without_blanks_behind(struct bytes line)
{
    while (line.size > 0 && is_blank(line.data[line.size - 1]))
        line.size--;
    return line;
}

static struct bytes trimmed(struct bytes text)
{
    text = line_without_blanks_behind(text);
    while (text.size > 0 && is_blank(text.data[0])) {
        text.data++;
        text.size--;
    }
    return text;
}

bool line_is_blank(struct bytes line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (!is_blank(line.data[i]))
            return false;
    }
    return true;
}

size_t line_break_before(struct bytes octets, size_t at)
{
    if (at > 0 && octets.data[at - 1] == '\n')
        at--;
    if (at > 0 && octets.data[at - 1] == '\r')
        at--;
    return at;
}

bool fields_next(struct fields *fields, struct field *field)
{
    struct bytes section = fields->section;
    size_t begin = fields->at, next;
    struct bytes line, whole;
    size_t colon;

    if (begin >= section.size)
        return false;
    line = line_at(section, begin, &next);
    if (line.size == 0) {
        fields->at = next;
        return false;
    }
    while (next < section.size && (section.data[next] == ' ' || section.data[next] == '\t'))
        (void)line_at(section, next, &next);
    fields->at = next;
    whole = bytes_slice(section, begin, next - begin);
    colon = bytes_find(line, 0, ':');
    field->offset = begin;
    field->size = next - begin;
    field->name = colon < line.size ? trimmed(bytes_slice(line, 0, colon)) : (struct bytes){0};
    field->value = trimmed(colon < line.size ? bytes_slice(whole, colon + 1, SIZE_MAX) : whole);
    return true;
}

size_t header_section_end(struct bytes octets, size_t at)
{
    struct fields fields = {octets, at};
    struct field field;
    size_t end = at;

    while (fields_next(&fields, &field)) {
        if (field.name.size == 0)
            return end;
        end = fields.at;
    }
    return fields.at;
}

bool header_begins_field(struct bytes octets)
{
    size_t at = 0;

    while (at < octets.size && octets.data[at] > ' ' && octets.data[at] <= '~' &&
           octets.data[at] != ':')
        at++;
    return at > 0 && at < octets.size && octets.data[at] == ':';
}

bool header_begins_part(struct bytes octets, size_t *walked)
{
    struct fields fields = {octets, 0};
    bool is_found = false;
    struct field field;

    while (!is_found && fields_next(&fields, &field) && field.name.size > 0)
        is_found = bytes_equal_fold(bytes_slice(field.name, 0, 8), BYTES("Content-"));
    *walked = fields.at;
    return is_found;
}

/* Behind a comment that begins at `at`; comments nest, a missing end takes the rest. */
static size_t behind_comment(struct bytes value, size_t at)
{
    unsigned depth = 0;

    for (; at < value.size; at++) {
        if (value.data[at] == '\\')
            at++;
        else if (value.data[at] == '(')
            depth++;
        else if (value.data[at] == ')' && --depth == 0)
            return at + 1;
    }
    return value.size;
}

/* Behind a quoted string that begins at `at`. */
static size_t behind_quoted(struct bytes value, size_t at)
{
    for (at++; at < value.size; at++) {
        if (value.data[at] == '\\')
            at++;
        else if (value.data[at] == '"')
            return at + 1;
    }
    return value.size;
}

/* The next `stop` outside quotes and comments, or the end. */
static size_t next_outside(struct bytes value, size_t at, uint8_t stop)
{
    while (at < value.size && value.data[at] != stop) {
        if (value.data[at] == '"')
            at = behind_quoted(value, at);
        else if (value.data[at] == '(')
            at = behind_comment(value, at);
        else
            at++;
    }
    return at;
}

void parameters_init(struct parameters *parameters, struct bytes value)
{
    *parameters = (struct parameters){.value = value, .at = next_outside(value, 0, ';')};
}

static size_t skip_blanks(struct bytes value, size_t at)
{
    while (at < value.size) {
        if (is_blank(value.data[at]))
            at++;
        else if (value.data[at] == '(')
            at = behind_comment(value, at);
        else
            break;
    }
    return at;
}

/* Up to a blank, a comment or one of the two octets. */
static size_t behind_word(struct bytes value, size_t at, uint8_t stop)
{
    while (at < value.size && !is_blank(value.data[at]) && value.data[at] != '(' &&
           value.data[at] != ';' && value.data[at] != stop)
        at++;
    return at;
}

bool parameters_next(struct parameters *parameters, struct parameter *parameter)
{
    struct bytes value = parameters->value;
    size_t at = parameters->at;
    size_t begin, end;

    while (at < value.size && value.data[at] == ';')
        at = skip_blanks(value, at + 1);
    if (at >= value.size)
        return false;
    end = behind_word(value, at, '=');
    parameter->name = bytes_slice(value, at, end - at);
    parameter->value = (struct bytes){0};
    parameter->quoted = false;
    at = skip_blanks(value, end);
    if (at < value.size && value.data[at] == '=') {
        begin = skip_blanks(value, at + 1);
        parameter->quoted = begin < value.size && value.data[begin] == '"';
        at = parameter->quoted ? behind_quoted(value, begin) : behind_word(value, begin, ';');
        parameter->value = bytes_slice(value, begin, at - begin);
        if (parameter->quoted) {
            bool ended = parameter->value.size > 1 && value.data[at - 1] == '"';

            parameter->value = bytes_slice(value, begin + 1, at - begin - 1 - (ended ? 1 : 0));
        }
    }
    parameters->at = next_outside(value, at, ';');
    return true;
}

bool value_word(struct bytes value, uint8_t *room, size_t room_size, struct bytes *word)
{
    size_t at = skip_blanks(value, 0), size = 0;
    bool plain = true;

    for (; at < value.size && size < room_size; at++) {
        uint8_t octet = value.data[at];

        if (octet == ';' || is_blank(octet) || octet == '(')
            break;
        if (octet == '"')
            plain = false;
        else
            room[size++] = (uint8_t)(octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
    }
    at = skip_blanks(value, at);
    *word = (struct bytes){room, size};
    return plain && at == value.size;
}
