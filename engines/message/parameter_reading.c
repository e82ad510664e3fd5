/* All readings of one parameter (spec/decoders.md, "Parameters"): every occurrence in every way,
 * and the sections of RFC 2231 in every order. A table says which features of a value make which
 * readings. */
#include "engines/message/parameter_reading.h"

#include "engines/decode/charset.h"
#include "engines/decode/encoded_word.h"
#include "engines/message/parameter_sections.h"
#include "engines/message/parameter_text.h"

enum { OCCURRENCES_MOST = 64 };

/* Octets of a value that a way looks at. */
enum extent {
    EXTENT_TEXT,   /* within the quotes, or without blanks around */
    EXTENT_WHOLE,  /* up to the ";", with quotes */
    EXTENT_LOOSE,  /* and with blanks */
    EXTENT_REST,   /* up to the end of the field */
    EXTENT_MIDDLE, /* behind the first quote within */
};

/* A feature makes a reading. Some readings are so common for names, or so harmless, that they are
 * no difference there; some are none anywhere. */
static const struct way {
    unsigned feature;
    enum extent extent;
    unsigned ways;
    const char *stops;
    bool differs_name, differs_other;
} ways[] = {
    {TEXT_NUL, EXTENT_TEXT, WAY_UNESCAPE | WAY_NO_NULS, "", true, true},
    {TEXT_BREAK, EXTENT_TEXT, WAY_UNESCAPE, "\r\n", true, true},
    {TEXT_INNER_BLANK, EXTENT_TEXT, 0, " \t\r\n", true, true},
    {TEXT_EDGE_BLANK, EXTENT_TEXT, WAY_UNESCAPE | WAY_TRIM, "", false, true},
    {TEXT_ESCAPE, EXTENT_TEXT, 0, "", false, true},
    {TEXT_BARE_ESCAPE, EXTENT_REST, WAY_UNESCAPE | WAY_TRIM, "", true, true},
    {TEXT_BARE_ESCAPE, EXTENT_TEXT, WAY_UNESCAPE | WAY_NO_QUOTES, "", true, true},
    {TEXT_BARE_ESCAPE, EXTENT_TEXT, WAY_UNESCAPE, "", true, true},
    {TEXT_BARE_ESCAPE, EXTENT_TEXT, 0, "\\", true, true},
    {TEXT_BARE_QUOTE, EXTENT_TEXT, WAY_NO_QUOTES, "", true, true},
    {TEXT_BARE_QUOTE, EXTENT_TEXT, 0, "\"", true, true},
    {TEXT_BARE_QUOTE, EXTENT_MIDDLE, 0, "\"", true, true},
    {TEXT_BARE_QUOTE, EXTENT_MIDDLE, 0, "\"\\", true, true},
    {TEXT_COMMENT, EXTENT_WHOLE, WAY_TRIM, "", false, true},
    {TEXT_COMMENT, EXTENT_LOOSE, WAY_TRIM, "", false, true},
    {TEXT_COMMENT, EXTENT_LOOSE, WAY_NO_COMMENTS | WAY_TRIM, "", false, true},
    {TEXT_COMMENT, EXTENT_WHOLE, WAY_TRIM, "(", false, true},
    {TEXT_JUNK, EXTENT_WHOLE, WAY_UNESCAPE | WAY_NO_QUOTES, "", true, true},
    {TEXT_JUNK, EXTENT_WHOLE, 0, "", true, true},
    {TEXT_UNCLOSED, EXTENT_WHOLE, 0, "", false, true},
    {TEXT_UNCLOSED, EXTENT_TEXT, WAY_UNESCAPE, ";", true, true},
    {TEXT_SEMICOLON, EXTENT_REST, WAY_TRIM, "", true, true},
    {TEXT_APOSTROPHES, EXTENT_TEXT, 0, "", true, true},
    {TEXT_WORD_EQUALS, EXTENT_TEXT, 0, "=", false, true},
    {TEXT_QUOTED_BLANK, EXTENT_TEXT, WAY_UNESCAPE, " \t\r\n", false, false},
    {TEXT_BARE_EDGE_BLANK, EXTENT_LOOSE, 0, "", false, false},
};

struct reading {
    struct bytes value;
    struct budget *budget;
    struct arena *arena;
    struct parameter_values *values;
    bool is_name; /* for people: encoded words are usual */
    struct occurrence occurrences[OCCURRENCES_MOST];
    size_t count;
};

