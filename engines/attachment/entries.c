/* What stands within a leaf: entries of archives, parts of packages, files in documents. Names and
 * first octets of each; documents and pages as a whole, when the listing gives the whole. */
#include <string.h>

#include "engines/attachment/leaf.h"

enum { NESTED_DOCUMENTS = 3 }; /* compound files within compound files */

struct visit {
    struct leaf *leaf;
    struct place place;
    unsigned depth;
};

static enum status examine_ole(struct leaf *leaf, struct bytes file, const struct place *place,
                               unsigned depth);

/* Files that only mean something together are known by one of them. */
static const struct {
    const char *begin, *end;
    const char *kind;
} packages[] = {
    {"word/", ".xml", "docx"},
    {"xl/", ".xml", "xlsx"},
    {"xl/", ".bin", "xlsx"},
    {"ppt/", ".xml", "pptx"},
    {"visio/", ".xml", "ooxml"},
    {"fixeddocseq.fdseq", "", "ooxml"},
    {"androidmanifest.xml", "", "apk"},
    {"appxmanifest.xml", "", "appx"},
    {"appxmetadata/appxbundlemanifest.xml", "", "appx"},
    {"meta-inf/manifest.mf", "", "jar"},
};

/* The path of an entry as Office reads it: lower case, one kind of slash, none at the beginning. */
static struct bytes path_of(struct bytes name, uint8_t room[128])
{
    size_t size = 0;

    for (size_t i = 0; i < name.size && size < 128; i++) {
        uint8_t octet = name.data[i] == '\\' ? '/' : name.data[i];

        if (octet == '/' && size == 0)
            continue;
        room[size++] = octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
    }
    return (struct bytes){room, size};
}

static bool begins(struct bytes path, const char *text)
{
    return bytes_equal(bytes_slice(path, 0, strlen(text)), bytes_of_text(text));
}

static bool ends(struct bytes path, const char *text)
{
    size_t size = strlen(text);

    return path.size >= size && (size == 0 || bytes_equal(bytes_slice(path, path.size - size, size),
                                                          bytes_of_text(text)));
}

static void note_package(struct leaf *leaf, struct bytes path)
{
    leaf->is_ooxml = leaf->is_ooxml || bytes_equal(path, BYTES("[content_types].xml"));
    for (size_t i = 0; leaf->package == NULL && i < sizeof packages / sizeof packages[0]; i++) {
        if (begins(path, packages[i].begin) && ends(path, packages[i].end))
            leaf->package = magic_named(packages[i].kind);
    }
}

/* A package's own words for what it has. */
static enum status examine_package_part(struct leaf *leaf, const struct listing_entry *entry,
                                        struct bytes path, const struct place *place)
{
    struct macro macro = {0};
    struct range where;
    enum macro_remote remote;

    if (bytes_equal(path, BYTES("[content_types].xml"))) {
        macro_read_content_types(entry->whole, &macro);
        leaf->says_project = leaf->says_project || macro.is_named;
    }
    macro.has_sheet = macro.has_sheet || begins(path, "xl/macrosheets/");
    macro.has_project = (begins(path, "basic/") || begins(path, "scripts/")) &&
                        strcmp(leaf->kind->name, "odf") == 0 && !entry->is_folder;
    if (ends(path, "vbaproject.bin"))
        leaf->says_project = true;
    if (macro.has_sheet || macro.has_project)
        judge_macro(leaf, &macro, place);
    if (!ends(path, ".rels"))
        return STATUS_OK;
    remote = macro_remote_of(entry->whole, &where);
    if (remote != MACRO_NOTHING_REMOTE)
        leaf_say(leaf, SYMBOL_REMOTE_TEMPLATE,
                 remote == MACRO_REMOTE_WEB ? leaf->inspection->rules->remote : CLASS_NOTE, place,
                 "it is loaded from elsewhere when the document is opened");
    return STATUS_OK;
}

/* A document or page that is too large to be given as a whole. */
static bool is_too_large(const struct listing_entry *entry)
{
    return entry->whole.size == 0 && entry->head.size > 0 && !entry->is_encrypted &&
           entry->size > LISTING_WHOLE_MOST;
}

static enum status examine_octets(struct leaf *leaf, const struct magic *kind, struct bytes whole,
                                  const struct place *place, unsigned depth)
{
    if (strcmp(kind->name, "ole") == 0)
        return examine_ole(leaf, whole, place, depth);
    if (strcmp(kind->name, "html") == 0 || strcmp(kind->name, "svg") == 0)
        return judge_html(leaf, whole, kind->class == MAGIC_IMAGE, place);
    return STATUS_OK;
}

