/* The tokenizer: text up to "<", then a tag with its attributes, a comment, or what browsers take
 * for one. Within svg and math no element but script hides its content. */
#include "engines/attachment/html_script.h"

#include <string.h>

#include "engines/attachment/script_words.h"

enum { TAG_OCTETS = 16, VALUE_OCTETS = 48 };

struct reader {
    struct bytes html;
    size_t at;
    struct html_script *found;
    struct script_words words;
    char tag[TAG_OCTETS + 1]; /* lower case; cut */
    bool is_foreign;          /* within svg or math */
};

static bool is_space(uint8_t octet)
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

static bool follows(const struct reader *reader, size_t at, const char *text)
{
    for (; *text != '\0'; text++, at++) {
        if (at >= reader->html.size || lower(reader->html.data[at]) != (uint8_t)*text)
            return false;
    }
    return true;
}

/* The first signal of a kind has its place kept; a later, stronger one takes it. */
static void signal(struct reader *reader, unsigned signals, size_t from)
{
    if ((signals & ~reader->found->signals) != 0)
        reader->found->where = (struct range){from, reader->at - from};
    reader->found->signals |= signals;
}

static void take_words(struct reader *reader, size_t from)
{
    script_words_end(&reader->words);
    reader->found->literal_octets = reader->words.literal_octets;
    signal(reader, reader->words.signals | HTML_SCRIPT, from);
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
static uint8_t next_character(struct bytes value, size_t *at)
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

/* The beginning of a value as an address: decoded, in lower case, without what browsers drop. */
static size_t read_address(struct bytes value, char out[VALUE_OCTETS])
{
    size_t at = 0, size = 0;

    while (at < value.size && size < VALUE_OCTETS - 1) {
        uint8_t octet = lower(next_character(value, &at));

        if (octet != '\t' && octet != '\n' && octet != '\r' && (octet > ' ' || size > 0))
            out[size++] = (char)octet;
    }
    out[size] = '\0';
    return at;
}

static void read_script_value(struct reader *reader, struct bytes value, size_t from)
{
    size_t at = 0;

    while (at < value.size)
        script_words_feed(&reader->words, next_character(value, &at));
    take_words(reader, from);
}

static bool begins(const char *text, const char *wanted)
{
    return strncmp(text, wanted, strlen(wanted)) == 0;
}

/* data: that is more than a font or a picture: what a browser would save, or show as a page. */
static bool is_data_of_file(const char *address)
{
    static const char *const harmless[] = {"data:application/font", "data:application/x-font",
                                           "data:application/vnd.ms-font", "data:application/json"};

    if (!begins(address, "data:application/") && !begins(address, "data:text/html") &&
        !begins(address, "data:text/xml") && !begins(address, "data:image/svg"))
        return false;
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        if (begins(address, harmless[i]))
            return false;
    }
    return true;
}

/* Where a browser goes, or loads a page from. */
static bool is_link(const struct reader *reader, struct bytes name)
{
    static const char *const tags[] = {"a", "area", "iframe", "frame", "embed", "object", "form"};
    bool goes = bytes_equal_fold(name, BYTES("href")) || bytes_equal_fold(name, BYTES("src")) ||
                bytes_equal_fold(name, BYTES("data")) || bytes_equal_fold(name, BYTES("action")) ||
                bytes_equal_fold(name, BYTES("xlink:href"));

    for (size_t i = 0; goes && i < sizeof tags / sizeof tags[0]; i++) {
        if (strcmp(reader->tag, tags[i]) == 0)
            return true;
    }
    return false;
}

static void take_attribute(struct reader *reader, struct bytes name, struct bytes value,
                           size_t from)
{
    char address[VALUE_OCTETS];

    if (name.size > 2 && lower(name.data[0]) == 'o' && lower(name.data[1]) == 'n') {
        read_script_value(reader, value, from);
        return;
    }
    if (bytes_equal_fold(name, BYTES("download")) &&
        (strcmp(reader->tag, "a") == 0 || strcmp(reader->tag, "area") == 0))
        signal(reader, HTML_DOWNLOAD, from);
    if (value.size < 5)
        return;
    read_address(value, address);
    if (begins(address, "javascript:"))
        read_script_value(reader, value, from);
    else if (is_link(reader, name) && is_data_of_file(address))
        signal(reader, HTML_DATA_LINK, from);
    else if (strcmp(reader->tag, "script") == 0 && begins(address, "data:"))
        signal(reader, HTML_SCRIPT | HTML_LITERAL | HTML_DECODES | HTML_WRITES, from);
}