static bool is_known(const struct parameter_values *values, const struct parameter_value *value)
{
    for (size_t i = 0; i < values->count; i++) {
        if (bytes_equal(values->values[i].octets, value->octets) &&
            bytes_equal_fold(values->values[i].charset, value->charset))
            return true;
    }
    return false;
}

/* Adds a reading that is new; an empty one is none. */
static void add(struct reading *reading, struct parameter_value value, bool differs)
{
    struct parameter_values *values = reading->values;

    if (value.octets.size == 0 || is_known(values, &value))
        return;
    values->differ |= differs && values->count > 0;
    if (values->count < PARAMETER_VALUES_MOST)
        values->values[values->count++] = value;
    else
        values->is_over = true;
}

static struct range range_of(size_t begin, size_t end)
{
    return (struct range){begin, end - begin};
}

/* A value within which RFC 2047 is decoded; converted when its charset is not ASCII's. */
static enum status add_decoded(struct reading *reading, struct parameter_value value)
{
    struct charset_text converted;
    struct encoded_text decoded;
    const char *cap;
    enum status status;

    if (value.charset.size > 0 && !reading->is_name && !charset_keeps_ascii(value.charset)) {
        status = charset_to_utf8(value.charset, value.octets, reading->budget, reading->arena,
                                 &converted, &cap);
        if (status != STATUS_OK)
            return status;
        value.octets = converted.text;
        value.charset = (struct bytes){0};
        add(reading, value, true);
    }
    status = encoded_words_decode(value.octets, reading->budget, reading->arena, &decoded);
    if (status != STATUS_OK)
        return status;
    value.octets = decoded.text;
    value.is_main = value.is_main && reading->is_name;
    if (decoded.words > 0)
        add(reading, value, !reading->is_name);
    return STATUS_OK;
}

static enum status add_way(struct reading *reading, const struct parameter_text *text,
                           const struct way *way)
{
    size_t begins[] = {text->begin, text->whole_begin, text->whole_from, text->whole_begin,
                       bytes_find(text->value, text->begin, '"') + 1};
    size_t ends[] = {text->end, text->whole_end, text->whole_end, text->value.size, text->end};
    size_t begin = begins[way->extent], end = ends[way->extent];
    bool strips = way->feature == TEXT_APOSTROPHES;
    struct parameter_value value = {.where = range_of(text->whole_from, text->whole_end)};

    begin += strips;
    end -= strips;
    if (begin > end)
        return STATUS_OK;
    value.octets = parameter_text_take(text->value, begin, end, way->ways,
                                       bytes_of_text(way->stops), reading->arena);
    if (value.octets.data == NULL)
        return STATUS_MEMORY;
    add(reading, value, reading->is_name ? way->differs_name : way->differs_other);
    return STATUS_OK;
}

static enum status add_ways(struct reading *reading, const struct parameter_text *text)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < sizeof ways / sizeof ways[0] && status == STATUS_OK; i++) {
        if ((text->features & ways[i].feature) != 0 &&
            !(ways[i].feature == TEXT_QUOTED_BLANK && reading->is_name))
            status = add_way(reading, text, &ways[i]);
    }
    return status;
}

/* As most read it: without escapes in quotes, up to NUL. */
static struct bytes first_octets(struct reading *reading, const struct parameter_text *text)
{
    const struct bytes nul = {(const uint8_t *)"", 1};

    return parameter_text_take(
        text->value, text->begin, text->end, text->is_quoted ? WAY_UNESCAPE : 0,
        (text->features & TEXT_NUL) != 0 ? nul : (struct bytes){0}, reading->arena);
}

/* An occurrence without a section. `differs`: another one has been read before it. */
static enum status add_plain(struct reading *reading, const struct occurrence *occurrence,
                             bool differs)
{
    struct parameter_value value = {.is_main = occurrence->is_main};
    struct parameter_text text;
    enum status status;

    parameter_text_read(&text, reading->value, occurrence->begin);
    value.where = range_of(occurrence->at, text.whole_end);
    value.octets = first_octets(reading, &text);
    if (value.octets.data == NULL)
        return STATUS_MEMORY;
    add(reading, value, differs);
    reading->values->differ |= !occurrence->is_main || occurrence->is_odd;
    status = (text.features & TEXT_ENCODED_WORD) != 0 ? add_decoded(reading, value) : STATUS_OK;
    return status == STATUS_OK ? add_ways(reading, &text) : status;
}

