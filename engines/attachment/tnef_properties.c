#include "engines/attachment/tnef_properties.h"

#include "engines/attachment/little_endian.h"

enum { MULTIPLE = 0x1000, NAMED = 0x8000, GUID = 16, BY_NUMBER = 0 };

/* Octets of a value in the stream; 0: its size stands before it. */
static const struct {
    uint16_t type;
    uint8_t size;
} sizes[] = {{0x01, 4}, {0x02, 4}, {0x03, 4},  {0x04, 4}, {0x05, 8}, {0x06, 8},
             {0x07, 8}, {0x0A, 4}, {0x0B, 4},  {0x0D, 0}, {0x14, 8}, {0x1E, 0},
             {0x1F, 0}, {0x40, 8}, {0x48, 16}, {0x102, 0}};

void tnef_properties_init(struct tnef_properties *properties, struct bytes octets)
{
    properties->octets = octets;
    properties->at = 4;
    properties->left = (uint32_t)little_endian(octets, 0, 4);
}

static size_t left_of(const struct tnef_properties *properties)
{
    return properties->octets.size > properties->at ? properties->octets.size - properties->at : 0;
}

static bool take_number(struct tnef_properties *properties, uint32_t *number)
{
    if (left_of(properties) < 4)
        return false;
    *number = (uint32_t)little_endian(properties->octets, properties->at, 4);
    properties->at += 4;
    return true;
}

/* Values fill up to four octets; the last one of all may not. */
static bool take_value(struct tnef_properties *properties, uint32_t size, struct bytes *value)
{
    size_t left = left_of(properties), padded = ((size_t)size + 3) & ~(size_t)3;

    if (size > left)
        return false;
    *value = bytes_slice(properties->octets, properties->at, size);
    properties->at += padded < left ? padded : left;
    return true;
}

/* A named property has its set, and a number or a name in it. */
static bool skip_name(struct tnef_properties *properties)
{
    struct bytes ignored;
    uint32_t kind, size;

    if (!take_value(properties, GUID, &ignored) || !take_number(properties, &kind) ||
        !take_number(properties, &size))
        return false;
    return kind == BY_NUMBER || take_value(properties, size, &ignored);
}

static bool take_values(struct tnef_properties *properties, uint8_t fixed_size, bool is_multiple,
                        struct bytes *first)
{
    uint32_t count = 1, size = fixed_size;
    struct bytes value;

    if ((is_multiple || fixed_size == 0) && !take_number(properties, &count))
        return false;
    *first = (struct bytes){NULL, 0};
    for (uint32_t i = 0; i < count; i++) {
        if ((fixed_size == 0 && !take_number(properties, &size)) ||
            !take_value(properties, size, &value))
            return false;
        if (i == 0)
            *first = value;
    }
    return true;
}

bool tnef_properties_next(struct tnef_properties *properties, struct tnef_property *property)
{
    uint32_t tag, row = 0;
    uint16_t type;

    if (properties->left == 0 || !take_number(properties, &tag))
        return false;
    type = tag & 0xFFFF;
    property->id = (uint16_t)(tag >> 16);
    property->type = type & (uint16_t)~MULTIPLE;
    while (row < sizeof sizes / sizeof sizes[0] && sizes[row].type != property->type)
        row++;
    if (row == sizeof sizes / sizeof sizes[0] ||
        (property->id >= NAMED && !skip_name(properties)) ||
        !take_values(properties, sizes[row].size, (type & MULTIPLE) != 0, &property->value))
        return false;
    properties->left--;
    return true;
}
