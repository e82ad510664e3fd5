/* What every walk through an archive does the same: charge, note, keep, tell, enter. */
#include "engines/attachment/walk.h"

#include <stdlib.h>
#include <string.h>

#include "engines/attachment/listing_kind.h"

enum { FIRST_CAPACITY = 16 * 1024 };

/* Where in the octets that were given: what lies within an entry is at that entry's place. */
static struct range given_place(const struct walk *walk, struct range place)
{
    if (walk->levels > 1)
        return walk->outermost;
    return (struct range){walk->base + place.offset, place.size};
}

void walk_note(struct walk *walk, enum listing_state state, const char *cap, struct range place)
{
    struct listing *listing = walk->listing;

    if (state <= listing->state)
        return;
    listing->state = state;
    listing->cap = cap;
    listing->evidence = given_place(walk, place);
}

void walk_oddity(struct walk *walk, unsigned oddity, struct range place)
{
    struct listing *listing = walk->listing;

    if (listing->oddities == 0 && listing->state == LISTING_WHOLE)
        listing->evidence = given_place(walk, place);
    listing->oddities |= oddity;
}

void walk_out_of_memory(struct walk *walk)
{
    walk->is_out_of_memory = true;
    walk->is_stopped = true;
    walk->is_dry = true;
}

static bool stop(struct walk *walk, const char *cap, struct range place)
{
    walk_note(walk, LISTING_CAPPED, cap, place);
    walk->is_stopped = true;
    walk->is_dry = true;
    return false;
}

bool walk_goes_on(struct walk *walk, struct range place)
{
    const char *cap;

    if (walk->is_stopped)
        return false;
    cap = budget_allow_cpu(walk->budget);
    if (cap == NULL && budget_left_us(walk->budget) == 0)
        cap = "deadline";
    return cap == NULL || stop(walk, cap, place);
}

bool walk_take_entry(struct walk *walk, struct range place)
{
    const char *cap;

    if (!walk_goes_on(walk, place))
        return false;
    cap = budget_take_entry(walk->budget);
    return cap == NULL || stop(walk, cap, place);
}

bool walk_take_octets(struct walk *walk, uint64_t count, struct range place)
{
    const char *cap;

    if (walk->is_dry || !walk_goes_on(walk, place))
        return false;
    cap = budget_take_octets(walk->budget, count);
    if (cap != NULL) {
        walk_note(walk, LISTING_CAPPED, cap, place);
        walk->is_dry = true;
    }
    return cap == NULL;
}

/* A piece that stands in the archive, right behind what is kept, needs no copy. */
static bool borrow(struct intake *intake, struct bytes piece)
{
    uintptr_t begin = (uintptr_t)intake->source.data, at = (uintptr_t)piece.data;

    if (intake->held != NULL || at < begin || at - begin > intake->source.size ||
        piece.size > intake->source.size - (at - begin))
        return false;
    if (intake->size > 0 && piece.data != intake->octets + intake->size)
        return false;
    if (intake->size == 0)
        intake->octets = piece.data;
    intake->size += piece.size;
    return true;
}

/* Room for so many octets in all. STATUS_LIMIT: more than may be held. */
static enum status grow(struct intake *intake, size_t needed)
{
    struct walk *walk = intake->walk;
    uint64_t others = walk->held_bytes - intake->capacity;
    size_t capacity = intake->capacity > 0 ? intake->capacity : FIRST_CAPACITY;
    uint8_t *held;

    if (needed <= intake->capacity)
        return STATUS_OK;
    while (capacity < needed)
        capacity *= 2;
    if (others + capacity > walk->budget->limits->archive_memory_bytes)
        capacity = needed;
    if (others + capacity > walk->budget->limits->archive_memory_bytes)
        return STATUS_LIMIT;
    held = realloc(intake->held, capacity);
    if (held == NULL)
        return STATUS_MEMORY;
    if (intake->held == NULL && intake->size > 0)
        memcpy(held, intake->octets, intake->size);
    walk->held_bytes = others + capacity;
    intake->held = held;
    intake->octets = held;
    intake->capacity = capacity;
    return STATUS_OK;
}

/* Only the head stays of what is too large to be held. */
static void cut(struct intake *intake)
{
    uint8_t *head;

    walk_note(intake->walk, LISTING_CAPPED, budget_hit(intake->walk->budget, "archive-memory"),
              intake->place);
    intake->is_cut = true;
    if (intake->size > LISTING_HEAD_OCTETS)
        intake->size = LISTING_HEAD_OCTETS;
    if (intake->held == NULL)
        return;
    head = realloc(intake->held, FIRST_CAPACITY);
    if (head == NULL)
        return;
    intake->walk->held_bytes -= intake->capacity - FIRST_CAPACITY;
    intake->held = head;
    intake->octets = head;
    intake->capacity = FIRST_CAPACITY;
}

bool intake_take(struct intake *intake, struct bytes piece)
{
    enum status status;

    if (!walk_take_octets(intake->walk, piece.size, intake->place)) {
        intake->is_broken = true;
        return false;
    }
    intake->total += piece.size;
    if (piece.size == 0 || borrow(intake, piece))
        return true;
    status = grow(intake, intake->size + piece.size);
    if (status == STATUS_MEMORY) {
        walk_out_of_memory(intake->walk);
        return false;
    }
    if (status == STATUS_LIMIT) {
        cut(intake);
        return false;
    }
    memcpy(intake->held + intake->size, piece.data, piece.size);
    intake->size += piece.size;
    return true;
}

void intake_clear(struct intake *intake)
{
    intake->walk->held_bytes -= intake->capacity;
    free(intake->held);
    intake->held = NULL;
    intake->capacity = 0;
}

/* An archive within the archives around it, or nothing. */
static void enter(struct walk *walk, struct bytes octets, struct range place)
{
    struct range outermost = walk->outermost;
    const char *cap;

    if (walk->is_dry || !listing_is_archive(octets))
        return;
    cap = budget_allow_depth(walk->budget, walk->levels);
    if (cap != NULL) {
        walk_note(walk, LISTING_NESTED, cap, place);
        return;
    }
    if (walk->levels == 1)
        walk->outermost = given_place(walk, place);
    walk_archive(walk, octets);
    walk->outermost = outermost;
}

void walk_entry(struct walk *walk, struct listing_entry *entry, const struct intake *intake)
{
    struct bytes kept = {intake->octets, intake->size};
    bool is_whole = !intake->is_cut && !intake->is_broken;

    if (!walk->is_out_of_memory) {
        entry->levels = walk->levels;
        entry->head = bytes_slice(kept, 0, LISTING_HEAD_OCTETS);
        if (is_whole && kept.size <= LISTING_WHOLE_MOST)
            entry->whole = kept;
        if (entry->size == UINT64_MAX && is_whole && intake->total > 0)
            entry->size = intake->total;
        walk->listing->entry_count++;
        walk->take(walk->context, entry);
    }
    arena_clear(&walk->names);
    if (!intake->is_cut && kept.size > 0 && !entry->is_encrypted)
        enter(walk, kept, intake->place);
}
