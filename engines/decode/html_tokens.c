#include "engines/decode/html_tokens.h"

#include <string.h>

bool html_is_space(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\f' || octet == '\r';
}

static bool is_alpha(uint8_t octet)
{
    return (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
}

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
}

static bool follows(struct bytes html, size_t at, const char *text)
{
    for (; *text != '\0'; text++, at++) {
        if (at >= html.size || lower(html.data[at]) != (uint8_t)*text)
            return false;
    }
    return true;
}

bool html_is_named(const struct html_token *token, const char *name)
{
    return strcmp(token->tag, name) == 0;
}

void html_fold(struct bytes name, char folded[HTML_NAME_OCTETS])
{
    size_t size = 0;

    if (name.size < HTML_NAME_OCTETS) {
        for (; size < name.size && name.data[size] != 0; size++)
            folded[size] = (char)lower(name.data[size]);
    }
    folded[size == name.size ? size : 0] = '\0';
}

/* "&name;" at from: the octet, and *at behind it; "&" for what is not known. */
static uint8_t named_character(struct bytes value, size_t from, size_t *at)
{
    static const struct {
        const char *name;
        uint8_t octet;
    } named[] = {{"amp", '&'},      {"quot", '"'},   {"apos", '\''}, {"lt", '<'},   {"gt", '>'},
                 {"colon", ':'},    {"sol", '/'},    {"lpar", '('},  {"rpar", ')'}, {"Tab", '\t'},
                 {"NewLine", '\n'}, {"period", '.'}, {"comma", ','}, {"semi", ';'}, {"plus", '+'},
                 {"equals", '='},   {"lowbar", '_'}, {"bsol", '\\'}, {"nbsp", 0xFF}};
    size_t length = 0;

    while (length < 8 && from + 1 + length < value.size && is_alpha(value.data[from + 1 + length]))
        length++;
    if (length < 2 || from + 1 + length >= value.size || value.data[from + 1 + length] != ';')
        return '&';
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (bytes_equal(bytes_slice(value, from + 1, length), bytes_of_text(named[i].name))) {
            *at = from + length + 2;
            return named[i].octet;
        }
    }
    return '&';
}

/* A number that is beyond ASCII stays so and does not run over. */
static uint32_t bounded(uint32_t point)
{
    return point < 0x10000 ? point : 0x10000;
}

/* One character of an attribute's value: a reference is decoded, as far as ASCII goes. */
uint8_t html_character(struct bytes value, size_t *at)
{
    size_t from = *at, i = from + 2;
    uint32_t point = 0;
    bool is_hex;

    (*at)++;
    if (value.data[from] != '&' || value.size - from < 3)
        return value.data[from];
    if (value.data[from + 1] != '#')
        return named_character(value, from, at);
    is_hex = lower(value.data[i]) == 'x';
    for (i += is_hex; i < value.size; i++) {
        uint8_t digit = lower(value.data[i]);

        if (digit >= '0' && digit <= '9')
            point = bounded(point) * (is_hex ? 16 : 10) + (digit - '0');
        else if (is_hex && digit >= 'a' && digit <= 'f')
            point = bounded(point) * 16 + (digit - 'a' + 10u);
        else
            break;
    }
    *at = i < value.size && value.data[i] == ';' ? i + 1 : i;
    return point > 0 && point < 0x80 ? (uint8_t)point : 0xFF;
}

static bool ends_name(uint8_t octet)
{
    return html_is_space(octet) || octet == '/' || octet == '>';
}

/* Behind "=" at *at: the value, and *at behind it. */
static void read_value(struct bytes inside, size_t *at, struct html_attribute *attribute)
{
    size_t from = *at + 1, end;

    while (from < inside.size && html_is_space(inside.data[from]))
        from++;
    attribute->has_value = true;
    if (from < inside.size && (inside.data[from] == '"' || inside.data[from] == '\'')) {
        attribute->quote = inside.data[from];
        end = bytes_find(inside, from + 1, attribute->quote);
        attribute->value = bytes_slice(inside, from + 1, end - from - 1);
        *at = end < inside.size ? end + 1 : end;
        return;
    }
    for (end = from;
         end < inside.size && !html_is_space(inside.data[end]) && inside.data[end] != '>';)
        end++;
    attribute->value = bytes_slice(inside, from, end - from);
    *at = end;
}

