/* All lists and tables of a configuration as they are at one moment. A decision holds one such set,
 * so it sees one state however often files change; the next decision gets the next set. Sets and
 * the lists in them are shared by reference; references are counted on the loop thread alone. */
#ifndef SERVER_POLICY_LISTS_H
#define SERVER_POLICY_LISTS_H

#include "server/policy/list.h"

struct lists {
    unsigned references;
    struct list **lists;  /* one for each of config->lists, by its number */
    struct list **tables; /* one for each of config->tables */
    size_t list_count, table_count;
};

/* Reads everything that the configuration names: inline entries and, when look_at_files, files
 * (else what they would hold is empty). A file that `before` has read, and that is the same since
 * then, is not read again; NULL: none. The set of a configuration stands in config->sets once
 * config_new() has made it. INVALID, MEMORY. */
MUST_CHECK enum status lists_new(const struct config *config, const struct config *before,
                                 bool look_at_files, struct lists **lists,
                                 struct config_problem *problem);
/* A set with one list or table in another's place; takes over the reference to `list`. MEMORY. */
MUST_CHECK enum status lists_replace(const struct lists *old, enum list_kind kind, size_t number,
                                     struct list *list, struct lists **lists);
struct lists *lists_ref(struct lists *lists);
void lists_unref(struct lists **lists);

/* The number of a list or table in the configuration, for lists->lists[number] and
 * lists->tables[number]; -1: there is none. Numbers hold as long as the configuration does. */
int lists_find(const struct config *config, struct bytes name);
int tables_find(const struct config *config, struct bytes name);

#endif
