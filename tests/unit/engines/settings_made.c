/* Values of an engine's settings for tests, as server/config would make them. */
#include "tests/unit/engines/settings_made.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint64_t number_of(const char *text, const char *unit)
{
    char *end;
    uint64_t number = strtoull(text, &end, 10);
    if (unit && strcmp(unit, "ms") == 0)
        return *end == 's' ? number * 1000 : number;
    return *end == 'K' ? number << 10 : *end == 'M' ? number << 20 : number;
}

static uint64_t word_of(const char *text, const char *choices)
{
    uint64_t word = 0;
    size_t length = strlen(text);
    while (strncmp(choices, text, length) != 0 || (choices[length] && choices[length] != '|')) {
        choices = strchr(choices, '|');
        assert(choices);
        choices++;
        word++;
    }
    return word;
}

static const char *value_of(const struct setting *row, const char *const *changes)
{
    size_t length = strlen(row->name);
    for (; changes && *changes; changes++)
        if (strncmp(*changes, row->name, length) == 0 && (*changes)[length] == '=')
            return *changes + length + 1;
    return row->value;
}

static void read_value(const struct setting *row, const char *text, struct setting_value *value)
{
    value->text = text;
    if (row->kind == SETTING_BOOLEAN)
        value->number = strcmp(text, "yes") == 0;
    else if (row->kind == SETTING_WORD)
        value->number = word_of(text, row->choices);
    else if (row->kind == SETTING_NUMBER)
        value->number = number_of(text, row->unit);
}

void settings_make(const struct setting *rows, const char *const *changes,
                   struct setting_value values[SETTINGS_MADE_MOST])
{
    for (size_t i = 0; rows[i].name; i++) {
        assert(i < SETTINGS_MADE_MOST);
        values[i] = (struct setting_value){0};
        read_value(&rows[i], value_of(&rows[i], changes), &values[i]);
    }
}
