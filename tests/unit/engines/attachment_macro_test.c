/* Compound files, VBA and Excel 4 macros, packages (spec/engine-attachment.md 4 and 5). */
#include "tests/unit/protocol/rows.h"

#include <string.h>

#include "engines/attachment/biff.h"
#include "engines/attachment/macro.h"
#include "engines/attachment/ole.h"
#include "tests/unit/engines/attachment_made.h"

#define SOURCE "Attribute VB_Name = \"m\"\r\n"
#define BOUND_SHEET(state, kind) "\x85\0\x0A\0\x10\0\0\0" state kind "\x02\0S1"

struct taken {
    char names[128];
    size_t octets;
};

static void take(void *context, struct bytes name, struct bytes octets)
{
    struct taken *taken = context;

    if (name.size > 0)
        strncat(taken->names, (const char *)name.data, name.size < 32 ? name.size : 32);
    strcat(taken->names, ";");
    taken->octets += octets.size;
}

static struct macro read_ole(struct bytes file, struct taken *taken, const struct limits *limits)
{
    struct budget budget;
    struct macro macro = {0};
    uint8_t *copy = rows_copy(file);

    *taken = (struct taken){0};
    budget_init(&budget, limits, file.size, 0);
    assert_int_equal(macro_read_ole((struct bytes){copy, file.size}, &budget, take, taken, &macro),
                     STATUS_OK);
    rows_free(&copy);
    assert_true(macro.where.offset + macro.where.size <= file.size);
    return macro;
}

struct vba_row {
    const char *name;
    const char *stream, *source; /* compressed and put into VBA/stream */
    const char *automatic;
    unsigned junk; /* octets of p-code before the source */
    bool with_dir; /* the directory says where it is */
    bool is_unread;
};

static struct vba_row vba_rows[] = {
    {"5 Word's AutoOpen", "m", SOURCE "Sub AutoOpen()\r\nEnd Sub\r\n", "autoopen", 0, false, false},
    {"5 in any case", "m", SOURCE "sub DOCUMENT_OPEN()", "document_open", 100, false, false},
    {"5 Excel's Workbook_Open", "ThisWorkbook", SOURCE "Private Sub Workbook_Open()",
     "workbook_open", 5000, true, false},
    {"5 an event of a control", "m", SOURCE "Sub Pic1_Painted(x)", "pic1_painted", 0, false, false},
    {"5 nothing runs by itself", "m", SOURCE "Sub Hello()\r\n'MyAutoOpener AutoOpen2\r\n", "", 7,
     true, false},
    {"5 a word within a word", "m", SOURCE "XAutoOpen Auto_OpenX", "", 0, false, false},
    {"5 no look of a source, but the directory", "m", "Sub Auto_Open()\r\nShell 1\r\n", "auto_open",
     33, true, false},
    {"5 no look and no directory", "m", "Sub Auto_Open()\r\nShell 1\r\n", "", 33, false, true},
};

static void vba_holds(void **state)
{
    const struct vba_row *row = *state;
    uint8_t junk[8192];
    struct bytes source = made_vba(row->source), dir = made_dir(row->stream, row->junk);
    struct taken taken;
    struct limits limits;

    memset(junk, 0xAA, sizeof junk);
    struct bytes stream = made_joined((struct bytes){junk, row->junk}, source);
    const struct made_file files[] = {
        {"Macros", {NULL, 0}},
        {"VBA", {NULL, 0}},
        {row->stream, stream},
        {row->with_dir ? "dir" : "other", dir},
        {"_VBA_PROJECT", BYTES("\xCC\x61\0\0\0")},
        {"WordDocument", BYTES("\xEC\xA5\xC1\0\0\0\0\0\0\0\0\0\0\0\0\0")},
    };
    struct bytes file = made_ole(files, sizeof files / sizeof files[0]);
    limits_init(&limits);
    struct macro macro = read_ole(file, &taken, &limits);

    assert_true(macro.has_project);
    assert_string_equal(macro.automatic, row->automatic);
    assert_int_equal(macro.is_unread, row->is_unread);
    assert_false(macro.is_encrypted || macro.is_broken || macro.has_sheet);
    assert_string_equal(macro.document, "word");
    made_free(&file);
    made_free(&stream);
    made_free(&source);
    made_free(&dir);
}