static void skip_spaces(struct reader *reader)
{
    while (reader->at < reader->html.size &&
           (is_space(reader->html.data[reader->at]) || reader->html.data[reader->at] == '/'))
        reader->at++;
}

static struct bytes read_value(struct reader *reader)
{
    const uint8_t *data = reader->html.data;
    size_t from = ++reader->at, end; /* behind "=" */

    while (reader->at < reader->html.size && is_space(data[reader->at]))
        from = ++reader->at;
    if (from < reader->html.size && (data[from] == '"' || data[from] == '\'')) {
        end = bytes_find(reader->html, from + 1, data[from]);
        reader->at = end < reader->html.size ? end + 1 : end;
        return bytes_slice(reader->html, from + 1, end - from - 1);
    }
    while (reader->at < reader->html.size && !is_space(data[reader->at]) && data[reader->at] != '>')
        reader->at++;
    return bytes_slice(reader->html, from, reader->at - from);
}

static void read_attribute(struct reader *reader)
{
    const uint8_t *data = reader->html.data;
    size_t from = reader->at++, end;
    struct bytes name, value = {NULL, 0};

    while (reader->at < reader->html.size && !is_space(data[reader->at]) &&
           data[reader->at] != '/' && data[reader->at] != '>' && data[reader->at] != '=')
        reader->at++;
    name = bytes_slice(reader->html, from, reader->at - from);
    end = reader->at;
    while (reader->at < reader->html.size && is_space(data[reader->at]))
        reader->at++;
    if (reader->at < reader->html.size && data[reader->at] == '=')
        value = read_value(reader);
    else
        reader->at = end;
    take_attribute(reader, name, value, from);
}

/* From "<" or "</" and a letter to behind ">". */
static void read_tag(struct reader *reader)
{
    size_t size = 0;

    for (; reader->at < reader->html.size; reader->at++) {
        uint8_t octet = reader->html.data[reader->at];

        if (is_space(octet) || octet == '/' || octet == '>')
            break;
        if (size < TAG_OCTETS)
            reader->tag[size++] = (char)lower(octet);
    }
    reader->tag[size] = '\0';
    for (;;) {
        skip_spaces(reader);
        if (reader->at >= reader->html.size)
            return;
        if (reader->html.data[reader->at] == '>') {
            reader->at++;
            return;
        }
        read_attribute(reader);
    }
}

/* Whether an end tag of that element stands there. */
static bool ends(const struct reader *reader, size_t at, const char *tag)
{
    size_t behind = at + 2 + strlen(tag);

    return follows(reader, at, "</") && follows(reader, at + 2, tag) &&
           (behind >= reader->html.size || is_space(reader->html.data[behind]) ||
            reader->html.data[behind] == '/' || reader->html.data[behind] == '>');
}

/* Moves to the end tag, or the end of everything. */
static void skip_content(struct reader *reader, const char *tag)
{
    while (reader->at < reader->html.size) {
        reader->at = bytes_find(reader->html, reader->at, '<');
        if (ends(reader, reader->at, tag))
            return;
        if (reader->at < reader->html.size)
            reader->at++;
    }
}

/* Script data, escaped and double escaped: within "<!--" and "<script" an end tag of script ends
 * only the inner one. */
static void read_script(struct reader *reader)
{
    size_t from = reader->at;
    bool is_escaped = false, is_twice = false;

    for (; reader->at < reader->html.size; reader->at++) {
        uint8_t octet = reader->html.data[reader->at];

        if (octet == '<' && ends(reader, reader->at, "script")) {
            if (!is_twice)
                break;
            is_twice = false;
        } else if (octet == '<' && follows(reader, reader->at, "<!--")) {
            is_escaped = true;
        } else if (octet == '<' && is_escaped && follows(reader, reader->at, "<script")) {
            is_twice = true;
        } else if (octet == '-' && follows(reader, reader->at, "-->")) {
            is_escaped = is_twice = false;
        }
        script_words_feed(&reader->words, octet);
    }
    take_words(reader, from);
}

