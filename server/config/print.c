/* The effective values as YAML, each with its origin; a configuration that gives the same values.
 */
#include <stdio.h>
#include <string.h>

#include "server/config/read.h"

struct printer {
    struct buffer *out;
    enum status status; /* the first failure sticks */
};

static void print(struct printer *printer, const char *text)
{
    if (printer->status == STATUS_OK)
        printer->status = buffer_append(printer->out, bytes_of_text(text));
}

/* Padded so that origins stand below each other. */
static void print_origin(struct printer *printer, size_t line_start, const struct node *node)
{
    char text[400];
    size_t length = printer->out->size - line_start;
    int pad = length < 48 ? (int)(48 - length) : 1;
    if (node == NULL || strcmp(node->file, "default") == 0)
        snprintf(text, sizeof text, "%*s# default", pad, "");
    else
        snprintf(text, sizeof text, "%*s# %.300s:%u", pad, "", node->file, node->line);
    for (char *at = text; *at != '\0'; at++) /* a file's name may hold anything */
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = '?';
    print(printer, text);
    print(printer, "\n");
}

static void print_blanks(struct printer *printer, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        print(printer, " ");
}

static bool has_containers(const struct node *node)
{
    for (const struct node *child = node->first; child != NULL; child = child->next)
        if (child->kind != NODE_SCALAR)
            return true;
    return false;
}

static void print_tree(struct printer *printer, const struct node *node, unsigned indent);

/* One value behind what its line begins with; what holds lists or maps goes on in the next ones. */
static void print_tree_value(struct printer *printer, const struct node *node, size_t line_start,
                             unsigned indent)
{
    bool is_flow = node->kind == NODE_SCALAR || !has_containers(node);
    if (is_flow && printer->status == STATUS_OK)
        printer->status = node_print_flow(node, printer->out);
    print_origin(printer, line_start, node);
    if (!is_flow)
        print_tree(printer, node, indent);
}

static void print_key(struct printer *printer, const char *key)
{
    if (printer->status == STATUS_OK)
        printer->status = node_print_scalar(key, printer->out);
    print(printer, ": ");
}

/* Children of a map or list, each on lines of its own with their origins. NODE_DEPTH_MOST bounds
 * it. */
static void print_tree(struct printer *printer, const struct node *node, unsigned indent)
{
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        size_t line_start = printer->out->size;
        print_blanks(printer, indent);
        if (node->kind == NODE_MAP) {
            print_key(printer, child->key);
            print_tree_value(printer, child, line_start, indent + 2);
            continue;
        }
        print(printer, "- ");
        const struct node *value = child;
        if (child->kind == NODE_MAP && child->first != NULL) {
            print_key(printer, child->first->key);
            value = child->first;
        }
        print_tree_value(printer, value, line_start, indent + 4);
        if (value == child)
            continue;
        struct node rest = *child;
        rest.first = child->first->next;
        print_tree(printer, &rest, indent + 2);
    }
}

/* "lead" is what stands before the key: blanks and perhaps a dash. */
static void print_value(struct printer *printer, const char *lead, const struct config_row *row,
                        const void *field, const void *count, const struct node *node)
{
    size_t line_start = printer->out->size;
    print(printer, lead);
    print(printer, row->name);
    print(printer, ": ");
    if (row->kind == CONFIG_TREE && node != NULL) {
        print_tree_value(printer, node, line_start, (unsigned)strlen(lead) + 2);
        return;
    }
    if (printer->status == STATUS_OK)
        printer->status = row_print(row, field, count, printer->out);
    print_origin(printer, line_start, node);
}

static void print_rows(struct printer *printer, const char *first, const char *lead,
                       const struct config_row *rows, const void *object, const struct node *map)
{
    for (const struct config_row *row = rows; row->name != NULL; row++) {
        if (!row_is_set(row, object))
            continue;
        print_value(printer, first, row, (const char *)object + row->offset,
                    (const char *)object + row->count, node_find(map, row->name));
        first = lead;
    }
}

static void print_section(struct printer *printer, const struct config *config, const char *name,
                          const struct config_row *rows)
{
    print(printer, name);
    print(printer, ":\n");
    print_rows(printer, "  ", "  ", rows, config, node_find(config->tree, name));
}

static void print_listeners(struct printer *printer, const struct config *config)
{
    const struct node *list = node_find(config->tree, "listeners");
    print(printer, config->listener_count > 0 ? "listeners:\n" : "listeners: []\n");
    for (size_t i = 0; i < config->listener_count; i++)
        print_rows(printer, "  - ", "    ", config_listener_rows, &config->listeners[i],
                   node_at(list, i));
}

