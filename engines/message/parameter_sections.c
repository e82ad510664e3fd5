/* Sections of a parameter put together (spec/decoders.md, "Parameters"; RFC 2231 3 and 4). */
#include "engines/message/parameter_sections.h"

#include <stdlib.h>

#include "engines/message/parameter_text.h"

enum decoding { DECODE_STARRED, DECODE_ALL, DECODE_NONE };

/* The first is what most do; those that read a parameter which keeps the rules differently come
 * last. */
static const struct joining {
    bool by_number, stops_at_gap;
    enum { REPEATED_FIRST, REPEATED_LAST, REPEATED_ALL } repeated;
    enum decoding decoding;
} joinings[] = {
    {true, false, REPEATED_FIRST, DECODE_STARRED},  {true, false, REPEATED_LAST, DECODE_STARRED},
    {true, false, REPEATED_ALL, DECODE_STARRED},    {false, false, REPEATED_ALL, DECODE_STARRED},
    {true, true, REPEATED_FIRST, DECODE_STARRED},   {true, true, REPEATED_LAST, DECODE_STARRED},
    {false, false, REPEATED_FIRST, DECODE_STARRED}, {true, false, REPEATED_FIRST, DECODE_ALL},
    {true, false, REPEATED_LAST, DECODE_ALL},       {false, false, REPEATED_ALL, DECODE_ALL},
    {true, false, REPEATED_FIRST, DECODE_NONE},
};

static int hex_value(uint8_t octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    octet |= 0x20;
    return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

static int percent_at(struct bytes octets, size_t at)
{
    if (octets.data[at] != '%' || octets.size - at < 3)
        return -1;
    if (hex_value(octets.data[at + 1]) < 0 || hex_value(octets.data[at + 2]) < 0)
        return -1;
    return hex_value(octets.data[at + 1]) << 4 | hex_value(octets.data[at + 2]);
}

/* charset'language'octets: what stands before the octets; 0 when that is not there. */
static size_t prefix_size(struct bytes octets, struct bytes *charset)
{
    size_t first = bytes_find(octets, 0, '\'');
    size_t second = first < octets.size ? bytes_find(octets, first + 1, '\'') : octets.size;

    if (second == octets.size)
        return 0;
    *charset = bytes_slice(octets, 0, first);
    return second + 1;
}

static bool has_bad_percent(struct bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (octets.data[i] == '%' && percent_at(octets, i) < 0)
            return true;
    }
    return false;
}

/* Numbers that do not count from 0 in the order in which they stand, or octets that break rules. */
static bool is_odd(const struct sections *sections, const struct section *section)
{
    struct bytes charset;

    if (section->number != (int)section->order)
        return true;
    if (!section->is_extended)
        return false;
    if (section->order > 0 && !sections->items[0].is_extended)
        return true;
    return has_bad_percent(section->octets) ||
           (section->order == 0 && prefix_size(section->octets, &charset) == 0);
}

enum status sections_add(struct sections *sections, const struct occurrence *occurrence)
{
    const unsigned ugly = TEXT_NUL | TEXT_BREAK | TEXT_UNCLOSED | TEXT_JUNK | TEXT_BARE_QUOTE |
                          TEXT_BARE_ESCAPE | TEXT_INNER_BLANK | TEXT_COMMENT;
    struct section *section;
    struct parameter_text text;

    sections->is_odd |= occurrence->is_odd;
    if (sections->count == SECTIONS_MOST) {
        sections->is_odd = true;
        return STATUS_OK;
    }
    parameter_text_read(&text, sections->value, occurrence->begin);
    section = &sections->items[sections->count];
    *section = (struct section){.number = occurrence->section < 0 ? 0 : occurrence->section,
                                .order = sections->count++,
                                .is_extended = occurrence->is_extended};
    section->octets =
        parameter_text_take(text.value, text.begin, text.end, text.is_quoted ? WAY_UNESCAPE : 0,
                            (struct bytes){0}, sections->arena);
    if (section->octets.data == NULL)
        return STATUS_MEMORY;
    if (section->order == 0)
        sections->where.offset = occurrence->at;
    sections->where.size = text.whole_end - sections->where.offset;
    sections->is_odd |= (text.features & ugly) != 0 || is_odd(sections, section);
    return STATUS_OK;
}

