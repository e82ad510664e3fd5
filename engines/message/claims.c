/* One pass over the fields of a section. A field whose name is an ordinary token is looked up by
 * its name; only what is odd is looked at more closely. */
#include "engines/message/claims.h"

#include <string.h>

#include "engines/decode/charset.h"
#include "engines/decode/transfer.h"
#include "engines/message/parameter_reading.h"

enum { NAME_LETTERS = 32, TYPE_OCTETS = 160 };

enum meaning { MEANS_NOTHING, MEANS_TYPE, MEANS_ENCODING, MEANS_DISPOSITION };

struct collecting {
    struct claims *claims;
    struct budget *budget;
    struct arena *arena;
    enum status status;
};

static void dispute(struct collecting *collecting, enum dispute what, const struct field *field)
{
    if (collecting->claims->disputes[what].seen)
        return;
    collecting->claims->disputes[what].seen = true;
    collecting->claims->disputes[what].field = *field;
}

static enum meaning meaning_of(struct bytes name)
{
    if (bytes_equal_fold(name, BYTES("Content-Type")))
        return MEANS_TYPE;
    if (bytes_equal_fold(name, BYTES("Content-Transfer-Encoding")))
        return MEANS_ENCODING;
    if (bytes_equal_fold(name, BYTES("Content-Disposition")))
        return MEANS_DISPOSITION;
    return MEANS_NOTHING;
}

