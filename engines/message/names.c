/* Names of a part (spec/decoders.md, "Names"): the values of two parameters of two fields, in every
 * reading, made readable and compared. */
#include "engines/message/names.h"

#include <string.h>

#include "engines/decode/charset.h"
#include "engines/decode/encoded_word.h"
#include "engines/message/header.h"
#include "engines/message/parameter_reading.h"

/* Fields of one section that can name it; more are not looked at, and said. */
enum { FIELDS_MOST = 16 };

struct naming {
    struct bytes section;
    struct budget *budget;
    struct arena *arena;
    struct names *names;
    size_t capacity;
    struct bytes main; /* the first name by the rules */
    struct field fields[FIELDS_MOST];
    bool is_disposition[FIELDS_MOST];
    size_t fields_count;
};

static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD};

static size_t sequence_size(uint8_t octet)
{
    return octet < 0xC0 ? 1 : octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
}

/* Printable UTF-8, at most NAME_OCTETS_MOST: a control becomes U+FFFD, a longer name is cut before
 * a character. */
static struct bytes readable(struct bytes text, uint8_t out[NAME_OCTETS_MOST])
{
    size_t size = 0, count;

    for (size_t i = 0; i < text.size; i += count) {
        const uint8_t *from = text.data + i;
        bool is_control =
            *from < ' ' || *from == 0x7F || (*from == 0xC2 && text.size - i > 1 && from[1] < 0xA0);
        size_t put;

        count = sequence_size(*from);
        put = is_control ? sizeof replacement : count;
        if (size + put > NAME_OCTETS_MOST || count > text.size - i)
            break;
        memcpy(out + size, is_control ? replacement : from, put);
        size += put;
    }
    return (struct bytes){out, size};
}

static enum status add(struct naming *naming, struct bytes text, struct range where)
{
    struct names *names = naming->names;
    uint8_t room[NAME_OCTETS_MOST];
    struct name name = {readable(text, room), where};

    for (uint32_t i = 0; i < names->count; i++) {
        if (bytes_equal(names->items[i].text, name.text))
            return STATUS_OK;
    }
    if (name.text.size == 0)
        return STATUS_OK;
    if (names->count == NAMES_MOST) {
        names->is_over = true;
        return STATUS_OK;
    }
    name.text.data = (const uint8_t *)arena_copy(naming->arena, name.text);
    if (name.text.data == NULL || !arena_grow(naming->arena, (void **)&names->items,
                                              &naming->capacity, names->count, sizeof name))
        return STATUS_MEMORY;
    names->items[names->count++] = name;
    return STATUS_OK;
}

static void differ(struct naming *naming, struct range where)
{
    if (!naming->names->differ)
        naming->names->differ_where = where;
    naming->names->differ = true;
}

/* Behind the last dot, with the dot. */
static struct bytes extension(struct bytes name)
{
    size_t at = name.size;

    while (at > 0 && name.data[at - 1] != '.')
        at--;
    return at > 0 ? bytes_slice(name, at - 1, SIZE_MAX) : (struct bytes){0};
}

static bool has_8bit(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] >= 0x80)
            return true;
    }
    return false;
}

/* A second name for programs that cannot show the first one (RFC 6266 appendix D) is none. */
static bool is_same(struct bytes a, struct bytes b)
{
    if (bytes_equal(a, b))
        return true;
    return has_8bit(a) != has_8bit(b) && bytes_equal_fold(extension(a), extension(b));
}

/* The text of a value: of its charset, or with encoded words decoded. The arena may keep it. */
static enum status text_of(struct naming *naming, const struct parameter_value *value,
                           struct bytes *text)
{
    struct charset_text converted;
    struct encoded_text decoded;
    const char *cap;
    enum status status = charset_to_utf8(value->charset, value->octets, naming->budget,
                                         naming->arena, &converted, &cap);

    *text = converted.text;
    if (status != STATUS_OK || value->charset.size > 0)
        return status;
    status = encoded_words_decode(value->octets, naming->budget, naming->arena, &decoded);
    if (status == STATUS_OK && decoded.words > 0)
        *text = decoded.text;
    return status;
}

/* Every value is a name, decoded first, then literally. */
static enum status add_value(struct naming *naming, const struct parameter_value *value,
                             struct range where)
{
    struct charset_text literal;
    struct bytes text;
    const char *cap;
    enum status status = text_of(naming, value, &text);

    if (status == STATUS_OK)
        status = add(naming, text, where);
    if (status != STATUS_OK || !value->is_main)
        return status;
    if (naming->main.size == 0)
        naming->main = text;
    else if (!is_same(naming->main, text))
        differ(naming, where);
    status = charset_to_utf8((struct bytes){0}, value->octets, naming->budget, naming->arena,
                             &literal, &cap);
    return status == STATUS_OK ? add(naming, literal.text, where) : status;
}

static enum status read_parameter(struct naming *naming, const struct field *field,
                                  struct bytes attribute)
{
    const struct range where = {field->offset, field->size};
    struct parameter_values values;
    enum status status =
        parameter_values_read(field->value, attribute, naming->budget, naming->arena, &values);

    for (size_t i = 0; i < values.count && status == STATUS_OK; i++)
        status = add_value(naming, &values.values[i], where);
    naming->names->is_over |= values.is_over;
    if (values.differ)
        differ(naming, where);
    return status;
}

/* The fields that can name a part, in one walk. */
static void find_fields(struct naming *naming)
{
    struct fields fields = {naming->section, 0};
    struct field field;

    while (fields_next(&fields, &field)) {
        bool is_disposition = bytes_begin_fold(field.name, BYTES("Content-Disposition"));

        if (!is_disposition && !bytes_begin_fold(field.name, BYTES("Content-Type")))
            continue;
        if (naming->fields_count == FIELDS_MOST) {
            naming->names->is_over = true;
            return;
        }
        naming->is_disposition[naming->fields_count] = is_disposition;
        naming->fields[naming->fields_count++] = field;
    }
}

enum status names_read(struct bytes section, struct budget *budget, struct arena *arena,
                       struct names *names)
{
    static const struct {
        bool in_disposition;
        const char *attribute;
    } rows[] = {{true, "filename"}, {false, "name"}, {true, "name"}, {false, "filename"}};
    struct naming naming = {.section = section, .budget = budget, .arena = arena, .names = names};
    enum status status = STATUS_OK;

    *names = (struct names){0};
    find_fields(&naming);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < naming.fields_count && status == STATUS_OK; j++) {
            if (naming.is_disposition[j] == rows[i].in_disposition)
                status =
                    read_parameter(&naming, &naming.fields[j], bytes_of_text(rows[i].attribute));
        }
    }
    names->is_over |= budget->cap != NULL && names->count > 0; /* a text may have been cut */
    return status == STATUS_OK ? STATUS_OK : STATUS_MEMORY;
}
