/* Goes through the octets once, from part to part of the outline. What stands between two of them
 * is looked at line by line: blank lines are nothing, delimiters of open containers close what is
 * inside them, anything else becomes a leaf of its own. */
#include "engines/message/layout.h"

#include "engines/message/claims.h"
#include "engines/message/field_reading.h"
#include "engines/message/header.h"
#include "engines/message/leaf_reading.h"

/* A container whose body has begun and not yet ended. */
struct open_container {
    uint32_t number;
    int32_t place; /* in the outline */
    bool has_boundary;
    struct bytes boundary;
    uint32_t boundary_hash; /* without blanks behind */
    bool is_cut;
    bool is_childless;
};

/* Text between two delimiters that belongs to no part. */
struct run {
    bool is_open, has_part;
    size_t begin, end;
};

struct layout {
    struct reporter *reporter;
    struct message *message;
    const struct outline *outline;
    struct open_container *open; /* innermost last */
    size_t open_count;
    size_t cursor; /* everything before it is covered */
};

static enum status add_part(struct layout *layout, struct part part)
{
    struct message *message = layout->message;

    if (budget_take_part(message->budget) != NULL)
        return STATUS_LIMIT;
    if (!arena_grow(&message->arena, (void **)&message->parts, &message->part_capacity,
                    message->part_count, sizeof part))
        return STATUS_MEMORY;
    message->parts[message->part_count++] = part;
    return STATUS_OK;
}

/* Adds a leaf for each file in the text of a leaf, beside it. */
static enum status add_files(struct layout *layout, const struct part *leaf)
{
    struct bytes body =
        bytes_slice(layout->message->octets, (size_t)leaf->body.offset, (size_t)leaf->body.size);
    struct part file = {.parent = leaf->parent,
                        .depth = leaf->depth,
                        .kind = PART_LEAF,
                        .type = BYTES("application/octet-stream"),
                        .cap = leaf->cap};
    enum status status = STATUS_OK;
    struct embedded found;
    size_t at = 0;

    while (status == STATUS_OK && embedded_next(body, &at, &found)) {
        file.number = layout->message->part_count + 1;
        file.header = (struct range){leaf->body.offset + found.block.offset, 0};
        file.body = (struct range){file.header.offset, found.block.size};
        file.encoding = found.encoding;
        file.encoding_text = bytes_of_text(embedded_word(found.encoding));
        file.name = found.name;
        leaf_reading_find_file(layout->reporter, file.number, file.body, &found);
        status = field_reading_name(&layout->message->arena, &file.name);
        if (status == STATUS_OK)
            status = add_part(layout, file);
    }
    return status;
}

/* Ends all but the `count` outermost containers. */
static void close_containers(struct layout *layout, size_t count, size_t end)
{
    while (layout->open_count > count) {
        uint32_t number = layout->open[--layout->open_count].number;
        struct range *body = &layout->message->parts[number - 1].body;

        body->size = end > body->offset ? end - body->offset : 0;
    }
}

static uint32_t hash(struct bytes text)
{
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < text.size; i++)
        sum = (sum ^ text.data[i]) * 16777619u;
    return sum;
}

static bool is_delimiter_of(const struct open_container *container, struct bytes rest)
{
    struct bytes boundary = container->boundary;
    struct bytes behind = bytes_slice(rest, boundary.size, SIZE_MAX);

    if (rest.size < boundary.size || !bytes_equal(bytes_slice(rest, 0, boundary.size), boundary))
        return false;
    return line_is_blank(behind) || (bytes_equal(bytes_slice(behind, 0, 2), BYTES("--")) &&
                                     line_is_blank(bytes_slice(behind, 2, SIZE_MAX)));
}

/* The innermost open container whose delimiter the line is; open_count when it is none's. Hashes
 * spare most lines the comparison with each boundary. */