/* Names of procedures stand in the cache of the project, though the source was taken away. */
static void stomped(void **state)
{
    const struct made_file files[] = {{"VBA", {NULL, 0}},
                                      {"_VBA_PROJECT", BYTES("\xCC\x61\0AutoOpen\0\0")}};
    struct bytes file = made_ole(files, 2);
    struct taken taken;
    struct limits limits;

    (void)state;
    limits_init(&limits);
    struct macro macro = read_ole(file, &taken, &limits);
    assert_true(macro.has_project && macro.is_unread);
    assert_string_equal(macro.automatic, "autoopen");
    made_free(&file);
}

/* A source that breaks off in the middle: what stands behind is not known. */
static void source_breaks_off(void **state)
{
    struct bytes source = made_vba("Attribute VB_Name = \"m\"\r\nSub Hello()\r\n");
    struct bytes broken = made_joined(source, BYTES("\x03\xB0\x01\xFF\xFF\x00"));
    struct bytes padded = made_joined(source, BYTES("\0\0\0\0"));
    const struct made_file files[] = {{"VBA", {NULL, 0}}, {"m", broken}};
    const struct made_file fine[] = {{"VBA", {NULL, 0}}, {"m", padded}};
    struct bytes one = made_ole(files, 2), other = made_ole(fine, 2);
    struct taken taken;
    struct limits limits;

    (void)state;
    limits_init(&limits);
    assert_true(read_ole(one, &taken, &limits).is_unread);
    assert_false(read_ole(other, &taken, &limits).is_unread);
    made_free(&one);
    made_free(&other);
    made_free(&broken);
    made_free(&padded);
    made_free(&source);
}

struct file_row {
    const char *name;
    struct made_file file;
    const char *document, *automatic, *taken;
    bool has_project, has_sheet, is_encrypted;
};

static struct file_row file_rows[] = {
    {"4 Word",
     {"WordDocument", OCTETS("\xEC\xA5\xC1\0\0\0\0\0\0\0\0\0\0\0\0\0")},
     "word",
     "",
     "",
     false,
     false,
     false},
    {"4 Word, encrypted",
     {"WordDocument", OCTETS("\xEC\xA5\xC1\0\0\0\0\0\0\0\0\x01\0\0\0\0")},
     "word",
     "",
     "",
     false,
     false,
     true},
    {"4 PowerPoint, encrypted",
     {"Current User", OCTETS("\0\0\xF6\x0F\x14\0\0\0\x14\0\0\0\xDF\xC4\xD1\xF3")},
     "powerpoint",
     "",
     "",
     false,
     false,
     true},
    {"4 OOXML, encrypted",
     {"EncryptedPackage", OCTETS("\1\2\3\4")},
     "locked-office",
     "",
     "",
     false,
     false,
     true},
    {"4 Excel",
     {"Workbook", OCTETS("\x09\x08\x04\0\0\x06\x05\0" BOUND_SHEET("\0", "\0"))},
     "excel",
     "",
     "",
     false,
     false,
     false},
    {"4 Excel, encrypted",
     {"Workbook", OCTETS("\x09\x08\x04\0\0\x06\x05\0\x2F\0\x02\0\0\0")},
     "excel",
     "",
     "",
     false,
     false,
     true},
    {"5 Excel 4 macros",
     {"Workbook", OCTETS(BOUND_SHEET("\0", "\1"))},
     "excel",
     "",
     "",
     false,
     true,
     false},
    {"5 Excel 4 macros, hidden",
     {"Book", OCTETS(BOUND_SHEET("\2", "\1"))},
     "excel",
     "hidden-sheet",
     "",
     false,
     true,
     false},
    {"5 Excel 4 macros, Auto_Open",
     {"Workbook",
      OCTETS(BOUND_SHEET("\0", "\1") "\x18\0\x10\0\x20\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01")},
     "excel",
     "auto_open",
     "",
     false,
     true,
     false},
    {"4 a message", {"__properties_version1.0", OCTETS("\0")}, "msg", "", "", false, false, false},
    {"5 a package",
     {"\1Ole10Native", OCTETS("\x26\0\0\0\2\0a.exe\0C:\\a.exe\0\0\0\3\0\2\0\0\0x\0\5\0\0\0Hello")},
     NULL,
     "",
     "C:\\a.exe;a.exe;",
     false,
     false,
     false},
    {"5 a package of another form",
     {"\1Ole10Native", OCTETS("\x0C\0\0\0HelloHelloHello")},
     NULL,
     "",
     ";",
     false,
     false,
     false},
};

