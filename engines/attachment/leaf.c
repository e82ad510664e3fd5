/* One leaf: its names, its octets, what is within, and how these agree. */
#include "engines/attachment/leaf.h"

#include <string.h>

static bool is_type(const struct leaf *leaf, const char *type)
{
    return bytes_equal(leaf->part->type, bytes_of_text(type));
}

static bool is_text_type(const struct leaf *leaf)
{
    return bytes_equal(bytes_slice(leaf->part->type, 0, 5), BYTES("text/"));
}

/* The field that a name stands in; the view says where within the header section. */
static struct place place_of_name(const struct leaf *leaf, const struct name *name)
{
    struct range header = leaf->part->header;
    struct place place = {.range = header, .in_header = true};

    if (leaf->part->within == 0 && name != NULL && name->where.size > 0 &&
        name->where.offset < header.size && name->where.size <= header.size - name->where.offset)
        place.range = (struct range){header.offset + name->where.offset, name->where.size};
    return place;
}

static void take_name(struct leaf *leaf, struct bytes text, const struct name *name, bool is_first)
{
    struct place place = place_of_name(leaf, name);
    struct name_reading reading;

    place.name = text;
    judge_name(leaf, text, &place, &reading);
    if (is_first)
        leaf->shown = reading.extensions[0];
}

/* Every name that a mail program could show. */
static void take_names(struct leaf *leaf)
{
    const struct names *names = &leaf->part->names;
    struct bytes first = leaf->part->name;
    bool is_listed = first.size == 0;

    for (uint32_t i = 0; i < names->count; i++)
        is_listed = is_listed || bytes_equal(names->items[i].text, first);
    if (!is_listed)
        take_name(leaf, first, NULL, true);
    for (uint32_t i = 0; i < names->count; i++)
        take_name(leaf, names->items[i].text, &names->items[i], is_listed && i == 0);
}

static bool has_name(const struct leaf *leaf)
{
    return leaf->part->name.size > 0 || leaf->part->names.count > 0;
}

/* What a person reads as the message itself is no attachment. */
static bool is_attachment(const struct leaf *leaf)
{
    return has_name(leaf) ||
           (leaf->kind->form != MAGIC_READABLE && leaf->content.size > 0 && !is_text_type(leaf));
}

static void count_attachment(struct leaf *leaf)
{
    const struct rules *rules = leaf->inspection->rules;
    struct place whole = {.range = {0, leaf->content.size}};

    if (leaf->part->reading == 0)
        leaf->inspection->attachments++;
    note_kind(leaf->inspection, leaf->kind);
    if (rules->largest > 0 && leaf->content.size > rules->largest)
        leaf_say(leaf, SYMBOL_TOO_LARGE, CLASS_POLICY, &whole, "larger than is allowed");
}

static enum status examine_html(struct leaf *leaf)
{
    const struct magic *html = magic_named("html"), *svg = magic_named("svg");
    struct bytes extension = {(const uint8_t *)leaf->shown.text, leaf->shown.size};
    struct place whole = {.range = {0, leaf->content.size}};
    bool is_svg = leaf->kind == svg || is_type(leaf, "image/svg+xml") ||
                  magic_lists(svg->extensions, extension);

    if (!is_svg && leaf->kind != html && !magic_lists(html->types, leaf->part->type) &&
        !magic_lists(html->extensions, extension))
        return STATUS_OK;
    return judge_html(leaf, leaf->content, is_svg, &whole);
}

/* Excel files without a compound file around them. */
static void examine_sheet(struct leaf *leaf)
{
    struct place whole = {.range = {0, leaf->content.size}};
    struct macro macro = {.has_sheet = true, .is_unread = true};

    if (strcmp(leaf->kind->name, "biff") == 0 && leaf->content.size >= 8 &&
        leaf->content.data[6] == 0x40)
        judge_macro(leaf, &macro, &whole);
}

/* A text that is the message has no archive behind it that anybody opens. */
static bool may_be_archive(const struct leaf *leaf)
{
    return leaf->kind->class == MAGIC_ARCHIVE || has_name(leaf) || !is_text_type(leaf);
}

static enum status examine_within(struct leaf *leaf)
{
    struct place whole = {.range = {0, leaf->content.size}};
    enum status status = STATUS_OK;

    if (strcmp(leaf->kind->name, "ole") == 0)
        status = entries_examine_document(leaf);
    else if (may_be_archive(leaf) && listing_is_archive(leaf->content))
        status = entries_examine(leaf);
    else if (leaf->kind->class == MAGIC_ARCHIVE && strcmp(leaf->kind->name, "uuencode") != 0)
        leaf_cannot(leaf, "unsupported", &whole); /* the view has files that are uuencoded */
    if (status != STATUS_OK)
        return status;
    examine_sheet(leaf);
    return examine_html(leaf);
}

enum status leaf_examine(struct leaf *leaf)
{
    struct place whole = {.range = {0, leaf->content.size}};
    enum status status;

    leaf->state = COVERAGE_EXAMINED;
    leaf->kind = magic_of(leaf->content);
    take_names(leaf);
    status = examine_within(leaf);
    if (status != STATUS_OK)
        return status;
    judge_crypto(leaf);
    if (leaf->kind->form == MAGIC_READABLE && is_text_type(leaf) && !has_name(leaf))
        return STATUS_OK; /* it is the message that people read */
    judge_class(leaf, leaf->kind, &whole, false);
    judge_promise(leaf);
    if (is_attachment(leaf))
        count_attachment(leaf);
    return STATUS_OK;
}
