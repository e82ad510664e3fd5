/* Units above 255 become "?". */
#include "engines/attachment/narrow.h"

#include <string.h>

/* 0: not UTF-16; else 1 when the low octet is first, 2 when the high one is. */
static unsigned order_of(struct bytes octets)
{
    static const struct {
        const char *octets;
        size_t size;
        unsigned order;
    } rows[] = {{"\xFF\xFE", 2, 1}, {"\xFE\xFF", 2, 2}, {"<\0", 2, 1}, {"\0<", 2, 2}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (octets.size >= 2 && memcmp(octets.data, rows[i].octets, rows[i].size) == 0)
            return rows[i].order;
    }
    return 0;
}

enum status narrow_text(struct bytes octets, struct budget *budget, struct arena *arena,
                        struct narrow *narrow)
{
    unsigned order = order_of(octets);
    size_t size = octets.size / 2;
    uint8_t *out;

    *narrow = (struct narrow){.text = octets, .unit = 1};
    if (order == 0)
        return STATUS_OK;
    narrow->text = (struct bytes){NULL, 0};
    narrow->cap = budget_take_octets(budget, size);
    if (narrow->cap != NULL)
        return STATUS_OK;
    out = arena_take(arena, size > 0 ? size : 1);
    if (out == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < size; i++) {
        uint8_t low = octets.data[2 * i + order - 1], high = octets.data[2 * i + 2 - order];

        out[i] = high == 0 ? low : '?';
    }
    *narrow = (struct narrow){.text = {out, size}, .unit = 2};
    return STATUS_OK;
}
