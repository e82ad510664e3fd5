/* Documents without their macros (spec/engine-attachment.md 11): what this engine finds before and
 * after, what stays octet for octet, what is refused. Arguments: a folder to leave the cleaned
 * package in, for another program to read. */
#include "engines/attachment/clean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/attachment/ole.h"
#include "engines/attachment/zip.h"
#include "tests/unit/engines/attachment_made.h"
#include "tests/unit/engines/attachment_opened.h"

#define FILE_OF(text)                                                                              \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }
#define TYPES_HEAD "<?xml version=\"1.0\"?><Types xmlns=\"x\">"
#define TYPES_MAIN "<Override PartName=\"/word/document.xml\" ContentType=\"main+xml\"/>"
#define TYPES_VBA                                                                                  \
    "<Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/>"            \
    "<Override PartName=\"/word/vbaData.xml\" "                                                    \
    "ContentType=\"application/vnd.ms-word.vbaData+xml\"/>"
#define RELS_VBA "<Relationship Id=\"r1\" Type=\"http://x/vbaProject\" Target=\"vbaProject.bin\"/>"
#define RELS_OTHER "<Relationship Id=\"r2\" Type=\"http://x/styles\" Target=\"styles.xml\"/>"

static struct engine_instance instance;
static const char *folder;

/* The tree of a made file: entry `of` has those entries, in their order, as a chain to the right.
 */
static void link_entries(struct bytes file, unsigned of, const unsigned *entries, unsigned count)
{
    uint8_t *octets = (uint8_t *)(uintptr_t)file.data;
    size_t directory = ((size_t)octets[48] + ((size_t)octets[49] << 8) + 1) * 512;
    uint8_t *link = octets + directory + of * 128 + 76;

    for (unsigned i = 0; i < count; i++) {
        memset(link, 0, 4);
        link[0] = (uint8_t)entries[i];
        link = octets + directory + entries[i] * 128 + 72;
    }
}

static uint8_t large[5000];

/* A document of Word with a project; a stream of each size on both sides. */
static struct bytes make_document(bool has_project)
{
    struct bytes source = made_vba("Sub AutoOpen()\nEnd Sub\n"), dir = made_dir("ThisDocument", 0);
    const struct made_file files[] = {{"WordDocument", {large, sizeof large}},
                                      {"1Table", FILE_OF("a table of words")},
                                      {"Macros", {NULL, 0}},
                                      {"VBA", {NULL, 0}},
                                      {"dir", dir},
                                      {"ThisDocument", source},
                                      {"_VBA_PROJECT", {large, sizeof large}},
                                      {"PROJECT", FILE_OF("ID=\"{}\"")}};
    struct bytes made = made_ole(files, has_project ? 8 : 2);

    link_entries(made, 0, (const unsigned[]){2, 3, 1}, 3);
    if (has_project) {
        link_entries(made, 3, (const unsigned[]){4, 8}, 2);
        link_entries(made, 4, (const unsigned[]){5, 6, 7}, 3);
    } else {
        link_entries(made, 0, (const unsigned[]){2, 1}, 2);
    }
    made_free(&source);
    made_free(&dir);
    return made;
}

static struct bytes make_project(void)
{
    struct bytes source = made_vba("Sub AutoOpen()\nEnd Sub\n"), dir = made_dir("ThisDocument", 0);
    const struct made_file files[] = {{"VBA", {NULL, 0}},
                                      {"dir", dir},
                                      {"ThisDocument", source},
                                      {"_VBA_PROJECT", FILE_OF("\xCC\x61")}};
    struct bytes made = made_ole(files, 4);

    made_free(&source);
    made_free(&dir);
    return made;
}

