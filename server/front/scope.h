/* Whose transactions a peer sees: those of its identity, or, anonymous, of its connection (spec
 * 6.1); and the directory that finds one by its scope and its id. */
#ifndef SERVER_FRONT_SCOPE_H
#define SERVER_FRONT_SCOPE_H

#include "protocol/bytes.h"
#include "server/link.h"

struct transaction;

struct scope {
    char name[64];
    bool anonymous;     /* dies with its connection */
    struct link scopes; /* house.scopes: named ones only */
    struct link kept;   /* transaction.scope_kept, oldest first */
    size_t kept_count;
    uint64_t kept_octets;
};

/* MEMORY. */
MUST_CHECK enum status scope_new(const char *name, bool anonymous, struct scope **scope);
/* Nothing is kept in it any more. */
void scope_free(struct scope **scope);

struct directory {
    struct transaction **buckets;
    size_t bucket_count; /* a power of two */
    size_t count;
    uint64_t seed; /* so that no client can choose its bucket */
};

MUST_CHECK enum status directory_init(struct directory *directory);
void directory_clear(struct directory *directory);
struct transaction *directory_find(const struct directory *directory, const struct scope *scope,
                                   struct bytes txn);
/* The id must not stand there already. Never fails: the table only grows when it can. */
void directory_add(struct directory *directory, struct transaction *transaction);
/* Harmless when it does not stand there. */
void directory_remove(struct directory *directory, struct transaction *transaction);

#endif
