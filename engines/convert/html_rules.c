#include "engines/convert/html_rules.h"

#include <string.h>

#include "engines/decode/charset.h"

enum { ADDRESS_OCTETS = 64 };

static const struct {
    const char *name;
    enum html_fate fate;
} elements[] = {
    {"script", HTML_ELEMENT_GOES},    {"iframe", HTML_ELEMENT_GOES},
    {"noembed", HTML_ELEMENT_GOES},   {"noframes", HTML_ELEMENT_GOES},
    {"textarea", HTML_ELEMENT_GOES},  {"xmp", HTML_ELEMENT_GOES},
    {"object", HTML_TAG_GOES},        {"embed", HTML_TAG_GOES},
    {"applet", HTML_TAG_GOES},        {"param", HTML_TAG_GOES},
    {"frame", HTML_TAG_GOES},         {"frameset", HTML_TAG_GOES},
    {"base", HTML_TAG_GOES},          {"link", HTML_TAG_GOES},
    {"form", HTML_TAG_GOES},          {"input", HTML_TAG_GOES},
    {"button", HTML_TAG_GOES},        {"select", HTML_TAG_GOES},
    {"option", HTML_TAG_GOES},        {"optgroup", HTML_TAG_GOES},
    {"datalist", HTML_TAG_GOES},      {"keygen", HTML_TAG_GOES},
    {"isindex", HTML_TAG_GOES},       {"noscript", HTML_TAG_GOES},
    {"plaintext", HTML_TAG_GOES},     {"template", HTML_TAG_GOES},
    {"slot", HTML_TAG_GOES},          {"portal", HTML_TAG_GOES},
    {"fencedframe", HTML_TAG_GOES},   {"bgsound", HTML_TAG_GOES},
    {"layer", HTML_TAG_GOES},         {"ilayer", HTML_TAG_GOES},
    {"xml", HTML_TAG_GOES},           {"import", HTML_TAG_GOES},
    {"svg", HTML_TAG_GOES},           {"math", HTML_TAG_GOES},
    {"foreignobject", HTML_TAG_GOES}, {"use", HTML_TAG_GOES},
    {"set", HTML_TAG_GOES},           {"animate", HTML_TAG_GOES},
    {"animatemotion", HTML_TAG_GOES}, {"animatetransform", HTML_TAG_GOES},
    {"animatecolor", HTML_TAG_GOES},  {"handler", HTML_TAG_GOES},
    {"listener", HTML_TAG_GOES},      {"mglyph", HTML_TAG_GOES},
    {"malignmark", HTML_TAG_GOES},    {"annotation-xml", HTML_TAG_GOES},
    {"maction", HTML_TAG_GOES},
};

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
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        if (html_is_named(token, elements[i].name))
            return elements[i].fate;
    }
    return HTML_STAYS;
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

    if (is_picture(address))
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

static bool is_one_of(struct bytes name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal_fold(name, bytes_of_text(names[i])))
            return true;
    }
    return false;
}

/* Attributes by which something is loaded without a click. */
static bool is_loading(struct bytes name)
{
    static const char *const names[] = {"src",    "background", "poster", "lowsrc",
                                        "dynsrc", "longdesc",   "icon",   "xlink:href"};

    return is_one_of(name, names, sizeof names / sizeof names[0]);
}

static bool is_forbidden(struct bytes name)
{
    static const char *const names[] = {
        "srcdoc",   "srcset",  "imagesrcset", "action", "formaction", "ping",    "manifest",
        "codebase", "classid", "code",        "data",   "archive",    "profile", "datasrc",
        "datafld",  "xmlns",   "xml:base",    "is",     "folder",     "behavior"};

    return is_one_of(name, names, sizeof names / sizeof names[0]) ||
           bytes_begin_fold(name, BYTES("on")) || bytes_begin_fold(name, BYTES("form")) ||
           bytes_begin_fold(name, BYTES("xmlns"));
}

/* Texts, which are never an address: they may begin with any word. */
static bool is_text(struct bytes name)
{
    static const char *const names[] = {"alt",  "title",   "content", "abbr",  "class", "id",
                                        "name", "summary", "label",   "value", "lang"};

    return is_one_of(name, names, sizeof names / sizeof names[0]);
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
    struct bytes address = read_address(attribute->value, room);
    bool is_href = bytes_equal_fold(attribute->name, BYTES("href"));

    if (!is_name(attribute->name) || is_forbidden(attribute->name) || is_odd(attribute) ||
        (is_running(address) && !is_text(attribute->name)))
        return false;
    if (bytes_equal_fold(attribute->name, BYTES("style")))
        return !css_is_dangerous(attribute->value, true);
    if (is_href && !html_is_named(tag, "a") && !html_is_named(tag, "area"))
        return false;
    return !is_loading(attribute->name) || is_local(address);
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
