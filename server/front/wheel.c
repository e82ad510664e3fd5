#include "server/front/wheel.h"

void wheel_init(struct wheel *wheel, uint64_t now_ms)
{
    for (unsigned i = 0; i < WHEEL_SLOTS; i++)
        link_init(&wheel->slots[i]);
    wheel->tick = now_ms / WHEEL_TICK_MS;
}

/* The first tick at which the deadline has passed, within one turn. */
static uint64_t tick_of(const struct wheel *wheel, uint64_t due_ms)
{
    uint64_t tick = due_ms / WHEEL_TICK_MS + (due_ms % WHEEL_TICK_MS > 0);
    if (tick <= wheel->tick)
        return wheel->tick + 1;
    if (tick >= wheel->tick + WHEEL_SLOTS)
        return wheel->tick + WHEEL_SLOTS - 1;
    return tick;
}

void wheel_set(struct wheel *wheel, struct wheel_entry *entry, uint64_t due_ms)
{
    entry->due_ms = due_ms;
    uint64_t tick = tick_of(wheel, due_ms);
    if (entry->link.next != NULL && entry->tick <= tick)
        return;
    link_remove(&entry->link);
    entry->tick = tick;
    link_append(&wheel->slots[tick % WHEEL_SLOTS], &entry->link);
}

void wheel_remove(struct wheel_entry *entry)
{
    link_remove(&entry->link);
}

static void serve(struct wheel *wheel, uint64_t now_ms, void (*due)(struct wheel_entry *entry))
{
    struct link list;
    link_init(&list);
    link_move(&list, &wheel->slots[wheel->tick % WHEEL_SLOTS]);
    while (!link_is_alone(&list)) {
        struct wheel_entry *entry = LINK_OWNER(list.next, struct wheel_entry, link);
        link_remove(&entry->link);
        if (entry->due_ms <= now_ms)
            due(entry);
        else
            wheel_set(wheel, entry, entry->due_ms);
    }
}

void wheel_turn(struct wheel *wheel, uint64_t now_ms, void (*due)(struct wheel_entry *entry))
{
    uint64_t now = now_ms / WHEEL_TICK_MS;
    if (now > wheel->tick + WHEEL_SLOTS) /* the clock has jumped: one turn serves them all */
        wheel->tick = now - WHEEL_SLOTS;
    while (wheel->tick < now) {
        wheel->tick++;
        serve(wheel, now_ms, due);
    }
}
