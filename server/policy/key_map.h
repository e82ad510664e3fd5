/* Rules found by a hash: what was put under it, ascending. Filled in two passes: all keys are
 * counted, then put. Another key with the same hash may share its place; who looks up asks the rule
 * itself. */
#ifndef SERVER_POLICY_KEY_MAP_H
#define SERVER_POLICY_KEY_MAP_H

#include "protocol/arena.h"

struct key_place {
    uint64_t hash; /* 0: empty */
    uint32_t count, first, filled;
};

struct key_map {
    struct key_place *places;
    size_t mask;
    uint32_t *numbers;
    size_t total;
};

/* Room for so many different keys. False: no memory. */
bool key_map_init(struct key_map *map, struct arena *arena, size_t keys);
void key_map_count(struct key_map *map, uint64_t hash);
/* How many have been counted under it. */
size_t key_map_counted(const struct key_map *map, uint64_t hash);
/* Behind the last count; the same again forgets all counts. */
void key_map_forget(struct key_map *map);
bool key_map_settle(struct key_map *map, struct arena *arena);
void key_map_put(struct key_map *map, uint64_t hash, uint32_t number);
size_t key_map_find(const struct key_map *map, uint64_t hash, const uint32_t **numbers);

#endif
