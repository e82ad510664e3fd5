/* Redirecting and expanding: members are decided as recipients of their own, and what comes of it
 * is one flat list (spec/policy.md 1.6). */
#include <stdlib.h>
#include <string.h>

#include "protocol/address.h"
#include "server/policy/decider_inside.h"
#include "server/policy/table.h"

/* Members of one recipient while they are gathered. */
struct gathered_members {
    struct decider *decider;
    const struct place *place;
    struct decision_member *members;
    size_t count, capacity;
    size_t *buckets; /* by address: number of the member + 1; 0: free */
    size_t bucket_count;
    const struct decision *instead; /* one of them holds for all */
};

struct grouped_member {
    size_t first, number;
};

static uint64_t address_hash(struct bytes address)
{
    uint64_t hash = 0xCBF29CE484222325ULL;
    for (size_t i = 0; i < address.size; i++) {
        uint8_t octet = address.data[i];
        octet = octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
        hash = (hash ^ octet) * 0x100000001B3ULL;
    }
    return hash ^ hash >> 32;
}

static size_t *bucket_of(struct gathered_members *gathered, struct bytes address)
{
    size_t at = (size_t)address_hash(address) & (gathered->bucket_count - 1);
    while (gathered->buckets[at] != 0 &&
           !bytes_equal_fold(gathered->members[gathered->buckets[at] - 1].address, address))
        at = (at + 1) & (gathered->bucket_count - 1);
    return &gathered->buckets[at];
}

static bool buckets_grow(struct gathered_members *gathered)
{
    if (gathered->count * 2 < gathered->bucket_count)
        return true;
    free(gathered->buckets);
    gathered->bucket_count = gathered->bucket_count > 0 ? gathered->bucket_count * 4 : 64;
    gathered->buckets = calloc(gathered->bucket_count, sizeof *gathered->buckets);
    for (size_t i = 0; gathered->buckets != NULL && i < gathered->count; i++)
        *bucket_of(gathered, gathered->members[i].address) = i + 1;
    return gathered->buckets != NULL;
}

/* Twice the same is once. */
static enum status add_member(struct gathered_members *gathered, struct bytes address,
                              const struct decision *decision)
{
    if (!buckets_grow(gathered))
        return STATUS_MEMORY;
    size_t *bucket = bucket_of(gathered, address);
    if (*bucket != 0)
        return STATUS_OK;
    if (gathered->count >= gathered->decider->input.config->limits.members)
        return STATUS_LIMIT;
    if (!arena_grow(&gathered->decider->arena, (void **)&gathered->members, &gathered->capacity,
                    gathered->count, sizeof *gathered->members))
        return STATUS_MEMORY;
    gathered->members[gathered->count++] = (struct decision_member){address, decision};
    *bucket = gathered->count;
    return STATUS_OK;
}

/* A list within a list: its owner stays the sender of its own members. */
static enum status take_inner(struct gathered_members *gathered, const struct decision *inner)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < inner->member_count && status == STATUS_OK; i++) {
        const struct decision *decision = inner->members[i].decision;
        if (inner->has_sender && !decision->has_sender &&
            decision->disposition == DISPOSITION_DELIVER) {
            struct decision own = *decision;
            own.has_sender = true;
            own.sender = inner->sender;
            status = decision_keep(gathered->decider, &own, &decision);
        }
        if (status == STATUS_OK)
            status = add_member(gathered, inner->members[i].address, decision);
    }
    return status;
}

static enum status decide_member(struct gathered_members *gathered, struct bytes address)
{
    const struct place *place = gathered->place;
    struct decider *decider = gathered->decider;
    const struct limits *limits = &decider->input.config->limits;
    struct place member = {.address = address,
                           .original = place->above == NULL ? place->address : place->original,
                           .above = place,
                           .depth = place->depth + 1,
                           .members = place->members};
    const struct decision *decision = NULL;
    if (member.depth > limits->expansion_depth || ++*member.members > 4 * limits->members)
        return STATUS_LIMIT;
    enum status status = place_decide(decider, &member, &decision);
    if (status != STATUS_OK)
        return status;
    if (decision->disposition == DISPOSITION_DEFER) {
        gathered->instead = decision;
        return STATUS_OK;
    }
    bool sent_on = decision->disposition == DISPOSITION_REDIRECT ||
                   decision->disposition == DISPOSITION_EXPAND;
    return sent_on ? take_inner(gathered, decision) : add_member(gathered, address, decision);
}

/* Where each member's decision comes for the first time. */
static void find_firsts(const struct gathered_members *gathered, size_t *places, size_t place_count,
                        struct grouped_member *grouped)
{
    for (size_t i = 0; i < gathered->count; i++) {
        uint64_t hash = (uint64_t)(uintptr_t)gathered->members[i].decision / 16;
        size_t at = (size_t)(hash * 0x9E3779B97F4A7C15ULL >> 32) & (place_count - 1);
        while (places[at] != 0 &&
               gathered->members[places[at] - 1].decision != gathered->members[i].decision)
            at = (at + 1) & (place_count - 1);
        if (places[at] == 0)
            places[at] = i + 1;
        grouped[i] = (struct grouped_member){places[at], i};
    }
}

