#include "server/front/census.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct census_entry {
    struct census_entry *next;
    uint8_t address[16];
    uint64_t count;
};

void census_init(struct census *census, uint64_t seed)
{
    *census = (struct census){.seed = seed};
}

void census_clear(struct census *census)
{
    for (unsigned i = 0; i < CENSUS_BUCKETS; i++) {
        while (census->buckets[i] != NULL) {
            struct census_entry *entry = census->buckets[i];
            census->buckets[i] = entry->next;
            free(entry);
        }
    }
}

/* Where the entry of the address is linked, or would be. */
static struct census_entry **census_find(struct census *census, const uint8_t address[16])
{
    uint64_t words[2];
    memcpy(words, address, sizeof(words));
    uint64_t hash = (words[0] ^ census->seed) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ (hash >> 32) ^ words[1]) * 0x9e3779b97f4a7c15u;
    struct census_entry **at = &census->buckets[(hash >> 40) % CENSUS_BUCKETS];
    while (*at != NULL && memcmp((*at)->address, address, sizeof((*at)->address)) != 0)
        at = &(*at)->next;
    return at;
}

bool census_enter(struct census *census, const uint8_t address[16], uint64_t most)
{
    struct census_entry **at = census_find(census, address);
    if (*at == NULL && most > 0) {
        *at = calloc(1, sizeof(**at));
        if (*at == NULL)
            return false;
        memcpy((*at)->address, address, sizeof((*at)->address));
    }
    if (*at == NULL || (*at)->count >= most)
        return false;
    (*at)->count++;
    return true;
}

void census_leave(struct census *census, const uint8_t address[16])
{
    struct census_entry **at = census_find(census, address);
    assert(*at != NULL && (*at)->count > 0);
    if (--(*at)->count > 0)
        return;
    struct census_entry *entry = *at;
    *at = entry->next;
    free(entry);
}
