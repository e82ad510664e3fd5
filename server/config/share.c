/* A source as octets for a loader, and back. */
#include <string.h>

#include "server/config/yaml.h"

enum { SHARE_BYTES_MOST = 32 << 20 };

/* What a loader has no use for; passwords stand there. */
static bool is_front_only(const char *section)
{
    static const char *const sections[] = {"listeners", "clients", "channels",  "organisations",
                                           "lists",     "tables",  "templates", "notices"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (strcmp(section, sections[i]) == 0)
            return true;
    return false;
}

static enum status merge_texts(const struct config_source *source, struct arena *arena,
                               struct node **tree)
{
    struct config_problem problem;
    struct node *root = NULL;
    *tree = node_new(arena, NODE_MAP, "merged", 1, 1);
    if (*tree == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < source->text_count; i++) {
        enum status status =
            yaml_read(arena, source->texts[i].name, source->texts[i].text, &root, &problem);
        if (status != STATUS_OK)
            return status;
        node_merge(*tree, root);
    }
    return STATUS_OK;
}

enum status config_source_write(const struct config_source *source, struct buffer *out)
{
    AUTO(arena_clear) struct arena arena;
    struct node *tree = NULL;
    arena_init(&arena, 2 * SHARE_BYTES_MOST);
    enum status status = merge_texts(source, &arena, &tree);
    if (status != STATUS_OK)
        return status;
    struct node kept = {.kind = NODE_MAP};
    struct node *next;
    for (struct node *child = tree->first; child != NULL; child = next) {
        next = child->next;
        if (!is_front_only(child->key))
            node_append(&kept, child);
    }
    return node_print(&kept, 0, out);
}

enum status config_source_read(struct config_source *source, struct bytes octets)
{
    *source = (struct config_source){.checked = true};
    arena_init(&source->arena, SHARE_BYTES_MOST);
    source->texts = arena_take(&source->arena, sizeof *source->texts);
    const char *text = arena_copy(&source->arena, octets);
    if (source->texts == NULL || text == NULL) {
        config_source_close(source);
        return STATUS_MEMORY;
    }
    source->texts[0] =
        (struct config_text){.name = "shared", .text = {(const uint8_t *)text, octets.size}};
    source->text_count = 1;
    return STATUS_OK;
}
