/* Edits of rules, checked against a table of kinds and keys (spec/conversion.md 2). A word alone is
 * the value of the first key. */
#include <string.h>

#include "engines/decode/charset.h"
#include "engines/engine.h"
#include "server/policy/rule_edit.h"
#include "server/policy/rule_reader.h"

enum key_kind {
    KEY_TEXT,     /* ${fact} in it, one line */
    KEY_LINES,    /* the same with line breaks */
    KEY_HTML,     /* the same, and it is HTML */
    KEY_WORD,     /* as it stands */
    KEY_WORDS,    /* one or several, as they stand */
    KEY_CHARSET,  /* that text is written in */
    KEY_ENGINE,   /* that cleans parts */
    KEY_CHOICE,   /* choices; the first one is not told to the worker */
    KEY_FIELD,    /* the name of a header field */
    KEY_PREFIX,   /* the same, "*" at its end allowed */
    KEY_SELECT,   /* of parts */
    KEY_TEMPLATE, /* its texts become TEXT */
    KEY_MAPPING   /* of the edit `address`: rule_mapping.c */
};

struct edit_key {
    const char *name; /* NULL ends the keys */
    enum key_kind kind;
    const char *choices;
    bool is_required;
};

enum { EDIT_KEYS_MOST = 6 };

struct edit_form {
    enum edit_kind kind;
    struct edit_key keys[EDIT_KEYS_MOST];
    const char *one_of[2]; /* at least one of these keys is needed, or NULL */
};

#define SELECT                                                                                     \
    {                                                                                              \
        "select", KEY_SELECT, NULL, true                                                           \
    }
#define SIGNED                                                                                     \
    {                                                                                              \
        "signed", KEY_CHOICE, "leave|break", false                                                 \
    }
#define FIELD                                                                                      \
    {                                                                                              \
        "name", KEY_FIELD, NULL, true                                                              \
    }
#define VALUE                                                                                      \
    {                                                                                              \
        "value", KEY_TEXT, NULL, true                                                              \
    }
#define LINES                                                                                      \
    {                                                                                              \
        "text", KEY_LINES, NULL, false                                                             \
    }
#define TEMPLATE                                                                                   \
    {                                                                                              \
        "template", KEY_TEMPLATE, NULL, false                                                      \
    }
#define MAPPING(name)                                                                              \
    {                                                                                              \
        name, KEY_MAPPING, NULL, false                                                             \
    }

static const struct edit_form edit_forms[] = {
    {EDIT_PART_REMOVE, {SELECT, SIGNED}, {NULL, NULL}},
    {EDIT_PART_REPLACE, {SELECT, LINES, TEMPLATE, SIGNED}, {"text", "template"}},
    {EDIT_PART_CLEAN, {SELECT, {"engine", KEY_ENGINE, NULL, true}, SIGNED}, {NULL, NULL}},
    {EDIT_HTML_DISARM, {SIGNED}, {NULL, NULL}},
    {EDIT_CHARSET,
     {{"to", KEY_CHARSET, NULL, true},
      {"types", KEY_WORDS, NULL, false},
      {"from", KEY_WORD, NULL, false},
      SIGNED},
     {NULL, NULL}},
    {EDIT_ENCODING, {{"to", KEY_CHOICE, "|7bit|8bit", true}, SIGNED}, {NULL, NULL}},
    {EDIT_FOOTER, {LINES, {"html", KEY_HTML, NULL, false}, SIGNED}, {"text", "html"}},
    {EDIT_HEADER_ADD, {FIELD, VALUE}, {NULL, NULL}},
    {EDIT_HEADER_PREPEND, {FIELD, VALUE}, {NULL, NULL}},
    {EDIT_HEADER_REPLACE, {FIELD, VALUE}, {NULL, NULL}},
    {EDIT_HEADER_DELETE, {{"name", KEY_PREFIX, NULL, true}}, {NULL, NULL}},
    {EDIT_SUBJECT_TAG, {{"text", KEY_TEXT, NULL, true}}, {NULL, NULL}},
    {EDIT_ADDRESS,
     {MAPPING("table"), MAPPING("domains"), MAPPING("pattern"), MAPPING("to"), MAPPING("fields")},
     {NULL, NULL}},
    {EDIT_WRAP, {LINES, TEMPLATE}, {"text", "template"}},
};
enum { EDIT_FORM_COUNT = sizeof edit_forms / sizeof *edit_forms };