static enum status examine_entry(struct leaf *leaf, const struct listing_entry *entry)
{
    const struct magic *kind = magic_of(entry->head);
    struct place place = {.name = entry->name};
    struct name_reading reading;
    uint8_t room[128];
    struct bytes path = path_of(entry->name, room);
    enum status status;

    judge_name(leaf, entry->name, &place, &reading);
    if (entry->other_name.size > 0) {
        struct place other = {.name = entry->other_name};
        judge_name(leaf, entry->other_name, &other, &reading);
    }
    if (entry->is_folder || entry->is_link)
        return STATUS_OK;
    if (entry->levels == 1)
        note_package(leaf, path);
    if (entry->head.size > 0) {
        note_kind(leaf->inspection, kind);
        judge_class(leaf, kind, &place, true);
    }
    status = examine_package_part(leaf, entry, path, &place);
    if (status == STATUS_OK && entry->whole.size > 0)
        status = examine_octets(leaf, kind, entry->whole, &place, 0);
    if (is_too_large(entry) && (strcmp(kind->name, "ole") == 0 || strcmp(kind->name, "html") == 0 ||
                                strcmp(kind->name, "svg") == 0))
        leaf_cannot(leaf, "entry-size", &place);
    return status;
}

static void take_entry(void *context, const struct listing_entry *entry)
{
    struct leaf *leaf = context;

    leaf->inspection->entries++;
    if (leaf->status != STATUS_OK)
        return;
    if (reporter_left_us(leaf->inspection->reporter) == 0)
        leaf->status = STATUS_DEADLINE;
    else
        leaf->status = examine_entry(leaf, entry);
}

static const struct magic *package_of(const struct leaf *leaf)
{
    if (strcmp(leaf->kind->name, "zip") != 0)
        return leaf->kind;
    if (leaf->package != NULL && leaf->is_ooxml == (leaf->package->class == MAGIC_DOCUMENT))
        return leaf->package;
    if (leaf->package != NULL && leaf->package->class == MAGIC_EXECUTABLE)
        return leaf->package;
    return leaf->is_ooxml ? magic_named("ooxml") : leaf->kind;
}

enum status entries_examine(struct leaf *leaf)
{
    struct place whole = {.range = {0, leaf->content.size}};
    struct listing listing = {0};
    enum status status =
        listing_walk(leaf->content, leaf->inspection->message->budget, take_entry, leaf, &listing);

    if (status == STATUS_OK)
        status = leaf->status;
    if (status != STATUS_OK || listing.format == NULL)
        return status;
    leaf->kind = package_of(leaf);
    if (leaf->says_project && !leaf->has_project)
        judge_macro(leaf, &(struct macro){.has_project = true, .is_unread = true}, &whole);
    judge_listing(leaf, &listing);
    return leaf->status;
}

static void take_embedded(void *context, struct bytes name, struct bytes octets)
{
    struct visit *visit = context;
    struct leaf *leaf = visit->leaf;
    const struct magic *kind = magic_of(octets);
    struct name_reading reading;
    uint8_t room[256];

    name = bytes_slice(name, 0, sizeof room);
    if (name.size > 0)
        judge_name(leaf, name, &visit->place, &reading);
    if (octets.size == 0)
        return;
    note_kind(leaf->inspection, kind);
    judge_class(leaf, kind, &visit->place, true);
    if (leaf->status == STATUS_OK && visit->depth < NESTED_DOCUMENTS)
        leaf->status = examine_octets(leaf, kind, octets, &visit->place, visit->depth + 1);
    else if (strcmp(kind->name, "ole") == 0)
        leaf_cannot(leaf, "nested", &visit->place);
}

static enum status examine_ole(struct leaf *leaf, struct bytes file, const struct place *place,
                               unsigned depth)
{
    struct visit visit = {leaf, *place, depth};
    struct macro macro = {0};
    enum status status =
        macro_read_ole(file, leaf->inspection->message->budget, take_embedded, &visit, &macro);

    if (status == STATUS_OK)
        status = leaf->status;
    if (status != STATUS_OK)
        return status;
    leaf->has_project = leaf->has_project || macro.has_project;
    judge_macro(leaf, &macro, place);
    if (macro.document != NULL && file.data == leaf->content.data)
        leaf->kind = magic_named(macro.document);
    return STATUS_OK;
}

enum status entries_examine_document(struct leaf *leaf)
{
    struct place whole = {.range = {0, leaf->content.size}};

    return examine_ole(leaf, leaf->content, &whole, 0);
}
