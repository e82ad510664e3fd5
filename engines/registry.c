/* The engines of this build: the rows of engine_rows.h. Apart from the library of the engines, so
 * that a build for tests links another one with one row more. */
#include "engines/engine.h"
#include "engines/engine_rows.h"

#ifdef ENGINE_SCRIPTED
#define REGISTRY_ROWS(row) ENGINE_ROWS(row) row(scripted)
#else
#define REGISTRY_ROWS(row) ENGINE_ROWS(row)
#endif

#define ENGINE_DECLARED(name) extern const struct engine engine_##name;
REGISTRY_ROWS(ENGINE_DECLARED)

#define ENGINE_POINTER(name) &engine_##name,
static const struct engine *const rows[] = {REGISTRY_ROWS(ENGINE_POINTER)};

const struct engine *engine_row(unsigned i)
{
    return i < sizeof rows / sizeof rows[0] ? rows[i] : NULL;
}

const struct engine *engine_find(struct bytes name)
{
    for (unsigned i = 0; engine_row(i) != NULL; i++) {
        if (bytes_equal(bytes_of_text(rows[i]->name), name))
            return rows[i];
    }
    return NULL;
}
