/* Looks at every stream of a compound file by its name, once; reads the few that matter. */
#include "engines/attachment/macro.h"

#include <string.h>

#include "engines/attachment/biff.h"
#include "engines/attachment/ole.h"

enum { DIRECTORY_MOST = 4 << 20, ARENA_FACTOR = 32, ARENA_FREE = 4 << 20 };

/* What the name of a stream or storage says. */
enum meaning {
    MEANING_NONE,
    MEANING_DOCUMENT,
    MEANING_WORD,
    MEANING_BOOK,
    MEANING_PROJECT,
    MEANING_CACHE, /* names of procedures stand there too, also without a source */
    MEANING_DIRECTORY,
    MEANING_PACKAGE,
    MEANING_ENCRYPTED,
    MEANING_SHOW
};

static const struct {
    const char *name;
    enum meaning meaning;
    const char *document;
} names[] = {
    {"WordDocument", MEANING_WORD, "word"},
    {"Workbook", MEANING_BOOK, "excel"},
    {"Book", MEANING_BOOK, "excel"},
    {"PowerPoint Document", MEANING_DOCUMENT, "powerpoint"},
    {"PP40", MEANING_DOCUMENT, "powerpoint"},
    {"Current User", MEANING_SHOW, "powerpoint"},
    {"VisioDocument", MEANING_DOCUMENT, "visio"},
    {"Quill", MEANING_DOCUMENT, "publisher"},
    {"__properties_version1.0", MEANING_DOCUMENT, "msg"},
    {"_VBA_PROJECT_CUR", MEANING_PROJECT, NULL},
    {"_VBA_PROJECT", MEANING_CACHE, NULL},
    {"VBA", MEANING_PROJECT, NULL},
    {"Macros", MEANING_PROJECT, NULL},
    {"dir", MEANING_DIRECTORY, NULL},
    {"\1Ole10Native", MEANING_PACKAGE, NULL},
    {"EncryptedPackage", MEANING_ENCRYPTED, "locked-office"},
    {"EncryptedSummary", MEANING_ENCRYPTED, "powerpoint"},
};

struct reading {
    struct ole ole;
    struct macro *macro;
    struct vba_names names;
    struct vba_modules modules;
    uint64_t source_octets;
    bool has_project;
    macro_take take;
    void *context;
};

static size_t meaning_of(const struct ole_entry *entry)
{
    size_t i = 0;

    while (i < sizeof names / sizeof names[0] && !ole_is_named(entry, names[i].name))
        i++;
    return i;
}

static void note_project(struct reading *reading, const struct ole_entry *entry)
{
    if (!reading->has_project)
        reading->macro->where = entry->where;
    reading->has_project = true;
}

static uint32_t word32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* A text that ends with NUL; *at moves behind it. */
static struct bytes text_at(struct bytes octets, size_t *at)
{
    size_t end = bytes_find(octets, *at, 0);
    struct bytes text = bytes_slice(octets, *at, end - *at);

    *at = end < octets.size ? end + 1 : octets.size;
    return text;
}

/* OLE 1.0 packager data: size, 2, label, path, 4 octets, a path with its size, the file with its
 * size. What does not look so is given as it is. */
static void take_package(struct reading *reading, struct bytes native)
{
    size_t at = 6, size;
    struct bytes label, path;

    if (native.size < 16)
        return;
    label = text_at(native, &at);
    path = text_at(native, &at);
    at += 4;
    if (native.data[4] != 2 || native.data[5] != 0 || native.size < at + 4) {
        reading->take(reading->context, (struct bytes){NULL, 0},
                      bytes_slice(native, 4, native.size));
        return;
    }
    size = word32(native.data + at);
    at = size < native.size - at - 4 ? at + 4 + size : native.size;
    reading->take(reading->context, path, (struct bytes){NULL, 0});
    reading->take(reading->context, label,
                  native.size - at >= 4 ? bytes_slice(native, at + 4, word32(native.data + at))
                                        : (struct bytes){NULL, 0});
}

static void take_book(struct reading *reading, const struct ole_entry *entry, struct bytes stream)
{
    struct biff book;

    biff_read(stream, &book);
    reading->macro->is_encrypted |= book.is_encrypted;
    if (!book.has_macro_sheet)
        return;
    reading->macro->has_sheet = true;
    reading->macro->where = entry->where;
    if (book.automatic != NULL && reading->macro->automatic[0] == '\0')
        strcpy(reading->macro->automatic, book.automatic);
}

/* The directory of a project: where in the streams the sources begin. */
static enum status take_directory(struct reading *reading, struct bytes stream)
{
    struct buffer text;
    uint8_t out[VBA_CHUNK_OCTETS];
    bool is_broken = false;
    size_t at = 1, size;
    enum status status = STATUS_OK;

