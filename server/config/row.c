/* Values by their rows: default, read, print. */
#include "server/config/row.h"

#include <assert.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/endpoint.h"
#include "server/config/quantity.h"

static void store_number(const struct config_row *row, void *field, uint64_t number)
{
    if (row->size == sizeof(bool))
        *(bool *)field = number != 0;
    else if (row->size == sizeof(uint32_t))
        *(uint32_t *)field = (uint32_t)number;
    else
        *(uint64_t *)field = number;
}

static uint64_t load_number(const struct config_row *row, const void *field)
{
    if (row->size == sizeof(bool))
        return *(const bool *)field;
    if (row->size == sizeof(uint32_t))
        return *(const uint32_t *)field;
    return *(const uint64_t *)field;
}

int choice_find(const char *choices, const char *word)
{
    size_t length = strlen(word);
    const char *at = choices;
    for (int i = 0;; i++) {
        size_t size = strcspn(at, "|");
        if (size == length && memcmp(at, word, size) == 0)
            return i;
        if (at[size] == '\0')
            return -1;
        at += size + 1;
    }
}

static const char *choice_name(const char *choices, uint64_t index, char name[64])
{
    const char *at = choices;
    for (; index > 0; index--)
        at += strcspn(at, "|") + 1;
    snprintf(name, 64, "%.*s", (int)strcspn(at, "|"), at);
    return name;
}

static int boolean_of(const char *text)
{
    static const char *const yes[] = {"yes", "true", "on"}, *const no[] = {"no", "false", "off"};
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(text, yes[i]) == 0)
            return 1;
        if (strcmp(text, no[i]) == 0)
            return 0;
    }
    return -1;
}

static bool mode_read(const char *text, uint64_t *mode)
{
    size_t length = strspn(text, "01234567");
    *mode = strtoull(text, NULL, 8);
    return length > 0 && length <= 4 && text[length] == '\0';
}

static enum status read_number(struct config_reader *reader, const struct config_row *row,
                               const struct node *node, void *field)
{
    char least[QUANTITY_TEXT_BYTES], most[QUANTITY_TEXT_BYTES];
    quantity_write(row->least, row->unit, least);
    quantity_write(row->most, row->unit, most);
    uint64_t number = 0;
    enum quantity_fault fault = quantity_read(node->text, row->unit, &number);
    bool outside = number < row->least || number > row->most;
    if (fault == QUANTITY_FINE && !outside) {
        store_number(row, field, number);
        return STATUS_OK;
    }
    return reader_expected(reader, node, "%s from %s to %s", quantity_suffixes(row->unit), least,
                           most);
}

/* A number, or the name of a user of this machine. */
static enum status read_id(struct config_reader *reader, const struct config_row *row,
                           const struct node *node, void *field)
{
    bool digits = node->text[0] != '\0' && node->text[strspn(node->text, "0123456789")] == '\0';
    if (digits)
        return read_number(reader, row, node, field);
    const struct passwd *user = node->text[0] != '\0' ? getpwnam(node->text) : NULL;
    if (user == NULL)
        return reader_expected(reader, node, "a user id or the name of a user of this machine");
    store_number(row, field, user->pw_uid);
    return STATUS_OK;
}

static enum status read_mode(struct config_reader *reader, const struct config_row *row,
                             const struct node *node, void *field)
{
    uint64_t mode = 0;
    if (!mode_read(node->text, &mode) || mode > row->most)
        return reader_expected(reader, node, "octal permissions from 0 to 0777");
    store_number(row, field, mode);
    return STATUS_OK;
}

static enum status read_word(struct config_reader *reader, const struct config_row *row,
                             const struct node *node, void *field)
{
    int index = choice_find(row->choices, node->text);
    if (index < 0)
        return reader_expected(reader, node, "one of %s", row->choices);
    enum disposition disposition = DISPOSITION_DEFER;
    if (row->kind == CONFIG_WORD) {
        store_number(row, field, (uint64_t)index + row->least);
    } else {
        bool known = disposition_of_word(bytes_of_text(node->text), &disposition);
        assert(known);
        *(enum disposition *)field = disposition;
    }
    return STATUS_OK;
}

static enum status read_text(struct config_reader *reader, const struct config_row *row,
                             const struct node *node, void *field)
{
    const char **text = field;
    if (row->none != NULL && strcmp(node->text, row->none) == 0) {
        *text = NULL;
        return STATUS_OK;
    }
    size_t most = row->most > 0 ? row->most : 4000;
    if (node->text[0] == '\0')
        return reader_expected(reader, node, "a text");
    if (strlen(node->text) > most)
        return reader_problem(reader, node, "longer than %zu octets", most);
    if (row->kind == CONFIG_PATH && node->text[0] != '/')
        return reader_expected(reader, node, "an absolute path%s%s",
                               row->none != NULL ? " or " : "", row->none != NULL ? row->none : "");
    *text = node->text;
    return STATUS_OK;
}

