/* Lists as they are kept and asked. Networks lie in one array in the order of their addresses, none
 * within another, so one search finds the only one that could hold an address. */
#include "server/policy/list.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/policy/list_inside.h"

enum { NETWORKS_FIRST = 16 };

enum status list_new(enum list_kind kind, struct list **list)
{
    struct list *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    made->references = 1;
    made->kind = kind;
    enum status status = index_init(&made->index);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *list = made;
    return STATUS_OK;
}

struct list *list_ref(struct list *list)
{
    list->references++;
    return list;
}

void list_unref(struct list **list)
{
    struct list *old = *list;
    *list = NULL;
    if (old == NULL)
        return;
    assert(old->references > 0);
    if (--old->references > 0)
        return;
    index_clear(&old->index);
    free(old->networks);
    free(old);
}

static enum status network_add(struct list *list, const struct network *network)
{
    if (list->network_count == LIST_ENTRIES_MOST)
        return STATUS_LIMIT;
    if (list->network_count == list->network_capacity) {
        size_t capacity = list->network_capacity > 0 ? list->network_capacity * 2 : NETWORKS_FIRST;
        struct network *networks = realloc(list->networks, capacity * sizeof *networks);
        if (networks == NULL)
            return STATUS_MEMORY;
        list->networks = networks;
        list->network_capacity = capacity;
    }
    list->networks[list->network_count++] = *network;
    return STATUS_OK;
}

static unsigned count_dots(struct bytes text)
{
    unsigned dots = 0;
    for (size_t i = 0; i < text.size; i++)
        dots += text.data[i] == '.';
    return dots;
}

enum status list_add(struct list *list, const struct entry *entry, struct bytes written,
                     struct bytes value, bool *is_new)
{
    *is_new = true;
    list->counts[entry->kind]++;
    if (entry->kind == ENTRY_NETWORK)
        return network_add(list, &entry->network);
    struct bytes key = {entry->key.octets, entry->key.size};
    unsigned dots = entry->kind == ENTRY_BELOW ? count_dots(key) : 0;
    if (dots > list->dots_most)
        list->dots_most = dots;
    struct index_entry added = {.key = key, .value = value};
    if (!bytes_equal(key, written))
        added.written = written;
    return index_add(&list->index, &added, is_new);
}

/* By address, the wider one first. */
static int network_compare(const void *a, const void *b)
{
    const struct network *one = a, *other = b;
    int order = memcmp(one->address, other->address, sizeof one->address);
    if (order != 0)
        return order;
    return one->bits < other->bits ? -1 : one->bits > other->bits;
}

void list_finish(struct list *list)
{
    size_t kept = 0;
    index_finish(&list->index);
    if (list->network_count > 0)
        qsort(list->networks, list->network_count, sizeof *list->networks, network_compare);
    for (size_t i = 0; i < list->network_count; i++)
        if (kept == 0 || !network_contains(&list->networks[kept - 1], list->networks[i].address))
            list->networks[kept++] = list->networks[i];
    list->network_count = kept;
}

struct list_file list_file(const struct list *list)
{
    return list->file;
}

bool list_file_equal(const struct list_file *a, const struct list_file *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed_ns == b->changed_ns;
}

size_t list_count(const struct list *list)
{
    return list->index.count + list->network_count;
}

bool list_find(const struct list *list, struct bytes address_or_domain, struct index_entry *entry)
{
    struct entry_walk walk;
    struct bytes key;
    enum entry_kind kind;
    if (list->index.count == 0 || !entry_walk_init(&walk, address_or_domain))
        return false;
    while (entry_walk_next(&walk, &key, &kind)) {
        if (list->counts[kind] == 0 || (kind == ENTRY_BELOW && count_dots(key) > list->dots_most))
            continue;
        if (index_find(&list->index, key, entry))
            return true;
    }
    return false;
}

bool list_has(const struct list *list, struct bytes address_or_domain)
{
    struct index_entry entry;
    return list_find(list, address_or_domain, &entry);
}

bool list_has_network(const struct list *list, const uint8_t address[16])
{
    size_t low = 0, high = list->network_count; /* the last one that begins at or before address */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(list->networks[middle].address, address, 16) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && network_contains(&list->networks[low - 1], address);
}

bool list_next_address(const struct list *list, size_t *at, struct bytes *address)
{
    struct index_entry entry;
    while (index_next(&list->index, at, &entry)) {
        struct bytes key = entry.key;
        if (memchr(key.data, '@', key.size) == NULL || key.data[key.size - 1] == '@')
            continue;
        *address = entry.written.size > 0 ? entry.written : key;
        return true;
    }
    return false;
}
