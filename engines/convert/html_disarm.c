#include "engines/convert/html_disarm.h"

#include <string.h>

#include "engines/convert/html_rules.h"

struct disarming {
    struct bytes html;
    struct html_reader reader;
    struct buffer *out;
    uint64_t changes;
    enum status status;
};

static void put(struct disarming *disarming, struct bytes octets)
{
    if (disarming->status == STATUS_OK)
        disarming->status = buffer_append(disarming->out, octets);
}

static void keep(struct disarming *disarming, const struct html_token *token)
{
    put(disarming,
        bytes_slice(disarming->html, (size_t)token->range.offset, (size_t)token->range.size));
}

/* Something goes: a "<" of the text before it must not meet what follows. */
static void drop(struct disarming *disarming)
{
    const struct buffer *out = disarming->out;

    disarming->changes++;
    if (out->size > 0 && out->data[out->size - 1] == '<')
        put(disarming, BYTES(" "));
}

/* Whether all attributes of a tag stay; an end tag has none that matter. */
static bool all_stay(const struct html_token *tag)
{
    struct html_attribute attribute;
    size_t at = 0;

    while (html_attribute_next(tag->inside, &at, &attribute)) {
        if (!html_attribute_stays(tag, &attribute))
            return false;
    }
    return true;
}

/* The tag anew, with the attributes that stay as they stand. */
static void put_tag(struct disarming *disarming, const struct html_token *tag)
{
    struct html_attribute attribute;
    size_t at = 0;

    disarming->changes++;
    put(disarming, tag->kind == HTML_END ? BYTES("</") : BYTES("<"));
    put(disarming, tag->name);
    while (tag->kind == HTML_START && html_attribute_next(tag->inside, &at, &attribute)) {
        if (!html_attribute_stays(tag, &attribute))
            continue;
        put(disarming, BYTES(" "));
        put(disarming,
            bytes_slice(tag->inside, (size_t)attribute.range.offset, (size_t)attribute.range.size));
    }
    put(disarming, BYTES(">"));
}

/* An element that hides its content: start tag, content and end tag together. */
static void take_raw(struct disarming *disarming, const struct html_token *start, bool goes)
{
    struct html_token content = {.kind = HTML_TEXT}, end = {.kind = HTML_TEXT};
    struct html_reader *reader = &disarming->reader;
    size_t behind = reader->at;
    bool stays = !goes;

    if (html_next(reader, &content) && content.kind == HTML_RAW) {
        behind = reader->at;
        stays = stays && html_raw_stays(&content);
        if (!html_next(reader, &end))
            stays = false;
    } else {
        end = content;
    }
    if (end.kind != HTML_END || !bytes_equal_fold(end.name, start->name) || end.is_cut) {
        stays = false;
        if (end.kind != HTML_TEXT || end.range.size > 0)
            reader->at = behind; /* it is looked at by itself */
    }
    if (!stays) {
        drop(disarming);
        return;
    }
    if (all_stay(start))
        keep(disarming, start);
    else
        put_tag(disarming, start);
    if (content.kind == HTML_RAW)
        keep(disarming, &content);
    if (all_stay(&end) && end.inside.size == 0)
        keep(disarming, &end);
    else
        put_tag(disarming, &end);
}

static void take_tag(struct disarming *disarming, const struct html_token *tag)
{
    enum html_fate fate = html_element_fate(tag);
    bool hides = tag->kind == HTML_START && disarming->reader.raw[0] != '\0';

    if (hides && fate != HTML_TAG_GOES) {
        take_raw(disarming, tag, fate == HTML_ELEMENT_GOES);
        return;
    }
    disarming->reader.raw[0] = '\0';
    if (tag->is_cut || fate != HTML_STAYS ||
        (tag->kind == HTML_START && html_is_named(tag, "meta") && !html_meta_stays(tag)))
        drop(disarming);
    else if (tag->kind == HTML_END ? tag->inside.size == 0 : all_stay(tag))
        keep(disarming, tag);
    else
        put_tag(disarming, tag);
}

static void take(struct disarming *disarming, const struct html_token *token)
{
    bool stays = true;

    if (token->kind == HTML_START || token->kind == HTML_END) {
        take_tag(disarming, token);
        return;
    }
    if (token->kind == HTML_COMMENT)
        stays = html_comment_stays(disarming->html, token);
    else if (token->kind == HTML_BOGUS)
        stays = html_doctype_stays(disarming->html, token);
    if (stays)
        keep(disarming, token);
    else
        drop(disarming);
}

enum status html_disarm(struct bytes html, struct buffer *out, uint64_t *changes)
{
    struct disarming disarming = {.html = html, .reader = {.html = html}, .out = out};
    struct html_token token;

    while (disarming.status == STATUS_OK && html_next(&disarming.reader, &token))
        take(&disarming, &token);
    *changes = disarming.changes;
    return disarming.status;
}
