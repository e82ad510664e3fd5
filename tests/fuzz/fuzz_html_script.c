/* Any octets as HTML. The oracle: the place lies within, and the same page behind a letter has the
 * same signals at a place one further. */
#include <stdlib.h>
#include <string.h>

#include "engines/attachment/html_script.h"
#include "engines/attachment/narrow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_shifted(const uint8_t *data, size_t size)
{
    struct html_script found, shifted;
    uint8_t *copy = malloc(size + 1);

    if (copy == NULL)
        abort();
    copy[0] = 'x';
    if (size > 0)
        memcpy(copy + 1, data, size);
    html_script_read((struct bytes){data, size}, &found);
    html_script_read((struct bytes){copy, size + 1}, &shifted);
    if (found.where.offset > size || found.where.size > size - found.where.offset)
        abort();
    if (found.signals != shifted.signals || found.literal_octets != shifted.literal_octets ||
        (found.signals != 0 && found.where.offset + 1 != shifted.where.offset))
        abort();
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    struct budget budget;
    struct arena arena;
    struct narrow narrow;

    check_shifted(data, size);
    limits_init(&limits);
    budget_init(&budget, &limits, size, 0);
    arena_init(&arena, size + 64);
    if (narrow_text((struct bytes){data, size}, &budget, &arena, &narrow) != STATUS_OK ||
        narrow.text.size * narrow.unit > size)
        abort();
    if (narrow.unit == 2)
        check_shifted(narrow.text.data, narrow.text.size);
    arena_clear(&arena);
    return 0;
}