bool html_attribute_next(struct bytes inside, size_t *at, struct html_attribute *attribute)
{
    size_t from, end;

    while (*at < inside.size && (html_is_space(inside.data[*at]) || inside.data[*at] == '/'))
        ++*at;
    if (*at >= inside.size || inside.data[*at] == '>')
        return false;
    *attribute = (struct html_attribute){.quote = 0};
    from = (*at)++;
    while (*at < inside.size && !ends_name(inside.data[*at]) && inside.data[*at] != '=')
        ++*at;
    attribute->name = bytes_slice(inside, from, *at - from);
    end = *at;
    while (*at < inside.size && html_is_space(inside.data[*at]))
        ++*at;
    if (*at < inside.size && inside.data[*at] == '=')
        read_value(inside, at, attribute);
    else
        *at = end;
    attribute->range = (struct range){from, *at - from};
    return true;
}

/* Whether an end tag of that element stands there. */
static bool ends(struct bytes html, size_t at, const char *tag)
{
    size_t behind = at + 2 + strlen(tag);

    return follows(html, at, "</") && follows(html, at + 2, tag) &&
           (behind >= html.size || ends_name(html.data[behind]));
}

/* Script data, escaped and double escaped: within "<!--" and "<script" an end tag of script ends
 * only the inner one. */
static size_t script_end(struct bytes html, size_t at)
{
    bool is_escaped = false, is_twice = false;

    for (; at < html.size; at++) {
        uint8_t octet = html.data[at];

        if (octet == '<' && ends(html, at, "script")) {
            if (!is_twice)
                break;
            is_twice = false;
        } else if (octet == '<' && follows(html, at, "<!--")) {
            is_escaped = true;
        } else if (octet == '<' && is_escaped && follows(html, at, "<script")) {
            is_twice = true;
        } else if (octet == '-' && follows(html, at, "-->")) {
            is_escaped = is_twice = false;
        }
    }
    return at;
}

static size_t raw_end(struct bytes html, size_t at, const char *tag)
{
    if (strcmp(tag, "plaintext") == 0)
        return html.size;
    if (strcmp(tag, "script") == 0)
        return script_end(html, at);
    while (at < html.size) {
        at = bytes_find(html, at, '<');
        if (at >= html.size || ends(html, at, tag))
            return at;
        at++;
    }
    return at;
}

/* What a start tag hides. */
static void begin_raw(struct html_reader *reader, const struct html_token *token)
{
    static const char *const hiding[] = {"script", "style",   "title",    "textarea",  "xmp",
                                         "iframe", "noembed", "noframes", "plaintext", "noscript"};
    size_t count = sizeof hiding / sizeof hiding[0];

    if (strchr("stxinpm", token->tag[0]) == NULL) /* what they, svg and math begin with */
        return;
    if (!reader->has_scripts)
        count--;
    if (reader->knows_foreign && (html_is_named(token, "svg") || html_is_named(token, "math")))
        reader->is_foreign = true;
    for (size_t i = 0; i < count; i++) {
        if (html_is_named(token, hiding[i]) && (i == 0 || !reader->is_foreign))
            strcpy(reader->raw, hiding[i]);
    }
}

