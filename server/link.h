/* Rings of objects that are linked by a member of their own: no allocation, removal in one step. A
 * head is a link that belongs to no object. */
#ifndef SERVER_LINK_H
#define SERVER_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct link {
    struct link *next, *previous; /* itself, or NULL: in no ring */
};

/* The object of which link is the member. */
#define LINK_OWNER(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void link_init(struct link *head)
{
    head->next = head->previous = head;
}

static inline bool link_is_alone(const struct link *link)
{
    return link->next == link || link->next == NULL;
}

/* Behind all others of the ring. */
static inline void link_append(struct link *head, struct link *link)
{
    link->previous = head->previous;
    link->next = head;
    head->previous->next = link;
    head->previous = link;
}

/* Nothing when it is in no ring. */
static inline void link_remove(struct link *link)
{
    if (link->next == NULL)
        return;
    link->next->previous = link->previous;
    link->previous->next = link->next;
    link->next = link->previous = NULL;
}

/* All of from's links to the end of to; from is empty then. */
static inline void link_move(struct link *to, struct link *from)
{
    if (link_is_alone(from))
        return;
    from->next->previous = to->previous;
    to->previous->next = from->next;
    from->previous->next = to;
    to->previous = from->previous;
    link_init(from);
}

#endif