static size_t owner_of(const struct layout *layout, struct bytes line)
{
    struct bytes rest = bytes_slice(line, 2, SIZE_MAX), text = line_without_blanks_behind(rest);
    uint32_t plain, closing;

    if (line.size < 2 || line.data[0] != '-' || line.data[1] != '-')
        return layout->open_count;
    plain = closing = hash(text);
    if (text.size >= 2 && bytes_equal(bytes_slice(text, text.size - 2, 2), BYTES("--")))
        closing = hash(line_without_blanks_behind(bytes_slice(text, 0, text.size - 2)));
    for (size_t i = layout->open_count; i-- > 0;) {
        const struct open_container *open = &layout->open[i];

        if (open->has_boundary &&
            (open->boundary_hash == plain || open->boundary_hash == closing) &&
            is_delimiter_of(open, rest))
            return i;
    }
    return layout->open_count;
}

/* What a leaf has from the container around it; without one it stands beside the root. */
static void inherit(struct layout *layout, struct part *leaf)
{
    struct open_container *container;
    const struct part *parent;

    leaf->depth = 1;
    if (layout->open_count == 0)
        return;
    container = &layout->open[layout->open_count - 1];
    parent = &layout->message->parts[container->number - 1];
    leaf->parent = parent->number;
    leaf->depth = parent->depth + 1;
    leaf->encoding_text = parent->encoding_text;
    leaf->encoding = parent->encoding;
    leaf->cap = container->is_cut ? "depth" : NULL;
    if (container->is_childless && parent->encoding == ENCODING_IDENTITY)
        reporter_finding(layout->reporter, "message.no-boundary", CLASS_STRUCTURE, 0,
                         parent->number, leaf->body, "a multipart whose boundary never appears");
    container->is_childless = false;
}

/* Makes a leaf of the run, in the innermost container. */
static enum status end_run(struct layout *layout, struct run *run)
{
    struct part leaf = {.number = layout->message->part_count + 1,
                        .kind = PART_LEAF,
                        .header = {run->begin, 0},
                        .body = {run->begin, run->end - run->begin},
                        .type = BYTES("text/plain")};
    enum status status;

    if (!run->is_open)
        return STATUS_OK;
    run->is_open = false;
    inherit(layout, &leaf);
    status = add_part(layout, leaf);
    if (status == STATUS_OK && leaf.encoding == ENCODING_IDENTITY)
        status = add_files(layout, &leaf);
    return status;
}

/* A line right behind dashes that begins as a part's header does: said once for a gap. */
static void look_for_part(struct layout *layout, struct run *run, struct bytes line, size_t at)
{
    const struct open_container *container =
        layout->open_count > 0 ? &layout->open[layout->open_count - 1] : NULL;

    if (run->has_part || (container != NULL && container->is_cut) ||
        !bytes_equal_fold(bytes_slice(line, 0, 8), BYTES("Content-")))
        return;
    run->has_part = true;
    reporter_finding(layout->reporter, "message.hidden-part", CLASS_STRUCTURE, 0,
                     container != NULL ? container->number : 0, (struct range){at, line.size},
                     "a part that some readers would not see");
}

static void extend_run(struct run *run, struct bytes line, size_t at)
{
    if (!run->is_open)
        run->begin = at;
    run->is_open = true;
    run->end = at + line.size;
}

/* Looks at what stands before `to` and is not covered. The `keep` outermost containers stay open
 * whatever it says. */
static enum status cover_gap(struct layout *layout, size_t to, size_t keep)
{
    struct bytes octets = {layout->message->octets.data, to};
    struct run run = {0};
    bool after_dashes = false;
    enum status status = STATUS_OK;
    size_t next;

