/* The engine from settings to verdict (spec/engine-attachment.md). Each row is one attachment. */
#include "tests/unit/protocol/rows.h"

#include <stdio.h>
#include <string.h>

#include "engines/attachment/name_rules.h"
#include "tests/unit/engines/attachment_made.h"
#include "tests/unit/engines/attachment_opened.h"

enum { DEADLINE_MS = 20000 };

#define PE_HEAD                                                                                    \
    "MZ\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
    "\0"                                                                                           \
    "\0\0\0\0\0\0\0\0\0\0\0\0\x40\0\0\0PE\0\0"
#define PNG_HEAD "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"
#define LNK_HEAD "L\0\0\0\1\x14\2\0\0\0\0\0\xC0\0\0\0\0\0\0F"
#define SMUGGLING "<html><script>x.href='data:application/zip,'+y;x.download='z'</script>"
#define REMOTE                                                                                     \
    "<Relationship Type='x/attachedTemplate' Target='http://x.example/t' TargetMode='External'/>"

struct row {
    const char *name;
    struct made_file files[4]; /* one without inner: it is the content; else they are in a zip */
    const char *file_name, *type;
    const char *change; /* of a setting, or NULL */
    const char *policy, *limits, *reasons, *fact;
};

static struct row rows_of_mail[] = {
    {"1 a harmless text",
     {{NULL, OCTETS("Hello")}},
     "a.txt",
     "text/plain",
     NULL,
     "",
     "",
     "",
     "attachment.extension=txt"},
    {"1 a picture",
     {{NULL, OCTETS(PNG_HEAD)}},
     "a.png",
     "image/png",
     NULL,
     "",
     "",
     "",
     "attachment.type=png"},
    {"1 a program by name",
     {{NULL, OCTETS("harmless")}},
     "a.exe",
     NULL,
     NULL,
     " refused-name ",
     "",
     "",
     "attachment.extension=exe"},
    {"1 a program by content",
     {{NULL, OCTETS(PE_HEAD)}},
     "a.xyz",
     NULL,
     NULL,
     " refused-type ",
     "",
     "",
     "attachment.type=pe"},
    {"1 a program as a picture",
     {{NULL, OCTETS(PE_HEAD)}},
     "a.png",
     "image/png",
     NULL,
     " refused-type type-deceptive ",
     "",
     "",
     NULL},
    {"1 a shortcut", {{NULL, OCTETS(LNK_HEAD)}}, "a.dat", NULL, NULL, " shortcut ", "", "", NULL},
    {"1 a name with two extensions",
     {{NULL, OCTETS("x")}},
     "invoice.pdf.scr",
     NULL,
     NULL,
     " name-deceptive refused-name ",
     "",
     "",
     NULL},
    {"1 a name that turns around",
     {{NULL, OCTETS("x")}},
     "a\xE2\x80\xAEgpj.png",
     NULL,
     NULL,
     " name-deceptive ",
     "",
     "",
     NULL},
    {"8 deceptive: note",
     {{NULL, OCTETS("x")}},
     "a\xE2\x80\xAEgpj.png",
     NULL,
     "deceptive=note",
     "",
     "",
     "",
     NULL},
    {"8 other extensions",
     {{NULL, OCTETS("x")}},
     "a.exe",
     NULL,
     "refuse-extensions=.Foo, bar",
     "",
     "",
     "",
     NULL},
    {"8 other extensions, refused",
     {{NULL, OCTETS("x")}},
     "a.bar",
     NULL,
     "refuse-extensions=.Foo, bar",
     " refused-name ",
     "",
     "",
     NULL},
    {"8 no classes", {{NULL, OCTETS(PE_HEAD)}}, "a.xyz", NULL, "refuse-types=", "", "", "", NULL},
    {"8 pictures are refused",
     {{NULL, OCTETS(PNG_HEAD)}},
     "a.png",
     NULL,
     "refuse-types=image",
     " refused-type ",
     "",
     "",
     NULL},
    {"8 a pattern",
     {{NULL, OCTETS("x")}},
     "Invoice-77.zipx",
     NULL,
     "refuse-names=*.foo invoice*",
     " refused-name ",
     "",
     "",
     NULL},
    {"8 largest",
     {{NULL, OCTETS("12345")}},
     "a.txt",
     NULL,
     "largest=4",
     " too-large ",
     "",
     "",
     NULL},
    {"8 largest, as large", {{NULL, OCTETS("1234")}}, "a.txt", NULL, "largest=4", "", "", "", NULL},
    {"1 a program in a zip",
     {{"b/a.exe", OCTETS(PE_HEAD)}},
     "a.zip",
     "application/zip",
     NULL,
     " refused-name refused-type ",
     "",
     "",
     "attachment.archive.entries=1"},
    {"1 a program in a zip in a picture",
     {{"a.exe", OCTETS(PE_HEAD)}},
     "a.jpg",
     "image/jpeg",
     NULL,
     " refused-name refused-type type-deceptive ",
     "",
     "",
     NULL},
    {"8 not in archives",
     {{"a.exe", OCTETS(PE_HEAD)}},
     "a.zip",
     NULL,
     "in-archives=no",
     "",
     "",
     "",
     NULL},
    {"1 texts in a zip",
     {{"a.txt", OCTETS("x")}, {"b.txt", OCTETS("y")}},
     "a.zip",
     NULL,
     NULL,
     "",
     "",
     "",
     "attachment.archive.entries=2"},
    {"6 smuggling",
     {{NULL, OCTETS(SMUGGLING)}},
     "a.html",
     "text/html",
     NULL,
     " html-download ",
     "",
     "",
     NULL},
    {"6 smuggling in the message",
     {{NULL, OCTETS(SMUGGLING)}},
     NULL,
     "text/html",
     NULL,
     " html-download ",
     "",
     "",
     NULL},
    {"6 smuggling by content",
     {{NULL, OCTETS(SMUGGLING)}},
     "a.xyz",
     NULL,
     NULL,
     " html-download ",
     "",
     "",
     NULL},
    {"6 smuggling in a zip",
     {{"a.html", OCTETS(SMUGGLING)}},
     "a.zip",
     NULL,
     NULL,
     " html-download ",
     "",
     "",
     NULL},
    {"8 html-downloads: note",
     {{NULL, OCTETS(SMUGGLING)}},
     "a.html",
     NULL,
     "html-downloads=note",
     "",
     "",
     "",
     NULL},
    {"5 a remote template",
     {{"[Content_Types].xml", OCTETS("<Types/>")},
      {"word/document.xml", OCTETS("<w/>")},
      {"word/_rels/settings.xml.rels", OCTETS(REMOTE)}},
     "a.docx",
     NULL,
     NULL,
     " remote-template ",
     "",
     "",
     NULL},
    {"5 a project that is named and not there",
     {{"[Content_Types].xml", OCTETS("<x ContentType='application/vnd.ms-office.vbaProject'/>")},
      {"word/document.xml", OCTETS("<w/>")}},
     "a.docm",
     NULL,
     NULL,
     " macro-autorun ",
     "",
     "",
     NULL},
    {"7 encrypted mail",
     {{NULL, OCTETS("-----BEGIN PGP MESSAGE-----\n\nhQEMA1234567890AAQf/abcdefghijklmn\n")}},
     "a.asc",
     NULL,
     NULL,
     "",
     " encrypted ",
     " encrypted ",
     NULL},
    {"7 signed and not to be seen",
     {{NULL,
       OCTETS("\x30\x2B\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x1E\x30\x1C\x02\x01\x01"
              "\x31\x00\x30\x15\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01\xA0\x08\x24\x06\x04"
              "\x01H\x04\x01i")}},
     "smime.p7m",
     "application/pkcs7-mime; smime-type=signed-data",
     NULL,
     "",
     " opaque-signed ",
     " opaque-signed ",
     NULL},
    {"4 a compound file that is none",
     {{NULL, OCTETS("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")}},
     "a.doc",
     NULL,
     NULL,
     "",
     " broken ",
     " broken ",
     NULL},
};

