#include "engines/attachment/html_script.h"

#include <string.h>

#include "engines/attachment/script_words.h"
#include "engines/decode/html_tokens.h"

enum { TAG_OCTETS = 16, VALUE_OCTETS = 48 };

struct reader {
    struct bytes html;
    size_t at;
    struct html_script *found;
    struct script_words words;
    char tag[TAG_OCTETS + 1]; /* lower case; cut */
};

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
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

/* The beginning of a value as an address: decoded, in lower case, without what browsers drop. */
static size_t read_address(struct bytes value, char out[VALUE_OCTETS])
{
    size_t at = 0, size = 0;

    while (at < value.size && size < VALUE_OCTETS - 1) {
        uint8_t octet = lower(html_character(value, &at));

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
        script_words_feed(&reader->words, html_character(value, &at));
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

static void read_attributes(struct reader *reader, const struct html_token *token)
{
    size_t inside = (size_t)(token->inside.data - reader->html.data), at = 0;
    struct html_attribute attribute;

    while (html_attribute_next(token->inside, &at, &attribute)) {
        reader->at = inside + at;
        take_attribute(reader, attribute.name, attribute.value,
                       inside + (size_t)attribute.range.offset);
    }
}

static void read_tag(struct reader *reader, const struct html_token *token)
{
    size_t size = 0;

    for (; size < token->name.size && size < TAG_OCTETS; size++)
        reader->tag[size] = (char)lower(token->name.data[size]);
    reader->tag[size] = '\0';
    if (token->inside.size > 0)
        read_attributes(reader, token);
}

static void read_script(struct reader *reader, const struct html_token *token)
{
    for (size_t i = 0; i < token->inside.size; i++)
        script_words_feed(&reader->words, token->inside.data[i]);
    reader->at = (size_t)(token->range.offset + token->range.size);
    take_words(reader, (size_t)token->range.offset);
}

void html_script_read(struct bytes html, struct html_script *found)
{
    struct reader reader = {.html = html, .found = found};
    struct html_reader tokens = {.html = html, .has_scripts = true, .knows_foreign = true};
    struct html_token token;

    *found = (struct html_script){0};
    while (html_next(&tokens, &token)) {
        reader.at = tokens.at;
        if (token.kind == HTML_START && html_is_named(&token, "script"))
            signal(&reader, HTML_SCRIPT, (size_t)token.range.offset);
        if (token.kind == HTML_START || token.kind == HTML_END)
            read_tag(&reader, &token);
        else if (token.kind == HTML_RAW && html_is_named(&token, "script"))
            read_script(&reader, &token);
        if (html_is_named(&token, "plaintext"))
            tokens.raw[0] = '\0'; /* readers of mail may go on */
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
