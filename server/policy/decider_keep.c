/* Decisions are kept once: equal ones are one object. */
#include <string.h>

#include "server/policy/decider_inside.h"

uint64_t bytes_hash(uint64_t hash, struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ text.data[i]) * 0x100000001B3ULL;
    return (hash ^ text.size) * 0x9E3779B97F4A7C15ULL;
}

static uint64_t decision_hash(const struct decision *decision)
{
    uint64_t hash = (uint64_t)(uintptr_t)decision->rule ^ (uint64_t)(uintptr_t)decision->edits;
    hash = bytes_hash(hash ^ decision->disposition, decision->text);
    hash = bytes_hash(hash, decision->sender);
    hash ^= (uint64_t)(uintptr_t)decision->instead;
    for (size_t i = 0; i < decision->member_count; i++)
        hash = bytes_hash(hash, decision->members[i].address);
    for (size_t i = 0; i < decision->notice_count; i++)
        hash = bytes_hash(hash, decision->notices[i].address);
    return hash ^ hash >> 32;
}

static bool members_equal(const struct decision *a, const struct decision *b, bool words)
{
    bool equal = a->member_count == b->member_count;
    for (size_t i = 0; equal && i < a->member_count; i++)
        equal = bytes_equal(a->members[i].address, b->members[i].address) &&
                (a->members[i].decision == b->members[i].decision ||
                 decision_equal(a->members[i].decision, b->members[i].decision, words));
    return equal;
}

static bool stores_equal(const struct decision *a, const struct decision *b)
{
    bool equal = a->store_count == b->store_count;
    for (size_t i = 0; equal && i < a->store_count; i++)
        equal = a->stores[i].kind == b->stores[i].kind &&
                a->stores[i].is_original == b->stores[i].is_original &&
                bytes_equal(a->stores[i].name, b->stores[i].name);
    return equal;
}

static bool notice_equal(const struct decision_notice *a, const struct decision_notice *b,
                         bool words)
{
    bool equal =
        a->template == b->template && a->kind == b->kind && bytes_equal(a->address, b->address);
    for (size_t i = 0; equal && words && i < 2 * a->template->count; i++)
        equal = bytes_equal(a->texts[i], b->texts[i]);
    return equal;
}

static bool notices_equal(const struct decision *a, const struct decision *b, bool words)
{
    bool equal = a->notice_count == b->notice_count;
    for (size_t i = 0; equal && i < a->notice_count; i++)
        equal = notice_equal(&a->notices[i], &b->notices[i], words);
    return equal;
}

/* Of two deciders too: by what the edits do, not by their numbers. */
static bool edits_equal(const struct decision_edits *a, const struct decision_edits *b)
{
    if (a == b)
        return true;
    bool equal = a != NULL && b != NULL && a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = edit_compare(&a->edits[i], &b->edits[i]) == 0;
    return equal;
}

static bool instead_equal(const struct decision *a, const struct decision *b, bool words)
{
    if (a == b)
        return true;
    return a != NULL && b != NULL && decision_equal(a, b, words);
}

bool decision_equal(const struct decision *a, const struct decision *b, bool words)
{
    bool slices = bytes_equal(a->class, b->class) && bytes_equal(a->status, b->status) &&
                  bytes_equal(a->mark, b->mark) && bytes_equal(a->sender, b->sender) &&
                  bytes_equal(a->route, b->route) && (!words || bytes_equal(a->text, b->text));
    bool flags = a->is_silent == b->is_silent && a->has_after == b->has_after &&
                 a->after_s == b->after_s && a->has_sender == b->has_sender &&
                 a->is_conditional == b->is_conditional && a->allowed == b->allowed &&
                 a->otherwise == b->otherwise && a->is_list == b->is_list;
    return a->disposition == b->disposition && a->rule == b->rule && a->row == b->row && slices &&
           flags && edits_equal(a->edits, b->edits) &&
           instead_equal(a->instead, b->instead, words) && members_equal(a, b, words) &&
           stores_equal(a, b) && notices_equal(a, b, words);
}

static struct hashed *with_hash(struct hashed *kept, uint64_t hash)
{
    while (kept != NULL && kept->hash != hash)
        kept = kept->next;
    return kept;
}

struct hashed *hashed_find(const struct hashed_table *table, uint64_t hash)
{
    if (table->bucket_count == 0)
        return NULL;
    return with_hash(table->buckets[hash & (table->bucket_count - 1)], hash);
}

struct hashed *hashed_next(const struct hashed *kept)
{
    return with_hash(kept->next, kept->hash);
}

static bool table_grow(struct decider *decider, struct hashed_table *table)
{
    size_t count = table->bucket_count > 0 ? table->bucket_count * 4 : 16;
    struct hashed **buckets = arena_take(&decider->arena, count * sizeof(struct hashed *));
    if (buckets == NULL)
        return false;
    for (size_t i = 0; i < table->bucket_count; i++) {
        for (struct hashed *kept = table->buckets[i], *next; kept != NULL; kept = next) {
            next = kept->next;
            kept->next = buckets[kept->hash & (count - 1)];
            buckets[kept->hash & (count - 1)] = kept;
        }
    }
    table->buckets = buckets;
    table->bucket_count = count;
    return true;
}

enum status hashed_add(struct decider *decider, struct hashed_table *table, struct hashed *kept,
                       uint64_t hash)
{
    if (table->count >= table->bucket_count && !table_grow(decider, table))
        return STATUS_MEMORY;
    struct hashed **bucket = &table->buckets[hash & (table->bucket_count - 1)];
    *kept = (struct hashed){hash, *bucket};
    *bucket = kept;
    table->count++;
    return STATUS_OK;
}

enum status decision_keep(struct decider *decider, const struct decision *made,
                          const struct decision **kept)
{
    uint64_t hash = decision_hash(made);
    for (const struct hashed *one = hashed_find(&decider->decisions, hash); one != NULL;
         one = hashed_next(one)) {
        const struct kept_decision *found = (const struct kept_decision *)one;
        if (!decision_equal(&found->decision, made, true))
            continue;
        *kept = &found->decision;
        return STATUS_OK;
    }
    struct kept_decision *entry = arena_take(&decider->arena, sizeof *entry);
    if (entry == NULL ||
        hashed_add(decider, &decider->decisions, &entry->hashed, hash) != STATUS_OK)
        return STATUS_MEMORY;
    entry->decision = *made;
    entry->decision.number = (uint32_t)decider->decisions.count;
    *kept = &entry->decision;
    return STATUS_OK;
}
