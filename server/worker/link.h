/* A ring of things that belong to one list. A link names its list where it stands. */
#ifndef SERVER_WORKER_LINK_H
#define SERVER_WORKER_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct link {
    struct link *previous, *next;
};

#define LINK_OWNER(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void link_init(struct link *link)
{
    link->previous = link->next = link;
}

static inline bool link_alone(const struct link *link)
{
    return link->next == link;
}

/* Puts item before place: at the end of the list when place is its head. */
static inline void link_insert(struct link *place, struct link *item)
{
    item->previous = place->previous;
    item->next = place;
    place->previous->next = item;
    place->previous = item;
}

static inline void link_remove(struct link *item)
{
    item->previous->next = item->next;
    item->next->previous = item->previous;
    link_init(item);
}

#endif
