/* The parts that edits touch, and their contents. */
#include "engines/convert/body.h"

#include <string.h>

#include "engines/message/claims.h"
#include "engines/message/header.h"

static enum status make_items(struct conversion *conversion)
{
    struct bodies *bodies = &conversion->bodies;
    size_t count = conversion->message->laid_count;

    if (bodies->items != NULL)
        return STATUS_OK;
    bodies->items = arena_take(conversion->draft.arena, (count + 1) * sizeof(struct body *));
    bodies->declared = arena_take(conversion->draft.arena, (count + 1) * sizeof(const char *));
    return bodies->items != NULL && bodies->declared != NULL ? STATUS_OK : STATUS_MEMORY;
}

enum status body_of(struct conversion *conversion, struct part *part, struct body **body)
{
    enum status status = make_items(conversion);
    struct body **place;

    if (status != STATUS_OK)
        return status;
    place = &conversion->bodies.items[part->number - 1];
    if (*place == NULL)
        *place = arena_take(conversion->draft.arena, sizeof **place);
    if (*place == NULL)
        return STATUS_MEMORY;
    (*place)->part = part;
    *body = *place;
    return STATUS_OK;
}

static void put(uint8_t *out, size_t *size, struct bytes octets)
{
    if (octets.size > 0)
        memcpy(out + *size, octets.data, octets.size);
    *size += octets.size;
}

/* The content without what was cut out of it. */
static enum status apply_cuts(struct conversion *conversion, struct body *body)
{
    struct bytes from = body->content;
    size_t room = from.size, at = 0, size = 0;
    enum status status;
    uint8_t *out;

    for (const struct body_cut *cut = body->cuts; cut != NULL; cut = cut->next)
        room += cut->data.size;
    status = conversion_take(conversion, room + 1, &out);
    if (status != STATUS_OK)
        return status;
    for (const struct body_cut *cut = body->cuts; cut != NULL; cut = cut->next) {
        put(out, &size, bytes_slice(from, at, (size_t)cut->range.offset - at));
        put(out, &size, cut->data);
        at = (size_t)(cut->range.offset + cut->range.size);
    }
    put(out, &size, bytes_slice(from, at, SIZE_MAX));
    body_change(body, (struct bytes){out, size});
    return STATUS_OK;
}

enum status body_load(struct conversion *conversion, struct body *body)
{
    enum status status;

    if (body->is_loaded)
        return STATUS_OK;
    status = message_decode(conversion->message, body->part, &body->content);
    if (status != STATUS_OK)
        return status;
    body->is_loaded = true;
    return body->cuts != NULL ? apply_cuts(conversion, body) : STATUS_OK;
}

void body_change(struct body *body, struct bytes content)
{
    body->content = content;
    body->is_changed = true;
}

enum status body_cut(struct conversion *conversion, struct body *body, struct range range,
                     struct bytes data)
{
    struct body_cut **place = &body->cuts, *cut;

    while (*place != NULL && (*place)->range.offset < range.offset)
        place = &(*place)->next;
    if (*place != NULL && (*place)->range.offset == range.offset)
        return STATUS_OK; /* the first edit of a part decides */
    cut = arena_take(conversion->draft.arena, sizeof *cut);
    if (cut == NULL)
        return STATUS_MEMORY;
    *cut = (struct body_cut){.next = *place, .range = range, .data = data};
    *place = cut;
    return STATUS_OK;
}

bool bodies_is_own(const struct conversion *conversion, const struct part *part)
{
    return part->number <= conversion->message->laid_count && part->within == 0 &&
           part->reading == 0;
}

static const struct body *find_body(const struct conversion *conversion, uint32_t number)
{
    return conversion->bodies.items != NULL ? conversion->bodies.items[number - 1] : NULL;
}

bool bodies_is_gone(const struct conversion *conversion, const struct part *part)
{
    for (;;) {
        const struct body *body = find_body(conversion, part->number);

        if (body != NULL && body->fate != BODY_STAYS)
            return true;
        if (part->parent == 0)
            return false;
        part = &conversion->message->parts[part->parent - 1];
    }
}

struct part *bodies_next_leaf(struct conversion *conversion, uint32_t *at)
{
    struct message *message = conversion->message;