    for (size_t at = layout->cursor; at < to && status == STATUS_OK; at = next) {
        struct bytes line = line_at(octets, at, &next);
        size_t owner = owner_of(layout, line);

        if (owner < layout->open_count) {
            status = end_run(layout, &run);
            layout->open[owner].is_childless = false;
            close_containers(layout, owner + 1 > keep ? owner + 1 : keep,
                             line_break_before(octets, at));
            after_dashes = true;
        } else if (!line_is_blank(line)) {
            if (after_dashes)
                look_for_part(layout, &run, line, at);
            extend_run(&run, line, at);
            after_dashes = line.size > 2 && line.data[0] == '-' && line.data[1] == '-';
        }
    }
    if (status == STATUS_OK)
        status = end_run(layout, &run);
    if (layout->cursor < to)
        layout->cursor = to;
    return status;
}

/* Where the first part from `place` on that has a header or a content begins; SIZE_MAX when none
 * has. */
static size_t known_begin(const struct outline *outline, size_t place)
{
    for (; place < outline->count; place++) {
        const struct outline_part *part = &outline->parts[place];

        if (part->has_header)
            return (size_t)part->first_field;
        if (part->has_content)
            return (size_t)part->content.offset;
    }
    return SIZE_MAX;
}

/* Where a part of the outline begins; without header and content, where the next one does. */
static size_t begin_of(const struct layout *layout, size_t place)
{
    size_t size = layout->message->octets.size;
    size_t at = place == 0 ? 0 : known_begin(layout->outline, place);

    if (at == SIZE_MAX || at < layout->cursor)
        return layout->cursor;
    return at < size ? at : size;
}

/* Where the body of a part that begins at `begin` begins. */
static size_t body_of(const struct layout *layout, size_t place, size_t begin)
{
    const struct outline_part *part = &layout->outline->parts[place];
    struct bytes octets = layout->message->octets;
    size_t at = begin;

    if (part->has_content)
        at = part->content.offset < octets.size ? (size_t)part->content.offset : octets.size;
    else if (part->has_header && part->last_field < octets.size)
        at = header_section_end(octets, (size_t)part->last_field);
    if (part->kind != PART_LEAF) {
        size_t child = known_begin(layout->outline, place + 1);

        at = at < child ? at : child;
    }
    return at > begin ? at : begin;
}

static void open_container(struct layout *layout, const struct part *part, size_t place)
{
    const struct outline *outline = layout->outline;
    const struct outline_part *outlined = &outline->parts[place];
    bool has_child =
        place + 1 < outline->count && outline->parts[place + 1].parent == (int32_t)place;

    layout->open[layout->open_count++] = (struct open_container){
        .number = part->number,
        .place = (int32_t)place,
        .has_boundary = outlined->has_boundary && !outlined->is_cut,
        .boundary = outlined->boundary,
        .boundary_hash = hash(line_without_blanks_behind(outlined->boundary)),
        .is_cut = outlined->is_cut,
        .is_childless = part->kind == PART_MULTIPART && !has_child && !outlined->is_cut};
    if (outlined->is_cut)
        reporter_finding(layout->reporter, "limit.depth", CLASS_LIMIT, 0, part->number,
                         part->header, "parts within parts beyond the limit");
}

/* How many containers are open around the part. */
static size_t keep_of(const struct layout *layout, size_t place)
{
    size_t keep = layout->open_count;

    while (keep > 0 && layout->open[keep - 1].place != layout->outline->parts[place].parent)
        keep--;
    return keep;
}

/* What stands in a header section and is no field could be the body for another reader. */
static void find_junk(struct layout *layout, const struct part *part)
{
    uint64_t junk = part->claims->junk == SIZE_MAX ? part->header.size : part->claims->junk;
    uint64_t at = part->header.offset + junk;

    if (at < part->body.offset)
        reporter_finding(layout->reporter, "message.header-junk", CLASS_STRUCTURE, 0, part->number,
                         (struct range){at, part->body.offset - at},
                         "a header section with text that is no field");
}

/* Before a delimiter without a line break GMime takes the LF only; of a bare LF it takes the octet
 * before it too when the lines above ended with CRLF. */
