/* A run of attributes: level, identifier, size, octets, sum. An attachment begins with its
 * rendering data; its title, content and properties follow in any order. */
#include "engines/attachment/tnef.h"

#include "engines/attachment/listing_name.h"
#include "engines/attachment/little_endian.h"
#include "engines/attachment/tnef_properties.h"

enum { STREAM_HEADER = 6, ATTRIBUTE_HEADER = 9, SUM_SIZE = 2, OBJECT_INTERFACE = 16 };
enum { LEVEL_MESSAGE = 1, LEVEL_ATTACHMENT = 2 };
enum {
    RENDERING_DATA = 0x00069002,
    TITLE = 0x00018010,
    CONTENT = 0x0006800F,
    PROPERTIES = 0x00069005
};

struct attribute {
    struct range place;
    uint8_t level;
    uint32_t id;
    struct bytes octets;
    bool is_right; /* it is all there, and its sum is right */
};

/* An attachment, gathered. The names as they stand, the best one first. */
struct attachment {
    bool is_open;
    struct range place;
    struct bytes long_name, short_name, title, display_name;
    bool long_is_utf16, short_is_utf16, display_is_utf16;
    struct bytes content;
    bool has_content;
};

/* False when what is left is no attribute. */
static bool read_attribute(struct bytes octets, size_t at, struct attribute *attribute)
{
    size_t left = octets.size - at;
    uint64_t size = little_endian(octets, at + 5, 4);
    uint16_t sum = 0;

    if (left < ATTRIBUTE_HEADER || octets.data[at] < LEVEL_MESSAGE ||
        octets.data[at] > LEVEL_ATTACHMENT)
        return false;
    left -= ATTRIBUTE_HEADER;
    attribute->level = octets.data[at];
    attribute->id = (uint32_t)little_endian(octets, at + 1, 4);
    attribute->octets = bytes_slice(octets, at + ATTRIBUTE_HEADER, size < left ? size : left);
    for (size_t i = 0; i < attribute->octets.size; i++)
        sum = (uint16_t)(sum + attribute->octets.data[i]);
    attribute->is_right =
        left >= size + SUM_SIZE && little_endian(octets, at + ATTRIBUTE_HEADER + size, 2) == sum;
    left = size + SUM_SIZE < left ? size + SUM_SIZE : left;
    attribute->place = (struct range){at, ATTRIBUTE_HEADER + left};
    return true;
}

/* Texts end at their NUL. */
static struct bytes text_of(struct bytes value, bool is_utf16)
{
    size_t at = 0;
    unsigned step = is_utf16 ? 2 : 1;

    while (at + step <= value.size && little_endian(value, at, step) != 0)
        at += step;
    return bytes_slice(value, 0, at);
}

static void read_property(struct attachment *attachment, const struct tnef_property *property)
{
    bool is_utf16 = property->type == TNEF_UTF16;
    struct bytes text = text_of(property->value, is_utf16);
    struct bytes value = property->value;

    if (property->id == TNEF_LONG_FILE_NAME) {
        attachment->long_name = text;
        attachment->long_is_utf16 = is_utf16;
    } else if (property->id == TNEF_FILE_NAME) {
        attachment->short_name = text;
        attachment->short_is_utf16 = is_utf16;
    } else if (property->id == TNEF_DISPLAY_NAME) {
        attachment->display_name = text;
        attachment->display_is_utf16 = is_utf16;
    } else if (property->id == TNEF_DATA && !attachment->has_content) {
        /* An object begins with its interface; an embedded message is a TNEF stream behind it. */
        if (property->type == TNEF_OBJECT)
            value = bytes_slice(value, OBJECT_INTERFACE, value.size);
        attachment->content = value;
        attachment->has_content = true;
    }
}

static void read_properties(struct walk *walk, struct attachment *attachment,
                            const struct attribute *attribute)
{
    struct tnef_properties properties;
    struct tnef_property property;

    tnef_properties_init(&properties, attribute->octets);
    while (tnef_properties_next(&properties, &property))
        read_property(attachment, &property);
    if (properties.left > 0)
        walk_note(walk, LISTING_BROKEN, NULL, attribute->place);
}

static void name_of(struct walk *walk, struct bytes raw, bool is_utf16, struct bytes *name)
{
    struct bytes text = {NULL, 0};
    bool is_made = is_utf16 ? listing_name_utf16(&walk->names, raw, &text)
                            : listing_name_latin1(&walk->names, raw, &text);

    if (!is_made)
        walk_out_of_memory(walk);
    if (name->size == 0)
        *name = text;
}

static void tell(struct walk *walk, struct bytes octets, struct attachment *attachment)
{
    struct intake intake = {.walk = walk, .source = octets, .place = attachment->place};
    struct listing_entry told = {.size = UINT64_MAX};

    attachment->is_open = false;
    if (!walk_take_entry(walk, attachment->place))
        return;
    name_of(walk, attachment->long_name, attachment->long_is_utf16, &told.name);
    name_of(walk, attachment->short_name, attachment->short_is_utf16, &told.name);
    name_of(walk, attachment->title, false, &told.name);
    name_of(walk, attachment->display_name, attachment->display_is_utf16, &told.name);
    name_of(walk, attachment->title, false, &told.other_name);
    if (bytes_equal(told.name, told.other_name))
        told.other_name = (struct bytes){NULL, 0};
    if (attachment->has_content)
        told.size = attachment->content.size;
    intake_take(&intake, attachment->content);
    walk_entry(walk, &told, &intake);
    intake_clear(&intake);
}

static void read_of_attachment(struct walk *walk, struct attachment *attachment,
                               const struct attribute *attribute)
{
    attachment->is_open = true;
    if (attachment->place.size == 0)
        attachment->place.offset = attribute->place.offset;
    attachment->place.size =
        attribute->place.offset + attribute->place.size - attachment->place.offset;
    if (attribute->id == TITLE) {
        attachment->title = text_of(attribute->octets, false);
    } else if (attribute->id == CONTENT) {
        attachment->content = attribute->octets;
        attachment->has_content = true;
    } else if (attribute->id == PROPERTIES) {
        read_properties(walk, attachment, attribute);
    }
}

void tnef_walk(struct walk *walk, struct bytes octets, const char *format)
{
    struct attachment attachment = {0};
    struct attribute attribute;
    size_t at = STREAM_HEADER;

    (void)format;
    while (at < octets.size && !walk->is_stopped && read_attribute(octets, at, &attribute)) {
        at += attribute.place.size;
        if (!attribute.is_right)
            walk_note(walk, LISTING_BROKEN, NULL, attribute.place);
        if (attribute.level != LEVEL_ATTACHMENT)
            continue;
        if (attribute.id == RENDERING_DATA) {
            if (attachment.is_open)
                tell(walk, octets, &attachment);
            attachment = (struct attachment){0};
        }
        read_of_attachment(walk, &attachment, &attribute);
    }
    if (attachment.is_open)
        tell(walk, octets, &attachment);
    if (at >= octets.size || walk->is_stopped)
        return;
    walk_oddity(walk, LISTING_SUFFIX, (struct range){at, octets.size - at});
    walk_note(walk, LISTING_BROKEN, NULL, (struct range){at, octets.size - at});
}