    if (!vba_is_container(stream, 0))
        return STATUS_OK;
    buffer_init(&text, DIRECTORY_MOST);
    while (status == STATUS_OK && (size = vba_chunk(stream, &at, out, &is_broken)) > 0) {
        reading->macro->cap = budget_take_octets(reading->ole.budget, size);
        if (reading->macro->cap != NULL)
            break;
        status = buffer_append(&text, (struct bytes){out, size});
    }
    if (status == STATUS_LIMIT_REPLY) /* no project is so large: its sources are found by look */
        status = STATUS_OK;
    if (status == STATUS_OK) {
        const char *copy = arena_copy(reading->ole.arena, buffer_bytes(&text));
        status = copy == NULL ? STATUS_MEMORY
                              : vba_modules_read((struct bytes){(const uint8_t *)copy, text.size},
                                                 reading->ole.arena, &reading->modules);
    }
    buffer_clear(&text);
    return status;
}

/* Word: FibBase.fEncrypted; PowerPoint: the token of an encrypted show (MS-PPT 2.3.2). */
static bool says_encrypted(enum meaning meaning, struct bytes stream)
{
    if (meaning == MEANING_WORD)
        return stream.size >= 12 && stream.data[0] == 0xEC && (stream.data[11] & 1) != 0;
    return meaning == MEANING_SHOW && stream.size >= 16 && word32(stream.data + 12) == 0xF3D1C4DF;
}

static enum status take_stream(struct reading *reading, const struct ole_entry *entry, size_t row)
{
    enum meaning meaning = names[row].meaning;
    struct bytes stream;
    enum status status;

    if (meaning == MEANING_CACHE)
        note_project(reading, entry);
    if (meaning == MEANING_ENCRYPTED)
        reading->macro->is_encrypted = true;
    if (meaning == MEANING_DOCUMENT || meaning == MEANING_ENCRYPTED || meaning == MEANING_PROJECT)
        return STATUS_OK;
    status = ole_read(&reading->ole, entry, &stream);
    if (status != STATUS_OK || stream.size == 0)
        return status;
    if (meaning == MEANING_DIRECTORY)
        return take_directory(reading, stream);
    reading->macro->is_encrypted |= says_encrypted(meaning, stream);
    if (meaning == MEANING_BOOK)
        take_book(reading, entry, stream);
    if (meaning == MEANING_PACKAGE)
        take_package(reading, stream);
    if (meaning == MEANING_CACHE) {
        vba_names_feed(&reading->names, stream);
        vba_names_end(&reading->names);
    }
    return STATUS_OK;
}

static enum status read_names(struct reading *reading)
{
    static const uint8_t installer[] = {0x84, 0x10, 0x0C, 0, 0, 0, 0, 0,
                                        0xC0, 0,    0,    0, 0, 0, 0, 0x46};
    enum status status = STATUS_OK;
    struct ole_entry entry;

    for (uint32_t i = 0; ole_entry(&reading->ole, i, &entry) && status == STATUS_OK; i++) {
        size_t row = meaning_of(&entry);

        if (i == 0 && entry.type == OLE_ROOT && memcmp(entry.class_id, installer, 16) == 0)
            reading->macro->document = "msi";
        if (entry.type == OLE_UNUSED || row == sizeof names / sizeof names[0])
            continue;
        if (names[row].document != NULL && reading->macro->document == NULL)
            reading->macro->document = names[row].document;
        if (entry.type == OLE_STORAGE && names[row].meaning == MEANING_PROJECT)
            note_project(reading, &entry);
        if (entry.type == OLE_STREAM)
            status = take_stream(reading, &entry, row);
    }
    return status;
}

/* Sources: where the directory says, and wherever else one is seen. */
static enum status read_sources(struct reading *reading)
{
    enum status status = STATUS_OK;
    struct ole_entry entry;

    for (uint32_t i = 0; ole_entry(&reading->ole, i, &entry) && status == STATUS_OK; i++) {
        const struct vba_module *module =
            vba_module_of(&reading->modules, (struct bytes){entry.name, entry.name_size});
        size_t row = meaning_of(&entry);
        struct bytes stream;
        const char *cap = NULL;

        /* The text of a document is no place for sources, and large. */
        if (entry.type != OLE_STREAM || (row < sizeof names / sizeof names[0] && module == NULL))
            continue;
        status = ole_read(&reading->ole, &entry, &stream);
        if (status != STATUS_OK || stream.size == 0)
            continue;
        size_t at = vba_find_source(stream);
        if (module != NULL && module->offset != at)
            reading->source_octets +=
                vba_read_source(stream, module->offset, reading->ole.budget, &reading->names, &cap);
        if (cap == NULL && at < stream.size)
            reading->source_octets +=
                vba_read_source(stream, at, reading->ole.budget, &reading->names, &cap);
        if (cap != NULL)
            reading->macro->cap = cap;
    }
    return status;
}