/* Behind "<!--": "<!-->" and "<!--->" end at once, else "-->" or "--!>". */
static void skip_comment(struct reader *reader)
{
    if (follows(reader, reader->at, ">") || follows(reader, reader->at, "->")) {
        reader->at = bytes_find(reader->html, reader->at, '>') + 1;
        return;
    }
    while (reader->at < reader->html.size) {
        reader->at = bytes_find(reader->html, reader->at, '-');
        if (follows(reader, reader->at, "-->") || follows(reader, reader->at, "--!>")) {
            reader->at = bytes_find(reader->html, reader->at, '>') + 1;
            return;
        }
        reader->at++;
    }
}

static void skip_bogus(struct reader *reader)
{
    size_t end = bytes_find(reader->html, reader->at, '>');

    reader->at = end < reader->html.size ? end + 1 : end;
}

static void read_element(struct reader *reader)
{
    static const char *const hiding[] = {"style",  "title",   "textarea", "xmp",
                                         "iframe", "noembed", "noframes", "noscript"};

    read_tag(reader);
    if (strcmp(reader->tag, "script") == 0) {
        read_script(reader);
        return;
    }
    if (strcmp(reader->tag, "svg") == 0 || strcmp(reader->tag, "math") == 0)
        reader->is_foreign = true;
    for (size_t i = 0; !reader->is_foreign && i < sizeof hiding / sizeof hiding[0]; i++) {
        if (strcmp(reader->tag, hiding[i]) == 0)
            skip_content(reader, hiding[i]);
    }
}

static void read_markup(struct reader *reader)
{
    uint8_t next = reader->at + 1 < reader->html.size ? reader->html.data[reader->at + 1] : 0;

    reader->at++;
    if (is_alpha(next)) {
        read_element(reader);
    } else if (follows(reader, reader->at, "!--")) {
        reader->at += 3;
        skip_comment(reader);
    } else if (next == '/' && reader->at + 1 < reader->html.size &&
               is_alpha(reader->html.data[reader->at + 1])) {
        reader->at++;
        read_tag(reader);
        if (strcmp(reader->tag, "svg") == 0 || strcmp(reader->tag, "math") == 0)
            reader->is_foreign = false;
    } else if (reader->is_foreign && follows(reader, reader->at, "![cdata[")) {
        reader->at += 8;
    } else if (next == '!' || next == '?' || next == '/') {
        skip_bogus(reader);
    }
}

void html_script_read(struct bytes html, struct html_script *found)
{
    struct reader reader = {.html = html, .found = found};

    *found = (struct html_script){0};
    for (;;) {
        reader.at = bytes_find(html, reader.at, '<');
        if (reader.at >= html.size)
            return;
        read_markup(&reader);
    }
}

bool html_script_is_download(const struct html_script *found, bool is_svg, const char **why)
{
    static const struct {
        unsigned all;
        const char *why;
    } rows[] = {
        {HTML_DATA_LINK, "a link holds a file"},
        {HTML_OBJECT_URL | HTML_DECODES | HTML_BLOB, "a script decodes a file and hands it out"},
        {HTML_OBJECT_URL | HTML_LITERAL, "a script holds a file and hands it out"},
        {HTML_DOWNLOAD | HTML_DATA_SCRIPT, "a script makes a link that holds a file"},
        {HTML_DOWNLOAD | HTML_DECODES | HTML_LITERAL, "a script decodes a file for download"},
        {HTML_DECODES | HTML_LITERAL | HTML_WRITES, "a script decodes a page and shows it"},
    };

    if (is_svg && (found->signals & HTML_SCRIPT) != 0) {
        *why = "a picture has a script";
        return true;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((found->signals & rows[i].all) == rows[i].all) {
            *why = rows[i].why;
            return true;
        }
    }
    return false;
}
