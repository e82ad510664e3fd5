/* From tree to struct, section by section. */
#include "server/config/read.h"

#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/policy/entry.h"
#include "server/policy/template.h"

enum { LISTENERS_MOST = 256 };

static const char *const section_names[] = {
    "server", "http",   "log",       "listeners", "clients", "channels", "organisations",
    "lists",  "tables", "templates", "notices",   "engines", "limits",   NULL};

static const char *section_name(const void *owner, unsigned i)
{
    (void)owner;
    return section_names[i];
}

static const char *limit_name(const void *owner, unsigned i)
{
    (void)owner;
    const struct limit_row *row = limits_row(i);
    return row != NULL ? row->name : NULL;
}

static const char *engine_name(const void *owner, unsigned i)
{
    (void)owner;
    const struct engine *engine = engine_row(i);
    return engine != NULL ? engine->name : NULL;
}

/* `enabled` comes first, then the engine's own. */
static const char *setting_name(const void *owner, unsigned i)
{
    const struct setting *rows = owner;
    return i == 0 ? config_engine_rows[0].name : rows[i - 1].name;
}

const struct node *node_at(const struct node *parent, size_t i)
{
    const struct node *child = parent != NULL ? parent->first : NULL;
    for (; child != NULL && i > 0; i--)
        child = child->next;
    return child;
}

static enum status read_limits(struct config_reader *reader, const struct node *map,
                               struct limits *limits)
{
    limits_init(limits);
    if (map != NULL && map->kind != NODE_MAP)
        return reader_expected(reader, map, "a map");
    enum status status = STATUS_OK;
    for (const struct node *child = map != NULL ? map->first : NULL;
         child != NULL && status == STATUS_OK; child = child->next) {
        unsigned i = 0;
        while (limit_name(NULL, i) != NULL && strcmp(limit_name(NULL, i), child->key) != 0)
            i++;
        if (limit_name(NULL, i) == NULL)
            return reader_unknown(reader, child, limit_name, NULL);
        struct config_row row = row_of_limit(limits_row(i));
        size_t mark = reader_enter(reader, child->key);
        status = row_read(reader, &row, child, limits_value(limits, i));
        reader_leave(reader, mark);
    }
    return status;
}

/* One setting into its value: the number by kind, the text always as written. */
static enum status read_setting(struct config_reader *reader, const struct setting *setting,
                                const struct node *node, struct setting_value *value)
{
    struct config_row row = row_of_setting(setting);
    const char *text = NULL;
    bool is_text = row.kind == CONFIG_TEXT || row.kind == CONFIG_PATH;
    row.size = sizeof(uint64_t);
    enum status status =
        row_read(reader, &row, node, is_text ? (void *)&text : (void *)&value->number);
    value->text = node->text;
    return status;
}

static enum status default_setting(struct config_reader *reader, const struct setting *setting,
                                   struct setting_value *value)
{
    struct node node = {.kind = NODE_SCALAR, .file = "default", .text = setting->value};
    value->text = setting->value != NULL ? setting->value : "";
    bool is_text = setting->kind == SETTING_TEXT || setting->kind == SETTING_PATH;
    if (is_text)
        return STATUS_OK;
    if (setting->kind == SETTING_NUMBER && setting->unit != NULL &&
        value->text[strspn(value->text, "0123456789")] == '\0') {
        value->number = strtoull(value->text, NULL, 10); /* a row may leave the unit out */
        return STATUS_OK;
    }
    return read_setting(reader, setting, &node, value);
}

static enum status read_engine(struct config_reader *reader, const struct node *map,
                               struct config_engine *target)
{
    const struct setting *rows = target->engine->settings;
    struct setting_value *values = (struct setting_value *)target->settings.values;
    if (map->kind != NODE_MAP)
        return reader_expected(reader, map, "a map");
    enum status status = STATUS_OK;
    for (const struct node *child = map->first; child != NULL && status == STATUS_OK;
         child = child->next) {
        unsigned i = 0;
        while (setting_name(rows, i) != NULL && strcmp(setting_name(rows, i), child->key) != 0)
            i++;
        if (setting_name(rows, i) == NULL)
            return reader_unknown(reader, child, setting_name, rows);
        size_t mark = reader_enter(reader, child->key);
        status = i == 0 ? row_read(reader, &config_engine_rows[0], child, &target->enabled)
                        : read_setting(reader, &rows[i - 1], child, &values[i - 1]);
        reader_leave(reader, mark);
    }
    return status;
}

/* All engines with their defaults. */
static enum status init_engines(struct config_reader *reader, struct config *config)
{
    while (engine_row((unsigned)config->engine_count) != NULL)
        config->engine_count++;
    config->engines =
        arena_take(reader->arena, (config->engine_count + 1) * sizeof *config->engines);
    if (config->engines == NULL)
        return problem_memory(reader->problem);
    for (size_t i = 0; i < config->engine_count; i++) {
        const struct setting *rows = engine_row((unsigned)i)->settings;
        size_t count = 0;
        while (rows[count].name != NULL)
            count++;
        struct setting_value *values = arena_take(reader->arena, (count + 1) * sizeof *values);
        if (values == NULL)
            return problem_memory(reader->problem);
        config->engines[i].engine = engine_row((unsigned)i);
        config->engines[i].settings = (struct settings_view){.rows = rows, .values = values};
        for (size_t j = 0; j < count; j++) {
            enum status status = default_setting(reader, &rows[j], &values[j]);
            if (status != STATUS_OK)
                return status;
        }
    }
    return STATUS_OK;
}