static struct engine_instance opened(const char *change)
{
    const char *changes[] = {change, NULL};
    struct engine_instance instance;

    attachment_open_with(changes, &instance);
    return instance;
}

static void check(struct bytes mail, const char *change, struct attachment_said *said)
{
    struct engine_instance instance = opened(change);

    attachment_check(&instance, mail, NULL, DEADLINE_MS, said);
    attachment_shut(&instance);
}

static void row_holds(void **state)
{
    const struct row *row = *state;
    size_t count = 0;
    struct bytes content = row->files[0].content;
    struct attachment_said said;

    while (count < 4 && row->files[count].name != NULL)
        count++;
    if (count > 0)
        content = made_zip(row->files, count);
    struct bytes mail = made_mail(content, row->type, row->file_name);
    check(mail, row->change, &said);
    assert_string_equal(said.policy, row->policy);
    assert_string_equal(said.limits, row->limits);
    assert_string_equal(said.reasons, row->reasons);
    if (row->fact != NULL)
        assert_non_null(strstr(said.facts, row->fact));
    assert_int_equal(said.verdict.kind, row->policy[0] != '\0'    ? VERDICT_POLICY
                                        : row->reasons[0] != '\0' ? VERDICT_INCOMPLETE
                                                                  : VERDICT_CLEAN);
    made_free(&mail);
    if (count > 0)
        made_free(&content);
}

