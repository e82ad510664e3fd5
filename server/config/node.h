/* The tree that a configuration text becomes before it is typed: maps, lists, scalars, each with
 * the place it was written at. Lives in an arena, links are its own. */
#ifndef SERVER_CONFIG_NODE_H
#define SERVER_CONFIG_NODE_H

#include "server/config/config.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

enum {
    NODE_DEPTH_MOST = 16,
    NODE_COUNT_MOST = 400000, /* of one text */
    NODE_KEYS_MOST = 4096     /* of one map: keys are looked up one after the other */
};

struct node {
    enum node_kind kind;
    const char *file; /* where the value stands */
    unsigned line, column;
    const char *key; /* of a map's child; NULL in a list */
    unsigned key_line, key_column;
    const char *text;     /* scalar: UTF-8 without controls, and line breaks but in has_breaks */
    unsigned text_column; /* where text begins, when it stands in one line as it is; else 0 */
    bool has_breaks;      /* LF in text: only below the keys `text` and `html` */
    struct node *first, *last, *next;
    size_t count; /* of children */
};

/* Zeroed but for kind and place; NULL when the arena is full. */
struct node *node_new(struct arena *arena, enum node_kind kind, const char *file, unsigned line,
                      unsigned column);
void node_append(struct node *parent, struct node *child);
/* The child of a map, or NULL. */
struct node *node_find(const struct node *map, const char *key);
/* Maps merge; scalars and lists of `over` replace. The children of `over` move; both are maps. */
void node_merge(struct node *base, struct node *over);
/* The tree as YAML, every scalar quoted, indented by `depth` levels. */
MUST_CHECK enum status node_print(const struct node *node, unsigned depth, struct buffer *out);
/* A node on one line: quoted scalars, [lists], {maps}. */
MUST_CHECK enum status node_print_flow(const struct node *node, struct buffer *out);
/* A scalar in double quotes; controls stay visible for yaml_read() to refuse. */
MUST_CHECK enum status node_print_scalar(const char *text, struct buffer *out);
/* "map", "list", or the text in quotes cut to a readable length: what was found instead. */
const char *node_describe(const struct node *node, char text[96]);

#endif
