/* Settings of an engine as rows: the configuration, its checks, help and manual are made from them
 * (spec/configuration.md). server/config reads `engines: <name>: <setting>: value` by these rows
 * and hands the engine a view. */
#ifndef ENGINES_SETTING_H
#define ENGINES_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_kind {
    SETTING_BOOLEAN, /* yes, no, true, false, on, off */
    SETTING_NUMBER,  /* with unit suffixes: K M G for "octets", ms s min h d for "ms" */
    SETTING_WORD,    /* one of choices, "a|b|c" */
    SETTING_TEXT,
    SETTING_PATH /* absolute */
};

struct setting {
    const char *name; /* NULL ends the rows */
    enum setting_kind kind;
    const char *value;   /* default, as it would be written */
    const char *choices; /* SETTING_WORD */
    const char *unit;    /* SETTING_NUMBER: "octets", "ms", "count", "levels" */
    uint64_t least, most;
    const char *help; /* one sentence */
};

/* The effective values, one for each row. Lives as long as the configuration. */
struct settings_view {
    const struct setting *rows;
    const struct setting_value {
        uint64_t number;  /* NUMBER, BOOLEAN (0, 1), WORD (index into choices) */
        const char *text; /* every kind, as written */
    } * values;
};

/* The row must exist and be of the kind: anything else is our own mistake (assert). */
uint64_t settings_number(const struct settings_view *view, const char *name);
bool settings_boolean(const struct settings_view *view, const char *name);
unsigned settings_word(const struct settings_view *view, const char *name);
const char *settings_text(const struct settings_view *view, const char *name);

#endif
