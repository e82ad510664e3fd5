/* Puts what was judged into the report, with its place, and keeps count: an archive of a thousand
 * programs is one fault, not a thousand. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engines/attachment/leaf.h"

enum { NAME_SHOWN = 120, TEXT_OCTETS = 320 };

static bool is_new(const struct leaf *leaf, const char *reason)
{
    return leaf->reason == NULL || strcmp(leaf->reason, reason) != 0;
}

/* Where the name stands in the content, or all of the content. */
static struct range resolve(const struct leaf *leaf, const struct place *place)
{
    const uint8_t *found = NULL;

    if (place->range.size > 0)
        return place->range;
    if (place->name.size > 0 && leaf->content.size > 0)
        found = memmem(leaf->content.data, leaf->content.size, place->name.data, place->name.size);
    if (found == NULL)
        return (struct range){0, leaf->content.size};
    return (struct range){(uint64_t)(found - leaf->content.data), place->name.size};
}

static void put(struct leaf *leaf, const char *symbol, enum finding_class class,
                const struct place *place, const char *text)
{
    struct reporter *reporter = leaf->inspection->reporter;
    struct bytes name = place->name;

    while (name.size > NAME_SHOWN || (name.size > 0 && !bytes_is_utf8(name)))
        name.size--;
    const char *behind = name.size < place->name.size ? "…: " : name.size > 0 ? ": " : "";
    if (place->in_header)
        reporter_finding(reporter, symbol, class, 0, leaf->part->number, place->range, "%.*s%s%s",
                         (int)name.size, (const char *)name.data, behind, text);
    else
        reporter_finding_within(reporter, symbol, class, 0, leaf->part, resolve(leaf, place),
                                "%.*s%s%s", (int)name.size, (const char *)name.data, behind, text);
}

void leaf_say(struct leaf *leaf, enum symbol symbol, enum finding_class class,
              const struct place *place, const char *format, ...)
{
#define SYMBOL_TEXT(id, text) [SYMBOL_##id] = "attachment." text,
    static const char *const symbols[SYMBOL_COUNT] = {SYMBOL_ROWS(SYMBOL_TEXT)};
#undef SYMBOL_TEXT
    char text[TEXT_OCTETS];
    va_list arguments;

    if (leaf->said[symbol]++ >= SAID_MOST)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(leaf, symbols[symbol], class, place, text);
}

void leaf_cannot(struct leaf *leaf, const char *word, const struct place *place)
{
    char symbol[64], text[96];

    if (!is_new(leaf, word))
        return;
    snprintf(symbol, sizeof symbol, "attachment.%s", word);
    snprintf(text, sizeof text, "not examined wholly: %s", word);
    put(leaf, symbol, CLASS_LIMIT, place, text);
    leaf->state = COVERAGE_UNEXAMINABLE;
    leaf->reason = word;
}

void leaf_capped(struct leaf *leaf, const char *cap, const struct place *place)
{
    struct range range = resolve(leaf, place);

    if (!is_new(leaf, cap))
        return;
    reporter_cap(leaf->inspection->reporter, cap, leaf->part->number,
                 message_origin(leaf->inspection->message, leaf->part, range.offset, range.size));
    leaf->state = COVERAGE_UNEXAMINABLE;
    leaf->reason = cap;
}

void note_kind(struct inspection *inspection, const struct magic *kind)
{
    for (unsigned i = 0; i < inspection->kind_count; i++) {
        if (inspection->kinds[i] == kind)
            return;
    }
    if (inspection->kind_count < FACTS_MOST)
        inspection->kinds[inspection->kind_count++] = kind;
}

void note_extension(struct inspection *inspection, const struct name_extension *extension)
{
    if (extension->size == 0)
        return;
    for (unsigned i = 0; i < inspection->extension_count; i++) {
        if (strcmp(inspection->extensions[i].text, extension->text) == 0)
            return;
    }
    if (inspection->extension_count < FACTS_MOST)
        inspection->extensions[inspection->extension_count++] = *extension;
}
