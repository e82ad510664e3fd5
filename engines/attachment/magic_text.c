/* Kinds that can be read: HTML, XML and what stands in it, scripts, shortcuts, mail, armour. Only
 * what is certain: a word that a letter could begin with is no mark. Looks at the first KiB. */
#include <string.h>

#include "engines/attachment/magic_kinds.h"

enum { TEXT_OCTETS = 1024 };

/* The first octets in lower case, one octet for each character. */
struct head {
    char text[TEXT_OCTETS + 1];
    size_t size;
};

struct mark {
    const char *text;
    enum magic_kind kind;
};

/* At the beginning, behind blanks and a byte order mark. */
static const struct mark beginnings[] = {
    {"#!", KIND_SHELL},
    {"<?php", KIND_PHP},
    {"#@~^", KIND_ENCODED_SCRIPT},
    {"windows registry editor version ", KIND_REG},
    {"regedit4", KIND_REG},
    {"@echo off", KIND_BATCH_TEXT},
    {"[internetshortcut]", KIND_URL},
    {"[{000214a0-0000-0000-c000-000000000046}]", KIND_URL},
    {"[desktop entry]", KIND_DESKTOP},
    {"full address:s:", KIND_RDP},
    {"screen mode id:i:", KIND_RDP},
    {"web\r\n1\r\nhttp", KIND_IQY},
    {"web\n1\nhttp", KIND_IQY},
    {"id;p", KIND_SYLK},
    {"begin:vcard", KIND_VCARD},
    {"begin:vcalendar", KIND_CALENDAR},
    {"-----begin pgp ", KIND_PGP_ARMOR},
    {"-----begin ", KIND_PEM},
    {"(this file must be converted with binhex", KIND_BINHEX},
    {"=ybegin ", KIND_YENC},
    {"received: ", KIND_EML},
    {"return-path: ", KIND_EML},
    {"delivered-to: ", KIND_EML},
    {"message-id: ", KIND_EML},
    {"mime-version: ", KIND_EML},
    {"content-type: ", KIND_EML},
    {"x-mozilla-status: ", KIND_EML},
};

/* HTML as browsers guess it (WHATWG MIME Sniffing 7.1); behind it a blank or ">". */
static const char *const html_tags[] = {
    "<!doctype html",
    "<html",
    "<head",
    "<script",
    "<iframe",
    "<h1",
    "<div",
    "<font",
    "<table",
    "<a",
    "<style",
    "<title",
    "<b",
    "<body",
    "<br",
    "<p",
    "<meta",
    "<center",
    "<span",
    "<form",
    "<img",
    "<hta:application",
};

/* Two words that stand somewhere in the head of HTML or XML; the second may be none. */
static const struct {
    const char *first, *second;
    enum magic_kind kind;
} contents[] = {
    {"<hta:application", "", KIND_HTA},
    {"<job", "<script", KIND_WSF},
    {"<package", "<script", KIND_WSF},
    {"<scriptlet", "", KIND_WSF},
    {"<component", "<script", KIND_WSF},
    {"<librarydescription", "", KIND_LIBRARY},
    {"<searchconnectordescription", "", KIND_LIBRARY},
    {"<pcsettings", "", KIND_SETTING_CONTENT},
    {"<mmc_consolefile", "", KIND_CONSOLE},
    {"<jnlp", "", KIND_JNLP},
    {"<appinstaller", "", KIND_APP_INSTALLER},
    {"<asmv1:assembly", "asm.v2", KIND_CLICK_ONCE},
    {"<?mso-application", "", KIND_OFFICE_XML},
    {"<pkg:package", "", KIND_OFFICE_XML},
};

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n' || letter == '\f';
}

/* UTF-16 with its mark becomes one octet for each unit; "?" for what is not ASCII. */
static void read_head(struct bytes octets, struct head *head)
{
    bool is_low_first = octets.size >= 2 && octets.data[0] == 0xFF && octets.data[1] == 0xFE;
    bool is_wide =
        is_low_first || (octets.size >= 2 && octets.data[0] == 0xFE && octets.data[1] == 0xFF);
    size_t step = is_wide ? 2 : 1, at = is_wide ? 2 : 0;

    if (!is_wide && octets.size >= 3 && memcmp(octets.data, "\xEF\xBB\xBF", 3) == 0)
        at = 3;
    head->size = 0;
    for (; at + step <= octets.size && head->size < TEXT_OCTETS; at += step) {
        uint8_t low = octets.data[is_wide && !is_low_first ? at + 1 : at];
        uint8_t high = is_wide ? octets.data[is_low_first ? at + 1 : at] : 0;
        char letter = high != 0 ? '?' : (char)low;

        if (head->size == 0 && is_blank(letter))
            continue;
        head->text[head->size++] =
            letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
    }
    head->text[head->size] = '\0';
}

/* Control characters that no text has. */
static bool is_text(const struct head *head)
{
    for (size_t i = 0; i < head->size; i++) {
        uint8_t octet = (uint8_t)head->text[i];

        if (octet < 0x20 && (octet < '\t' || octet > '\r') && octet != 0x1B && octet != 0x1A)
            return false;
    }
    return true;
}

static bool begins(const struct head *head, const char *text)
{
    return strncmp(head->text, text, strlen(text)) == 0;
}

static bool is_html(const struct head *head)
{
    for (size_t i = 0; i < sizeof html_tags / sizeof html_tags[0]; i++) {
        char next = head->text[strlen(html_tags[i]) <= head->size ? strlen(html_tags[i]) : 0];

        if (begins(head, html_tags[i]) && (is_blank(next) || next == '>'))
            return true;
    }
    return begins(head, "<!--");
}

/* What HTML or XML is in particular. */
static enum magic_kind markup_kind(const struct head *head, enum magic_kind usual)
{
    const char *text = head->text;

    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        if (strstr(text, contents[i].first) != NULL && strstr(text, contents[i].second) != NULL)
            return contents[i].kind;
    }
    if (usual == KIND_HTML)
        return usual;
    if (strstr(text, "<svg") != NULL)
        return KIND_SVG;
    return strstr(text, "<html") != NULL ? KIND_HTML : usual;
}

/* Sections of Windows files that need a second word. */
static enum magic_kind section_kind(const struct head *head)
{
    if (begins(head, "[shell]") && strstr(head->text, "command=") != NULL)
        return KIND_SCF;
    if (begins(head, "[version]") && strstr(head->text, "signature=") != NULL)
        return KIND_INF;
    if (begins(head, "begin ") && head->size > 10 && strspn(head->text + 6, "01234567") == 3 &&
        head->text[9] == ' ')
        return KIND_UUENCODE;
    return KIND_DATA;
}

enum magic_kind magic_text_kind(struct bytes octets)
{
    struct head head;
    enum magic_kind kind;

    read_head(octets, &head);
    if (!is_text(&head))
        return KIND_DATA;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (begins(&head, beginnings[i].text))
            return beginnings[i].kind;
    }
    if (is_html(&head))
        return markup_kind(&head, KIND_HTML);
    if (begins(&head, "<?xml") || begins(&head, "<!doctype") || begins(&head, "<svg") ||
        begins(&head, "<job") || begins(&head, "<package") || begins(&head, "<jnlp") ||
        begins(&head, "<?mso"))
        return markup_kind(&head, KIND_XML);
    kind = section_kind(&head);
    return kind != KIND_DATA ? kind : KIND_PLAIN;
}
