/* The parts of a configuration that policy stands on (spec/policy.md 3, 4, 6). */
#ifndef SERVER_CONFIG_POLICY_PARTS_H
#define SERVER_CONFIG_POLICY_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node; /* server/config/node.h */

struct network { /* 192.0.2.0/24, 2001:db8::/32; v4 as v4-mapped */
    uint8_t address[16];
    unsigned bits; /* 0..128 */
};

/* organisations: a map (spec/policy.md 4). */
struct config_organisation {
    const char *name;
    const char **domains; /* "x.example", ".x.example" */
    size_t domain_count;
    struct network *networks;
    size_t network_count;
};

/* lists: and tables: maps (spec/policy.md 3). One of file and entries. */
struct config_list {
    const char *name;
    const char *file;           /* absolute */
    const struct node *entries; /* as they stand in the configuration */
};

/* templates: a map (spec/policy.md 6.1), as it is written; struct template is what it says. */
struct config_template {
    const char *name; /* NULL: of one language */
    const char *subject, *text;
    const struct node *languages;
};

/* notices (spec/policy.md 6). */
struct config_notices {
    const char *from;       /* address of the From field; default postmaster@host-name */
    const char *postmaster; /* what `to: postmaster` stands for; default `from` */
    bool outsiders;
    uint64_t rate, rate_all; /* an hour: for each address, for all */
};

#endif
