#include "engines/convert/html_rules.h"

#include <stdlib.h>
#include <string.h>

#include "engines/decode/charset.h"

enum { ADDRESS_OCTETS = 64 };

/* What a name means, in the order of the names. */
struct meaning {
    const char *name;
    unsigned means;
};

static const struct meaning elements[] = {{"animate", HTML_TAG_GOES},
                                          {"animatecolor", HTML_TAG_GOES},
                                          {"animatemotion", HTML_TAG_GOES},
                                          {"animatetransform", HTML_TAG_GOES},
                                          {"annotation-xml", HTML_TAG_GOES},
                                          {"applet", HTML_TAG_GOES},
                                          {"base", HTML_TAG_GOES},
                                          {"bgsound", HTML_TAG_GOES},
                                          {"button", HTML_TAG_GOES},
                                          {"datalist", HTML_TAG_GOES},
                                          {"embed", HTML_TAG_GOES},
                                          {"fencedframe", HTML_TAG_GOES},
                                          {"foreignobject", HTML_TAG_GOES},
                                          {"form", HTML_TAG_GOES},
                                          {"frame", HTML_TAG_GOES},
                                          {"frameset", HTML_TAG_GOES},
                                          {"handler", HTML_TAG_GOES},
                                          {"iframe", HTML_ELEMENT_GOES},
                                          {"ilayer", HTML_TAG_GOES},
                                          {"import", HTML_TAG_GOES},
                                          {"input", HTML_TAG_GOES},
                                          {"isindex", HTML_TAG_GOES},
                                          {"keygen", HTML_TAG_GOES},
                                          {"layer", HTML_TAG_GOES},
                                          {"link", HTML_TAG_GOES},
                                          {"listener", HTML_TAG_GOES},
                                          {"maction", HTML_TAG_GOES},
                                          {"malignmark", HTML_TAG_GOES},
                                          {"math", HTML_TAG_GOES},
                                          {"mglyph", HTML_TAG_GOES},
                                          {"noembed", HTML_ELEMENT_GOES},
                                          {"noframes", HTML_ELEMENT_GOES},
                                          {"noscript", HTML_TAG_GOES},
                                          {"object", HTML_TAG_GOES},
                                          {"optgroup", HTML_TAG_GOES},
                                          {"option", HTML_TAG_GOES},
                                          {"param", HTML_TAG_GOES},
                                          {"plaintext", HTML_TAG_GOES},
                                          {"portal", HTML_TAG_GOES},
                                          {"script", HTML_ELEMENT_GOES},
                                          {"select", HTML_TAG_GOES},
                                          {"set", HTML_TAG_GOES},
                                          {"slot", HTML_TAG_GOES},
                                          {"svg", HTML_TAG_GOES},
                                          {"template", HTML_TAG_GOES},
                                          {"textarea", HTML_ELEMENT_GOES},
                                          {"use", HTML_TAG_GOES},
                                          {"xml", HTML_TAG_GOES},
                                          {"xmp", HTML_ELEMENT_GOES}};

enum attribute_meaning { MEANS_FORBIDDEN = 1, MEANS_LOADING, MEANS_TEXT, MEANS_STYLE, MEANS_HREF };

static const struct meaning attributes[] = {{"abbr", MEANS_TEXT},
                                            {"action", MEANS_FORBIDDEN},
                                            {"alt", MEANS_TEXT},
                                            {"archive", MEANS_FORBIDDEN},
                                            {"background", MEANS_LOADING},
                                            {"behavior", MEANS_FORBIDDEN},
                                            {"class", MEANS_TEXT},
                                            {"classid", MEANS_FORBIDDEN},
                                            {"code", MEANS_FORBIDDEN},
                                            {"codebase", MEANS_FORBIDDEN},
                                            {"content", MEANS_TEXT},
                                            {"data", MEANS_FORBIDDEN},
                                            {"datafld", MEANS_FORBIDDEN},
                                            {"datasrc", MEANS_FORBIDDEN},
                                            {"dynsrc", MEANS_LOADING},
                                            {"folder", MEANS_FORBIDDEN},
                                            {"formaction", MEANS_FORBIDDEN},
                                            {"href", MEANS_HREF},
                                            {"icon", MEANS_LOADING},
                                            {"id", MEANS_TEXT},
                                            {"imagesrcset", MEANS_FORBIDDEN},
                                            {"is", MEANS_FORBIDDEN},
                                            {"label", MEANS_TEXT},
                                            {"lang", MEANS_TEXT},
                                            {"longdesc", MEANS_LOADING},
                                            {"lowsrc", MEANS_LOADING},
                                            {"manifest", MEANS_FORBIDDEN},
                                            {"name", MEANS_TEXT},
                                            {"ping", MEANS_FORBIDDEN},
                                            {"poster", MEANS_LOADING},
                                            {"profile", MEANS_FORBIDDEN},
                                            {"src", MEANS_LOADING},
                                            {"srcdoc", MEANS_FORBIDDEN},
                                            {"srcset", MEANS_FORBIDDEN},
                                            {"style", MEANS_STYLE},
                                            {"summary", MEANS_TEXT},
                                            {"title", MEANS_TEXT},
                                            {"value", MEANS_TEXT},
                                            {"xlink:href", MEANS_LOADING},
                                            {"xml:base", MEANS_FORBIDDEN},
                                            {"xmlns", MEANS_FORBIDDEN}};