/* From "<" or "</" and a letter to behind ">". */
static void read_tag(struct html_reader *reader, struct html_token *token)
{
    struct bytes html = reader->html;
    bool is_end = html.data[reader->at + 1] == '/';
    size_t from = reader->at + 1 + is_end, at = from, inside;
    struct html_attribute attribute;

    while (at < html.size && !ends_name(html.data[at]))
        at++;
    inside = at;
    token->kind = is_end ? HTML_END : HTML_START;
    token->name = bytes_slice(html, from, at - from);
    html_fold(token->name, token->tag);
    while (html_attribute_next(html, &at, &attribute))
        continue;
    token->inside = bytes_slice(html, inside, at - inside);
    token->is_cut = at >= html.size;
    reader->at = at + !token->is_cut;
    if (token->kind == HTML_START && !token->is_cut)
        begin_raw(reader, token);
    else if (html_is_named(token, "svg") || html_is_named(token, "math"))
        reader->is_foreign = false;
}

/* Behind "<!--": "<!-->" and "<!--->" end at once, else "-->" or "--!>". */
static size_t comment_end(struct bytes html, size_t at, size_t *text_end)
{
    *text_end = at;
    if (follows(html, at, ">") || follows(html, at, "->"))
        return bytes_find(html, at, '>') + 1;
    while (at < html.size) {
        at = bytes_find(html, at, '-');
        *text_end = at;
        if (follows(html, at, "-->"))
            return at + 3;
        if (follows(html, at, "--!>"))
            return at + 4;
        at++;
    }
    *text_end = html.size;
    return html.size + 1;
}

static void read_comment(struct html_reader *reader, struct html_token *token)
{
    size_t text_end, from = reader->at + 4, end = comment_end(reader->html, from, &text_end);

    token->kind = HTML_COMMENT;
    token->is_cut = end > reader->html.size;
    token->inside = bytes_slice(reader->html, from, text_end - from);
    reader->at = token->is_cut ? reader->html.size : end;
}

static void read_bogus(struct html_reader *reader, struct html_token *token)
{
    size_t end = bytes_find(reader->html, reader->at, '>');

    token->kind = HTML_BOGUS;
    if (reader->is_foreign && follows(reader->html, reader->at, "<![cdata[")) {
        reader->at += 9;
        return;
    }
    token->is_cut = end >= reader->html.size;
    reader->at = token->is_cut ? end : end + 1;
}

/* "<" before what makes it more than text. */
static bool begins_markup(struct bytes html, size_t at)
{
    uint8_t next = at + 1 < html.size ? html.data[at + 1] : 0;

    return is_alpha(next) || next == '!' || next == '?' || (next == '/' && at + 2 < html.size);
}

static bool is_tag(struct bytes html, size_t at)
{
    return is_alpha(html.data[at + 1]) || (html.data[at + 1] == '/' && is_alpha(html.data[at + 2]));
}

static size_t text_end(struct bytes html, size_t at)
{
    at = bytes_find(html, at, '<');
    while (at < html.size && !begins_markup(html, at))
        at = bytes_find(html, at + 1, '<');
    return at;
}

/* The content of the element that has begun; false when it has none. */
static bool read_raw(struct html_reader *reader, struct html_token *token)
{
    size_t end = raw_end(reader->html, reader->at, reader->raw);

    token->kind = HTML_RAW;
    token->name = bytes_of_text(reader->raw);
    html_fold(token->name, token->tag);
    token->is_cut = end >= reader->html.size;
    token->inside = bytes_slice(reader->html, reader->at, end - reader->at);
    reader->at = end;
    return token->inside.size > 0;
}

bool html_next(struct html_reader *reader, struct html_token *token)
{
    size_t begin = reader->at;
    bool is_raw;

    if (begin >= reader->html.size)
        return false;
    token->tag[0] = '\0';
    is_raw = reader->raw[0] != '\0' && read_raw(reader, token);
    if (!is_raw) {
        *token = (struct html_token){.kind = HTML_TEXT};
        reader->raw[0] = '\0';
        reader->at = text_end(reader->html, begin);
    }
    if (!is_raw && reader->at == begin) {
        if (is_tag(reader->html, begin))
            read_tag(reader, token);
        else if (follows(reader->html, begin, "<!--"))
            read_comment(reader, token);
        else
            read_bogus(reader, token);
    }
    token->range = (struct range){begin, reader->at - begin};
    return true;
}