static size_t right_end(struct bytes octets, size_t body, size_t end)
{
    const uint8_t *at = octets.data + end;

    if (end > body && end < octets.size && at[-1] == '\r' && at[0] == '\n')
        return end - 1;
    if (octets.size - end > 1 && at[0] != '\r' && at[0] != '\n' && at[1] == '\n')
        return end + 1;
    return end;
}

/* The header and body of a part of the outline that begins at `begin`. */
static void set_ranges(const struct layout *layout, size_t place, size_t begin, struct part *part)
{
    const struct outline_part *outlined = &layout->outline->parts[place];
    struct bytes octets = layout->message->octets;
    size_t body = body_of(layout, place, begin), end = body;

    if (outlined->has_content && outlined->content.offset + outlined->content.size > body)
        end = (size_t)(outlined->content.offset + outlined->content.size);
    if (end > octets.size)
        end = octets.size;
    if (outlined->has_content)
        end = right_end(octets, body, end);
    part->header = (struct range){begin, body - begin};
    part->body = (struct range){body, end - body};
}

static enum status lay_part(struct layout *layout, size_t place)
{
    const struct outline_part *outlined = &layout->outline->parts[place];
    size_t begin = begin_of(layout, place), keep = keep_of(layout, place);
    struct part part = {.depth = outlined->depth, .kind = outlined->kind, .type = outlined->type};
    enum status status = cover_gap(layout, begin, keep);

    if (status != STATUS_OK)
        return status;
    close_containers(layout, keep, line_break_before(layout->message->octets, begin));
    set_ranges(layout, place, begin, &part);
    part.number = layout->message->part_count + 1;
    part.parent = keep > 0 ? layout->open[keep - 1].number : 0;
    layout->cursor = (size_t)(part.body.offset + part.body.size);
    part.boundary = outlined->boundary;
    status = field_reading_apply(layout->reporter, &part);
    if (status == STATUS_OK)
        status = add_part(layout, part);
    if (status == STATUS_OK && part.kind != PART_LEAF)
        open_container(layout, &part, place);
    if (status == STATUS_OK)
        find_junk(layout, &part);
    if (status != STATUS_OK || part.kind != PART_LEAF || part.encoding != ENCODING_IDENTITY)
        return status;
    leaf_reading_check(layout->reporter, &part);
    return add_files(layout, &part);
}

/* A message of containers only has one empty leaf at its end: coverage counts leaves, so there must
 * be something that can be examined. */
static enum status ensure_leaf(struct layout *layout)
{
    const struct message *message = layout->message;
    struct run end = {.is_open = true, .begin = message->octets.size, .end = message->octets.size};

    for (uint32_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].kind == PART_LEAF)
            return STATUS_OK;
    }
    if (layout->open_count > 0)
        layout->open[layout->open_count - 1].is_childless = false;
    return end_run(layout, &end);
}

enum status layout_parts(struct reporter *reporter, const struct outline *outline)
{
    struct message *message = reporter->message;
    struct layout layout = {.reporter = reporter, .message = message, .outline = outline};
    enum status status = STATUS_OK;

    layout.open =
        arena_take(&message->arena, (size_t)message->budget->limits->depth * sizeof *layout.open);
    if (layout.open == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < outline->count && status == STATUS_OK; i++)
        status = lay_part(&layout, i);
    if (status == STATUS_OK)
        status = cover_gap(&layout, message->octets.size, 0);
    if (status == STATUS_OK)
        status = ensure_leaf(&layout);
    if (status != STATUS_OK)
        return status;
    close_containers(&layout, 0, message->octets.size);
    for (uint32_t i = 0; i < message->part_count; i++) {
        struct range body = message->parts[i].body;

        message->parts[i].raw =
            bytes_slice(message->octets, (size_t)body.offset, (size_t)body.size);
    }
    return STATUS_OK;
}