/* name: of the part that is the project. */
static struct bytes make_package(const char *name, struct bytes embedded)
{
    struct bytes project = make_project();
    const struct made_file files[] = {
        {"[Content_Types].xml", FILE_OF(TYPES_HEAD TYPES_VBA TYPES_MAIN "</Types>")},
        {"word/document.xml", FILE_OF("<w:document>text</w:document>")},
        {"word/_rels/document.xml.rels",
         FILE_OF("<Relationships>" RELS_VBA RELS_OTHER "</Relationships>")},
        {name, project},
        {"word/_rels/vbaProject.bin.rels", FILE_OF("<Relationships></Relationships>")},
        {"word/vbaData.xml", FILE_OF("<data/>")},
        {"word/embeddings/a.bin", embedded}};
    struct bytes made = made_zip(files, embedded.size > 0 ? 7 : 6);

    made_free(&project);
    return made;
}

static void say(struct bytes content, const char *name, struct attachment_said *said)
{
    struct bytes mail = made_mail(content, NULL, name);

    attachment_check(&instance, mail, NULL, 10000, said);
    made_free(&mail);
}

static enum status clean(struct bytes content, struct arena *arena, struct bytes *cleaned)
{
    struct bytes mail = made_mail(content, NULL, "a");
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
    enum status status = STATUS_UNSUPPORTED;

    limits_init(&limits);
    budget_init(&budget, &limits, mail.size, 0);
    report_init(&report, 1 << 20);
    assert_int_equal(message_init(&message, mail, &budget, &report), STATUS_OK);
    arena_init(arena, 64 << 20);
    for (uint32_t i = 0; i < message.part_count; i++) {
        if (message.parts[i].kind == PART_LEAF && message.parts[i].encoding == ENCODING_BASE64)
            status =
                instance.engine->clean(instance.state, &message, &message.parts[i], arena, cleaned);
    }
    message_clear(&message);
    report_clear(&report);
    made_free(&mail);
    return status;
}

static bool holds(struct bytes octets, const char *text)
{
    return memmem(octets.data, octets.size, text, strlen(text)) != NULL;
}

/* Which names the directory's tree has at the root, in their order. */
static void test_document(void **state)
{
    struct bytes document = make_document(true), cleaned, octets;
    struct attachment_said said;
    struct arena arena, scratch;
    struct limits limits;
    struct budget budget;
    struct ole_entry entry;
    struct ole ole;
    unsigned streams = 0;

    (void)state;
    say(document, "a.doc", &said);
    assert_non_null(strstr(said.policy, " macro-autorun "));
    assert_int_equal(clean(document, &arena, &cleaned), STATUS_OK);
    assert_int_equal(cleaned.size, document.size);
    assert_false(holds(cleaned, "AutoOpen") || holds(cleaned, "Sub "));
    say(cleaned, "a.doc", &said);
    assert_null(strstr(said.policy, " macro"));
    assert_null(strstr(said.notes, " macro"));
    assert_string_equal(said.reasons, "");

    limits_init(&limits);
    budget_init(&budget, &limits, cleaned.size, 0);
    arena_init(&scratch, 64 << 20);
    assert_int_equal(ole_open(cleaned, &budget, &scratch, &ole), STATUS_OK);
    for (uint32_t i = 0; ole_entry(&ole, i, &entry); i++) {
        if (entry.type != OLE_STREAM)
            continue;
        streams++;
        assert_int_equal(ole_read(&ole, &entry, &octets), STATUS_OK);
        assert_true(ole_is_named(&entry, "1Table")
                        ? bytes_equal(octets, BYTES("a table of words"))
                        : bytes_equal(octets, (struct bytes){large, sizeof large}));
    }
    assert_int_equal(streams, 2);
    arena_clear(&scratch);
    arena_clear(&arena);
    made_free(&document);
}

static void test_plain_document(void **state)
{
    struct bytes document = make_document(false), cleaned;
    struct arena arena;

    (void)state;
    assert_int_equal(clean(document, &arena, &cleaned), STATUS_OK);
    assert_true(bytes_equal(cleaned, document));
    arena_clear(&arena);
    made_free(&document);
}

