/* Follows header sections and declared boundaries line by line. Each line is looked at once; a line
 * that begins with "--" is looked up by its hash, so no input makes this more than linear. */
#include "engines/message/prescan.h"

#include <string.h>

#include "engines/message/header.h"

/* Beyond BOUNDARIES_MOST nothing more is remembered and every line that begins with "--" counts:
 * the boundaries of one bucket bound the work for a line. */
enum { BUCKETS = 256, BOUNDARIES_MOST = 256, LENGTHS = 128 };

struct boundary {
    struct bytes text;
    struct boundary *next; /* in its bucket */
};

struct scan {
    struct bytes octets;
    const struct limits *limits;
    struct arena *arena;
    struct prescan *result;
    struct boundary *buckets[BUCKETS];
    size_t boundary_count;
    bool has_length[LENGTHS]; /* of boundaries shorter than that */
    bool any_dashes;          /* a boundary was declared that this pass does not read */
    bool has_digest;          /* parts without a type are messages */
    bool message_next; /* behind this section another one begins: a message within the message */
    bool has_type;     /* this section has a Content-Type */
};

static bool hit(struct scan *scan, const char *cap, size_t from, size_t to)
{
    if (scan->result->cap == NULL) {
        scan->result->cap = cap;
        scan->result->where = (struct range){from, to - from};
    }
    return false;
}

static void note_oddity(struct scan *scan, enum oddity oddity, size_t at, size_t size)
{
    if (scan->result->oddities[oddity].seen)
        return;
    scan->result->oddities[oddity].seen = true;
    scan->result->oddities[oddity].where = (struct range){at, size};
}

static uint8_t hash(struct bytes text)
{
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < text.size; i++)
        sum = (sum ^ text.data[i]) * 16777619u;
    return (uint8_t)(sum ^ sum >> 8 ^ sum >> 16);
}

static bool is_declared(const struct scan *scan, struct bytes text)
{
    const struct boundary *boundary;

    if (scan->boundary_count == 0)
        return false;
    boundary = scan->buckets[hash(text)];
    while (boundary != NULL && !bytes_equal(boundary->text, text))
        boundary = boundary->next;
    return boundary != NULL;
}

static struct bytes without_blanks_behind(struct bytes text)
{
    while (text.size > 0 && strchr(" \t\r", text.data[text.size - 1]) != NULL &&
           text.data[text.size - 1] != '\0')
        text.size--;
    return text;
}

static enum status declare(struct scan *scan, struct bytes text)
{
    struct boundary *boundary;
    uint8_t bucket;

    text = without_blanks_behind(text);
    if (is_declared(scan, text))
        return STATUS_OK;
    if (scan->boundary_count == BOUNDARIES_MOST) {
        scan->any_dashes = true;
        return STATUS_OK;
    }
    boundary = arena_take(scan->arena, sizeof *boundary);
    if (boundary == NULL)
        return STATUS_MEMORY;
    bucket = hash(text);
    *boundary = (struct boundary){text, scan->buckets[bucket]};
    scan->buckets[bucket] = boundary;
    scan->boundary_count++;
    if (text.size < LENGTHS)
        scan->has_length[text.size] = true;
    return STATUS_OK;
}

/* A declared boundary with something behind it that is neither blank nor "--". */
static bool has_boundary_before(const struct scan *scan, struct bytes text)
{
    for (size_t length = 1; length < LENGTHS && length < text.size; length++) {
        if (scan->has_length[length] && is_declared(scan, bytes_slice(text, 0, length)))
            return true;
    }
    return false;
}

static bool begins_with_dashes(struct bytes line)
{
    return line.size >= 2 && line.data[0] == '-' && line.data[1] == '-';
}

static struct bytes without_end_dashes(struct bytes text)
{
    if (text.size >= 2 && text.data[text.size - 1] == '-' && text.data[text.size - 2] == '-')
        text.size -= 2;
    return text;
}

/* Notes a line that a reader could take for a delimiter and another one not: blanks before it, or
 * text behind it. Delimiters themselves have been looked at before. */
static void look_for_near_delimiter(struct scan *scan, struct bytes line, size_t at)
{
    struct bytes text = line;

    if (scan->boundary_count == 0 || line.size == 0 || strchr("- \t\r", line.data[0]) == NULL)
        return;
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t' || text.data[0] == '\r'))
        text = bytes_slice(text, 1, SIZE_MAX);
    if (!begins_with_dashes(text))
        return;
    text = without_blanks_behind(bytes_slice(text, 2, SIZE_MAX));
    if (line.data[0] == '-' && is_declared(scan, without_end_dashes(text)))
        return;
    if (is_declared(scan, text) || is_declared(scan, without_end_dashes(text)) ||
        (line.data[0] == '-' && has_boundary_before(scan, text)))
        note_oddity(scan, ODDITY_NEAR_DELIMITER, at, line.size);
}

/* A line that could begin a part: "--" and a declared boundary, or any when one was not read. */
static bool is_delimiter(const struct scan *scan, struct bytes line)
{
    if (!begins_with_dashes(line))
        return false;
    return scan->any_dashes ||
           is_declared(scan, without_blanks_behind(bytes_slice(line, 2, SIZE_MAX)));
}