static const char *form_name(const void *owner, unsigned i)
{
    (void)owner;
    return i < EDIT_FORM_COUNT ? edit_word(edit_forms[i].kind) : NULL;
}

static const char *key_name(const void *owner, unsigned i)
{
    const struct edit_form *form = owner;
    return i < EDIT_KEYS_MOST ? form->keys[i].name : NULL;
}

static const struct edit_form *form_find(const char *word)
{
    for (unsigned i = 0; i < EDIT_FORM_COUNT; i++)
        if (strcmp(form_name(NULL, i), word) == 0)
            return &edit_forms[i];
    return NULL;
}

/* What the edit has under one more key: upper case on the wire. */
static enum status add_value(struct rule_reader *reading, struct rule_edit *edit, const char *key,
                             struct substitution *value)
{
    char upper[32];
    size_t size = 0;
    for (; key[size] != '\0' && size + 1 < sizeof upper; size++)
        upper[size] =
            (char)(key[size] >= 'a' && key[size] <= 'z' ? key[size] - 'a' + 'A' : key[size]);
    const char *copy =
        arena_copy(reading->names.arena, (struct bytes){(const uint8_t *)upper, size});
    if (copy == NULL || !arena_grow(reading->names.arena, (void **)&edit->values,
                                    &edit->value_capacity, edit->value_count, sizeof *edit->values))
        return problem_memory(reading->reader->problem);
    edit->values[edit->value_count++] =
        (struct rule_edit_value){.key = {(const uint8_t *)copy, size}, .value = value};
    return STATUS_OK;
}

/* A word that is no text with facts: "${" in it stands for itself nowhere. */
static enum status add_word(struct rule_reader *reading, struct rule_edit *edit, const char *key,
                            const struct node *node)
{
    struct bytes word;
    struct substitution *value = NULL;
    enum status status = rule_word(reading, node, 256, "a word", &word);
    if (status == STATUS_OK && bytes_find(word, 0, '$') < word.size)
        return reader_expected(reading->reader, node, "a word without \"$\"");
    if (status == STATUS_OK)
        status = rule_text(reading, node, false, false, &value);
    return status == STATUS_OK ? add_value(reading, edit, key, value) : status;
}

static enum status read_words(struct rule_reader *reading, const struct node *node, const char *key,
                              struct rule_edit *edit)
{
    enum status status = STATUS_OK;
    if (node->kind == NODE_SCALAR)
        return add_word(reading, edit, key, node);
    if (node->kind != NODE_LIST || node->count == 0)
        return reader_expected(reading->reader, node, "words");
    for (const struct node *item = node->first; item != NULL && status == STATUS_OK;
         item = item->next)
        status = add_word(reading, edit, key, item);
    return status;
}

/* One that nobody can write would make every copy impossible. */
static enum status read_charset(struct rule_reader *reading, const struct node *node,
                                const char *key, struct rule_edit *edit)
{
    charset_warm_up();
    if (node->kind == NODE_SCALAR && !charset_is_known(bytes_of_text(node->text)))
        return reader_expected(reading->reader, node, "a charset, as utf-8");
    return add_word(reading, edit, key, node);
}

static const struct config_engine *engine_of(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->engine_count; i++)
        if (strcmp(config->engines[i].engine->name, name) == 0)
            return &config->engines[i];
    return NULL;
}

/* One that does not run would fail for every message. */
static enum status read_engine(struct rule_reader *reading, const struct node *node,
                               const char *key, struct rule_edit *edit)
{
    const struct config *config = reading->config;
    const struct config_engine *engine =
        node->kind == NODE_SCALAR ? engine_of(config, node->text) : NULL;
    if (engine == NULL || engine->engine->clean == engine_nothing_clean)
        return reader_expected(reading->reader, node, "an engine that cleans parts");
    bool any = false;
    for (size_t i = 0; i < config->engine_count; i++)
        any = any || config->engines[i].enabled;
    if (any && !engine->enabled)
        return reader_problem(reading->reader, node, "the engine \"%.64s\" is not enabled",
                              node->text);
    return add_word(reading, edit, key, node);
}

