/* Values of an engine's settings for tests, as server/config would make them. */
#ifndef TESTS_UNIT_ENGINES_SETTINGS_MADE_H
#define TESTS_UNIT_ENGINES_SETTINGS_MADE_H

#include "engines/setting.h"

enum { SETTINGS_MADE_MOST = 64 };

/* The defaults of the rows, and over them changes: "name=value" texts ended by NULL; the first of a
 * name counts. */
void settings_make(const struct setting *rows, const char *const *changes,
                   struct setting_value values[SETTINGS_MADE_MOST]);

#endif