static int by_number(const void *a, const void *b)
{
    const struct section *const *one = a, *const *other = b;

    if ((*one)->number != (*other)->number)
        return (*one)->number < (*other)->number ? -1 : 1;
    return (*one)->order < (*other)->order ? -1 : (*one)->order > (*other)->order;
}

/* Whether a section before (or behind) this one has its number. */
static bool is_repeated(const struct sections *sections, const struct section *section, bool before)
{
    for (size_t i = 0; i < sections->count; i++) {
        const struct section *other = &sections->items[i];

        if (other->number == section->number &&
            (before ? other->order < section->order : other->order > section->order))
            return true;
    }
    return false;
}

/* The sections that a joining takes, in its order. */
static size_t choose(const struct sections *sections, const struct joining *joining,
                     const struct section *chosen[SECTIONS_MOST])
{
    size_t count = 0;

    for (size_t i = 0; i < sections->count; i++) {
        const struct section *section = &sections->items[i];

        if (joining->repeated == REPEATED_ALL ||
            !is_repeated(sections, section, joining->repeated == REPEATED_FIRST))
            chosen[count++] = section;
    }
    if (joining->by_number)
        qsort(chosen, count, sizeof chosen[0], by_number);
    for (size_t i = 0; i < count && joining->stops_at_gap; i++) {
        if (chosen[i]->number != (int)i)
            return i;
    }
    return count;
}

static size_t append(uint8_t *out, size_t size, struct bytes octets, bool decodes)
{
    for (size_t i = 0; i < octets.size; i++) {
        int octet = decodes ? percent_at(octets, i) : -1;

        out[size++] = octet >= 0 ? (uint8_t)octet : octets.data[i];
        i += octet >= 0 ? 2 : 0;
    }
    return size;
}

static bool join(const struct sections *sections, const struct joining *joining,
                 struct sections_value *value)
{
    const struct section *chosen[SECTIONS_MOST];
    size_t count = choose(sections, joining, chosen), bound = 0, size = 0;
    uint8_t *out;

    for (size_t i = 0; i < count; i++)
        bound += chosen[i]->octets.size;
    out = arena_take(sections->arena, bound + 1);
    for (size_t i = 0; i < count && out != NULL; i++) {
        bool decodes = joining->decoding == DECODE_ALL ||
                       (joining->decoding == DECODE_STARRED && chosen[i]->is_extended);
        struct bytes octets = chosen[i]->octets;

        if (i == 0 && decodes)
            octets = bytes_slice(octets, prefix_size(octets, &value->charset), SIZE_MAX);
        size = append(out, size, octets, decodes);
    }
    value->octets = (struct bytes){out, size};
    return out != NULL;
}

/* Sections that keep the rules are put together in one order by all. */
static bool is_needed(const struct sections *sections, const struct joining *joining)
{
    return sections->is_odd ||
           (joining->by_number && !joining->stops_at_gap && joining->repeated == REPEATED_FIRST);
}

bool sections_next(struct sections *sections, struct sections_value *value, enum status *status)
{
    const unsigned last = sizeof joinings / sizeof joinings[0];

    while (sections->next < last && !is_needed(sections, &joinings[sections->next]))
        sections->next++;
    if (sections->count == 0 || sections->next == last)
        return false;
    *value = (struct sections_value){.is_first = sections->next == 0,
                                     .differs = joinings[sections->next].decoding != DECODE_NONE};
    if (!join(sections, &joinings[sections->next++], value)) {
        *status = STATUS_MEMORY;
        return false;
    }
    return true;
}