static int by_group(const void *a, const void *b)
{
    const struct grouped_member *one = a, *other = b;
    if (one->first != other->first)
        return one->first < other->first ? -1 : 1;
    return (one->number > other->number) - (one->number < other->number);
}

/* Decisions in the order in which they come first, the members of each together. */
static enum status group(struct gathered_members *gathered)
{
    size_t count = gathered->count, place_count = 16;
    while (place_count < 2 * count)
        place_count *= 2;
    struct decision_member *sorted =
        arena_take(&gathered->decider->arena, (count + 1) * sizeof *sorted);
    struct grouped_member *grouped = calloc(count + 1, sizeof *grouped);
    size_t *places = calloc(place_count, sizeof *places);
    enum status status =
        sorted != NULL && grouped != NULL && places != NULL ? STATUS_OK : STATUS_MEMORY;
    if (status == STATUS_OK) {
        find_firsts(gathered, places, place_count, grouped);
        qsort(grouped, count, sizeof *grouped, by_group);
        for (size_t i = 0; i < count; i++)
            sorted[i] = gathered->members[grouped[i].number];
        gathered->members = sorted;
    }
    free(grouped);
    free(places);
    return status;
}

static bool value_is_address(struct bytes value, struct bytes recipient)
{
    return bytes_find(value, 0, '@') < value.size && (value.data[0] != '@' || recipient.size > 0);
}

/* "@y.example": the recipient's local part there. */
static enum status whole_address(struct decider *decider, struct bytes recipient,
                                 struct bytes value, struct bytes *address)
{
    size_t at = recipient.size;
    while (at > 0 && recipient.data[at - 1] != '@')
        at--;
    size_t local = at > 0 ? at - 1 : recipient.size;
    if (value.data[0] != '@')
        local = 0;
    uint8_t *text = arena_take(&decider->arena, local + value.size + 1);
    if (text == NULL)
        return STATUS_MEMORY;
    memcpy(text, recipient.data, local);
    memcpy(text + local, value.data, value.size);
    *address = (struct bytes){text, local + value.size};
    return STATUS_OK;
}

/* Addresses of one target, one after the other; each is handed to take(). */
static enum status target_each(struct decider *decider, const struct rule_target *target,
                               struct bytes recipient,
                               enum status (*take)(void *owner, struct bytes address), void *owner)
{
    enum status status = STATUS_OK;
    struct bytes values, value, address;
    size_t at = 0;
    if (target->kind == TARGET_ADDRESS)
        return take(owner, target->address);
    if (target->kind == TARGET_LIST) {
        while (status == STATUS_OK &&
               list_next_address(decider->lists->lists[target->number], &at, &address))
            status = take(owner, address);
        return status;
    }
    if (!table_find(decider->lists->tables[target->number], recipient, &values))
        return STATUS_OK;
    while (status == STATUS_OK && table_next_value(&values, &value)) {
        if (!value_is_address(value, recipient))
            continue;
        status = whole_address(decider, recipient, value, &address);
        if (status == STATUS_OK && is_address(address)) /* else it has become too long */
            status = take(owner, address);
    }
    return status;
}

static enum status take_any(void *owner, struct bytes address)
{
    (void)address;
    *(bool *)owner = true;
    return STATUS_CANCELLED;
}

bool targets_exist(struct decider *decider, const struct rule *rule, struct bytes recipient)
{
    bool found = false;
    for (size_t i = 0; i < rule->target_count && !found; i++)
        if (target_each(decider, &rule->targets[i], recipient, take_any, &found) == STATUS_MEMORY)
            decider->view.status = STATUS_MEMORY;
    return found;
}

static enum status take_member(void *owner, struct bytes address)
{
    struct gathered_members *gathered = owner;
    return gathered->instead != NULL ? STATUS_CANCELLED : decide_member(gathered, address);
}

static enum status gather_members(struct gathered_members *gathered, const struct rule *rule)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < rule->target_count && status == STATUS_OK; i++)
        status = target_each(gathered->decider, &rule->targets[i], gathered->place->address,
                             take_member, gathered);
    if (gathered->instead != NULL)
        status = STATUS_OK;
    return status == STATUS_OK && gathered->instead == NULL ? group(gathered) : status;
}

enum status members_make(struct decider *decider, const struct place *place, struct decision *made,
                         const struct decision **instead)
{
    struct gathered_members gathered = {.decider = decider, .place = place};
    const struct rule *rule = made->rule;
    enum status status = gather_members(&gathered, rule);
    free(gathered.buckets);
    view_turn(decider, place);
    if (status == STATUS_OK && gathered.instead == NULL && gathered.count == 0)
        status = STATUS_LIMIT;
    if (status == STATUS_LIMIT)
        return decision_defer(decider, rule, "expansion",
                              "over limits.members or limits.expansion-depth", instead);
    if (status != STATUS_OK)
        return status;
    *instead = gathered.instead;
    made->members = gathered.members;
    made->member_count = gathered.count;
    made->is_list = rule->is_list;
    if (made->disposition != DISPOSITION_REDIRECT || gathered.instead != NULL)
        return STATUS_OK;
    if (gathered.count > 1)
        made->disposition = DISPOSITION_EXPAND;
    else if (gathered.members[0].decision->disposition != DISPOSITION_DELIVER)
        *instead = gathered.members[0].decision;
    return STATUS_OK;
}
