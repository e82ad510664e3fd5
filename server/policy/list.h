/* Lists and tables (spec/policy.md 3): what `in @NAME` and `table:NAME` ask. Both are one index
 * over addresses, local parts, domains and networks, read once and never changed then; a look-up
 * costs the same for ten entries and for a million. At most LIST_ENTRIES_MOST entries and
 * LIST_TEXT_MOST octets of text. References are counted on the loop thread alone. */
#ifndef SERVER_POLICY_LIST_H
#define SERVER_POLICY_LIST_H

#include "server/config/problem.h"

enum { LIST_ENTRIES_MOST = 16 << 20, LIST_LINE_BYTES = 65536 };
#define LIST_TEXT_MOST ((uint64_t)1 << 30)

enum list_kind {
    LIST_PLAIN, /* `lists`: one entry a line */
    LIST_TABLE  /* `tables`: key, blanks, value[, value…]; no networks */
};

struct list;

/* Which file a list was read from; changes when it is replaced or written. */
struct list_file {
    uint64_t device, inode, size;
    int64_t changed_ns; /* time of its content, since 1970 */
};

/* From a file, line by line. INVALID: *problem names file, line, column and what was expected, or
 * why the file cannot be read. MEMORY. Any thread. */
MUST_CHECK enum status list_read(enum list_kind kind, const char *path, struct list **list,
                                 struct config_problem *problem);
/* From a text in the same form; name is for messages. */
MUST_CHECK enum status list_read_text(enum list_kind kind, const char *name, struct bytes text,
                                      struct list **list, struct config_problem *problem);
/* From what stands in the configuration: entries is a list of entries, or a map of a table's keys
 * and values (a text, or a list of texts). */
MUST_CHECK enum status list_read_node(enum list_kind kind, const struct node *entries,
                                      struct list **list, struct config_problem *problem);
struct list *list_ref(struct list *list);
void list_unref(struct list **list);

/* The file as it was when it was read. Zeroed for what stands in the configuration. */
struct list_file list_file(const struct list *list);
bool list_file_equal(const struct list_file *a, const struct list_file *b);
/* The file as it is; false when it cannot be asked. */
bool list_file_now(const char *path, struct list_file *file);
size_t list_count(const struct list *list);
/* What is an address (it has a "@"), its domain, a domain above it that is listed with a dot, or
 * its local part is there; of a domain likewise. False for an empty text. */
bool list_has(const struct list *list, struct bytes address_or_domain);
/* A network holds it. v4 as v4-mapped. */
bool list_has_network(const struct list *list, const uint8_t address[16]);
/* The addresses among the entries, as they were written, in the order of the file; *at begins as 0.
 * False behind the last one. */
bool list_next_address(const struct list *list, size_t *at, struct bytes *address);

#endif
