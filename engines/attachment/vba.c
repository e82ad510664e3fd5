/* Decompresses VBA source chunk by chunk and looks at each word once. Nothing is interpreted: a
 * name counts wherever it stands, in a comment too. */
#include "engines/attachment/vba.h"

#include <stdlib.h>
#include <string.h>

/* Procedures and events that Office calls by themselves: MS-OVBA leaves them to the applications;
 * the list is that of the object models (Word: auto macros and Document events; Excel: Auto_ and
 * Workbook; PowerPoint: Auto_ of add-ins and slide show events; ActiveX events that fire when a
 * document is drawn). Sorted. */
static const char *const automatic[] = {
    "app_afternewpresentation",
    "app_documentopen",
    "app_newpresentation",
    "app_presentationopen",
    "app_workbookopen",
    "auto_activate",
    "auto_close",
    "auto_deactivate",
    "auto_exec",
    "auto_exit",
    "auto_new",
    "auto_open",
    "auto_remove",
    "auto_add",
    "autoclose",
    "autoexec",
    "autoexit",
    "autonew",
    "autoopen",
    "document_beforeclose",
    "document_beforesave",
    "document_change",
    "document_close",
    "document_contentcontrolonenter",
    "document_new",
    "document_open",
    "document_sync",
    "documentbeforeclose",
    "documentbeforesave",
    "documentchange",
    "documentopen",
    "newdocument",
    "onloadribbon",
    "onslideshowpagechange",
    "onslideshowterminate",
    "presentation_open",
    "presentationopen",
    "windowselectionchange",
    "workbook_activate",
    "workbook_addininstall",
    "workbook_beforeclose",
    "workbook_beforeprint",
    "workbook_beforesave",
    "workbook_close",
    "workbook_deactivate",
    "workbook_newsheet",
    "workbook_open",
    "workbook_sheetactivate",
    "workbook_windowactivate",
    "workbookopen",
    "worksheet_activate",
    "worksheet_calculate",
    "worksheet_change",
};

/* Events of controls: whatever the control is called. */
static const char *const events[] = {
    "_painted",           "_painting",         "_layout",
    "_gotfocus",          "_mousehover",       "_mouseenter",
    "_mousemove",         "_beforenavigate2",  "_beforescriptexecute",
    "_documentcomplete",  "_downloadbegin",    "_downloadcomplete",
    "_navigatecomplete2", "_newwindow2",       "_progresschange",
    "_propertychange",    "_statustextchange", "_titlechange",
    "_onconnecting",      "_activated",        "_resize",
};

static bool is_automatic(const struct vba_names *names)
{
    for (size_t i = 0; i < sizeof automatic / sizeof automatic[0]; i++) {
        if (strcmp(names->word, automatic[i]) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        size_t length = strlen(events[i]);

        if (names->length > length && strcmp(names->word + names->length - length, events[i]) == 0)
            return true;
    }
    return false;
}

static bool is_letter(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '_' ||
           octet >= 0x80;
}

void vba_names_end(struct vba_names *names)
{
    if (names->length >= 7 && names->length < VBA_NAME_OCTETS && names->found[0] == '\0') {
        names->word[names->length] = '\0';
        if (is_automatic(names))
            strcpy(names->found, names->word);
    }
    names->length = 0;
}

void vba_names_feed(struct vba_names *names, struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];

        if (octet >= 'A' && octet <= 'Z')
            octet = (uint8_t)(octet - 'A' + 'a');
        if (!is_letter(octet)) {
            vba_names_end(names);
            continue;
        }
        if (names->length < VBA_NAME_OCTETS)
            names->word[names->length] = (char)octet;
        names->length++;
    }
}

/* 2.4.1.3.19.1: how the bits of a copy token are split depends on how much there is already. */
static size_t copy_token(uint32_t token, uint8_t *out, size_t size, bool *is_broken)
{
    unsigned bits = 4;
    size_t offset, length;

    while (size > (size_t)1 << bits && bits < 12)
        bits++;
    offset = (token >> (16 - bits)) + 1;
    length = (token & (0xFFFFu >> bits)) + 3;
    if (offset > size) {
        *is_broken = true;
        return 0;
    }
    if (length > VBA_CHUNK_OCTETS - size)
        length = VBA_CHUNK_OCTETS - size;
    for (size_t i = 0; i < length; i++)
        out[size + i] = out[size + i - offset];
    return length;
}

