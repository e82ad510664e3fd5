/* The set of a configuration: reading all of it, and putting one list in another's place. */
#include "server/policy/lists.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/check_file.h"
#include "server/config/read.h"

/* One of the two sections, while it is read. */
struct section {
    const char *name;
    enum list_kind kind;
    const struct config_list *rows;
    size_t count;
    const struct node *map;
    /* of the configuration in use; NULL: there is none */
    const struct config_list *old_rows;
    struct list *const *old_lists;
    size_t old_count;
};

/* "lists.NAME: reason" at the entry, or at one of its keys. */
static enum status complain(const struct section *section, size_t i, const char *key,
                            const char *reason, struct config_problem *problem)
{
    const struct node *item = node_at(section->map, i);
    const struct node *node = key != NULL ? node_find(item, key) : NULL;
    return problem_of(problem, node != NULL ? node : item, "%s.%.80s: %s", section->name,
                      section->rows[i].name, reason);
}

/* Behind the place stands which list it is. */
static void name_entry(const struct section *section, size_t i, struct config_problem *problem)
{
    char reason[sizeof problem->reason];
    snprintf(reason, sizeof reason, "%s", problem->reason);
    snprintf(problem->reason, sizeof problem->reason, "%s.%.64s: %.400s", section->name,
             section->rows[i].name, reason);
}

/* The list that was made of the same file, as it still is; NULL: there is none. */
static struct list *find_before(const struct section *section, const char *path)
{
    struct list_file now;
    for (size_t i = 0; i < section->old_count; i++) {
        if (section->old_rows[i].file == NULL || strcmp(section->old_rows[i].file, path) != 0)
            continue;
        struct list_file then = list_file(section->old_lists[i]);
        if (list_file_now(path, &now) && list_file_equal(&now, &then))
            return section->old_lists[i];
    }
    return NULL;
}

static enum status read_one(const struct section *section, size_t i, bool look_at_files,
                            struct list **list, struct config_problem *problem)
{
    const struct config_list *row = &section->rows[i];
    char why[200];
    if ((row->file != NULL) == (row->entries != NULL))
        return complain(section, i, NULL, "expected either a file or entries", problem);
    if (row->entries != NULL) {
        enum status status = list_read_node(section->kind, row->entries, list, problem);
        if (status == STATUS_INVALID)
            name_entry(section, i, problem);
        return status;
    }
    if (!look_at_files)
        return list_read_text(section->kind, row->file, BYTES(""), list, problem);
    if (!file_is_readable(row->file, false, why))
        return complain(section, i, "file", why, problem);
    struct list *same = find_before(section, row->file);
    if (same == NULL)
        return list_read(section->kind, row->file, list, problem);
    *list = list_ref(same);
    return STATUS_OK;
}

static enum status read_section(const struct section *section, bool look_at_files,
                                struct list **lists, struct config_problem *problem)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < section->count && status == STATUS_OK; i++)
        status = read_one(section, i, look_at_files, &lists[i], problem);
    return status;
}

static struct lists *set_new(size_t list_count, size_t table_count)
{
    struct lists *set = calloc(1, sizeof *set);
    if (set == NULL)
        return NULL;
    *set = (struct lists){.references = 1,
                          .lists = calloc(list_count + 1, sizeof *set->lists),
                          .tables = calloc(table_count + 1, sizeof *set->tables),
                          .list_count = list_count,
                          .table_count = table_count};
    if (set->lists == NULL || set->tables == NULL) {
        set->list_count = set->table_count = 0;
        lists_unref(&set);
    }
    return set;
}

enum status lists_new(const struct config *config, const struct config *before, bool look_at_files,
                      struct lists **lists, struct config_problem *problem)
{
    struct section plain = {.name = "lists",
                            .kind = LIST_PLAIN,
                            .rows = config->lists,
                            .count = config->list_count,
                            .map = node_find(config->tree, "lists")};
    struct section tables = {.name = "tables",
                             .kind = LIST_TABLE,
                             .rows = config->tables,
                             .count = config->table_count,
                             .map = node_find(config->tree, "tables")};
    if (before != NULL) {
        plain.old_rows = before->lists;
        plain.old_lists = before->sets->lists;
        plain.old_count = before->list_count;
        tables.old_rows = before->tables;
        tables.old_lists = before->sets->tables;
        tables.old_count = before->table_count;
    }
    AUTO(lists_unref) struct lists *set = set_new(plain.count, tables.count);
    if (set == NULL)
        return problem_memory(problem);
    enum status status = read_section(&plain, look_at_files, set->lists, problem);
    if (status == STATUS_OK)
        status = read_section(&tables, look_at_files, set->tables, problem);
    if (status != STATUS_OK)
        return status;
    *lists = set;
    set = NULL;
    return STATUS_OK;
}

enum status lists_replace(const struct lists *old, enum list_kind kind, size_t number,
                          struct list *list, struct lists **lists)
{
    struct lists *set = set_new(old->list_count, old->table_count);
    if (set == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < old->list_count; i++)
        set->lists[i] = list_ref(old->lists[i]);
    for (size_t i = 0; i < old->table_count; i++)
        set->tables[i] = list_ref(old->tables[i]);
    struct list **place = kind == LIST_TABLE ? &set->tables[number] : &set->lists[number];
    list_unref(place);
    *place = list;
    *lists = set;
    return STATUS_OK;
}

struct lists *lists_ref(struct lists *lists)
{
    lists->references++;
    return lists;
}

void lists_unref(struct lists **lists)
{
    struct lists *old = *lists;
    *lists = NULL;
    if (old == NULL)
        return;
    assert(old->references > 0);
    if (--old->references > 0)
        return;
    for (size_t i = 0; i < old->list_count; i++)
        list_unref(&old->lists[i]);
    for (size_t i = 0; i < old->table_count; i++)
        list_unref(&old->tables[i]);
    free(old->lists);
    free(old->tables);
    free(old);
}

static int find(const struct config_list *rows, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(bytes_of_text(rows[i].name), name))
            return (int)i;
    return -1;
}

int lists_find(const struct config *config, struct bytes name)
{
    return find(config->lists, config->list_count, name);
}

int tables_find(const struct config *config, struct bytes name)
{
    return find(config->tables, config->table_count, name);
}
