#include "engines/attachment/package_xml.h"

#include <string.h>

#include "engines/attachment/macro.h"

#define PLAIN_TYPE "application/octet-stream"

struct cleaning {
    struct bytes xml;
    const struct package_names *names;
    uint8_t *out;
    size_t size;
};

static struct bytes last_step(struct bytes path)
{
    size_t from = path.size;

    while (from > 0 && path.data[from - 1] != '/' && path.data[from - 1] != '\\')
        from--;
    return bytes_slice(path, from, SIZE_MAX);
}

bool package_is_project_name(struct bytes path)
{
    struct bytes name = last_step(path);

    return bytes_begin_fold(name, BYTES("vbaProject")) || bytes_begin_fold(name, BYTES("vbaData"));
}

static bool names_project(const struct cleaning *cleaning, struct bytes target)
{
    struct bytes name = last_step(target);

    if (target.size == 0)
        return false;
    if (package_is_project_name(target))
        return true;
    for (size_t i = 0; i < cleaning->names->count; i++) {
        if (bytes_equal_fold(last_step(cleaning->names->items[i]), name))
            return true;
    }
    return false;
}

static bool is_project_type(struct bytes type)
{
    return type.size > 0 && (bytes_contain_fold(type, BYTES("vbaProject")) ||
                             bytes_contain_fold(type, BYTES("vbaData")));
}

static void put(struct cleaning *cleaning, struct bytes octets)
{
    if (octets.size > 0)
        memcpy(cleaning->out + cleaning->size, octets.data, octets.size);
    cleaning->size += octets.size;
}

/* Behind a tag that goes: with its end tag when it has one. SIZE_MAX: it has more than that. */
static size_t behind(struct bytes xml, size_t at, size_t end)
{
    if (end == at || xml.data[end - 1] == '/')
        return end + 1;
    at = bytes_find(xml, end + 1, '>');
    if (at >= xml.size || !bytes_equal(bytes_slice(xml, end + 1, 2), BYTES("</")))
        return SIZE_MAX;
    return at + 1;
}

/* One tag from `at` to `end`, its ">". Returns what is behind it. */
static size_t take_tag(struct cleaning *cleaning, size_t at, size_t end)
{
    struct bytes tag = bytes_slice(cleaning->xml, at, end - at);
    struct bytes type = macro_attribute(tag, "ContentType");
    bool is_default = macro_attribute(tag, "Extension").size > 0;

    if (is_default && is_project_type(type)) {
        size_t value = (size_t)(type.data - cleaning->xml.data);

        put(cleaning, bytes_slice(cleaning->xml, at, value - at));
        put(cleaning, BYTES(PLAIN_TYPE));
        put(cleaning, bytes_slice(cleaning->xml, value + type.size, end + 1 - value - type.size));
        return end + 1;
    }
    if (is_project_type(type) || is_project_type(macro_attribute(tag, "Type")) ||
        names_project(cleaning, macro_attribute(tag, "PartName")) ||
        names_project(cleaning, macro_attribute(tag, "Target")))
        return behind(cleaning->xml, at, end);
    put(cleaning, bytes_slice(cleaning->xml, at, end + 1 - at));
    return end + 1;
}

enum status package_xml_clean(struct bytes xml, const struct package_names *names,
                              struct arena *arena, struct bytes *cleaned)
{
    struct cleaning cleaning = {.xml = xml, .names = names};

    if (!bytes_is_utf8(xml) || memchr(xml.data, 0, xml.size) != NULL)
        return STATUS_UNSUPPORTED;
    cleaning.out = arena_take(arena, 2 * xml.size + 1);
    if (cleaning.out == NULL)
        return STATUS_MEMORY;
    for (size_t at = 0; at < xml.size;) {
        size_t tag = bytes_find(xml, at, '<'), end = bytes_find(xml, tag, '>');

        put(&cleaning, bytes_slice(xml, at, tag - at));
        if (tag >= xml.size)
            break;
        if (end >= xml.size)
            return STATUS_UNSUPPORTED;
        at = take_tag(&cleaning, tag, end);
        if (at == SIZE_MAX)
            return STATUS_UNSUPPORTED;
    }
    *cleaned = (struct bytes){cleaning.out, cleaning.size};
    return STATUS_OK;
}