struct macro_row {
    const char *name, *source, *change, *policy, *notes;
};

static struct macro_row macro_rows[] = {
    {"5 runs by itself", "Attribute VB\r\nSub AutoOpen()", NULL, " macro-autorun ", " macro "},
    {"5 does not", "Attribute VB\r\nSub Other()", NULL, "", " macro "},
    {"5 refuse: does not", "Attribute VB\r\nSub Other()", "macros=refuse", " macro ", ""},
    {"5 refuse: runs by itself", "Attribute VB\r\nSub AutoOpen()", "macros=refuse",
     " macro macro-autorun ", ""},
    {"5 note", "Attribute VB\r\nSub AutoOpen()", "macros=note", "", " macro macro-autorun "},
};

/* A document, the same in a zip, and the project of a package. */
static void macro_holds(void **state)
{
    const struct macro_row *row = *state;
    struct bytes source = made_vba(row->source);
    const struct made_file streams[] = {{"VBA", {NULL, 0}}, {"m", source}};
    struct bytes project = made_ole(streams, 2);
    const struct made_file in_zip[] = {{"a.doc", project}};
    const struct made_file package[] = {{"[Content_Types].xml", BYTES("<Types/>")},
                                        {"word/document.xml", BYTES("<w/>")},
                                        {"word/vbaProject.bin", project}};
    struct bytes contents[] = {project, made_zip(in_zip, 1), made_zip(package, 3)};
    const char *const names[] = {"a.doc", "a.zip", "a.docm"};

    for (size_t i = 0; i < 3; i++) {
        struct bytes mail = made_mail(contents[i], NULL, names[i]);
        struct attachment_said said;

        check(mail, row->change, &said);
        assert_string_equal(said.policy, row->policy);
        assert_string_equal(said.notes, row->notes);
        assert_string_equal(said.reasons, "");
        made_free(&mail);
        made_free(&contents[i]);
    }
    made_free(&source);
}

struct open_row {
    const char *name, *change, *why; /* why: NULL when it opens */
};

static struct open_row open_rows[] = {
    {"8 nothing refused", "refuse-extensions=", NULL},
    {"8 an extension with a dot within", "refuse-extensions=exe tar.gz",
     "refuse-extensions: \"tar.gz\" is no extension"},
    {"8 an extension too long", "refuse-extensions=0123456789012345678901234",
     "refuse-extensions: \"0123456789012345678901234\" is no extension"},
    {"8 an unknown class", "refuse-types=executable programs",
     "refuse-types: \"programs\" is no class that can be refused"},
    {"8 text is no class to refuse", "refuse-types=text",
     "refuse-types: \"text\" is no class that can be refused"},
    {"8 a pattern for all", "refuse-names=a* **", "refuse-names: \"**\" is no pattern"},
};