static enum status read_engines(struct config_reader *reader, const struct node *map,
                                struct config *config)
{
    enum status status = init_engines(reader, config);
    if (map != NULL && map->kind != NODE_MAP)
        return reader_expected(reader, map, "a map");
    for (const struct node *child = map != NULL ? map->first : NULL;
         child != NULL && status == STATUS_OK; child = child->next) {
        unsigned i = 0;
        while (engine_name(NULL, i) != NULL && strcmp(engine_name(NULL, i), child->key) != 0)
            i++;
        if (engine_name(NULL, i) == NULL)
            return reader_unknown(reader, child, engine_name, NULL);
        size_t mark = reader_enter(reader, child->key);
        status = read_engine(reader, child, &config->engines[i]);
        reader_leave(reader, mark);
    }
    return status;
}

/* Letters, digits and these: of clients and channels what the protocol can carry, of others what
 * expressions can name. */
static bool name_fits(const char *name, const char *marks, size_t most)
{
    size_t length = strlen(name);
    for (const char *at = name; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && strchr(marks, *at) == NULL)
            return false;
    return length > 0 && length <= most;
}

/* A section that is a map or list of objects of one kind. The name, when there is one, is the
 * object's first field. */
struct objects {
    const char *section;
    const struct config_row *rows;
    size_t size;
    const char *marks;   /* in names beside letters and digits; NULL: a list without names */
    size_t name_most;    /* octets */
    size_t most;         /* objects */
    size_t place, count; /* offsets in struct config */
};

#define OBJECTS(type, field, counter)                                                              \
    sizeof(struct type), .place = offsetof(struct config, field),                                  \
                         .count = offsetof(struct config, counter)
#define ATOM "-._:/=+@*"
#define WORD "-._"

static const struct objects object_sections[] = {
    {"listeners", config_listener_rows, OBJECTS(config_listener, listeners, listener_count),
     .most = LISTENERS_MOST},
    {"clients", config_client_rows, OBJECTS(config_client, clients, client_count), .marks = ATOM,
     .name_most = 63, .most = NODE_KEYS_MOST},
    {"channels", config_channel_rows, OBJECTS(config_channel, channels, channel_count),
     .marks = ATOM, .name_most = 64, .most = NODE_KEYS_MOST},
    {"organisations", config_organisation_rows,
     OBJECTS(config_organisation, organisations, organisation_count), .marks = WORD,
     .name_most = 64, .most = NODE_KEYS_MOST},
    {"lists", config_list_rows, OBJECTS(config_list, lists, list_count), .marks = WORD,
     .name_most = 64, .most = NODE_KEYS_MOST},
    {"tables", config_table_rows, OBJECTS(config_list, tables, table_count), .marks = WORD,
     .name_most = 64, .most = NODE_KEYS_MOST},
    {"templates", config_template_rows, OBJECTS(config_template, templates, template_count),
     .marks = WORD, .name_most = 64, .most = NODE_KEYS_MOST},
};

static enum status read_objects(struct config_reader *reader, const struct node *node,
                                const struct objects *kind, struct config *config)
{
    bool named = kind->marks != NULL;
    if (node == NULL)
        return STATUS_OK;
    if (node->kind != (named ? NODE_MAP : NODE_LIST))
        return reader_expected(reader, node, named ? "a map" : "a list");
    if (node->count > kind->most)
        return reader_problem(reader, node, "more than %zu entries", kind->most);
    char *items = arena_take(reader->arena, (node->count + 1) * kind->size);
    if (items == NULL)
        return problem_memory(reader->problem);
    size_t i = 0;
    enum status status = STATUS_OK;
    for (const struct node *child = node->first; child != NULL && status == STATUS_OK;
         child = child->next, i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        void *item = items + i * kind->size;
        size_t mark = reader_enter(reader, named ? child->key : number);
        if (named && !name_fits(child->key, kind->marks, kind->name_most))
            return reader_problem(reader, child, "the name is not %s of 1 to %zu octets",
                                  strcmp(kind->marks, WORD) == 0 ? "a word (letters, digits, -._)"
                                                                 : "an atom",
                                  kind->name_most);
        if (named)
            *(const char **)item = child->key;
        rows_init(kind->rows, item);
        status = rows_read(reader, kind->rows, child, item);
        reader_leave(reader, mark);
    }
    *(void **)((char *)config + kind->place) = items;
    *(size_t *)((char *)config + kind->count) = node->count;
    return status;
}

