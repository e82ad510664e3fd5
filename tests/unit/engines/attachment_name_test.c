/* What a name means to Windows, and what it shows (spec/engine-attachment.md 3). */
#include "tests/unit/protocol/rows.h"

#include <string.h>

#include "engines/attachment/name_rules.h"

struct name_row {
    const char *name;
    struct bytes input;
    const char *extensions; /* all of them, a blank between; "-" for none */
    unsigned oddities;
    bool deceptive;
};

static struct name_row name_rows[] = {
    {"3 plain", OCTETS("report.pdf"), "pdf", 0, false},
    {"3 no extension", OCTETS("README"), "-", 0, false},
    {"3 upper case", OCTETS("SETUP.EXE"), "exe", 0, false},
    {"3 empty", OCTETS(""), "-", 0, false},
    {"3 only dots", OCTETS("..."), "-", NAME_TRAILING, false},
    {"3 trailing dots and blanks", OCTETS("evil.exe. . "), "exe", NAME_TRAILING, false},
    {"3 folders", OCTETS("../..\\x/evil.exe"), "exe", NAME_PATH, false},
    {"3 a slash at the end", OCTETS("evil.exe/"), "exe", 0, false},
    {"3 a stream", OCTETS("evil.exe::$DATA"), "exe::$data exe", NAME_STREAM, true},
    {"3 a stream behind a text", OCTETS("a.txt:evil.exe"), "exe txt", NAME_STREAM, false},
    {"3 a NUL", OCTETS("evil.exe\0.txt"), "txt exe", NAME_CUT, true},
    {"3 U+FFFD for it", OCTETS("evil.exe\xEF\xBF\xBD.txt"), "txt exe", NAME_CUT, true},
    {"3 Latin 1 is no deceit", OCTETS("r\xE9sum\xE9.doc"), "doc -", NAME_CUT, false},
    {"3 an open quote", OCTETS("evil.exe\""), "exe\" exe", 0, true},
    {"3 right to left", OCTETS("gpj.\xE2\x80\xAEtxt.exe"), "exe",
     NAME_BIDI | NAME_INVISIBLE | NAME_DOUBLE, true},
    {"3 isolates", OCTETS("a\xE2\x81\xA7gpj.exe"), "exe", NAME_BIDI | NAME_INVISIBLE, true},
    {"3 a mark of direction in front", OCTETS("\xE2\x80\x8EIMG-1.jpg"), "jpg", 0, false},
    {"3 without width in an extension", OCTETS("evil.e\xE2\x80\x8Bxe"), "exe", NAME_INVISIBLE,
     true},
    {"3 a joiner of Persian", OCTETS("\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE.pdf"), "pdf", 0, false},
    {"3 padding", OCTETS("invoice.pdf                 .exe"), "exe", NAME_PADDED | NAME_DOUBLE,
     true},
    {"3 padding of underscores", OCTETS("invoice.pdf__________.scr"), "scr",
     NAME_PADDED | NAME_DOUBLE, true},
    {"3 padding of ideographic blanks",
     OCTETS("a.doc\xE3\x80\x80\xE3\x80\x80\xE3\x80\x80\xE3\x80\x80\xE3\x80\x80\xE3\x80\x80"
            "\xE3\x80\x80\xE3\x80\x80.lnk"),
     "lnk", NAME_PADDED | NAME_DOUBLE, true},
    {"3 blanks in a table", OCTETS("a          b.xls"), "xls", 0, false},
    {"3 double", OCTETS("invoice.pdf.exe"), "exe", NAME_DOUBLE, true},
    {"3 double and harmless", OCTETS("archive.tar.gz"), "gz", 0, false},
    {"3 a version", OCTETS("setup-1.2.exe"), "exe", 0, false},
    {"3 full width", OCTETS("evil\xEF\xBC\x8E\xEF\xBD\x85\xEF\xBD\x98\xEF\xBD\x85"), "exe",
     NAME_COMPATIBLE, true},
    {"3 full width in the stem", OCTETS("\xEF\xBC\x91\xE6\x9C\x88.doc"), "doc", 0, false},
    {"3 one dot leader",
     OCTETS("evil\xE2\x80\xA4"
            "exe"),
     "exe", NAME_COMPATIBLE, true},
    {"3 mathematical letters", OCTETS("evil.\xF0\x9D\x90\x9E\xF0\x9D\x90\xB1\xF0\x9D\x90\x9E"),
     "exe", NAME_COMPATIBLE, true},
    {"3 circled letters", OCTETS("evil.\xE2\x93\x94\xE2\x93\xA7\xE2\x93\x94"), "exe",
     NAME_COMPATIBLE, true},
    {"3 a device", OCTETS("con.txt"), "txt", NAME_DEVICE, false},
    {"3 a device with a number", OCTETS("com1"), "-", NAME_DEVICE, false},
    {"3 too long for an extension", OCTETS("a.0123456789012345678901234"), "-", 0, false},
};

static void name_holds(void **state)
{
    const struct name_row *row = *state;
    struct name_reading reading;
    char extensions[128] = "";
    uint8_t *copy = rows_copy(row->input);

    name_read((struct bytes){copy, row->input.size}, &reading);
    rows_free(&copy);
    for (unsigned i = 0; i < reading.count; i++) {
        strcat(extensions, i > 0 ? " " : "");
        strcat(extensions, reading.extensions[i].size > 0 ? reading.extensions[i].text : "-");
        assert_int_equal(strlen(reading.extensions[i].text), reading.extensions[i].size);
    }
    assert_string_equal(extensions, row->extensions);
    assert_int_equal(reading.oddities, row->oddities);
    assert_int_equal(name_is_deceptive(&reading), row->deceptive);
}

struct pattern_row {
    const char *name, *pattern, *text;
    bool matches;
};

static struct pattern_row pattern_rows[] = {
    {"8 a star at the end", "invoice*", "Invoice-1.zip", true},
    {"8 a star in the middle", "invoice*.zip", "INVOICE 2024.ZIP", true},
    {"8 stars that must look again", "*a*b*c", "aabbabcabc", true},
    {"8 one character", "a?c", "abc", true},
    {"8 one character too few", "a?c", "ac", false},
    {"8 the whole name", "invoice", "invoice.zip", false},
    {"8 nothing", "*", "", true},
    {"8 no match", "*.exe", "a.txt", false},
};

static void pattern_holds(void **state)
{
    const struct pattern_row *row = *state;

    assert_int_equal(name_matches(row->pattern, bytes_of_text(row->text)), row->matches);
}

/* A name longer than what is kept: its end counts, and nothing is read beyond it. */
static void long_name_has_its_end(void **state)
{
    uint8_t *name = malloc(100000);
    struct name_reading reading;

    (void)state;
    assert_non_null(name);
    memset(name, 'a', 100000);
    memcpy(name + 100000 - 4, ".exe", 4);
    name_read((struct bytes){name, 100000}, &reading);
    assert_string_equal(reading.extensions[0].text, "exe");
    for (size_t i = 0; i < 99996; i += 3)
        memcpy(name + i, "\xEF\xBD\x85", 3);
    name_read((struct bytes){name, 100000}, &reading);
    assert_string_equal(reading.extensions[0].text, "exe");
    free(name);
}

int main(int argc, char **argv)
{
    static struct rows rows;

    ROWS_ADD(&rows, name_rows, name_holds);
    ROWS_ADD(&rows, pattern_rows, pattern_holds);
    rows_add_one(&rows, "3 a long name", long_name_has_its_end);
    return rows_run("attachment_name", &rows, argc, argv);
}