static void file_holds(void **state)
{
    const struct file_row *row = *state;
    struct bytes file = made_ole(&row->file, 1);
    struct taken taken;
    struct limits limits;

    limits_init(&limits);
    struct macro macro = read_ole(file, &taken, &limits);
    assert_string_equal(macro.document != NULL ? macro.document : "",
                        row->document != NULL ? row->document : "");
    assert_string_equal(macro.automatic, row->automatic);
    assert_string_equal(taken.names, row->taken);
    assert_int_equal(macro.has_project, row->has_project);
    assert_int_equal(macro.has_sheet, row->has_sheet);
    assert_int_equal(macro.is_encrypted, row->is_encrypted);
    assert_false(macro.is_broken);
    made_free(&file);
}

/* Cut off anywhere: broken or read, never out of bounds; and never silently whole when the stream
 * that counts has lost octets. */
static void cut_anywhere(void **state)
{
    uint8_t text[5000] = {0xEC, 0xA5};
    const struct made_file files[] = {{"WordDocument", {text, sizeof text}},
                                      {"_VBA_PROJECT", BYTES("\xCC\x61")}};
    struct bytes file = made_ole(files, 2);
    struct taken taken;
    struct limits limits;

    (void)state;
    limits_init(&limits);
    for (size_t size = 0; size < file.size; size += 97) {
        struct macro macro = read_ole((struct bytes){file.data, size}, &taken, &limits);
        if (size <= file.size - 512) /* the last sector is the table, most of it empty */
            assert_true(macro.is_broken);
    }
    made_free(&file);
}

/* A chain that comes back to itself ends, as does one that leaves the file. */
static void chains_end(void **state)
{
    uint8_t text[9000] = {0xEC, 0xA5};
    const struct made_file files[] = {{"WordDocument", {text, sizeof text}}};
    static const uint32_t links[] = {0, 1, 0x00FFFFFF, 0xFFFFFFFF};
    struct taken taken;
    struct limits limits;

    (void)state;
    limits_init(&limits);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        struct bytes file = made_ole(files, 1);
        uint8_t *octets = (uint8_t *)(uintptr_t)file.data;
        uint32_t fat = octets[76] | (uint32_t)octets[77] << 8;
        uint8_t *link = octets + (fat + 1) * 512 + 4 * 3;

        for (unsigned k = 0; k < 4; k++)
            link[k] = (uint8_t)(links[i] >> 8 * k);
        assert_true(read_ole(file, &taken, &limits).is_broken);
        made_free(&file);
    }
}

static void caps_are_said(void **state)
{
    uint8_t text[9000] = {0xEC, 0xA5};
    const struct made_file files[] = {{"WordDocument", {text, sizeof text}}};
    struct bytes file = made_ole(files, 1);
    struct taken taken;
    struct limits limits;

    (void)state;
    limits_init(&limits);
    limits.decoded_bytes = 8999;
    assert_string_equal(read_ole(file, &taken, &limits).cap, "decoded");
    limits.decoded_bytes = 9000;
    assert_null(read_ole(file, &taken, &limits).cap);
    made_free(&file);
}

struct chunk_row {
    const char *name;
    struct bytes container;
    const char *text;
    bool is_broken;
};