static enum status read_choice(struct rule_reader *reading, const struct node *node,
                               const struct edit_key *key, struct rule_edit *edit)
{
    unsigned index = 0;
    const char *choices = key->choices[0] == '|' ? key->choices + 1 : key->choices;
    enum status status = rule_choice(reading, node, choices, &index);
    bool is_default = key->choices[0] != '|' && index == 0;
    return status == STATUS_OK && !is_default ? add_word(reading, edit, key->name, node) : status;
}

static enum status read_field(struct rule_reader *reading, const struct node *node,
                              const struct edit_key *key, struct rule_edit *edit)
{
    struct bytes name;
    enum status status = rule_word(reading, node, 64, "the name of a header field", &name);
    if (status != STATUS_OK)
        return status;
    size_t star = bytes_find(name, 0, '*');
    bool fits =
        is_header_name(name) &&
        (star == name.size || (key->kind == KEY_PREFIX && star + 1 == name.size && star > 0));
    return fits ? add_word(reading, edit, key->name, node)
                : reader_expected(reading->reader, node, "the name of a header field%s",
                                  key->kind == KEY_PREFIX ? ", \"*\" only at its end" : "");
}

static enum status read_select_word(struct rule_reader *reading, const struct node *node,
                                    struct select_word *select)
{
    static const struct {
        const char *word;
        enum select_kind kind;
    } rows[] = {{"infected", SELECT_INFECTED},
                {"policy", SELECT_POLICY},
                {"finding:", SELECT_FINDING},
                {"type:", SELECT_TYPE},
                {"name:", SELECT_NAME}};
    static const char expected[] = "infected, policy, finding:GLOB, type:GLOB or name:GLOB";
    struct bytes word;
    enum status status = rule_word(reading, node, 256, expected, &word);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bytes stem = bytes_of_text(rows[i].word);
        bool is_glob = stem.data[stem.size - 1] == ':';
        if (is_glob ? !bytes_begin_fold(word, stem) || word.size == stem.size
                    : !bytes_equal(word, stem))
            continue;
        *select = (struct select_word){rows[i].kind, bytes_slice(word, stem.size, SIZE_MAX)};
        return STATUS_OK;
    }
    return reader_expected(reading->reader, node, "%s", expected);
}

static enum status read_select(struct rule_reader *reading, const struct node *node,
                               struct rule_edit *edit)
{
    void *items = NULL;
    const struct node *item = NULL;
    enum status status =
        rule_items(reading, node, 64, sizeof *edit->select, &items, &edit->select_count, &item);
    edit->select = items;
    for (size_t i = 0; i < edit->select_count && status == STATUS_OK; i++, item = item->next)
        status = read_select_word(reading, item, &edit->select[i]);
    return status;
}

static enum status read_key(struct rule_reader *reading, const struct node *node,
                            const struct edit_key *key, struct rule_edit *edit)
{
    struct substitution *value = NULL;
    const struct template *template = NULL;
    enum status status = STATUS_OK;
    switch (key->kind) {
    case KEY_TEXT:
    case KEY_LINES:
    case KEY_HTML:
        status = rule_text(reading, node, key->kind != KEY_TEXT, key->kind == KEY_HTML, &value);
        return status == STATUS_OK ? add_value(reading, edit, key->name, value) : status;
    case KEY_WORD:
        return add_word(reading, edit, key->name, node);
    case KEY_WORDS:
        return read_words(reading, node, key->name, edit);
    case KEY_CHARSET:
        return read_charset(reading, node, key->name, edit);
    case KEY_ENGINE:
        return read_engine(reading, node, key->name, edit);
    case KEY_CHOICE:
        return read_choice(reading, node, key, edit);
    case KEY_FIELD:
    case KEY_PREFIX:
        return read_field(reading, node, key, edit);
    case KEY_SELECT:
        return read_select(reading, node, edit);
    case KEY_TEMPLATE:
        status = rule_template(reading, node, &template, &edit->template_texts);
        edit->template = template;
        return status;
    case KEY_MAPPING:
        break;
    }
    return rule_read_mapping(reading, node, key->name, edit);
}