static void open_holds(void **state)
{
    const struct open_row *row = *state;
    const char *changes[] = {row->change, NULL};
    struct engine_instance instance;
    char why[256];
    enum status status = attachment_try(changes, &instance, why);

    assert_int_equal(status, row->why == NULL ? STATUS_OK : STATUS_INVALID);
    if (row->why != NULL)
        assert_string_equal(why, row->why);
    else
        attachment_shut(&instance);
}

static void self_test_passes(void **state)
{
    struct engine_instance instance = opened("refuse-extensions=");
    char why[256];

    (void)state;
    assert_int_equal(instance.engine->self_test(instance.state, why), STATUS_OK);
    assert_string_equal(why, "");
    attachment_shut(&instance);
}

/* The deadline, and the budget, are never an examined leaf. */
static void deadline_and_caps(void **state)
{
    struct engine_instance instance = opened(NULL);
    const struct made_file files[] = {{"a.txt", BYTES("x")}, {"b.txt", BYTES("y")}};
    struct bytes zip = made_zip(files, 2), mail = made_mail(zip, NULL, "a.zip");
    struct attachment_said said;
    struct limits limits;

    (void)state;
    attachment_check(&instance, mail, NULL, 0, &said);
    assert_int_equal(said.verdict.kind, VERDICT_INCOMPLETE);
    assert_true(said.verdict.transient);
    limits_init(&limits);
    limits.entries = 1;
    attachment_check(&instance, mail, &limits, DEADLINE_MS, &said);
    assert_string_equal(said.limits, " limit.entries ");
    assert_string_equal(said.reasons, " entries ");
    limits.entries = 2;
    attachment_check(&instance, mail, &limits, DEADLINE_MS, &said);
    assert_int_equal(said.verdict.kind, VERDICT_CLEAN);
    limits.decoded_bytes = 10;
    attachment_check(&instance, mail, &limits, DEADLINE_MS, &said);
    assert_int_equal(said.verdict.kind, VERDICT_INCOMPLETE);
    made_free(&mail);
    made_free(&zip);
    attachment_shut(&instance);
}

static void most_counts_attachments(void **state)
{
    struct bytes mail = made_mail(BYTES("x"), NULL, "a.txt");
    struct attachment_said said;

    (void)state;
    check(mail, "most=1", &said);
    assert_string_equal(said.policy, "");
    assert_non_null(strstr(said.facts, "attachment.count=1 "));
    made_free(&mail);
    mail = made_joined(
        BYTES("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
              "--b\r\n\r\ntext\r\n--b\r\nContent-Type: image/png; name=a.png\r\n\r\n\r\n"),
        BYTES("--b\r\nContent-Type: image/png; name=b.png\r\n\r\n\r\n--b--\r\n"));
    check(mail, "most=1", &said);
    assert_string_equal(said.policy, " too-many ");
    made_free(&mail);
}

/* A thousand programs are a few findings, and every symbol is among them. */
static void findings_are_few(void **state)
{
    struct made_file files[200];
    struct attachment_said said;

    (void)state;
    for (size_t i = 0; i < 200; i++)
        files[i] = (struct made_file){"a.exe", BYTES(PE_HEAD)};
    struct bytes zip = made_zip(files, 200), mail = made_mail(zip, NULL, "a.zip");
    check(mail, NULL, &said);
    assert_non_null(strstr(said.policy, "refused-name"));
    assert_non_null(strstr(said.policy, "refused-type"));
    assert_true(strlen(said.policy) < 16 * strlen("archive-deceptive "));
    assert_non_null(strstr(said.texts, "a.exe: files with .exe are refused"));
    made_free(&mail);
    made_free(&zip);
}

int main(int argc, char **argv)
{
    static struct rows rows;

    ROWS_ADD(&rows, rows_of_mail, row_holds);
    ROWS_ADD(&rows, macro_rows, macro_holds);
    ROWS_ADD(&rows, open_rows, open_holds);
    rows_add_one(&rows, "9 self-test", self_test_passes);
    rows_add_one(&rows, "1 deadline and caps", deadline_and_caps);
    rows_add_one(&rows, "8 most", most_counts_attachments);
    rows_add_one(&rows, "1 findings are few", findings_are_few);
    return rows_run("attachment_engine", &rows, argc, argv);
}