static int compare_meanings(const void *a, const void *b)
{
    return strcmp(((const struct meaning *)a)->name, ((const struct meaning *)b)->name);
}

/* 0: it is not in the table. */
static unsigned meaning_of(const char *name, const struct meaning *rows, size_t count)
{
    const struct meaning wanted = {name, 0};
    const struct meaning *found = bsearch(&wanted, rows, count, sizeof *rows, compare_meanings);

    return found != NULL ? found->means : 0;
}

static bool is_letter(uint8_t octet)
{
    return ((octet | 0x20) >= 'a' && (octet | 0x20) <= 'z') || (octet >= '0' && octet <= '9') ||
           octet == '-' || octet == ':' || octet == '_' || octet == '.';
}

static bool is_name(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (!is_letter(name.data[i]))
            return false;
    }
    return name.size > 0;
}

enum html_fate html_element_fate(const struct html_token *token)
{
    if (!is_name(token->name))
        return HTML_TAG_GOES;
    return (enum html_fate)meaning_of(token->tag, elements, sizeof elements / sizeof elements[0]);
}

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

/* The beginning of a value as an address: decoded, in lower case, without what readers drop. */
static struct bytes read_address(struct bytes value, uint8_t out[ADDRESS_OCTETS])
{
    size_t at = 0, size = 0;

    while (at < value.size && size < ADDRESS_OCTETS) {
        uint8_t octet = lower(html_character(value, &at));

        if (octet > ' ' && octet != 0x7F)
            out[size++] = octet;
    }
    return (struct bytes){out, size};
}

static bool begins(struct bytes address, const char *with)
{
    struct bytes wanted = bytes_of_text(with);

    return bytes_equal(bytes_slice(address, 0, wanted.size), wanted);
}

static bool is_picture(struct bytes address)
{
    static const char *const kinds[] = {"data:image/png",  "data:image/gif", "data:image/jpeg",
                                        "data:image/jpg",  "data:image/bmp", "data:image/webp",
                                        "data:image/x-png"};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (begins(address, kinds[i]))
            return true;
    }
    return false;
}

/* A scheme that runs something, or a page within an address: in whatever attribute. */
static bool is_running(struct bytes address)
{
    static const char *const schemes[] = {
        "javascript:", "vbscript:", "livescript:", "mocha:", "view-source:",
        "mhtml:",      "jar:",      "ms-its:",     "data:"};

    if (bytes_find(address, 0, ':') >= address.size || is_picture(address))
        return false;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (begins(address, schemes[i]))
            return true;
    }
    return false;
}

/* What is in the message itself; a path without a host loads nothing once base has gone. */
static bool is_local(struct bytes address)
{
    size_t colon = bytes_find(address, 0, ':'), slash = bytes_find(address, 0, '/');

    if (begins(address, "cid:") || begins(address, "mid:") || is_picture(address))
        return true;
    if (begins(address, "//") || begins(address, "\\") || begins(address, "/\\"))
        return false;
    return colon >= address.size || slash < colon;
}

static bool is_forbidden(const char *name, unsigned means)
{
    return means == MEANS_FORBIDDEN || strncmp(name, "on", 2) == 0 ||
           strncmp(name, "form", 4) == 0 || strncmp(name, "xmlns", 5) == 0;
}

/* Old readers see quotes in what stands without them. */
static bool is_odd(const struct html_attribute *attribute)
{
    for (size_t i = 0; attribute->quote == 0 && i < attribute->value.size; i++) {
        if (memchr("\"'`=<", attribute->value.data[i], 5) != NULL || attribute->value.data[i] == 0)
            return true;
    }
    return memchr(attribute->value.data != NULL ? attribute->value.data : (const uint8_t *)"", '`',
                  attribute->value.size) != NULL;
}

