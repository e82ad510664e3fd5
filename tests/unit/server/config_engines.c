/* A registry of made-up engines: one setting of each kind. */
#include "engines/engine.h"

static const struct setting clamav_settings[] = {
    {"mode", SETTING_WORD, "parts", "parts|whole|union", NULL, 0, 0, "what is scanned"},
    {"database", SETTING_PATH, "/var/lib/clamav", NULL, NULL, 0, 0, "where signatures are"},
    {"time", SETTING_NUMBER, "20000", NULL, "ms", 100, 60000, "longest scan"},
    {"size", SETTING_NUMBER, "100M", NULL, "octets", 1024, 1 << 30, "largest part"},
    {"heuristics", SETTING_BOOLEAN, "yes", NULL, NULL, 0, 0, "guesses too"},
    {"label", SETTING_TEXT, "", NULL, NULL, 0, 0, "a name for people"},
    {NULL, SETTING_TEXT, NULL, NULL, NULL, 0, 0, NULL}};
static const struct setting other_settings[] = {{NULL, SETTING_TEXT, NULL, NULL, NULL, 0, 0, NULL}};

static const struct engine engines[] = {
    {.name = "clamav", .settings = clamav_settings, .clean = engine_nothing_clean},
    {.name = "attachment", .settings = other_settings},
    {.name = "other", .settings = other_settings}};

const struct engine *engine_row(unsigned i);
const struct engine *engine_row(unsigned i)
{
    return i < 3 ? &engines[i] : NULL;
}