static bool has_word(struct bytes text, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= text.size; i++) {
        if (bytes_equal_fold(bytes_slice(text, i, length), bytes_of_text(word)))
            return true;
    }
    return false;
}

static enum status look_at_parameter(struct scan *scan, const struct parameter *parameter,
                                     size_t offset, size_t size)
{
    static const struct bytes boundary = {(const uint8_t *)"boundary", 8};

    if (!bytes_equal_fold(bytes_slice(parameter->name, 0, boundary.size), boundary))
        return STATUS_OK;
    if (parameter->value.size > scan->limits->boundary_bytes)
        hit(scan, "boundary", offset, offset + size);
    if (parameter->name.size > boundary.size ||
        bytes_find(parameter->value, 0, '\\') < parameter->value.size ||
        has_word(parameter->value, "=?"))
        scan->any_dashes = true;
    return declare(scan, parameter->value);
}

/* A Content- field: its parameters are counted, a Content-Type's boundary declared. */
static enum status look_at_content(struct scan *scan, const struct field *field)
{
    struct parameters parameters;
    struct parameter parameter;
    uint64_t semicolons = 0;
    enum status status = STATUS_OK;
    bool named = false;

    for (size_t i = 0; i < field->value.size; i++)
        semicolons += field->value.data[i] == ';';
    if (semicolons > scan->limits->parameters) {
        hit(scan, "parameters", field->offset, field->offset + field->size);
        return STATUS_OK;
    }
    if (!bytes_equal_fold(field->name, BYTES("Content-Type")))
        return STATUS_OK;
    scan->has_type = true;
    scan->message_next |= has_word(field->value, "message/");
    scan->has_digest |= has_word(field->value, "digest");
    parameters_init(&parameters, field->value);
    while (status == STATUS_OK && parameters_next(&parameters, &parameter)) {
        named |= bytes_equal_fold(parameter.name, BYTES("boundary"));
        status = look_at_parameter(scan, &parameter, field->offset, field->size);
    }
    scan->any_dashes |= !named && has_word(field->value, "multipart");
    return status;
}

/* Octets that readers take differently: the first NUL and bare CR of all sections, and whether any
 * is above 127. */
static void look_at_octets(struct scan *scan, const struct field *field)
{
    const uint8_t *octets = scan->octets.data;
    size_t end = field->offset + field->size;

    for (size_t i = field->offset; i < end; i++) {
        if (octets[i] > '\r')
            scan->result->has_header_8bit |= octets[i] > 127;
        else if (octets[i] == '\0')
            note_oddity(scan, ODDITY_HEADER_NUL, i, 1);
        else if (octets[i] == '\r' && i + 1 < scan->octets.size && octets[i + 1] != '\n')
            note_oddity(scan, ODDITY_HEADER_CR, i, 1);
    }
}

static enum status look_at_field(struct scan *scan, const struct field *field)
{
    look_at_octets(scan, field);
    if (field->size > scan->limits->header_line_bytes && field->name.size > 0)
        hit(scan, "header-field", field->offset, field->offset + field->size);
    if (!bytes_equal_fold(bytes_slice(field->name, 0, 8), BYTES("Content-")))
        return STATUS_OK;
    return look_at_content(scan, field);
}

/* Reads one section; *at is moved behind its blank line, or to the delimiter that cuts it off. */
static enum status scan_section(struct scan *scan, size_t *at, bool behind_delimiter)
{
    struct fields fields = {scan->octets, *at};
    const struct limits *limits = scan->limits;
    size_t begin = *at;
    uint64_t count = 0;
    struct field field;

    if (++scan->result->sections > limits->parts)
        hit(scan, "parts", begin, begin);
    scan->message_next = scan->has_type = false;
    while (scan->result->cap == NULL) {
        size_t before = fields.at, next;

        if (before < scan->octets.size && before > begin &&
            is_delimiter(scan, line_at(scan->octets, before, &next))) {
            note_oddity(scan, ODDITY_HEADER_CUT, before, next - before);
            break;
        }
        if (!fields_next(&fields, &field))
            break;
        if (look_at_field(scan, &field) != STATUS_OK)
            return STATUS_MEMORY;
        if (field.name.size == 0)
            continue;
        if (++count > limits->header_fields)
            hit(scan, "header-fields", field.offset, field.offset + field.size);
        if (fields.at - begin > limits->header_block_bytes)
            hit(scan, "header-block", begin, fields.at);
    }
    scan->message_next |= behind_delimiter && scan->has_digest && !scan->has_type;
    *at = fields.at;
    return STATUS_OK;
}

enum status prescan_octets(struct bytes octets, const struct limits *limits, struct arena *arena,
                           struct prescan *prescan)
{
    struct scan scan = {.octets = octets, .limits = limits, .arena = arena, .result = prescan};
    size_t at = 0, next;
    enum status status;

    *prescan = (struct prescan){0};
    status = scan_section(&scan, &at, false);
    while (status == STATUS_OK && prescan->cap == NULL && at < octets.size) {
        struct bytes line;
        size_t begin = at;

        if (scan.message_next) {
            status = scan_section(&scan, &at, false);
            continue;
        }
        line = line_at(octets, at, &next);
        at = next;
        if (is_delimiter(&scan, line))
            status = scan_section(&scan, &at, true);
        else
            look_for_near_delimiter(&scan, line, begin);
    }
    return status;
}