static enum status read_scalar(struct config_reader *reader, const struct config_row *row,
                               const struct node *node, void *field)
{
    switch (row->kind) {
    case CONFIG_BOOLEAN: {
        int boolean = boolean_of(node->text);
        if (boolean < 0)
            return reader_expected(reader, node, "yes or no");
        store_number(row, field, (uint64_t)boolean);
        return STATUS_OK;
    }
    case CONFIG_NUMBER:
        return read_number(reader, row, node, field);
    case CONFIG_ID:
        return read_id(reader, row, node, field);
    case CONFIG_MODE:
        return read_mode(reader, row, node, field);
    case CONFIG_WORD:
    case CONFIG_DISPOSITION:
        return read_word(reader, row, node, field);
    case CONFIG_TEXT:
    case CONFIG_LINES:
    case CONFIG_PATH:
        return read_text(reader, row, node, field);
    case CONFIG_NAMES:
    case CONFIG_NETWORKS:
        break;
    case CONFIG_TREE:
        return reader_expected(reader, node, "%s", row->choices);
    }
    return STATUS_INVALID;
}

/* One element of a list. */
static enum status read_item(struct config_reader *reader, const struct config_row *row,
                             const struct node *item, void *items, size_t i)
{
    if (item->kind != NODE_SCALAR || item->text[0] == '\0')
        return reader_expected(reader, item, "a word");
    if (row->kind == CONFIG_NAMES) {
        ((const char **)items)[i] = item->text;
        return STATUS_OK;
    }
    const char *fault = network_read(item->text, (struct network *)items + i);
    return fault == NULL ? STATUS_OK
                         : reader_expected(reader, item, "a network as 192.0.2.0/24 (%s)", fault);
}

/* A list; one word alone stands for a list of one. */
static enum status read_list(struct config_reader *reader, const struct config_row *row,
                             const struct node *node, void *field, size_t *count)
{
    if (node->kind == NODE_MAP)
        return reader_expected(reader, node, "a list");
    size_t size = row->kind == CONFIG_NAMES ? sizeof(const char *) : sizeof(struct network);
    size_t total = node->kind == NODE_LIST ? node->count : 1;
    void *items = arena_take(reader->arena, (total > 0 ? total : 1) * size);
    if (items == NULL)
        return problem_memory(reader->problem);
    enum status status = STATUS_OK;
    size_t i = 0;
    if (node->kind == NODE_SCALAR)
        status = read_item(reader, row, node, items, i);
    for (const struct node *item = node->first; item != NULL && status == STATUS_OK;
         item = item->next)
        status = read_item(reader, row, item, items, i++);
    if (status != STATUS_OK)
        return status;
    *(void **)field = items;
    *count = total;
    return STATUS_OK;
}

static bool is_text(const struct config_row *row)
{
    return row->kind == CONFIG_TEXT || row->kind == CONFIG_LINES || row->kind == CONFIG_PATH;
}

static bool is_list(const struct config_row *row)
{
    return row->kind == CONFIG_NAMES || row->kind == CONFIG_NETWORKS;
}

enum status row_read(struct config_reader *reader, const struct config_row *row,
                     const struct node *node, void *field)
{
    if (node->has_breaks && row->kind != CONFIG_LINES)
        return reader_expected(reader, node, "one line");
    if (node->kind == NODE_SCALAR)
        return read_scalar(reader, row, node, field);
    if (row->kind == CONFIG_TREE) {
        *(const struct node **)field = node;
        return STATUS_OK;
    }
    static const char *const wanted[] = {[CONFIG_BOOLEAN] = "yes or no",
                                         [CONFIG_NUMBER] = "a number",
                                         [CONFIG_MODE] = "octal permissions",
                                         [CONFIG_ID] = "a user id",
                                         [CONFIG_WORD] = "a word",
                                         [CONFIG_DISPOSITION] = "a word",
                                         [CONFIG_TEXT] = "a text",
                                         [CONFIG_LINES] = "a text",
                                         [CONFIG_PATH] = "a path"};
    return reader_expected(reader, node, "%s", wanted[row->kind]);
}

void rows_init(const struct config_row *rows, void *object)
{
    for (const struct config_row *row = rows; row->name != NULL; row++) {
        void *field = (char *)object + row->offset;
        if (row->value == NULL || (row->none != NULL && strcmp(row->value, row->none) == 0))
            continue;
        struct config_problem problem;
        struct config_reader reader = {.problem = &problem};
        const struct node node = {.kind = NODE_SCALAR, .file = "default", .text = row->value};
        enum status status = row_read(&reader, row, &node, field);
        assert(status == STATUS_OK);
    }
}

