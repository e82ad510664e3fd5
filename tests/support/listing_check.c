#include "tests/support/listing_check.h"

#include <string.h>

/* What one run may unpack: a fuzzer wants many runs. */
enum { DECODED_BYTES = 4 << 20 };

struct seen {
    const struct budget *budget;
    uint64_t count;
    const char *wrong;
};

static bool is_inside(struct bytes piece, struct bytes whole)
{
    return piece.size <= whole.size &&
           (piece.size == 0 || memcmp(piece.data, whole.data, piece.size) == 0);
}

static const char *check_entry(const struct listing_entry *entry, const struct limits *limits)
{
    if (!bytes_is_utf8(entry->name) || !bytes_is_utf8(entry->other_name))
        return "a name is not UTF-8";
    for (size_t i = 0; i < entry->name.size; i++)
        if (entry->name.data[i] < 0x20 || entry->name.data[i] == 0x7F)
            return "a name has a control";
    if (entry->levels == 0 || entry->levels > limits->archive_depth + 1)
        return "a level is outside";
    if (entry->head.size > LISTING_HEAD_OCTETS || entry->whole.size > LISTING_WHOLE_MOST)
        return "too much is given";
    if (entry->whole.size > 0 && !is_inside(entry->head, entry->whole))
        return "the head is not the beginning";
    if (entry->is_encrypted && entry->head.size > 0)
        return "something encrypted was read";
    return NULL;
}

static void take(void *context, const struct listing_entry *entry)
{
    struct seen *seen = context;

    seen->count++;
    if (seen->wrong == NULL)
        seen->wrong = check_entry(entry, seen->budget->limits);
}

static const char *check_listing(const struct listing *listing, const struct budget *budget,
                                 struct bytes octets)
{
    const struct range *evidence = &listing->evidence;

    if (budget->entries > budget->limits->entries || listing->entry_count > budget->entries)
        return "more entries than may be";
    if (budget->decoded_bytes > budget->limits->decoded_bytes)
        return "more octets than may be";
    if (evidence->offset > octets.size || evidence->size > octets.size - evidence->offset)
        return "the evidence is outside";
    if ((listing->state != LISTING_WHOLE || listing->oddities != 0) && evidence->size == 0)
        return "no evidence";
    if ((listing->state >= LISTING_NESTED) != (listing->cap != NULL))
        return "a cap without its state, or a state without its cap";
    if (listing->format == NULL && (listing->state != LISTING_WHOLE || listing->entry_count > 0))
        return "no archive, and yet something of one";
    if (budget->cap != NULL && listing->state < LISTING_NESTED)
        return "a cap was hit and is not said";
    return NULL;
}

const char *listing_check(struct bytes octets, uint8_t choice, struct listing *listing)
{
    struct limits limits;
    struct budget budget;
    struct seen seen = {.budget = &budget};

    limits_init(&limits);
    limits.decoded_bytes = DECODED_BYTES;
    if ((choice & 1) != 0) {
        limits.entries = 10;
        limits.archive_depth = 2;
        limits.archive_memory_bytes = 2048;
    }
    budget_init(&budget, &limits, octets.size, 0);
    listing_warm_up();
    if (listing_walk(octets, &budget, take, &seen, listing) != STATUS_OK)
        return "no memory";
    if (seen.wrong != NULL)
        return seen.wrong;
    if (seen.count != listing->entry_count)
        return "the count is not that of the entries";
    if (listing_is_archive(octets) != (listing->format != NULL))
        return "an archive and none";
    return check_listing(listing, &budget, octets);
}