static void leave(struct bytes octets)
{
    char path[4096];
    FILE *file;

    if (folder == NULL)
        return;
    snprintf(path, sizeof path, "%s/cleaned.docm", folder);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets.data, 1, octets.size, file), octets.size);
    fclose(file);
}

static void test_package(void **state)
{
    struct bytes package = make_package(*state, (struct bytes){NULL, 0}), cleaned;
    struct attachment_said said;
    struct arena arena;

    say(package, "a.docm", &said);
    assert_non_null(strstr(said.policy, " macro-autorun "));
    assert_int_equal(clean(package, &arena, &cleaned), STATUS_OK);
    say(cleaned, "a.docm", &said);
    assert_null(strstr(said.policy, " macro"));
    assert_null(strstr(said.notes, " macro"));
    assert_string_equal(said.reasons, "");
    assert_true(holds(cleaned, TYPES_HEAD "<Default Extension=\"bin\" "
                                          "ContentType=\"application/octet-stream\"/>" TYPES_MAIN
                                          "</Types>"));
    assert_true(holds(cleaned, "<Relationships>" RELS_OTHER "</Relationships>"));
    assert_true(holds(cleaned, "<w:document>text</w:document>"));
    assert_false(holds(cleaned, *state));
    assert_false(holds(cleaned, "vbaData"));
    assert_true(zip_ends_there(cleaned));
    leave(cleaned);
    arena_clear(&arena);
    made_free(&package);
}

/* A document with macros within the package: not cleaned by halves. */
static void test_embedded(void **state)
{
    struct bytes document = make_document(true);
    struct bytes package = make_package("word/vbaProject.bin", document), cleaned;
    struct arena arena;

    (void)state;
    assert_int_equal(clean(package, &arena, &cleaned), STATUS_UNSUPPORTED);
    arena_clear(&arena);
    made_free(&package);
    made_free(&document);
}

static const struct refusal {
    const char *name;
    struct bytes octets;
} refusals[] = {
    {"11 no document", FILE_OF("MZ an executable")},
    {"11 a text", FILE_OF("text")},
    {"11 a broken compound file", FILE_OF("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 broken")},
    {"11 a broken zip", FILE_OF("PK\3\4 broken")},
};

static void test_refused(void **state)
{
    const struct refusal *row = *state;
    struct bytes cleaned;
    struct arena arena;

    assert_int_equal(clean(row->octets, &arena, &cleaned), STATUS_UNSUPPORTED);
    arena_clear(&arena);
}

/* Whatever octets change: it is cleaned so that nothing is found, or refused. */
static void test_broken(void **state)
{
    bool is_package = *(const bool *)*state;
    struct bytes given = is_package ? make_package("word/vbaProject.bin", (struct bytes){NULL, 0})
                                    : make_document(true);
    uint8_t *octets = test_malloc(given.size);

    srand(11);
    for (unsigned round = 0; round < 300; round++) {
        struct attachment_said said;
        struct bytes cleaned;
        struct arena arena;

        memcpy(octets, given.data, given.size);
        for (unsigned i = 0; i < 3; i++)
            octets[(size_t)rand() % given.size] = (uint8_t)rand();
        if (clean((struct bytes){octets, given.size}, &arena, &cleaned) == STATUS_OK) {
            say(cleaned, is_package ? "a.docm" : "a.doc", &said);
            assert_null(strstr(said.policy, " macro"));
        }
        arena_clear(&arena);
    }
    test_free(octets);
    made_free(&given);
}

static enum status append(void *owner, struct bytes piece)
{
    return buffer_append(owner, piece);
}