static void print_name(struct printer *printer, const char *name)
{
    print(printer, "  ");
    if (printer->status == STATUS_OK)
        printer->status = node_print_scalar(name, printer->out);
    print(printer, ":\n");
}

/* A password that was read from a file is that file's, not the configuration's. */
static void print_clients(struct printer *printer, const struct config *config)
{
    const struct node *map = node_find(config->tree, "clients");
    print(printer, config->client_count > 0 ? "clients:\n" : "clients: {}\n");
    for (size_t i = 0; i < config->client_count; i++) {
        struct config_client client = config->clients[i];
        if (client.password_file != NULL)
            client.password = NULL;
        print_name(printer, client.name);
        print_rows(printer, "    ", "    ", config_client_rows, &client, node_at(map, i));
    }
}

/* A section that is a map of objects, whose first field is the name. */
struct printed_map {
    const char *section;
    const struct config_row *rows;
    const void *objects;
    size_t count, size;
};

static bool any_is_set(const struct config_row *rows, const void *object)
{
    for (const struct config_row *row = rows; row->name != NULL; row++)
        if (row_is_set(row, object))
            return true;
    return false;
}

static void print_map(struct printer *printer, const struct config *config,
                      const struct printed_map *printed)
{
    const struct node *map = node_find(config->tree, printed->section);
    print(printer, printed->section);
    print(printer, printed->count > 0 ? ":\n" : ": {}\n");
    for (size_t i = 0; i < printed->count; i++) {
        const char *object = (const char *)printed->objects + i * printed->size;
        print_name(printer, *(const char *const *)object);
        if (!any_is_set(printed->rows, object))
            print(printer, "    {}\n");
        print_rows(printer, "    ", "    ", printed->rows, object, node_at(map, i));
    }
}

static void print_policy(struct printer *printer, const struct config *config)
{
    const struct printed_map maps[] = {
        {"channels", config_channel_rows, config->channels, config->channel_count,
         sizeof *config->channels},
        {"organisations", config_organisation_rows, config->organisations,
         config->organisation_count, sizeof *config->organisations},
        {"lists", config_list_rows, config->lists, config->list_count, sizeof *config->lists},
        {"tables", config_table_rows, config->tables, config->table_count, sizeof *config->tables},
        {"templates", config_template_rows, config->templates, config->template_count,
         sizeof *config->templates},
    };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        print_map(printer, config, &maps[i]);
    print(printer, "notices:\n");
    print_rows(printer, "  ", "  ", config_notices_rows, &config->notices,
               node_find(config->tree, "notices"));
}

static void print_setting(struct printer *printer, const struct setting *setting,
                          const struct setting_value *value, const struct node *map)
{
    struct config_row row = row_of_setting(setting);
    const char *text = value->text;
    bool is_text = row.kind == CONFIG_TEXT || row.kind == CONFIG_PATH;
    if (is_text && text[0] == '\0')
        return;
    row.size = sizeof(uint64_t);
    print_value(printer, "    ", &row, is_text ? (const void *)&text : &value->number, NULL,
                node_find(map, setting->name));
}

static void print_engines(struct printer *printer, const struct config *config)
{
    const struct node *map = node_find(config->tree, "engines");
    print(printer, config->engine_count > 0 ? "engines:\n" : "engines: {}\n");
    for (size_t i = 0; i < config->engine_count; i++) {
        const struct config_engine *engine = &config->engines[i];
        const struct setting *rows = engine->settings.rows;
        const struct node *node = node_find(map, engine->engine->name);
        print_name(printer, engine->engine->name);
        print_rows(printer, "    ", "    ", config_engine_rows, engine, node);
        for (size_t j = 0; rows[j].name != NULL; j++)
            print_setting(printer, &rows[j], &engine->settings.values[j], node);
    }
}

static void print_limits(struct printer *printer, const struct config *config)
{
    const struct node *map = node_find(config->tree, "limits");
    struct limits limits = config->limits;
    print(printer, "limits:\n");
    for (unsigned i = 0; limits_row(i) != NULL; i++) {
        struct config_row row = row_of_limit(limits_row(i));
        print_value(printer, "  ", &row, limits_value(&limits, i), NULL, node_find(map, row.name));
    }
}

enum status config_print(const struct config *config, struct buffer *out)
{
    struct printer printer = {.out = out};
    print_section(&printer, config, "server", config_server_rows);
    print_section(&printer, config, "http", config_http_rows);
    print_section(&printer, config, "log", config_log_rows);
    print_listeners(&printer, config);
    print_clients(&printer, config);
    print_policy(&printer, config);
    print_engines(&printer, config);
    print_limits(&printer, config);
    return printer.status;
}