bool html_attribute_stays(const struct html_token *tag, const struct html_attribute *attribute)
{
    uint8_t room[ADDRESS_OCTETS];
    char name[HTML_NAME_OCTETS];
    struct bytes address;
    unsigned means;

    html_fold(attribute->name, name);
    means = meaning_of(name, attributes, sizeof attributes / sizeof attributes[0]);
    if (!is_name(attribute->name) || is_forbidden(name, means) || is_odd(attribute) ||
        (name[0] == '\0' && bytes_begin_fold(attribute->name, BYTES("on"))))
        return false;
    if (means == MEANS_STYLE)
        return !css_is_dangerous(attribute->value, true);
    if (means == MEANS_HREF && !html_is_named(tag, "a") && !html_is_named(tag, "area"))
        return false;
    if (means == MEANS_TEXT || attribute->value.size == 0)
        return true;
    address = read_address(attribute->value, room);
    return !is_running(address) && (means != MEANS_LOADING || is_local(address));
}

/* The value of an attribute, decoded as far as ASCII goes. */
static struct bytes value_of(const struct html_token *tag, const char *name, uint8_t *room,
                             size_t most)
{
    struct html_attribute attribute;
    size_t at = 0, size = 0, i = 0;

    while (html_attribute_next(tag->inside, &at, &attribute)) {
        if (!bytes_equal_fold(attribute.name, bytes_of_text(name)))
            continue;
        while (i < attribute.value.size && size < most)
            room[size++] = lower(html_character(attribute.value, &i));
        break; /* the first one counts */
    }
    return (struct bytes){room, size};
}

static bool names_plain_charset(struct bytes content)
{
    const uint8_t *found =
        content.size > 0 ? memmem(content.data, content.size, "charset=", 8) : NULL;
    struct bytes label = {NULL, 0};

    if (found != NULL)
        label = bytes_slice(content, (size_t)(found - content.data) + 8, SIZE_MAX);
    return charset_keeps_ascii(bytes_slice(label, 0, bytes_find(label, 0, ';')));
}

bool html_meta_stays(const struct html_token *tag)
{
    uint8_t room[ADDRESS_OCTETS], content[4 * ADDRESS_OCTETS], label[ADDRESS_OCTETS];
    struct bytes header = value_of(tag, "http-equiv", room, sizeof room);

    if (!charset_keeps_ascii(value_of(tag, "charset", label, sizeof label)))
        return false;
    if (header.size == 0)
        return true;
    return bytes_equal(header, BYTES("content-type")) &&
           names_plain_charset(value_of(tag, "content", content, sizeof content));
}

bool html_comment_stays(struct bytes html, const struct html_token *token)
{
    struct bytes text = token->inside;
    struct bytes whole = bytes_slice(html, (size_t)token->range.offset, (size_t)token->range.size);

    if (token->is_cut || whole.size < 7 ||
        memmem(whole.data + 4, whole.size - 7, "--", 2) != NULL ||
        !bytes_equal(bytes_slice(whole, whole.size - 3, 3), BYTES("-->")))
        return false;
    if (text.size == 0)
        return true;
    return text.data[0] != '>' && text.data[0] != '-' && text.data[text.size - 1] != '-' &&
           memchr(text.data, '<', text.size) == NULL && memchr(text.data, '>', text.size) == NULL &&
           memchr(text.data, '[', text.size) == NULL;
}

bool html_doctype_stays(struct bytes html, const struct html_token *token)
{
    struct bytes whole = bytes_slice(html, (size_t)token->range.offset, (size_t)token->range.size);

    return !token->is_cut && bytes_begin_fold(whole, BYTES("<!doctype")) &&
           memchr(whole.data + 1, '<', whole.size - 1) == NULL &&
           memchr(whole.data, '[', whole.size) == NULL;
}

/* A style may stand within "<!--" and "-->", as many programs write it. */
static bool is_free_of_markup(struct bytes text)
{
    size_t at = 0;

    while ((at = bytes_find(text, at, '<')) < text.size) {
        const uint8_t *end = memmem(text.data + at, text.size - at, "-->", 3);

        if (!bytes_equal(bytes_slice(text, at, 4), BYTES("<!--")) || end == NULL)
            return false;
        at = (size_t)(end - text.data);
    }
    return true;
}

bool html_raw_stays(const struct html_token *token)
{
    if (token->is_cut || !is_free_of_markup(token->inside))
        return false;
    return !html_is_named(token, "style") || !css_is_dangerous(token->inside, false);
}
