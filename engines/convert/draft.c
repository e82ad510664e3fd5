/* Changes in a list in the order of their places. A search begins at the change that was made last:
 * edits walk the message from its beginning to its end, so it is near. */
#include "engines/convert/draft.h"

/* CRLF is the end of a line for every reader: LF alone only where the header section has no other
 * (spec/conversion.md 2.4). */
static struct bytes line_break_of(struct bytes octets)
{
    size_t at = 0, end = bytes_find(octets, 0, '\n');
    bool has_lf = end < octets.size;

    for (; end < octets.size; end = bytes_find(octets, at, '\n')) {
        if (end > 0 && octets.data[end - 1] == '\r')
            return BYTES("\r\n");
        if (end == at)
            break; /* the empty line */
        at = end + 1;
    }
    return has_lf ? BYTES("\n") : BYTES("\r\n");
}

void draft_init(struct draft *draft, struct message *message, struct arena *arena)
{
    *draft = (struct draft){
        .message = message, .arena = arena, .line_break = line_break_of(message->octets)};
}

static uint64_t end_of(struct range range)
{
    return range.offset + range.size;
}

/* One stands before the other: its place is, and when both have one place what is put in there does
 * before what is taken out. */
static bool stands_before(const struct draft_change *change, struct range range)
{
    if (change->range.offset != range.offset)
        return change->range.offset < range.offset;
    return change->range.size == 0;
}

/* The last change that stands before the range, or NULL. */
static struct draft_change *find_before(const struct draft *draft, struct range range)
{
    struct draft_change *change = draft->recent != NULL ? draft->recent : draft->last;

    while (change != NULL && !stands_before(change, range))
        change = change->previous;
    while (change != NULL && change->next != NULL && stands_before(change->next, range))
        change = change->next;
    return change;
}

/* Inside what is taken out; what is put in at its edges is not. */
static bool is_inside(struct range range, struct range outer)
{
    if (outer.size == 0)
        return false;
    if (range.size == 0)
        return range.offset > outer.offset && range.offset < end_of(outer);
    return range.offset >= outer.offset && end_of(range) <= end_of(outer);
}

static bool overlaps(struct range a, struct range b)
{
    return a.offset < end_of(b) && b.offset < end_of(a) && a.size > 0 && b.size > 0;
}

static void unlink_change(struct draft *draft, struct draft_change *change)
{
    *(change->previous != NULL ? &change->previous->next : &draft->first) = change->next;
    *(change->next != NULL ? &change->next->previous : &draft->last) = change->previous;
    if (draft->recent == change)
        draft->recent = change->previous;
    draft->count--;
}

/* What stands behind `before` and inside the range goes. INVALID: one reaches out of it. */
static enum status take_place(struct draft *draft, struct draft_change *before, struct range range)
{
    struct draft_change *change = before != NULL ? before->next : draft->first, *next;

    for (next = change; next != NULL && next->range.offset < end_of(range); next = next->next) {
        if (overlaps(next->range, range) && !is_inside(next->range, range))
            return STATUS_INVALID;
    }
    for (; change != next; change = before != NULL ? before->next : draft->first)
        unlink_change(draft, change);
    return STATUS_OK;
}

static enum status link_change(struct draft *draft, struct draft_change *before, struct range range,
                               struct bytes data)
{
    struct draft_change *change;

    if (draft->count == DRAFT_CHANGES_MOST)
        return STATUS_LIMIT;
    change = arena_take(draft->arena, sizeof *change);
    if (change == NULL)
        return STATUS_MEMORY;
    change->range = range;
    change->data = data;
    change->previous = before;
    change->next = before != NULL ? before->next : draft->first;
    *(change->next != NULL ? &change->next->previous : &draft->last) = change;
    *(before != NULL ? &before->next : &draft->first) = change;
    draft->recent = change;
    draft->count++;
    return STATUS_OK;
}

/* The change that the range is within: the one before it, or the one that begins where it does.
 * What was put in never stands within another. */
static bool is_within_another(const struct draft_change *before, const struct draft_change *next,
                              struct range range)
{
    return (before != NULL && is_inside(range, before->range)) ||
           (next != NULL && is_inside(range, next->range));
}

enum status draft_change(struct draft *draft, struct range range, struct bytes data)
{
    struct draft_change *before = find_before(draft, range);
    const struct draft_change *next = before != NULL ? before->next : draft->first;
    enum status status = STATUS_OK;

    if (range.offset > draft->message->octets.size ||
        range.size > draft->message->octets.size - range.offset)
        return STATUS_INVALID;
    if (range.size == 0 && data.size == 0)
        return STATUS_OK;
    if (is_within_another(before, next, range))
        return STATUS_OK;
    if (before != NULL && overlaps(range, before->range))
        return STATUS_INVALID;
    if (range.size > 0)
        status = take_place(draft, before, range);
    return status == STATUS_OK ? link_change(draft, before, range, data) : status;
}

bool draft_is_gone(const struct draft *draft, struct range range)
{
    const struct draft_change *before = find_before(draft, range);
    const struct draft_change *next = before != NULL ? before->next : draft->first;

    return is_within_another(before, next, range);
}

size_t draft_changed_from(const struct draft *draft, size_t from)
{
    const struct draft_change *change = draft->first;

    while (change != NULL && change->range.offset < from && end_of(change->range) <= from)
        change = change->next;
    if (change == NULL)
        return SIZE_MAX;
    return change->range.offset > from ? (size_t)change->range.offset : from;
}

enum status draft_octets(const struct draft *draft, struct range range, struct bytes *octets)
{
    struct bytes original = draft->message->octets;
    const struct draft_change *change = draft->first;
    enum status status = STATUS_OK;
    uint64_t at = range.offset;
    struct buffer out;

    buffer_init(&out, SIZE_MAX);
    for (; change != NULL && change->range.offset < end_of(range) && status == STATUS_OK;
         change = change->next) {
        if (change->range.offset < at || (change->range.offset == at && change->range.size == 0))
            continue;
        status = buffer_append(&out, bytes_slice(original, at, change->range.offset - at));
        if (status == STATUS_OK)
            status = buffer_append(&out, change->data);
        at = end_of(change->range);
    }
    if (status == STATUS_OK && at < end_of(range))
        status = buffer_append(&out, bytes_slice(original, at, end_of(range) - at));
    octets->size = out.size;
    octets->data = (const uint8_t *)arena_copy(draft->arena, buffer_bytes(&out));
    buffer_clear(&out);
    return status == STATUS_OK && octets->data != NULL ? STATUS_OK : STATUS_MEMORY;
}

enum status draft_splice(struct draft *draft, struct splice *splice)
{
    enum status status = splice_data(splice, draft->arena, draft->before);
    uint64_t at = 0;

    for (const struct draft_change *change = draft->first; change != NULL && status == STATUS_OK;
         change = change->next) {
        status = splice_keep(splice, draft->arena, (struct range){at, change->range.offset - at});
        if (status == STATUS_OK)
            status = splice_data(splice, draft->arena, change->data);
        at = end_of(change->range);
    }
    if (status == STATUS_OK)
        status =
            splice_keep(splice, draft->arena, (struct range){at, draft->message->octets.size - at});
    return status == STATUS_OK ? splice_data(splice, draft->arena, draft->after) : status;
}