    while (*at < message->laid_count && !message->opaque) {
        struct part *part = &message->parts[(*at)++];

        if (part->kind == PART_LEAF && part->claims != NULL && part->cap == NULL &&
            bodies_is_own(conversion, part) && !bodies_is_gone(conversion, part))
            return part;
    }
    return NULL;
}

bool body_has_place(const struct conversion *conversion, const struct part *part)
{
    struct bytes octets = conversion->message->octets;
    size_t at = (size_t)part->body.offset, line;

    if (part->header.size == 0 || part->body.size > 0)
        return true;
    line = line_break_before(octets, at);
    return line < at && (line == part->header.offset || octets.data[line - 1] == '\n');
}

static uint8_t folded(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

/* Goes back to the last `*` only: linear in the product of two short texts. */
bool body_type_fits(struct bytes glob, struct bytes type)
{
    size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;

    while (j < type.size) {
        if (i < glob.size && glob.data[i] == '*') {
            star = i++;
            mark = j;
        } else if (i < glob.size &&
                   (glob.data[i] == '?' || folded(glob.data[i]) == folded(type.data[j]))) {
            i++;
            j++;
        } else if (star != SIZE_MAX) {
            i = star + 1;
            j = ++mark;
        } else {
            return false;
        }
    }
    while (i < glob.size && glob.data[i] == '*')
        i++;
    return i == glob.size;
}

bool body_is_ascii(struct bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (octets.data[i] >= 0x80)
            return false;
    }
    return true;
}

enum status body_hit(struct conversion *conversion, const struct part *part, const char *cap)
{
    reporter_cap(&conversion->reporter, cap, part->number, part->body);
    return STATUS_LIMIT;
}

void body_note(struct conversion *conversion, const struct part *part, const char *symbol,
               const char *text, uint64_t count)
{
    reporter_finding(&conversion->reporter, symbol, CLASS_NOTE, 0, part->number,
                     (struct range){part->header.offset,
                                    part->body.offset + part->body.size - part->header.offset},
                     "%s: %llu", text, (unsigned long long)count);
}

enum { COLLISION_BOUNDARIES = 256, COLLISION_LINES = 65536 };

/* Boundaries of the containers around a part, in any reading. */
struct around {
    struct bytes boundaries[COLLISION_BOUNDARIES];
    size_t count;
    bool is_over;
};

static void add_boundary(struct around *around, struct bytes boundary)
{
    if (around->count == COLLISION_BOUNDARIES)
        around->is_over = true;
    else
        around->boundaries[around->count++] = boundary;
}

static void collect_around(const struct conversion *conversion, const struct part *part,
                           struct around *around)
{
    around->count = 0;
    around->is_over = false;
    while (part->parent != 0) {
        part = &conversion->message->parts[part->parent - 1];
        if (part->kind == PART_MULTIPART)
            add_boundary(around, part->boundary);
        for (size_t i = 0; part->claims != NULL && i < part->claims->boundary_count; i++)
            add_boundary(around, part->claims->boundaries[i]);
    }
}

static bool is_boundary(const struct around *around, struct bytes rest)
{
    for (size_t i = 0; i < around->count; i++) {
        struct bytes boundary = around->boundaries[i];

        if (boundary.size <= rest.size &&
            bytes_equal(bytes_slice(rest, 0, boundary.size), boundary))
            return true;
    }
    return false;
}

/* More lines of dashes than a text has are taken for collisions: base64 has none. */
bool body_collides(const struct conversion *conversion, const struct part *part,
                   struct bytes octets)
{
    struct around around;
    size_t lines = 0;

    collect_around(conversion, part, &around);
    for (size_t at = 0; at < octets.size; at = bytes_find(octets, at, '\n') + 1) {
        size_t begin = at;

        while (begin < octets.size && (octets.data[begin] == ' ' || octets.data[begin] == '\t'))
            begin++;
        if (!bytes_equal(bytes_slice(octets, begin, 2), BYTES("--")))
            continue;
        if (around.is_over || ++lines > COLLISION_LINES ||
            is_boundary(&around, bytes_slice(octets, begin + 2, SIZE_MAX)))
            return true;
    }
    return false;
}
