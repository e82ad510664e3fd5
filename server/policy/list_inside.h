/* The inside of a list, shared by list.c (asking), list_read.c (reading) and table.c. Nobody else
 * includes this. */
#ifndef SERVER_POLICY_LIST_INSIDE_H
#define SERVER_POLICY_LIST_INSIDE_H

#include "server/policy/entry.h"
#include "server/policy/index.h"
#include "server/policy/list.h"

struct list {
    unsigned references;
    enum list_kind kind;
    struct list_file file; /* zeroed: of no file */
    struct index index;
    size_t counts[ENTRY_KIND_COUNT]; /* a kind that is not there is not asked for */
    unsigned dots_most;              /* of an ENTRY_BELOW: a longer name is not asked for */
    struct network *networks;        /* once finished: by address, none within another */
    size_t network_count, network_capacity;
};

MUST_CHECK enum status list_new(enum list_kind kind, struct list **list);
/* value: of a table. A key that a table has already is *is_new == false; in a list it is no fault.
 * LIMIT, MEMORY. */
MUST_CHECK enum status list_add(struct list *list, const struct entry *entry, struct bytes written,
                                struct bytes value, bool *is_new);
/* Behind the last entry: makes it ready to be asked. */
void list_finish(struct list *list);
/* The first entry that one of the keys of an address or domain has. */
bool list_find(const struct list *list, struct bytes address_or_domain, struct index_entry *entry);

#endif
