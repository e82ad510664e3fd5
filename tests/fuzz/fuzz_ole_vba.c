/* Any octets as a compound file, and as a compressed container. The oracle: it ends without an
 * error of its own, what it names lies within the file, the budget is charged and kept, and a chunk
 * moves on and gives at most 4096 octets. */
#include <stdlib.h>
#include <string.h>

#include "engines/attachment/macro.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t taken;

static void take(void *context, struct bytes name, struct bytes octets)
{
    uint64_t *sum = context;

    for (size_t i = 0; i < name.size; i++)
        *sum += name.data[i];
    for (size_t i = 0; i < octets.size; i++)
        *sum += octets.data[i];
}

static void unpack(struct bytes container)
{
    uint8_t out[VBA_CHUNK_OCTETS];
    bool is_broken = false;
    size_t at = 1, size;

    do {
        size_t before = at;

        size = vba_chunk(container, &at, out, &is_broken);
        if (size > VBA_CHUNK_OCTETS || at > container.size + 2 || (size > 0 && at <= before))
            abort();
    } while (size > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct macro macro = {0};
    struct limits limits;
    struct budget budget;

    limits_init(&limits);
    limits.decoded_bytes = 1 << 20;
    budget_init(&budget, &limits, size, 0);
    if (macro_read_ole((struct bytes){data, size}, &budget, take, &taken, &macro) != STATUS_OK)
        abort();
    if (macro.where.offset > size || macro.where.size > size - macro.where.offset)
        abort();
    if (budget.decoded_bytes > limits.decoded_bytes || (budget.cap != NULL) != (macro.cap != NULL))
        abort();
    if (memchr(macro.automatic, 0, sizeof macro.automatic) == NULL)
        abort();
    unpack((struct bytes){data, size});
    return 0;
}
