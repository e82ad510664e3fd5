/* The door to GMime: which parts a message has and where their contents lie. Offsets only; nothing
 * that GMime decodes is ever used. */
#ifndef ENGINES_MESSAGE_STRUCTURE_H
#define ENGINES_MESSAGE_STRUCTURE_H

#include "protocol/arena.h"
#include "protocol/limits.h"
#include "protocol/report.h"

/* One part of the tree in the order of a walk, parents first. */
struct outline_part {
    int32_t parent; /* its place in the outline; -1 for the root */
    uint32_t depth; /* 1 for the root */
    enum part_kind kind;
    bool is_cut; /* a container at the depth limit: what is in it is not in the outline */
    bool has_header;
    uint64_t first_field, last_field; /* where those begin */
    bool has_content;
    struct range content; /* a leaf's */
    struct bytes type;    /* lower case ASCII */
    bool has_boundary;    /* multipart only */
    struct bytes boundary;
};

struct outline {
    struct outline_part *parts;
    size_t count, capacity;
};

/* All of GMime's state that outlives a message; once for a process, before its sandbox closes. */
void structure_warm_up(void);
/* STATUS_INVALID: GMime reads nothing in it. STATUS_LIMIT: more parts than the limit. The outline
 * lives in the arena. */
MUST_CHECK enum status structure_read(struct bytes octets, const struct limits *limits,
                                      struct arena *arena, struct outline *outline);

#endif
