/* Open addressing over hashes. */
#include "server/policy/key_map.h"

#include <string.h>

bool key_map_init(struct key_map *map, struct arena *arena, size_t keys)
{
    size_t size = 16;
    while (size < keys * 2)
        size *= 2;
    *map = (struct key_map){.mask = size - 1};
    map->places = arena_take(arena, size * sizeof *map->places);
    return map->places != NULL;
}

static struct key_place *place_of(const struct key_map *map, uint64_t hash)
{
    hash = hash != 0 ? hash : 1;
    size_t at = (size_t)(hash ^ hash >> 29) & map->mask;
    while (map->places[at].hash != 0 && map->places[at].hash != hash)
        at = (at + 1) & map->mask;
    return &map->places[at];
}

void key_map_count(struct key_map *map, uint64_t hash)
{
    struct key_place *place = place_of(map, hash);
    place->hash = hash != 0 ? hash : 1;
    place->count++;
    map->total++;
}

size_t key_map_counted(const struct key_map *map, uint64_t hash)
{
    return place_of(map, hash)->count;
}

void key_map_forget(struct key_map *map)
{
    memset(map->places, 0, (map->mask + 1) * sizeof *map->places);
    map->total = 0;
}

bool key_map_settle(struct key_map *map, struct arena *arena)
{
    uint32_t first = 0;
    map->numbers = arena_take(arena, (map->total + 1) * sizeof *map->numbers);
    for (size_t i = 0; i <= map->mask; i++) {
        map->places[i].first = first;
        first += map->places[i].count;
    }
    return map->numbers != NULL;
}

void key_map_put(struct key_map *map, uint64_t hash, uint32_t number)
{
    struct key_place *place = place_of(map, hash);
    map->numbers[place->first + place->filled++] = number;
}

size_t key_map_find(const struct key_map *map, uint64_t hash, const uint32_t **numbers)
{
    const struct key_place *place = place_of(map, hash);
    *numbers = map->numbers + place->first;
    return place->filled;
}