static void conclude(struct reading *reading)
{
    struct macro *macro = reading->macro;

    macro->is_broken |= reading->ole.is_broken;
    if (reading->ole.cap != NULL)
        macro->cap = reading->ole.cap;
    if (!reading->has_project)
        return;
    macro->has_project = true;
    macro->is_unread |= reading->source_octets == 0 || reading->names.is_cut;
    if (macro->automatic[0] == '\0')
        strcpy(macro->automatic, reading->names.found);
}

enum status macro_read_ole(struct bytes file, struct budget *budget, macro_take take, void *context,
                           struct macro *macro)
{
    struct reading reading = {.macro = macro, .take = take, .context = context};
    struct arena arena;
    enum status status;

    arena_init(&arena, file.size * ARENA_FACTOR + ARENA_FREE);
    status = ole_open(file, budget, &arena, &reading.ole);
    if (status == STATUS_OK)
        status = read_names(&reading);
    if (status == STATUS_OK && reading.has_project)
        status = read_sources(&reading);
    if (status == STATUS_INVALID) {
        macro->is_broken = true;
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        conclude(&reading);
    }
    arena_clear(&arena);
    return status;
}

static bool holds(struct bytes octets, const char *text)
{
    return octets.data != NULL && memmem(octets.data, octets.size, text, strlen(text)) != NULL;
}

void macro_read_content_types(struct bytes xml, struct macro *macro)
{
    if (holds(xml, "application/vnd.ms-office.vbaProject"))
        macro->is_named = true;
    if (holds(xml, "application/vnd.ms-excel.macrosheet") ||
        holds(xml, "application/vnd.ms-excel.intlmacrosheet"))
        macro->has_sheet = true;
}

static bool is_space(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

struct bytes macro_attribute(struct bytes tag, const char *name)
{
    size_t length = strlen(name), at = 1;

    while (at < tag.size) {
        const uint8_t *found = memmem(tag.data + at, tag.size - at, name, length);
        if (found == NULL)
            break;
        size_t from = (size_t)(found - tag.data) + length;
        bool is_whole = is_space(found[-1]);

        at = from;
        while (from < tag.size && is_space(tag.data[from]))
            from++;
        if (!is_whole || from >= tag.size || tag.data[from++] != '=')
            continue;
        while (from < tag.size && is_space(tag.data[from]))
            from++;
        if (from < tag.size && (tag.data[from] == '"' || tag.data[from] == '\''))
            return bytes_slice(tag, from + 1, bytes_find(tag, from + 1, tag.data[from]) - from - 1);
    }
    return (struct bytes){NULL, 0};
}

/* A drive's letter, or nothing that names a place elsewhere: this machine. */
static enum macro_remote remote_target(struct bytes target)
{
    size_t colon = bytes_find(target, 0, ':'), slash = bytes_find(target, 0, '/');
    struct bytes scheme = bytes_slice(target, 0, colon);

    if (bytes_equal(bytes_slice(target, 0, 2), BYTES("\\\\")))
        return MACRO_REMOTE_SHARE;
    if (bytes_find(target, 0, '&') < colon) /* letters are hidden as entities */
        return MACRO_REMOTE_WEB;
    if (colon <= 1 || colon >= target.size || slash < colon)
        return MACRO_NOTHING_REMOTE;
    if (!bytes_equal_fold(scheme, BYTES("file")))
        return MACRO_REMOTE_WEB;
    target = bytes_slice(target, colon + 1, target.size);
    if (!bytes_equal(bytes_slice(target, 0, 2), BYTES("//")))
        return MACRO_NOTHING_REMOTE;
    if (target.size > 2 && target.data[2] == '/' &&
        !bytes_equal(bytes_slice(target, 3, 2), BYTES("\\\\")))
        return MACRO_NOTHING_REMOTE;
    return MACRO_REMOTE_SHARE;
}

/* Links of these types are followed without a click. */
static bool is_loaded(struct bytes type)
{
    return holds(type, "/attachedTemplate") || holds(type, "/oleObject") || holds(type, "/frame") ||
           holds(type, "/subDocument");
}

enum macro_remote macro_remote_of(struct bytes rels, struct range *where)
{
    enum macro_remote worst = MACRO_NOTHING_REMOTE;
    size_t at = 0;

    while ((at = bytes_find(rels, at, '<')) < rels.size) {
        size_t end = bytes_find(rels, at, '>');
        struct bytes tag = bytes_slice(rels, at, end - at);
        enum macro_remote remote = MACRO_NOTHING_REMOTE;

        if (is_loaded(macro_attribute(tag, "Type")) &&
            bytes_equal(macro_attribute(tag, "TargetMode"), BYTES("External")))
            remote = remote_target(macro_attribute(tag, "Target"));
        if (remote > worst) {
            worst = remote;
            *where = (struct range){at, tag.size};
        }
        at = end;
    }
    return worst;
}