static const char *rows_name(const void *owner, unsigned i)
{
    return ((const struct config_row *)owner)[i].name;
}

static enum status read_child(struct config_reader *reader, const struct config_row *rows,
                              const struct node *child, void *object)
{
    const struct config_row *row = rows;
    while (row->name != NULL && strcmp(row->name, child->key) != 0)
        row++;
    if (row->name == NULL)
        return reader_unknown(reader, child, rows_name, rows);
    size_t mark = reader_enter(reader, child->key);
    void *field = (char *)object + row->offset, *count = (char *)object + row->count;
    enum status status = is_list(row) ? read_list(reader, row, child, field, count)
                                      : row_read(reader, row, child, field);
    if (row->kind == CONFIG_ID && status == STATUS_OK)
        *(bool *)count = true;
    reader_leave(reader, mark);
    return status;
}

enum status rows_read(struct config_reader *reader, const struct config_row *rows,
                      const struct node *map, void *object)
{
    if (map == NULL)
        return STATUS_OK;
    if (map->kind != NODE_MAP)
        return reader_expected(reader, map, "a map");
    enum status status = STATUS_OK;
    for (const struct node *child = map->first; child != NULL && status == STATUS_OK;
         child = child->next)
        status = read_child(reader, rows, child, object);
    return status;
}

bool row_is_set(const struct config_row *row, const void *object)
{
    const char *field = (const char *)object + row->offset;
    const char *count = (const char *)object + row->count;
    if (row->kind == CONFIG_ID)
        return *(const bool *)count;
    if (is_list(row))
        return *(const size_t *)count > 0;
    if (row->kind == CONFIG_TREE)
        return *(const struct node *const *)field != NULL;
    if (is_text(row))
        return row->none != NULL || *(const char *const *)field != NULL;
    return true;
}

static enum status print_list(const struct config_row *row, const void *items, size_t count,
                              struct buffer *out)
{
    enum status status = buffer_append_octet(out, '[');
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        char text[64];
        if (i > 0)
            status = buffer_append(out, BYTES(", "));
        if (status == STATUS_OK && row->kind == CONFIG_NAMES)
            status = node_print_scalar(((const char *const *)items)[i], out);
        else if (status == STATUS_OK)
            status = node_print_scalar(network_write((const struct network *)items + i, text), out);
    }
    return status == STATUS_OK ? buffer_append_octet(out, ']') : status;
}

/* "$argon2id$v=19$m=65536,t=2,p=1$salt$hash" without the last two. */
static enum status print_masked(const char *text, struct buffer *out)
{
    size_t kept = 0;
    unsigned dollars = 0;
    for (; text[kept] != '\0' && dollars < 4; kept++)
        dollars += text[kept] == '$';
    char masked[160];
    snprintf(masked, sizeof masked, "%.*smasked$masked", (int)kept, text);
    return node_print_scalar(masked, out);
}

static enum status print_text(const struct config_row *row, const char *text, struct buffer *out)
{
    if (row->secret)
        return print_masked(text, out);
    return node_print_scalar(text != NULL ? text : row->none, out);
}

enum status row_print(const struct config_row *row, const void *field, const void *count,
                      struct buffer *out)
{
    char text[64] = "";
    uint64_t number = 0;
    switch (row->kind) {
    case CONFIG_TEXT:
    case CONFIG_LINES:
    case CONFIG_PATH:
        return print_text(row, *(const char *const *)field, out);
    case CONFIG_TREE:
        return node_print_flow(*(const struct node *const *)field, out);
    case CONFIG_NAMES:
    case CONFIG_NETWORKS:
        return print_list(row, *(const void *const *)field, *(const size_t *)count, out);
    case CONFIG_DISPOSITION:
        snprintf(text, sizeof text, "%s", disposition_word(*(const enum disposition *)field));
        for (char *at = text; *at != '\0'; at++)
            *at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        break;
    case CONFIG_WORD:
        choice_name(row->choices, load_number(row, field) - row->least, text);
        break;
    case CONFIG_BOOLEAN:
        snprintf(text, sizeof text, "%s", load_number(row, field) ? "yes" : "no");
        break;
    case CONFIG_MODE:
        number = load_number(row, field);
        snprintf(text, sizeof text, "0%03" PRIo64, number);
        break;
    case CONFIG_NUMBER:
    case CONFIG_ID:
        quantity_write(load_number(row, field), row->unit, text);
        break;
    }
    return buffer_append(out, bytes_of_text(text));
}
