/* Follows header sections and declared boundaries line by line. Each line is looked at once; a line
 * that begins with "--" is looked up by its hash, so no input makes this more than linear. */
#include "engines/message/prescan.h"

#include <string.h>

#include "engines/message/header.h"

/* Beyond BOUNDARIES_MOST nothing more is remembered and every line that begins with "--" counts:
 * the boundaries of one bucket bound the work for a line. */
enum { BUCKETS = 256, BOUNDARIES_MOST = 256, LENGTHS = 128 };

/* GMime compares each line of dashes with the boundaries of all multiparts around it: so many times
 * at most. */
enum { COMPARISONS_MOST = 64 << 20 };

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
    bool has_long;            /* others: no line is looked at for what stands behind them */
    bool any_dashes;          /* a boundary was declared that this pass does not read */
    bool has_digest;          /* parts without a type are messages */
    bool message_next; /* behind this section another one begins: a message within the message */
    bool has_type;     /* this section has a Content-Type */
    uint64_t fields, header_octets; /* of all sections that were read */
    uint64_t comparisons;           /* of lines of dashes with boundaries */
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

static enum status declare(struct scan *scan, struct bytes text)
{
    struct boundary *boundary;
    uint8_t bucket;

    text = line_without_blanks_behind(text);
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
    scan->has_long |= text.size >= LENGTHS;
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
    text = line_without_blanks_behind(bytes_slice(text, 2, SIZE_MAX));
    if (line.data[0] == '-' && is_declared(scan, without_end_dashes(text)))
        return;
    if (is_declared(scan, text) || is_declared(scan, without_end_dashes(text)) ||
        has_boundary_before(scan, text))
        note_oddity(scan, ODDITY_NEAR_DELIMITER, at, line.size);
}

/* A line that could begin a part: "--" and a declared boundary, or any when one was not read. */
static bool is_delimiter(const struct scan *scan, struct bytes line)
{
    if (!begins_with_dashes(line))
        return false;
    return scan->any_dashes ||
           is_declared(scan, line_without_blanks_behind(bytes_slice(line, 2, SIZE_MAX)));
}

static bool ends_with_crlf(struct bytes octets, size_t end)
{
    return end < 2 || (octets.data[end - 1] == '\n' && octets.data[end - 2] == '\r');
}

/* A delimiter's line break, before or behind it, is a bare LF, and the first line's was CRLF: for
 * some readers it is no line. */
static void look_at_ends(struct scan *scan, size_t begin, size_t end)
{
    size_t first;

    (void)line_at(scan->octets, 0, &first);
    if (first < 2 || !ends_with_crlf(scan->octets, first) ||
        (ends_with_crlf(scan->octets, begin) &&
         (end == scan->octets.size || ends_with_crlf(scan->octets, end))))
        return;
    note_oddity(scan, ODDITY_DELIMITER_LF, begin, end - begin);
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
        bytes_contain_fold(parameter->value, BYTES("=?")))
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
    scan->message_next |= bytes_contain_fold(field->value, BYTES("message/"));
    scan->has_digest |= bytes_contain_fold(field->value, BYTES("digest"));
    parameters_init(&parameters, field->value);
    while (status == STATUS_OK && parameters_next(&parameters, &parameter)) {
        named |= bytes_equal_fold(parameter.name, BYTES("boundary"));
        status = look_at_parameter(scan, &parameter, field->offset, field->size);
    }
    scan->any_dashes |= !named && bytes_contain_fold(field->value, BYTES("multipart"));
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

/* The limits of one section with `count` fields up to `to`, and of all sections together. */
static void check_limits(struct scan *scan, const struct field *field, size_t begin, size_t to,
                         uint64_t count)
{
    const struct limits *limits = scan->limits;
    size_t end = field->offset + field->size;

    if (count > limits->header_fields)
        hit(scan, "header-fields", field->offset, end);
    if (to - begin > limits->header_block_bytes)
        hit(scan, "header-block", begin, to);
    if (scan->fields + count > limits->fields)
        hit(scan, "fields", field->offset, end);
    if (scan->header_octets + (to - begin) > limits->headers_bytes)
        hit(scan, "headers", begin, to);
}

/* Reads one section; *at is moved behind its blank line, or to the delimiter that cuts it off. */
static enum status scan_section(struct scan *scan, size_t *at, bool behind_delimiter)
{
    struct fields fields = {scan->octets, *at};
    size_t begin = *at;
    uint64_t count = 0;
    struct field field;

    if (++scan->result->sections > scan->limits->parts)
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
        count += field.name.size > 0;
        if (field.name.size > 0)
            check_limits(scan, &field, begin, fields.at, count);
    }
    scan->fields += count;
    scan->header_octets += fields.at - begin;
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
        scan.comparisons += begins_with_dashes(line) ? scan.boundary_count : 0;
        if (scan.comparisons > COMPARISONS_MOST)
            hit(&scan, "depth", begin, next);
        if (is_delimiter(&scan, line)) {
            look_at_ends(&scan, begin, next);
            status = scan_section(&scan, &at, true);
        } else
            look_for_near_delimiter(&scan, line, begin);
    }
    prescan->has_unread_boundary = scan.any_dashes || scan.has_long;
    return status;
}