static bool is_letter(uint8_t octet)
{
    return (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
}

/* What is left of a name without comments and without octets that no field name needs. */
static enum meaning lenient_meaning(struct bytes name)
{
    uint8_t letters[NAME_LETTERS];
    size_t size = 0, depth = 0;

    for (size_t i = 0; i < name.size && size < sizeof letters; i++) {
        uint8_t octet = name.data[i];

        if (octet == '(')
            depth++;
        else if (octet == ')' && depth > 0)
            depth--;
        else if (depth == 0 && (octet == '-' || is_letter(octet)))
            letters[size++] = octet;
    }
    return meaning_of((struct bytes){letters, size});
}

/* Some look for the name of a field anywhere in the line, in an encoded word too. */
static enum meaning meaning_within(struct bytes name)
{
    if (bytes_contain_fold(name, BYTES("Content-Transfer-Encoding")))
        return MEANS_ENCODING;
    if (bytes_contain_fold(name, BYTES("Content-Disposition")))
        return MEANS_DISPOSITION;
    return bytes_contain_fold(name, BYTES("Content-Type")) ? MEANS_TYPE : MEANS_NOTHING;
}

static void add_boundary(struct claims *claims, struct bytes boundary)
{
    boundary = line_without_blanks_behind(boundary);
    for (size_t i = 0; i < claims->boundary_count; i++) {
        if (bytes_equal(claims->boundaries[i], boundary))
            return;
    }
    if (claims->boundary_count == CLAIMS_BOUNDARIES_MOST)
        claims->is_over = true;
    else
        claims->boundaries[claims->boundary_count++] = boundary;
}

static void take_boundaries(struct collecting *collecting, const struct field *field)
{
    struct parameter_values values;

    if (!bytes_contain_fold(field->value, BYTES("bound")) &&
        bytes_find(field->value, 0, '=') == field->value.size)
        return;
    collecting->status = parameter_values_read(field->value, BYTES("boundary"), collecting->budget,
                                               collecting->arena, &values);
    if (collecting->status != STATUS_OK)
        return;
    for (size_t i = 0; i < values.count; i++)
        add_boundary(collecting->claims, values.values[i].octets);
    collecting->claims->is_over |= values.is_over;
    if (values.differ)
        dispute(collecting, DISPUTE_BOUNDARY, field);
}

static void take_charset(struct collecting *collecting, const struct field *field)
{
    struct parameter_values values;

    collecting->status = parameter_values_read(field->value, BYTES("charset"), collecting->budget,
                                               collecting->arena, &values);
    if (collecting->status != STATUS_OK || values.count == 0)
        return;
    collecting->claims->charset = values.values[0].octets;
    for (size_t i = 1; i < values.count; i++) {
        if (charset_keeps_ascii(values.values[i].octets) ==
            charset_keeps_ascii(values.values[0].octets))
            continue;
        collecting->claims->other_charset = values.values[i].octets;
        dispute(collecting, DISPUTE_CHARSET, field);
    }
}

/* What the type makes of the part, for a reader that takes it as it stands and for one that looks
 * for a word. */
static unsigned kinds_of(struct bytes value)
{
    struct bytes word = bytes_slice(value, 0, bytes_find(value, 0, ';'));
    unsigned leaf = 1u << PART_LEAF;

    if (bytes_begin_fold(word, BYTES("multipart/")))
        return 1u << PART_MULTIPART | (bytes_find(word, 0, '(') < word.size ? leaf : 0);
    if (bytes_contain_fold(value, BYTES("multipart")) ||
        bytes_contain_fold(value, BYTES("boundary")))
        return 1u << PART_MULTIPART | leaf;
    if (bytes_begin_fold(word, BYTES("message/rfc822")) ||
        bytes_begin_fold(word, BYTES("message/global")))
        return 1u << PART_MESSAGE;
    if (bytes_contain_fold(word, BYTES("rfc822")) ||
        bytes_contain_fold(word, BYTES("message/news")))
        return 1u << PART_MESSAGE | leaf;
    return leaf;
}

static void take_type(struct collecting *collecting, const struct field *field, bool is_plain)
{
    struct claims *claims = collecting->claims;

    if (is_plain) {
        if (claims->has_type && !bytes_equal_fold(claims->type.value, field->value))
            dispute(collecting, DISPUTE_TYPE, field);
        claims->has_type = true;
        claims->type = *field;
    }
    claims->kinds |= kinds_of(field->value);
    claims->is_digest |= bytes_contain_fold(field->value, BYTES("digest"));
    take_boundaries(collecting, field);
    if (collecting->status == STATUS_OK && bytes_contain_fold(field->value, BYTES("charset")))
        take_charset(collecting, field);
}

static void take_encoding(struct collecting *collecting, const struct field *field, bool is_plain)
{
    struct claims *claims = collecting->claims;
    unsigned encodings;
    bool clean;

    if (is_plain) {
        if (claims->has_encoding && !bytes_equal_fold(claims->encoding.value, field->value))
            dispute(collecting, DISPUTE_ENCODING, field);
        claims->has_encoding = true;
        claims->encoding = *field;
    }
    encodings = decode_claims(field->value);
    if (decode_named(field->value, &clean) == ENCODING_UNKNOWN) {
        if (!is_plain && encodings == 1u << ENCODING_IDENTITY)
            return; /* a list of names, as signatures have */
        encodings |= 1u << ENCODING_UNKNOWN;
    }
    claims->encodings |= encodings;
}

static void take_field(struct collecting *collecting, enum meaning meaning,
                       const struct field *field, bool is_plain)
{
    struct claims *claims = collecting->claims;

    if (meaning == MEANS_TYPE)
        take_type(collecting, field, is_plain);
    else if (meaning == MEANS_ENCODING)
        take_encoding(collecting, field, is_plain);
    else if (meaning == MEANS_DISPOSITION && bytes_contain_fold(field->value, BYTES("bound")))
        take_boundaries(collecting, field);
    if (meaning == MEANS_DISPOSITION && is_plain) {
        claims->has_disposition = true;
        claims->disposition = *field;
    }
}

static bool begins_type(struct bytes value)
{
    size_t at = 0;

    while (at < value.size && (is_letter(value.data[at]) || value.data[at] == '-'))
        at++;
    return at < value.size && value.data[at] == '/';
}

static enum meaning hidden_meaning(struct bytes rest, size_t *end)
{
    *end = 0;
    while (*end < rest.size && (rest.data[*end] == '-' || is_letter(rest.data[*end])))
        (*end)++;
    return meaning_of(bytes_slice(rest, 0, *end));
}

/* A line within a field, or one without a colon, that begins with the name of a field that decides.
 */
static void take_hidden(struct collecting *collecting, const struct field *field, struct bytes rest)
{
    struct field hidden = *field;
    size_t end;
    enum meaning meaning = hidden_meaning(rest, &end);

    while (end < rest.size && memchr(": \t\v\r\n", rest.data[end], 6) != NULL)
        end++;
    hidden.value = bytes_slice(rest, end, SIZE_MAX);
    if (meaning == MEANS_TYPE && !begins_type(hidden.value))
        return; /* a list of names, as signatures have */
    if (meaning != MEANS_NOTHING)
        take_field(collecting, meaning, &hidden, false);
}

/* The next beginning of a line in a value that has the name of a field that decides, at or behind
 * `at`, whatever ends lines: LF, CR; value.size when there is none. */
static size_t next_hidden(struct bytes value, size_t at)
{
    bool is_break = false;
    size_t end;

    for (; at < value.size; at++) {
        uint8_t octet = value.data[at];

        if (octet == '\r' || octet == '\n') {
            is_break = true;
        } else if (is_break && octet != ' ' && octet != '\t') {
            is_break = false;
            if (bytes_begin_fold(bytes_slice(value, at, 8), BYTES("Content-")) &&
                hidden_meaning(bytes_slice(value, at, SIZE_MAX), &end) != MEANS_NOTHING)
                return at;
        }
    }
    return at;
}

/* Each goes on to the next one: who sees the first sees that too. */
static void look_behind_breaks(struct collecting *collecting, const struct field *field)
{
    size_t at = next_hidden(field->value, 0), next;

    for (; at < field->value.size && collecting->status == STATUS_OK; at = next) {
        next = next_hidden(field->value, at);
        take_hidden(collecting, field, bytes_slice(field->value, at, next - at));
    }
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
        if (bytes_begin_fold(line, BYTES("Content-Type: ")) ||
            bytes_begin_fold(line, BYTES("Content-Transfer-Encoding: ")))
            return !bytes_contain_fold(field->name, BYTES("signature"));
    }
    return false;
}