/* The edit, with the engines there are; the copy's octets, and how many findings it has. */
static enum status transform(struct bytes mail, size_t instances, struct buffer *copy,
                             size_t *findings)
{
    struct edit_value values[] = {{BYTES("ENGINE"), BYTES("attachment")}};
    struct id_range parts[] = {{3, 3}};
    struct edit edit = {.kind = EDIT_PART_CLEAN,
                        .parts = parts,
                        .part_count = 1,
                        .values = values,
                        .value_count = 1};
    struct job job = {.stage = JOB_TRANSFORM,
                      .size = mail.size,
                      .deadline_ms = 60000,
                      .edits = &edit,
                      .edit_count = 1};
    struct limits limits;
    struct report report;
    enum status status;

    limits_init(&limits);
    report_init(&report, 4 << 20);
    *copy = (struct buffer){.limit = SIZE_MAX};
    status = engines_transform(&instance, instances, &limits, &job, mail, &report);
    *findings = report.findings_count;
    if (status == STATUS_OK)
        assert_int_equal(splice_each(&report.copies[0].splice, mail, append, copy), STATUS_OK);
    report_clear(&report);
    return status;
}

/* spec/conversion.md 2: the copy has what the engine made, under the fields that were there. */
static void test_edit(void **state)
{
    struct bytes document = make_document(true), mail = made_mail(document, NULL, "a.doc");
    struct attachment_said said;
    struct buffer copy;
    size_t findings;

    (void)state;
    assert_int_equal(transform(mail, 1, &copy, &findings), STATUS_OK);
    assert_int_equal(findings, 0);
    attachment_check(&instance, buffer_bytes(&copy), NULL, 10000, &said);
    assert_null(strstr(said.policy, " macro"));
    assert_true(holds(buffer_bytes(&copy), "a.doc"));
    buffer_clear(&copy);
    assert_int_equal(transform(mail, 0, &copy, &findings), STATUS_ENGINE);
    made_free(&mail);
    made_free(&document);
}

/* What cannot be cleaned does not stay. */
static void test_edit_refused(void **state)
{
    struct bytes mail = made_mail(BYTES("MZ an executable"), NULL, "a.exe");
    struct buffer copy;
    size_t findings;

    (void)state;
    assert_int_equal(transform(mail, 1, &copy, &findings), STATUS_OK);
    assert_int_equal(findings, 1);
    assert_true(holds(buffer_bytes(&copy), "could not be made safe"));
    assert_false(holds(buffer_bytes(&copy), "a.exe"));
    buffer_clear(&copy);
    made_free(&mail);
}

static const bool kinds[] = {false, true};

int main(int count, char **arguments)
{
    struct CMUnitTest tests[] = {
        {"11 a document of Word", test_document, NULL, NULL, NULL},
        {"11 a document without macros", test_plain_document, NULL, NULL, NULL},
        {"11 a package, its project under another name", test_package, NULL, NULL,
         (void *)(uintptr_t) "word/other.bin"},
        {"11 a package", test_package, NULL, NULL, (void *)(uintptr_t) "word/vbaProject.bin"},
        {"11 a document within a package", test_embedded, NULL, NULL, NULL},
        {"11 broken documents", test_broken, NULL, NULL, (void *)(uintptr_t)&kinds[0]},
        {"11 broken packages", test_broken, NULL, NULL, (void *)(uintptr_t)&kinds[1]},
        {"11 part-clean", test_edit, NULL, NULL, NULL},
        {"11 part-clean of what cannot be cleaned", test_edit_refused, NULL, NULL, NULL},
        {refusals[0].name, test_refused, NULL, NULL, (void *)(uintptr_t)&refusals[0]},
        {refusals[1].name, test_refused, NULL, NULL, (void *)(uintptr_t)&refusals[1]},
        {refusals[2].name, test_refused, NULL, NULL, (void *)(uintptr_t)&refusals[2]},
        {refusals[3].name, test_refused, NULL, NULL, (void *)(uintptr_t)&refusals[3]},
    };
    int failed;

    folder = count > 1 ? arguments[1] : NULL;
    memset(large, 'w', sizeof large);
    attachment_open_with(NULL, &instance);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    attachment_shut(&instance);
    return failed;
}