static size_t expand(struct bytes tokens, uint8_t *out, bool *is_broken)
{
    size_t at = 0, size = 0;

    while (at < tokens.size && size < VBA_CHUNK_OCTETS && !*is_broken) {
        uint8_t flags = tokens.data[at++];

        for (unsigned i = 0; i < 8 && at < tokens.size && size < VBA_CHUNK_OCTETS; i++) {
            if ((flags >> i & 1) == 0) {
                out[size++] = tokens.data[at++];
            } else if (tokens.size - at >= 2) {
                uint32_t token = tokens.data[at] | (uint32_t)tokens.data[at + 1] << 8;
                size += copy_token(token, out, size, is_broken);
                at += 2;
            } else {
                at = tokens.size;
            }
            if (*is_broken)
                break;
        }
    }
    return size;
}

size_t vba_chunk(struct bytes container, size_t *at, uint8_t out[VBA_CHUNK_OCTETS], bool *is_broken)
{
    uint32_t header;
    struct bytes body;

    if (container.size < 2 || *at > container.size - 2)
        return 0;
    header = container.data[*at] | (uint32_t)container.data[*at + 1] << 8;
    if ((header >> 12 & 7) != 3) {
        *is_broken = header != 0; /* zeros fill a stream up */
        return 0;
    }
    body = bytes_slice(container, *at + 2, (header & 0xFFF) + 1);
    *at += 2 + body.size;
    if (header >> 15 != 0)
        return expand(body, out, is_broken);
    body = bytes_slice(body, 0, VBA_CHUNK_OCTETS);
    if (body.size > 0)
        memcpy(out, body.data, body.size);
    return body.size;
}

bool vba_is_container(struct bytes octets, size_t at)
{
    return octets.size > 3 && at < octets.size - 3 && octets.data[at] == 1 &&
           (octets.data[at + 2] >> 4 & 7) == 3;
}

size_t vba_find_source(struct bytes octets)
{
    static const char look[] = "\0Attribut"; /* flags of eight literals, then "Attribute VB_…" */
    const uint8_t *at = octets.data;

    while (octets.size > 0) {
        size_t left = octets.size - (size_t)(at - octets.data);

        at = memmem(at, left, look, sizeof look - 1);
        if (at == NULL)
            break;
        if (at - octets.data >= 3 && vba_is_container(octets, (size_t)(at - octets.data) - 3))
            return (size_t)(at - octets.data) - 3;
        at++;
    }
    return octets.size;
}

uint64_t vba_read_source(struct bytes octets, size_t at, struct budget *budget,
                         struct vba_names *names, const char **cap)
{
    uint8_t out[VBA_CHUNK_OCTETS];
    bool is_broken = false;
    uint64_t sum = 0;
    size_t size;

    *cap = NULL;
    if (!vba_is_container(octets, at))
        return 0;
    for (at++; (size = vba_chunk(octets, &at, out, &is_broken)) > 0; sum += size) {
        *cap = budget_take_octets(budget, size);
        if (*cap != NULL)
            break;
        vba_names_feed(names, (struct bytes){out, size});
    }
    vba_names_end(names);
    names->is_cut = names->is_cut || is_broken;
    return sum;
}

static uint32_t word32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int compare_modules(const void *a, const void *b)
{
    const struct vba_module *left = a, *right = b;

    return bytes_compare(left->stream, right->stream);
}

enum status vba_modules_read(struct bytes directory, struct arena *arena,
                             struct vba_modules *modules)
{
    enum { STREAM_NAME = 0x32, OFFSET = 0x31, VERSION = 0x09 };
    size_t capacity = 0, at = 0;
    struct bytes stream = {NULL, 0};

    *modules = (struct vba_modules){0};
    while (directory.size - at >= 6) {
        uint32_t id = word32(directory.data + at) & 0xFFFF, size = word32(directory.data + at + 2);
        struct bytes value = bytes_slice(directory, at + 6, size);

        if (id == VERSION) /* its size leaves the minor version out */
            size += 2;
        at = size < directory.size - at - 6 ? at + 6 + size : directory.size;
        if (id == STREAM_NAME)
            stream = value;
        if (id != OFFSET || value.size != 4)
            continue;
        if (!arena_grow(arena, (void **)&modules->items, &capacity, modules->count,
                        sizeof *modules->items))
            return STATUS_MEMORY;
        modules->items[modules->count++] = (struct vba_module){stream, word32(value.data)};
    }
    if (modules->count > 1)
        qsort(modules->items, modules->count, sizeof *modules->items, compare_modules);
    return STATUS_OK;
}

const struct vba_module *vba_module_of(const struct vba_modules *modules, struct bytes stream)
{
    struct vba_module wanted = {.stream = stream};

    if (modules->count == 0)
        return NULL;
    return bsearch(&wanted, modules->items, modules->count, sizeof *modules->items,
                   compare_modules);
}
