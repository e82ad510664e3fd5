/* Facts by their names, and their values when they are asked for. */
#include <assert.h>
#include <string.h>

#include "server/config/row.h"
#include "server/policy/fact_find.h"

enum { FACT_NAME_MOST = 120, FIELD_NAME_MOST = 64 };

#define FACT_ONE false
#define FACT_MANY true
#define FACT_SCOPE_MESSAGE FACT_OF_MESSAGE
#define FACT_SCOPE_RECIPIENT FACT_OF_RECIPIENT
#define FACT_ROW(name, form, type, many, scope, function, help)                                    \
    {name, form, FACT_##type, FACT_##many, FACT_SCOPE_##scope, fact_##function, help},
static const struct fact_row fact_table[] = {FACT_ROWS(FACT_ROW)};

#define WORD_TEXT(word) word,
static const char *const attachment_words[] = {ATTACHMENT_WORD_ROWS(WORD_TEXT) NULL};

const struct fact_row *fact_row(unsigned i)
{
    return i < sizeof fact_table / sizeof *fact_table ? &fact_table[i] : NULL;
}

const char *attachment_word(unsigned i)
{
    return i < sizeof attachment_words / sizeof *attachment_words ? attachment_words[i] : NULL;
}

static bool is_family(const struct fact_row *row)
{
    return row->name[strlen(row->name) - 1] == '.';
}

/* RFC 5322 ftext. */
static bool is_field_name(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] <= 0x20 || name.data[i] >= 0x7F || name.data[i] == ':')
            return false;
    return name.size > 0 && name.size <= FIELD_NAME_MOST;
}

static bool family_has(const struct fact_row *row, struct bytes argument)
{
    if (row->type == FACT_TEXT)
        return is_field_name(argument);
    for (unsigned i = 0; attachment_words[i] != NULL; i++)
        if (bytes_equal_fold(bytes_of_text(attachment_words[i]), argument))
            return true;
    return false;
}

/* Exact names come before families. */
static const struct fact_row *row_of(struct bytes name)
{
    const struct fact_row *family = NULL;
    for (unsigned i = 0; fact_row(i) != NULL; i++) {
        const struct fact_row *row = fact_row(i);
        struct bytes stem = bytes_of_text(row->name);
        if (!is_family(row) && bytes_equal_fold(stem, name))
            return row;
        if (is_family(row) && bytes_begin_fold(name, stem) &&
            family_has(row, bytes_slice(name, stem.size, SIZE_MAX)))
            family = row;
    }
    return family;
}

/* Rows first, then attachment.WORD. */
static const char *known_name(const void *owner, unsigned i)
{
    (void)owner;
    static const char *const words[] = {
#define WORD_NAME(word) "attachment." word,
        ATTACHMENT_WORD_ROWS(WORD_NAME) NULL};
    unsigned rows = sizeof fact_table / sizeof *fact_table;
    return i < rows ? fact_table[i].name : words[i - rows];
}

static const char *lower_name(struct arena *arena, struct bytes name)
{
    char *text = (char *)arena_copy(arena, name);
    for (char *at = text; at != NULL && *at != '\0'; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    return text;
}

static struct fact *fact_new(struct facts *facts, struct arena *arena, const struct fact_row *row,
                             struct bytes name)
{
    struct fact *fact = arena_take(arena, sizeof *fact);
    const char *copy = lower_name(arena, name);
    if (fact == NULL || copy == NULL)
        return NULL;
    size_t stem = strlen(row->name);
    *fact = (struct fact){.row = row, .name = copy, .slot = facts->count++};
    if (is_family(row))
        fact->argument = bytes_of_text(copy + stem);
    if (facts->last == NULL)
        facts->first = fact;
    else
        facts->last->next = fact;
    facts->last = fact;
    return fact;
}

enum status fact_find(struct facts *facts, struct arena *arena, struct bytes name,
                      const struct fact **fact, const char **near)
{
    *near = NULL;
    for (const struct fact *known = facts->first; known != NULL; known = known->next) {
        if (!bytes_equal_fold(bytes_of_text(known->name), name))
            continue;
        *fact = known;
        return STATUS_OK;
    }
    const struct fact_row *row = name.size <= FACT_NAME_MOST ? row_of(name) : NULL;
    if (row == NULL) {
        char word[FACT_NAME_MOST + 1];
        size_t size = name.size < FACT_NAME_MOST ? name.size : FACT_NAME_MOST;
        memcpy(word, name.data, size);
        word[size] = '\0';
        *near = reader_near(word, known_name, NULL);
        return STATUS_INVALID;
    }
    *fact = fact_new(facts, arena, row, name);
    return *fact == NULL ? STATUS_MEMORY : STATUS_OK;
}

const struct fact_values *fact_values(struct fact_view *view, const struct fact *fact)
{
    struct fact_values *values = &view->values[fact->slot];
    uint64_t epoch = fact->row->scope == FACT_OF_MESSAGE ? 1 : view->epoch;
    if (values->epoch == epoch)
        return values;
    *values = (struct fact_values){.epoch = epoch};
    fact->row->find(view, fact, values);
    return values;
}

bool fact_is_wanted(const struct fact *fact)
{
    return strcmp(fact->row->name, "header.") == 0;
}
