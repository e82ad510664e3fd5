/* Scopes, and a chained hash table of transactions (scope.h). */
#include "server/front/scope.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "server/front/transaction.h"

enum { BUCKETS_AT_FIRST = 256 };

enum status scope_new(const char *name, bool anonymous, struct scope **result)
{
    struct scope *scope = calloc(1, sizeof(*scope));
    if (scope == NULL)
        return STATUS_MEMORY;
    snprintf(scope->name, sizeof(scope->name), "%s", name);
    scope->anonymous = anonymous;
    link_init(&scope->scopes);
    link_init(&scope->kept);
    *result = scope;
    return STATUS_OK;
}

void scope_free(struct scope **scope)
{
    if (*scope == NULL)
        return;
    assert(link_is_alone(&(*scope)->kept));
    link_remove(&(*scope)->scopes);
    free(*scope);
    *scope = NULL;
}

enum status directory_init(struct directory *directory)
{
    *directory = (struct directory){.bucket_count = BUCKETS_AT_FIRST};
    directory->buckets = calloc(BUCKETS_AT_FIRST, sizeof(struct transaction *));
    if (directory->buckets == NULL)
        return STATUS_MEMORY;
    if (getrandom(&directory->seed, sizeof(directory->seed), 0) != sizeof(directory->seed))
        return STATUS_IO;
    return STATUS_OK;
}

void directory_clear(struct directory *directory)
{
    assert(directory->count == 0);
    free(directory->buckets);
    directory->buckets = NULL;
}

/* FNV-1a from a secret start, with a last mix. */
static uint64_t hash(const struct directory *directory, const struct scope *scope, struct bytes txn)
{
    uint64_t value = directory->seed ^ (uintptr_t)scope;
    for (size_t i = 0; i < txn.size; i++)
        value = (value ^ txn.data[i]) * 0x100000001b3U;
    return (value ^ value >> 29) * 0xbf58476d1ce4e5b9U;
}

static struct transaction **bucket_of(const struct directory *directory, const struct scope *scope,
                                      struct bytes txn)
{
    uint64_t place = hash(directory, scope, txn) >> 20 & (directory->bucket_count - 1);
    return &directory->buckets[place];
}

struct transaction *directory_find(const struct directory *directory, const struct scope *scope,
                                   struct bytes txn)
{
    struct transaction *transaction = *bucket_of(directory, scope, txn);
    while (transaction != NULL &&
           (transaction->scope != scope || !bytes_equal(transaction->txn, txn)))
        transaction = transaction->bucket_next;
    return transaction;
}

static void bucket_add(struct directory *directory, struct transaction *transaction)
{
    struct transaction **bucket = bucket_of(directory, transaction->scope, transaction->txn);
    transaction->bucket_next = *bucket;
    *bucket = transaction;
}

static void grow(struct directory *directory)
{
    struct directory larger = *directory;
    larger.bucket_count = directory->bucket_count * 2;
    larger.buckets = calloc(larger.bucket_count, sizeof(struct transaction *));
    if (larger.buckets == NULL)
        return;
    for (size_t i = 0; i < directory->bucket_count; i++) {
        struct transaction *next = NULL;
        for (struct transaction *at = directory->buckets[i]; at != NULL; at = next) {
            next = at->bucket_next;
            bucket_add(&larger, at);
        }
    }
    free(directory->buckets);
    *directory = larger;
}

void directory_add(struct directory *directory, struct transaction *transaction)
{
    if (directory->count >= directory->bucket_count * 2)
        grow(directory);
    bucket_add(directory, transaction);
    directory->count++;
}

void directory_remove(struct directory *directory, struct transaction *transaction)
{
    struct transaction **at = bucket_of(directory, transaction->scope, transaction->txn);
    while (*at != NULL && *at != transaction)
        at = &(*at)->bucket_next;
    if (*at == NULL)
        return;
    *at = transaction->bucket_next;
    directory->count--;
}
