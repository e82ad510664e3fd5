/* Values of tables: found by the keys of an address, taken apart at the commas. */
#include "server/policy/table.h"

#include "server/policy/list_inside.h"

bool table_find(const struct list *table, struct bytes address_or_domain, struct bytes *values)
{
    struct index_entry entry;
    if (!list_find(table, address_or_domain, &entry))
        return false;
    *values = entry.value;
    return true;
}

bool table_find_exact(const struct list *table, struct bytes key, struct bytes *values)
{
    struct index_entry found;
    struct entry_key canonical;
    if (!entry_key_of(key, &canonical) ||
        !index_find(&table->index, (struct bytes){canonical.octets, canonical.size}, &found))
        return false;
    *values = found.value;
    return true;
}

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* Offset of the next comma outside quotes, or the end. */
static size_t find_comma(struct bytes text)
{
    bool quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        if (quoted && text.data[i] == '\\')
            i++;
        else if (text.data[i] == '"')
            quoted = !quoted;
        else if (text.data[i] == ',' && !quoted)
            return i;
    }
    return text.size;
}

bool table_next_value(struct bytes *values, struct bytes *value)
{
    if (values->size == 0)
        return false;
    size_t end = find_comma(*values);
    struct bytes one = bytes_slice(*values, 0, end);
    *values = bytes_slice(*values, end + 1, SIZE_MAX);
    while (one.size > 0 && is_blank(one.data[0]))
        one = bytes_slice(one, 1, SIZE_MAX);
    while (one.size > 0 && is_blank(one.data[one.size - 1]))
        one.size--;
    *value = one;
    return true;
}