/* One for each processor that this process may use; spare ones beside them. */
static void settle_workers(struct config *config)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (config->workers == 0 && sched_getaffinity(0, sizeof set, &set) == 0)
        config->workers = (unsigned)CPU_COUNT(&set);
    if (config->workers == 0)
        config->workers = 1;
    if (config->workers_most != 0)
        return;
    unsigned spare = config->workers + 2;
    config->workers_most = config->workers * 4 > spare ? config->workers * 4 : spare;
}

/* "unix:cccpd.sock" lies in runtime-dir. */
static enum status settle_addresses(struct config_reader *reader, struct config *config)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        const char *address = config->listeners[i].address;
        if (address == NULL || strncmp(address, "unix:", 5) != 0 || address[5] == '/' ||
            address[5] == '\0')
            continue;
        size_t size = strlen(address) + strlen(config->runtime_dir) + 2;
        char *whole = arena_take(reader->arena, size);
        if (whole == NULL)
            return problem_memory(reader->problem);
        snprintf(whole, size, "unix:%s/%s", config->runtime_dir, address + 5);
        config->listeners[i].address = whole;
    }
    return STATUS_OK;
}

/* Anonymous peers may use every channel when the listener names none; operators too. */
static enum status settle_channels(struct config_reader *reader, struct config *config)
{
    const char **all = arena_take(reader->arena, (config->channel_count + 1) * sizeof *all);
    if (all == NULL)
        return problem_memory(reader->problem);
    for (size_t i = 0; i < config->channel_count; i++)
        all[i] = config->channels[i].name;
    for (size_t i = 0; i < config->listener_count; i++) {
        struct config_listener *listener = &config->listeners[i];
        if (!listener->anonymous || listener->channels != NULL)
            continue;
        listener->channels = all;
        listener->channel_count = config->channel_count;
    }
    for (size_t i = 0; i < config->client_count; i++) {
        struct config_client *client = &config->clients[i];
        if (client->role != ROLE_OPERATOR || client->channels != NULL)
            continue;
        client->channels = all;
        client->channel_count = config->channel_count;
    }
    return STATUS_OK;
}

static enum status read_section(struct config_reader *reader, const char *name,
                                const struct node *node, struct config *config)
{
    if (strcmp(name, "server") == 0)
        return rows_read(reader, config_server_rows, node, config);
    if (strcmp(name, "http") == 0)
        return rows_read(reader, config_http_rows, node, config);
    if (strcmp(name, "log") == 0)
        return rows_read(reader, config_log_rows, node, config);
    if (strcmp(name, "notices") == 0)
        return rows_read(reader, config_notices_rows, node, &config->notices);
    for (size_t i = 0; i < sizeof object_sections / sizeof *object_sections; i++)
        if (strcmp(name, object_sections[i].section) == 0)
            return read_objects(reader, node, &object_sections[i], config);
    if (strcmp(name, "engines") == 0)
        return read_engines(reader, node, config);
    return read_limits(reader, node, &config->limits);
}

static enum status read_sections(struct config_reader *reader, struct config *config)
{
    for (const struct node *child = config->tree->first; child != NULL; child = child->next) {
        unsigned i = 0;
        while (section_names[i] != NULL && strcmp(section_names[i], child->key) != 0)
            i++;
        if (section_names[i] == NULL)
            return reader_unknown(reader, child, section_name, NULL);
    }
    enum status status = STATUS_OK;
    for (unsigned i = 0; section_names[i] != NULL && status == STATUS_OK; i++) {
        size_t mark = reader_enter(reader, section_names[i]);
        status = read_section(reader, section_names[i], node_find(config->tree, section_names[i]),
                              config);
        reader_leave(reader, mark);
    }
    return status;
}

/* Who notices are from when nothing says so. */
static enum status settle_notices(struct config_reader *reader, struct config *config)
{
    char text[300];
    snprintf(text, sizeof text, "postmaster@%s", config->host_name);
    if (entry_check_value(bytes_of_text(text)) != NULL)
        snprintf(text, sizeof text, "postmaster@localhost");
    struct config_notices *notices = &config->notices;
    if (notices->from == NULL)
        notices->from = arena_copy(reader->arena, bytes_of_text(text));
    if (notices->postmaster == NULL)
        notices->postmaster = notices->from;
    return notices->from != NULL ? STATUS_OK : problem_memory(reader->problem);
}

enum status config_read(struct config *config, struct config_problem *problem)
{
    struct config_reader reader = {.arena = &config->arena, .problem = problem};
    rows_init(config_server_rows, config);
    rows_init(config_http_rows, config);
    rows_init(config_log_rows, config);
    rows_init(config_notices_rows, &config->notices);
#ifdef CCCPD_SANITIZED
    config->sandbox = false;
#endif
    enum status status = read_sections(&reader, config);
    if (status != STATUS_OK)
        return status;
    settle_workers(config);
    status = settle_addresses(&reader, config);
    if (status == STATUS_OK)
        status = settle_channels(&reader, config);
    if (status == STATUS_OK)
        status = settle_notices(&reader, config);
    return status == STATUS_OK ? templates_read(&reader, config) : status;
}
