/* A field's value, read for three attributes, and as a header section for its names; the oracle:
 * values that are distinct, not empty and within the field, and names that are distinct, printable
 * UTF-8 and no longer than they may be. */
#include <stdlib.h>

#include "engines/decode/charset.h"
#include "engines/message/names.h"
#include "engines/message/parameter_reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A value is joined of sections, each of which may run to the end of the field; limits.parameters.
 */
enum { SECTIONS_MOST = 64 };

static void check_values(struct bytes value, struct bytes attribute, struct budget *budget,
                         struct arena *arena)
{
    struct parameter_values values;

    if (parameter_values_read(value, attribute, budget, arena, &values) != STATUS_OK ||
        values.count > PARAMETER_VALUES_MOST)
        abort();
    for (size_t i = 0; i < values.count; i++) {
        const struct parameter_value *one = &values.values[i];

        if (one->octets.size == 0 || one->octets.size > SECTIONS_MOST * value.size ||
            one->where.offset + one->where.size > value.size)
            abort();
        for (size_t j = 0; j < i; j++) {
            if (bytes_equal(values.values[j].octets, one->octets) &&
                bytes_equal_fold(values.values[j].charset, one->charset))
                abort();
        }
    }
}

static void check_names(struct bytes section, struct budget *budget, struct arena *arena)
{
    struct names names;

    if (names_read(section, budget, arena, &names) != STATUS_OK || names.count > NAMES_MOST)
        abort();
    for (uint32_t i = 0; i < names.count; i++) {
        const struct name *name = &names.items[i];

        if (!bytes_is_utf8(name->text) || name->text.size == 0 ||
            name->text.size > NAME_OCTETS_MOST ||
            name->where.offset + name->where.size > section.size)
            abort();
        for (size_t j = 0; j < name->text.size; j++) {
            if (name->text.data[j] < ' ' || name->text.data[j] == 0x7F)
                abort();
        }
        for (uint32_t j = 0; j < i; j++) {
            if (bytes_equal(names.items[j].text, name->text))
                abort();
        }
    }
    if (names.differ && names.differ_where.offset + names.differ_where.size > section.size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes given = {data, size};
    struct bytes value = bytes_slice(given, bytes_find(given, 0, ':') + 1, SIZE_MAX);
    struct budget budget;
    struct limits limits;
    struct arena arena;

    charset_warm_up();
    limits_init(&limits);
    budget_init(&budget, &limits, size, 0);
    arena_init(&arena, (size_t)256 << 20);
    check_values(value, BYTES("boundary"), &budget, &arena);
    check_values(value, BYTES("filename"), &budget, &arena);
    check_values(value, BYTES("name"), &budget, &arena);
    check_names(given, &budget, &arena);
    arena_clear(&arena);
    return 0;
}
