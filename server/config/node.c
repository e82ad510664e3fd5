/* Trees of configuration values: find, merge, print. */
#include "server/config/node.h"

#include <stdio.h>
#include <string.h>

struct node *node_new(struct arena *arena, enum node_kind kind, const char *file, unsigned line,
                      unsigned column)
{
    struct node *node = arena_take(arena, sizeof *node);
    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->file = file;
    node->line = line;
    node->column = column;
    return node;
}

void node_append(struct node *parent, struct node *child)
{
    child->next = NULL;
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
    parent->count++;
}

struct node *node_find(const struct node *map, const char *key)
{
    if (map == NULL || map->kind != NODE_MAP)
        return NULL;
    for (struct node *child = map->first; child != NULL; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

void node_merge(struct node *base, struct node *over)
{
    struct node *next;
    for (struct node *child = over->first; child != NULL; child = next) {
        next = child->next;
        struct node *old = node_find(base, child->key);
        if (old == NULL) {
            node_append(base, child);
        } else if (old->kind == NODE_MAP && child->kind == NODE_MAP) {
            node_merge(old, child);
        } else {
            struct node *follower = old->next;
            *old = *child;
            old->next = follower;
        }
    }
    over->first = over->last = NULL;
    over->count = 0;
}

enum status node_print_scalar(const char *text, struct buffer *out)
{
    enum status status = buffer_append_octet(out, '"');
    for (const char *at = text; *at != '\0' && status == STATUS_OK; at++) {
        char escaped[8] = {*at, '\0'};
        if (*at == '"' || *at == '\\')
            snprintf(escaped, sizeof escaped, "\\%c", *at);
        else if ((unsigned char)*at < 0x20)
            snprintf(escaped, sizeof escaped, "\\x%02x", (unsigned char)*at);
        status = buffer_append(out, bytes_of_text(escaped));
    }
    return status == STATUS_OK ? buffer_append_octet(out, '"') : status;
}

static enum status node_print_lead(const struct node *node, unsigned depth, struct buffer *out)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < depth && status == STATUS_OK; i++)
        status = buffer_append(out, BYTES("  "));
    if (status == STATUS_OK && node->key == NULL)
        return buffer_append(out, BYTES("- "));
    if (status == STATUS_OK)
        status = node_print_scalar(node->key, out);
    return status == STATUS_OK ? buffer_append(out, BYTES(": ")) : status;
}

enum status node_print(const struct node *node, unsigned depth, struct buffer *out)
{
    enum status status = STATUS_OK;
    for (const struct node *child = node->first; child != NULL && status == STATUS_OK;
         child = child->next) {
        status = node_print_lead(child, depth, out);
        if (status != STATUS_OK)
            break;
        if (child->kind == NODE_SCALAR)
            status = node_print_scalar(child->text, out);
        else if (child->first == NULL)
            status = buffer_append(out, child->kind == NODE_MAP ? BYTES("{}") : BYTES("[]"));
        if (status == STATUS_OK)
            status = buffer_append_octet(out, '\n');
        if (status == STATUS_OK)
            status = node_print(child, depth + 1, out);
    }
    return status;
}

enum status node_print_flow(const struct node *node, struct buffer *out)
{
    if (node->kind == NODE_SCALAR)
        return node_print_scalar(node->text, out);
    bool is_map = node->kind == NODE_MAP;
    enum status status = buffer_append_octet(out, is_map ? '{' : '[');
    for (const struct node *child = node->first; child != NULL && status == STATUS_OK;
         child = child->next) {
        if (child != node->first)
            status = buffer_append(out, BYTES(", "));
        if (status == STATUS_OK && is_map)
            status = node_print_scalar(child->key, out);
        if (status == STATUS_OK && is_map)
            status = buffer_append(out, BYTES(": "));
        if (status == STATUS_OK)
            status = node_print_flow(child, out);
    }
    return status == STATUS_OK ? buffer_append_octet(out, is_map ? '}' : ']') : status;
}

const char *node_describe(const struct node *node, char text[96])
{
    if (node->kind == NODE_MAP)
        return "a map";
    if (node->kind == NODE_LIST)
        return "a list";
    if (node->text[0] == '\0')
        return "nothing";
    size_t length = strcspn(node->text, "\n");
    bool is_cut = length > 60 || node->has_breaks;
    int cut = length > 60 ? 60 : (int)length;
    while (length > 60 && cut > 0 && (node->text[cut] & 0xC0) == 0x80)
        cut--;
    snprintf(text, 96, "\"%.*s\"%s", cut, node->text, is_cut ? "..." : "");
    return text;
}