static void look_at_field(struct collecting *collecting, const struct field *field)
{
    enum meaning meaning = meaning_of(field->name);
    bool is_plain = meaning != MEANS_NOTHING;

    if (!is_plain && (!is_token(field->name) || bytes_contain_fold(field->name, BYTES("=?")))) {
        meaning = lenient_meaning(field->name);
        if (meaning == MEANS_NOTHING)
            meaning = meaning_within(field->name);
        if (bytes_contain_fold(field->name, BYTES("content-")))
            dispute(collecting, DISPUTE_HIDDEN, field);
    }
    if (meaning != MEANS_NOTHING)
        take_field(collecting, meaning, field, is_plain);
    else if (field->name.size == 0)
        take_hidden(collecting, field, field->value);
    look_behind_breaks(collecting, field);
    if (hides_field(field))
        dispute(collecting, DISPUTE_HIDDEN, field);
}

/* What a mailbox has before each message (RFC 4155). */
static bool is_mailbox_line(const struct field *field)
{
    return field->offset == 0 && bytes_equal(bytes_slice(field->value, 0, 5), BYTES("From "));
}

enum status claims_read(struct bytes section, struct budget *budget, struct arena *arena,
                        struct claims *claims)
{
    struct collecting collecting = {claims, budget, arena, STATUS_OK};
    struct fields fields = {section, 0};
    struct field field;

    *claims = (struct claims){.junk = SIZE_MAX};
    while (collecting.status == STATUS_OK && fields_next(&fields, &field)) {
        if (field.name.size == 0 && claims->junk == SIZE_MAX && !is_mailbox_line(&field))
            claims->junk = field.offset;
        look_at_field(&collecting, &field);
    }
    return collecting.status;
}

bool claims_know_encoding(const struct claims *claims)
{
    return (claims->encodings & ~(1u << ENCODING_UNKNOWN | 1u << ENCODING_IDENTITY)) != 0;
}

enum status claims_type(const struct claims *claims, struct arena *arena, struct bytes *type)
{
    uint8_t room[TYPE_OCTETS];
    struct bytes word;

    *type = (struct bytes){0};
    if (!claims->has_type)
        return STATUS_OK;
    (void)value_word(claims->type.value, room, sizeof room, &word);
    if (!is_token(word) || word.size == sizeof room || bytes_find(word, 0, '/') == word.size)
        return STATUS_OK;
    type->data = (const uint8_t *)arena_copy(arena, word);
    type->size = word.size;
    return type->data != NULL ? STATUS_OK : STATUS_MEMORY;
}