static enum status read_keys(struct rule_reader *reading, const struct node *map,
                             const struct edit_form *form, struct rule_edit *edit)
{
    for (const struct node *child = map->first; child != NULL; child = child->next) {
        unsigned i = 0;
        while (key_name(form, i) != NULL && strcmp(key_name(form, i), child->key) != 0)
            i++;
        if (key_name(form, i) == NULL)
            return reader_unknown(reading->reader, child, key_name, form);
        size_t mark = reader_enter(reading->reader, child->key);
        enum status status = read_key(reading, child, &form->keys[i], edit);
        reader_leave(reading->reader, mark);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* A word alone says the first key only. */
static bool has_key(const struct node *value, const struct edit_form *form, const char *key)
{
    return value->kind == NODE_MAP ? node_find(value, key) != NULL
                                   : strcmp(form->keys[0].name, key) == 0;
}

static enum status check_keys(struct rule_reader *reading, const struct node *value,
                              const struct edit_form *form, struct rule_edit *edit)
{
    for (unsigned i = 0; key_name(form, i) != NULL; i++)
        if (form->keys[i].is_required && !has_key(value, form, form->keys[i].name))
            return reader_problem(reading->reader, value, "\"%s\" is missing", form->keys[i].name);
    const char *const *one = form->one_of;
    if (one[0] != NULL && !has_key(value, form, one[0]) && !has_key(value, form, one[1]))
        return reader_problem(reading->reader, value, "\"%s\" or \"%s\" is missing", one[0],
                              one[1]);
    bool both = form->keys[1].kind == KEY_TEMPLATE || form->keys[2].kind == KEY_TEMPLATE;
    if (both && has_key(value, form, "text") && has_key(value, form, "template"))
        return reader_problem(reading->reader, value,
                              "\"text\" and \"template\" exclude each "
                              "other");
    return form->kind == EDIT_ADDRESS ? rule_check_mapping(reading, value, edit) : STATUS_OK;
}

static enum status read_edit(struct rule_reader *reading, const struct node *item,
                             struct rule_edit *edit)
{
    struct config_reader *reader = reading->reader;
    if (item->kind != NODE_MAP || item->count != 1)
        return reader_expected(reader, item, "a map of one key, the kind of edit");
    const struct node *value = item->first;
    const struct edit_form *form = form_find(value->key);
    if (form == NULL)
        return reader_unknown(reader, value, form_name, NULL);
    size_t mark = reader_enter(reader, value->key);
    edit->kind = form->kind;
    enum status status = STATUS_OK;
    if (value->kind == NODE_MAP)
        status = read_keys(reading, value, form, edit);
    else if (value->kind == NODE_SCALAR || form->keys[0].kind == KEY_SELECT)
        status = read_key(reading, value, &form->keys[0], edit);
    else
        status = reader_expected(reader, value, "a text in quotes, or a map");
    if (status == STATUS_OK)
        status = check_keys(reading, value, form, edit);
    reader_leave(reader, mark);
    return status;
}

static bool is_cleaning(enum edit_kind kind)
{
    return kind == EDIT_PART_REMOVE || kind == EDIT_PART_REPLACE || kind == EDIT_PART_CLEAN ||
           kind == EDIT_HTML_DISARM;
}

enum status rule_read_edits(struct rule_reader *reading, const struct node *node, struct rule *rule)
{
    void *items = NULL;
    const struct node *item = NULL;
    if (node->kind != NODE_LIST)
        return reader_expected(reading->reader, node, "a list of edits");
    enum status status = rule_items(reading, node, RULE_EDITS_MOST, sizeof *rule->edits, &items,
                                    &rule->edit_count, &item);
    rule->edits = items;
    for (size_t i = 0; i < rule->edit_count && status == STATUS_OK; i++, item = item->next) {
        rule->edits[i].slot = reading->policy->edit_slots++;
        status = read_edit(reading, item, &rule->edits[i]);
        rule->cleans = rule->cleans || is_cleaning(rule->edits[i].kind);
    }
    return status;
}
