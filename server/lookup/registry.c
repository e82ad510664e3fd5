/* The rows of lookup_rows.h as a table. Tests link this file once more, with their own rows. */
#include "server/lookup/kind.h"
#include "server/lookup/lookup_rows.h"

#define LOOKUP_DECLARE(name) extern const struct lookup_kind lookup_##name;
LOOKUP_ROWS(LOOKUP_DECLARE)

#define LOOKUP_ROW(name) &lookup_##name,
static const struct lookup_kind *const kinds[] = {LOOKUP_ROWS(LOOKUP_ROW) NULL};

const struct lookup_kind *lookup_kind_find(struct bytes name)
{
    for (unsigned i = 0; kinds[i] != NULL; i++)
        if (bytes_equal(bytes_of_text(kinds[i]->name), name))
            return kinds[i];
    return NULL;
}
