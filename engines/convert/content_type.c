/* Every occurrence of the parameter goes with the semicolon before it, and one is put behind the
 * rest. What comes of it is read again as all readers do: only if they agree is it used. */
#include "engines/convert/content_type.h"

#include <string.h>

#include "engines/message/header.h"
#include "engines/message/parameter_reading.h"
#include "engines/message/parameter_scan.h"

struct making {
    struct buffer out;
    enum status status;
};

static void put(struct making *making, struct bytes octets)
{
    if (making->status == STATUS_OK)
        making->status = buffer_append(&making->out, octets);
}

/* Octets of a field without NUL, which no copy holds. */
static void put_field(struct making *making, struct bytes octets)
{
    for (size_t at = 0; at < octets.size;) {
        size_t end = bytes_find(octets, at, 0);

        put(making, bytes_slice(octets, at, end - at));
        at = end + 1;
    }
}

static bool is_token(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] <= ' ' || text.data[i] >= 0x7F ||
            strchr("()<>@,;:\\\"/[]?=", text.data[i]) != NULL)
            return false;
    }
    return text.size > 0;
}

static void put_parameter(struct making *making, struct bytes name, struct bytes value)
{
    put(making, BYTES("; "));
    put(making, name);
    put(making, BYTES("="));
    if (is_token(value)) {
        put(making, value);
        return;
    }
    put(making, BYTES("\""));
    for (size_t i = 0; i < value.size; i++) {
        uint8_t octet = value.data[i];

        if (octet == '"' || octet == '\\')
            put(making, BYTES("\\"));
        if (octet >= ' ' && octet != 0x7F)
            put(making, (struct bytes){&octet, 1});
    }
    put(making, BYTES("\""));
}

/* Where the value of an occurrence ends. */
static size_t value_end(struct bytes value, const struct occurrence *found)
{
    size_t at = scan_behind_blanks(value, found->begin);
    bool is_closed;

    if (at < value.size && value.data[at] == '"')
        at = scan_behind_quoted(value, at, &is_closed);
    return bytes_find(value, at, ';');
}

/* Back over blanks to the semicolon that an occurrence stands behind. */
static size_t semicolon_before(struct bytes value, size_t at, size_t least)
{
    while (at > least && scan_is_blank(value.data[at - 1]))
        at--;
    return at > least && value.data[at - 1] == ';' ? at - 1 : at;
}

/* The value without its charset: false when it hides one where the rules have none. */
static bool put_others(struct making *making, struct bytes value)
{
    struct occurrence found;
    struct scan scan;
    size_t kept = 0;

    scan_init(&scan, value, BYTES("charset"));
    while (scan_next(&scan, &found)) {
        size_t from = semicolon_before(value, found.at, kept);

        if (!found.is_main)
            return false;
        put_field(making, bytes_slice(value, kept, from - kept));
        kept = value_end(value, &found);
    }
    value = line_without_blanks_behind(bytes_slice(value, kept, SIZE_MAX));
    if (value.size > 0 && value.data[value.size - 1] == ';')
        value.size--;
    put_field(making, value);
    return true;
}

/* What most readers need of a text's type. */
static void put_plain(struct making *making, struct bytes value, struct bytes type)
{
    static const char *const names[] = {"format", "delsp", "method", "name"};
    struct parameters parameters;
    struct parameter parameter;
    unsigned seen = 0;

    put_field(making, type);
    parameters_init(&parameters, value);
    while (parameters_next(&parameters, &parameter)) {
        for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
            if ((seen & 1u << i) != 0 || !bytes_equal_fold(parameter.name, bytes_of_text(names[i])))
                continue;
            seen |= 1u << i;
            put_parameter(making, bytes_of_text(names[i]), parameter.value);
        }
    }
}

static enum status reads_as(struct bytes value, struct bytes label, struct budget *budget,
                            struct arena *arena, bool *reads)
{
    struct parameter_values values;
    enum status status = parameter_values_read(value, BYTES("charset"), budget, arena, &values);

    *reads = status == STATUS_OK && values.count == 1 && !values.differ && !values.is_over &&
             bytes_equal(values.values[0].octets, label);
    return status;
}

/* In three tries: the field as it stands, what is plain of it, the type alone. */
static bool make(struct making *making, unsigned attempt, struct bytes value, struct bytes type)
{
    making->out.size = 0;
    if (attempt == 0)
        return value.size > 0 && put_others(making, value);
    if (attempt == 1)
        put_plain(making, value, type);
    else
        put_field(making, type);
    return true;
}

enum status content_type_with_charset(struct bytes value, struct bytes type, struct bytes label,
                                      struct budget *budget, struct arena *arena,
                                      struct bytes *made)
{
    struct making making = {.out = {.limit = SIZE_MAX}};
    bool reads = false;

    for (unsigned attempt = 0; attempt < 3 && !reads && making.status == STATUS_OK; attempt++) {
        if (!make(&making, attempt, value, type))
            continue;
        put_parameter(&making, BYTES("charset"), label);
        if (making.status == STATUS_OK)
            making.status = reads_as(buffer_bytes(&making.out), label, budget, arena, &reads);
    }
    if (making.status == STATUS_OK) {
        *made = (struct bytes){(const uint8_t *)arena_copy(arena, buffer_bytes(&making.out)),
                               making.out.size};
        making.status = made->data != NULL ? STATUS_OK : STATUS_MEMORY;
    }
    buffer_clear(&making.out);
    return making.status;
}
