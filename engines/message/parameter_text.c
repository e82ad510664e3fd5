/* The shape of one value (spec/decoders.md, "Parameters"). */
#include "engines/message/parameter_text.h"

static size_t at_most(size_t begin, size_t end)
{
    return end - begin > PARAMETER_OCTETS_MOST ? begin + PARAMETER_OCTETS_MOST : end;
}

static void trim(struct bytes value, size_t *begin, size_t *end)
{
    while (*end > *begin && scan_is_blank(value.data[*end - 1]))
        --*end;
    while (*begin < *end && scan_is_blank(value.data[*begin]))
        ++*begin;
}

/* CR or LF that does not belong to a fold. */
static bool is_lone_break(struct bytes value, size_t at)
{
    struct bytes next = bytes_slice(value, at + 1, 1);
    uint8_t octet = next.size > 0 ? next.data[0] : 0;

    if (value.data[at] == '\r')
        return octet != '\n';
    return value.data[at] == '\n' && octet != ' ' && octet != '\t';
}

static unsigned features_of_octet(const struct parameter_text *text, size_t at)
{
    struct bytes value = text->value;
    bool is_bare = !text->is_quoted;

    switch (value.data[at]) {
    case '\\':
        return is_bare ? TEXT_BARE_ESCAPE : TEXT_ESCAPE;
    case '"':
        return is_bare ? TEXT_BARE_QUOTE : 0;
    case '(':
        return is_bare ? TEXT_COMMENT : 0;
    case ';':
        return is_bare ? 0 : text->is_closed ? 0 : TEXT_SEMICOLON;
    case '\0':
        return TEXT_NUL;
    case '\r':
    case '\n':
        return is_lone_break(value, at) ? TEXT_BREAK : is_bare ? TEXT_INNER_BLANK : 0;
    case ' ':
    case '\t':
        return is_bare ? TEXT_INNER_BLANK : TEXT_QUOTED_BLANK;
    case '=':
        return bytes_slice(value, at + 1, 1).size > 0 && value.data[at + 1] == '?'
                   ? TEXT_ENCODED_WORD
                   : 0;
    default:
        return 0;
    }
}

static bool begins_with_word_equals(struct bytes octets)
{
    size_t i = 0;

    while (i < octets.size && (octets.data[i] | 0x20) >= 'a' && (octets.data[i] | 0x20) <= 'z')
        i++;
    return i > 0 && i + 1 < octets.size && octets.data[i] == '=' && octets.data[i + 1] != '?';
}

/* Text behind the ";" in which no parameter follows. */
static bool has_rest(struct bytes value, size_t at)
{
    bool has_text = false;

    for (; at < value.size; at++) {
        if (value.data[at] == '=')
            return false;
        has_text |= value.data[at] != ';' && !scan_is_blank(value.data[at]);
    }
    return has_text;
}

/* Behind the closing quote, or the end. */
static void read_quoted(struct parameter_text *text)
{
    struct bytes value = text->value;
    size_t behind = scan_behind_quoted(value, text->whole_begin, &text->is_closed), junk;

    text->is_quoted = true;
    text->begin = text->whole_begin + 1;
    text->end = text->is_closed ? behind - 1 : behind;
    text->whole_end = bytes_find(value, behind, ';');
    junk = scan_behind_blanks(value, behind);
    if (text->is_closed && junk < text->whole_end)
        text->features |= TEXT_JUNK;
    if (!text->is_closed)
        text->features |= TEXT_UNCLOSED;
}

/* A comment at the end is none of the value; the beginning of one that ends there, or `end`. */
static size_t before_last_comment(struct bytes value, size_t begin, size_t end)
{
    size_t at = end, closings = 0;

    if (end == begin || value.data[end - 1] != ')')
        return end;
    while (at > begin) {
        at--;
        if (value.data[at] == ')')
            closings++;
        else if (value.data[at] == '(' && --closings == 0)
            return at;
    }
    return end;
}

static void read_bare(struct parameter_text *text)
{
    struct bytes value = text->value;
    size_t behind;

    text->begin = text->whole_begin;
    text->whole_end = bytes_find(value, text->begin, ';');
    text->end = text->whole_end;
    trim(value, &text->begin, &text->end);
    text->end = at_most(text->begin, text->end);
    behind = before_last_comment(value, text->begin, text->end);
    if (behind > text->begin && behind < text->end) {
        text->end = behind;
        text->features |= TEXT_COMMENT;
        trim(value, &text->begin, &text->end);
    }
    if (text->whole_from < text->begin || text->end < text->whole_end)
        text->features |= TEXT_BARE_EDGE_BLANK;
    if (has_rest(value, text->whole_end))
        text->features |= TEXT_SEMICOLON;
}

void parameter_text_read(struct parameter_text *text, struct bytes value, size_t begin)
{
    struct bytes inner;

    *text = (struct parameter_text){.value = value, .whole_from = begin};
    text->whole_begin = scan_behind_blanks(value, begin);
    for (size_t i = begin; i < text->whole_begin; i++)
        text->features |= value.data[i] == '(' ? TEXT_COMMENT : 0;
    if (text->whole_begin < value.size && value.data[text->whole_begin] == '"')
        read_quoted(text);
    else
        read_bare(text);
    text->end = at_most(text->begin, text->end);
    for (size_t i = text->begin; i < text->end; i++)
        text->features |= features_of_octet(text, i);
    inner = bytes_slice(value, text->begin, text->end - text->begin);
    if (inner.size == 0)
        return;
    if (text->is_quoted &&
        (scan_is_blank(inner.data[0]) || scan_is_blank(inner.data[inner.size - 1])))
        text->features |= TEXT_EDGE_BLANK;
    if (inner.size > 1 && inner.data[0] == '\'' && inner.data[inner.size - 1] == '\'')
        text->features |= TEXT_APOSTROPHES;
    if (!text->is_quoted && begins_with_word_equals(inner))
        text->features |= TEXT_WORD_EQUALS;
}

/* Whether an octet is taken; *at is moved to the last octet that belongs to it. Once a comment does
 * not end, "(" is itself. */
static bool takes(struct bytes value, size_t *at, size_t end, unsigned *ways)
{
    uint8_t octet = value.data[*at];

    if (octet == '\r' || octet == '\n')
        return false;
    if (octet == '\\' && (*ways & WAY_UNESCAPE) && *at + 1 < end) {
        ++*at;
        return true;
    }
    if (octet == '(' && (*ways & WAY_NO_COMMENTS)) {
        size_t behind = scan_behind_comment(value, *at, end - *at);

        if (behind == *at)
            *ways &= ~(unsigned)WAY_NO_COMMENTS;
        else
            *at = behind - 1;
        return behind == *at;
    }
    return !(octet == '"' && (*ways & WAY_NO_QUOTES)) && !(octet == '\0' && (*ways & WAY_NO_NULS));
}

struct bytes parameter_text_take(struct bytes value, size_t begin, size_t end, unsigned ways,
                                 struct bytes stops, struct arena *arena)
{
    uint8_t *out;
    size_t size = 0;

    end = at_most(begin, end);
    if (ways & WAY_TRIM)
        trim(value, &begin, &end);
    out = arena_take(arena, end - begin + 1);
    for (size_t at = begin; at < end && out != NULL; at++) {
        if (bytes_find(stops, 0, value.data[at]) < stops.size)
            break;
        if (takes(value, &at, end, &ways) && at < end)
            out[size++] = value.data[at];
    }
    return (struct bytes){out, size};
}
