/* Reads the effective value of an engine's setting by its row's name. */
#include "engines/setting.h"

#include <assert.h>
#include <string.h>

static const struct setting_value *value_of(const struct settings_view *view, const char *name,
                                            enum setting_kind least, enum setting_kind most)
{
    for (size_t i = 0; view->rows[i].name != NULL; i++) {
        if (strcmp(view->rows[i].name, name) != 0)
            continue;
        assert(view->rows[i].kind >= least && view->rows[i].kind <= most);
        return &view->values[i];
    }
    assert(!"a setting that has a row");
    return NULL;
}

uint64_t settings_number(const struct settings_view *view, const char *name)
{
    return value_of(view, name, SETTING_NUMBER, SETTING_NUMBER)->number;
}

bool settings_boolean(const struct settings_view *view, const char *name)
{
    return value_of(view, name, SETTING_BOOLEAN, SETTING_BOOLEAN)->number != 0;
}

unsigned settings_word(const struct settings_view *view, const char *name)
{
    return (unsigned)value_of(view, name, SETTING_WORD, SETTING_WORD)->number;
}

const char *settings_text(const struct settings_view *view, const char *name)
{
    return value_of(view, name, SETTING_BOOLEAN, SETTING_PATH)->text;
}