/* RFC 2231 has two forms besides the plain one. */
enum group { GROUP_EXTENDED, GROUP_NUMBERED, GROUP_PLAIN, GROUPS };

static enum group group_of(const struct occurrence *occurrence)
{
    if (occurrence->section != SECTION_NONE)
        return GROUP_NUMBERED;
    return occurrence->is_extended ? GROUP_EXTENDED : GROUP_PLAIN;
}

/* Whether something else is read by a group, when it reads anything. For names, what stands in two
 * forms is compared by the one who knows the text (names.c). */
static bool differs_from_others(const struct reading *reading, bool is_main)
{
    return reading->values->count > 0 && !(reading->is_name && is_main);
}

static enum status add_sections(struct reading *reading, enum group group, bool is_main)
{
    struct sections sections = {.arena = reading->arena, .value = reading->value};
    bool differs = differs_from_others(reading, is_main);
    struct sections_value joined;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < reading->count && status == STATUS_OK; i++) {
        const struct occurrence *occurrence = &reading->occurrences[i];

        if (occurrence->is_main == is_main && group_of(occurrence) == group)
            status = sections_add(&sections, occurrence);
    }
    reading->values->differ |= sections.is_odd || (sections.count > 0 && !is_main);
    while (status == STATUS_OK && sections_next(&sections, &joined, &status)) {
        struct parameter_value value = {.octets = joined.octets,
                                        .charset = joined.charset,
                                        .where = sections.where,
                                        .is_main = is_main && joined.is_first};

        add(reading, value, joined.is_first ? differs : joined.differs || !reading->is_name);
        if (joined.is_first)
            status = add_decoded(reading, value);
    }
    return status;
}

static enum status add_all_plain(struct reading *reading, bool is_main)
{
    bool differs = differs_from_others(reading, is_main);
    enum status status = STATUS_OK;

    for (size_t i = 0; i < reading->count && status == STATUS_OK; i++) {
        const struct occurrence *occurrence = &reading->occurrences[i];

        if (occurrence->is_main != is_main || group_of(occurrence) != GROUP_PLAIN)
            continue;
        status = add_plain(reading, occurrence, differs);
        differs = true;
    }
    return status;
}

/* The extended form counts before the plain one for names (RFC 6266 4.3); else, as in GMime, the
 * one that stands first. */
static void order_groups(const struct reading *reading, bool is_main, enum group groups[GROUPS])
{
    size_t count = 0;
    bool taken[GROUPS] = {false};

    for (size_t i = 0; i < reading->count && !reading->is_name; i++) {
        enum group group = group_of(&reading->occurrences[i]);

        if (reading->occurrences[i].is_main == is_main && !taken[group]) {
            taken[group] = true;
            groups[count++] = group;
        }
    }
    for (enum group group = 0; group < GROUPS; group++) {
        if (!taken[group])
            groups[count++] = group;
    }
}

static enum status add_all(struct reading *reading, bool is_main)
{
    enum group groups[GROUPS];
    enum status status = STATUS_OK;

    order_groups(reading, is_main, groups);
    for (size_t i = 0; i < GROUPS && status == STATUS_OK; i++)
        status = groups[i] == GROUP_PLAIN ? add_all_plain(reading, is_main)
                                          : add_sections(reading, groups[i], is_main);
    return status;
}

enum status parameter_values_read(struct bytes field_value, struct bytes attribute,
                                  struct budget *budget, struct arena *arena,
                                  struct parameter_values *values)
{
    struct reading reading = {
        .value = field_value, .budget = budget, .arena = arena, .values = values};
    struct occurrence occurrence;
    struct scan scan;
    enum status status;

    values->count = 0;
    values->differ = values->is_over = false;
    reading.is_name =
        bytes_equal(attribute, BYTES("filename")) || bytes_equal(attribute, BYTES("name"));
    scan_init(&scan, field_value, attribute);
    while (scan_next(&scan, &occurrence)) {
        if (reading.count < OCCURRENCES_MOST)
            reading.occurrences[reading.count++] = occurrence;
        else
            values->is_over = true;
    }
    if (reading.count == 0)
        return STATUS_OK;
    status = add_all(&reading, true);
    if (status == STATUS_OK)
        status = add_all(&reading, false);
    values->is_over |= budget->cap != NULL; /* a text may have been cut */
    return status == STATUS_OK ? STATUS_OK : STATUS_MEMORY;
}