static struct chunk_row chunk_rows[] = {
    {"MS-OVBA 3.2.1 no compression",
     OCTETS("\x01\x19\xB0\x00\x61\x62\x63\x64\x65\x66\x67\x68\x00\x69\x6A\x6B\x6C\x6D\x6E\x6F\x70"
            "\x00\x71\x72\x73\x74\x75\x76\x2E"),
     "abcdefghijklmnopqrstuv.", false},
    {"MS-OVBA 3.2.2 normal compression",
     OCTETS("\x01\x2F\xB0\x00\x23\x61\x61\x61\x62\x63\x64\x65\x82\x66\x00\x70\x61\x67\x68\x69\x6A"
            "\x01\x38\x08\x61\x6B\x6C\x00\x30\x6D\x6E\x6F\x70\x06\x71\x02\x70\x04\x10\x72\x73\x74"
            "\x75\x76\x10\x77\x78\x79\x7A\x00\x3C"),
     "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa", false},
    {"MS-OVBA 3.2.3 most compression", OCTETS("\x01\x03\xB0\x02\x61\x45\x00"),
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
    {"MS-OVBA 2.4.1 a copy from before the beginning", OCTETS("\x01\x03\xB0\x01\x45\x00"), "",
     true},
    {"MS-OVBA 2.4.1 no header", OCTETS("\x01\x03\x00\x02\x61\x45"), "", true},
    {"MS-OVBA 2.4.1 cut", OCTETS("\x01\x19\xB0\x00\x61\x62"), "ab", false},
};

static void chunk_holds(void **state)
{
    const struct chunk_row *row = *state;
    uint8_t out[VBA_CHUNK_OCTETS];
    size_t at = 1;
    bool is_broken = false;
    uint8_t *copy = rows_copy(row->container);
    size_t size = vba_chunk((struct bytes){copy, row->container.size}, &at, out, &is_broken);

    assert_bytes(((struct bytes){out, size}), bytes_of_text(row->text));
    assert_int_equal(is_broken, row->is_broken);
    rows_free(&copy);
}

struct rels_row {
    const char *name, *xml;
    enum macro_remote remote;
};

#define REL(type, target, mode)                                                                    \
    "<Relationships><Relationship Id=\"r\" Type=\"http://x/relationships/" type                    \
    "\" Target=\"" target "\" TargetMode=\"" mode "\"/></Relationships>"

static struct rels_row rels_rows[] = {
    {"5 none", "<Relationships/>", MACRO_NOTHING_REMOTE},
    {"5 a template on this machine",
     REL("attachedTemplate", "file:///C:\\Users\\x\\Normal.dotm", "External"),
     MACRO_NOTHING_REMOTE},
    {"5 a template of the web", REL("attachedTemplate", "https://x.example/a.dotm", "External"),
     MACRO_REMOTE_WEB},
    {"5 letters as references",
     REL("attachedTemplate", "htt&#112;s://x.example/a.dotm", "External"), MACRO_REMOTE_WEB},
    {"5 another scheme", REL("oleObject", "mhtml:http://x!x-usc:http://x", "External"),
     MACRO_REMOTE_WEB},
    {"5 a share", REL("attachedTemplate", "\\\\server\\a.dotm", "External"), MACRO_REMOTE_SHARE},
    {"5 a share as a file", REL("attachedTemplate", "file://server/a.dotm", "External"),
     MACRO_REMOTE_SHARE},
    {"5 a share as a file of four",
     REL("attachedTemplate", "file:///\\\\server\\a.dotm", "External"), MACRO_REMOTE_SHARE},
    {"5 a link", REL("hyperlink", "https://x.example/", "External"), MACRO_NOTHING_REMOTE},
    {"5 within the package", REL("oleObject", "embeddings/o.bin", "Internal"),
     MACRO_NOTHING_REMOTE},
    {"5 another order",
     "<Relationship\nTargetMode = 'External' Target = 'http://x' Type = 'x/attachedTemplate'/>",
     MACRO_REMOTE_WEB},
};

static void rels_hold(void **state)
{
    const struct rels_row *row = *state;
    struct range where;

    assert_int_equal(macro_remote_of(bytes_of_text(row->xml), &where), row->remote);
}

static void content_types(void **state)
{
    struct macro macro = {0};

    (void)state;
    macro_read_content_types(BYTES("<Override ContentType=\"application/xml\"/>"), &macro);
    assert_false(macro.is_named || macro.has_sheet);
    macro_read_content_types(
        BYTES("<Override ContentType=\"application/vnd.ms-office.vbaProject\"/>"), &macro);
    assert_true(macro.is_named);
    macro_read_content_types(
        BYTES("<Override ContentType=\"application/vnd.ms-excel.macrosheet+xml\"/>"), &macro);
    assert_true(macro.has_sheet);
}

int main(int argc, char **argv)
{
    static struct rows rows;

    ROWS_ADD(&rows, vba_rows, vba_holds);
    ROWS_ADD(&rows, file_rows, file_holds);
    ROWS_ADD(&rows, chunk_rows, chunk_holds);
    ROWS_ADD(&rows, rels_rows, rels_hold);
    rows_add_one(&rows, "5 names without a source", stomped);
    rows_add_one(&rows, "5 a source that breaks off", source_breaks_off);
    rows_add_one(&rows, "5 content types", content_types);
    rows_add_one(&rows, "4 cut anywhere", cut_anywhere);
    rows_add_one(&rows, "4 chains end", chains_end);
    rows_add_one(&rows, "4 value and value + 1 of the budget", caps_are_said);
    return rows_run("attachment_macro", &rows, argc, argv);
}
