/* Kinds of files by their octets (spec/engine-attachment.md 2). */
#include "tests/unit/protocol/rows.h"

#include <string.h>

#include "engines/attachment/magic.h"

struct magic_row {
    const char *name;
    struct bytes octets;
    const char *kind;
    size_t offset; /* zeros before the octets */
    size_t behind; /* zeros behind them */
};

#define PE_HEAD                                                                                    \
    "MZ\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
    "\0"                                                                                           \
    "\0\0\0\0\0\0\0\0\0\0\0\0\x40\0\0\0PE\0\0"

static struct magic_row magic_rows[] = {
    {"2 empty", OCTETS(""), "empty", 0, 0},
    {"2 text", OCTETS("Hello, world\n"), "text", 0, 0},
    {"2 octets", OCTETS("\1\2\3\0\5"), "data", 0, 0},
    {"2 PE", OCTETS(PE_HEAD), "pe", 0, 300},
    {"2 DOS", OCTETS("MZ\x90\0\3\0\0\0"), "dos", 0, 60},
    {"2 a word that begins so", OCTETS("MZ is the district Mainz\n"), "text", 0, 0},
    {"2 ELF", OCTETS("\x7F\x45LF\2\1\1"), "elf", 0, 10},
    {"2 Java", OCTETS("\xCA\xFE\xBA\xBE\0\0\0\x34"), "java-class", 0, 8},
    {"2 fat Mach-O", OCTETS("\xCA\xFE\xBA\xBE\0\0\0\2"), "mach-o", 0, 8},
    {"2 shortcut", OCTETS("L\0\0\0\1\x14\2\0\0\0\0\0\xC0\0\0\0\0\0\0F"), "lnk", 0, 50},
    {"2 internet shortcut", OCTETS("\r\n[InternetShortcut]\r\nURL=http://x\r\n"), "url", 0, 0},
    {"2 explorer command", OCTETS("[Shell]\r\nCommand=2\r\n"), "scf", 0, 0},
    {"2 registry in UTF-16",
     OCTETS("\xFF\xFEW\0i\0n\0d\0o\0w\0s\0 \0R\0e\0g\0i\0s\0t\0r\0y\0 \0E\0d\0i\0t\0o\0r\0 \0V\0e\0"
            "r\0s\0i\0o\0n\0 \0"),
     "reg", 0, 0},
    {"2 HTA", OCTETS("<html><HTA:APPLICATION id=x>"), "hta", 0, 0},
    {"2 WSF", OCTETS("<?xml version='1.0'?><job id='x'><script language='VBScript'>"), "wsf", 0, 0},
    {"2 encoded script", OCTETS("#@~^XAAAAA=="), "encoded-script", 0, 0},
    {"2 interpreted", OCTETS("#!/bin/sh\n"), "interpreted", 0, 0},
    {"2 php", OCTETS("<?php echo 1;"), "php", 0, 0},
    {"2 batch", OCTETS("@ECHO OFF\r\n"), "batch-text", 0, 0},
    {"2 ISO 9660", OCTETS("CD001\1\0"), "iso9660", 32769, 0},
    {"2 UDF", OCTETS("NSR02\1\0"), "udf", 34817, 0},
    {"2 VHD at its end", OCTETS("conectix"), "vhd", 1024, 504},
    {"2 DMG at its end", OCTETS("koly"), "dmg", 4096, 508},
    {"2 VHDX", OCTETS("vhdxfile"), "vhdx", 0, 8},
    {"2 FAT", OCTETS("FAT12   "), "data", 54, 448},
    {"2 zip", OCTETS("PK\3\4\x14\0"), "zip", 0, 30},
    {"2 OpenDocument",
     OCTETS("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x27\0\0\0\x27\0\0\0\x08\0\0\0"
            "mimetypeapplication/vnd.oasis.opendocument.text"),
     "odf", 0, 0},
    {"2 tar", OCTETS("ustar\0"), "tar", 257, 249},
    {"2 7z", OCTETS("7z\xBC\xAF\x27\x1C\0\4"), "7z", 0, 20},
    {"2 RAR", OCTETS("Rar!\x1A\7\1\0"), "rar", 0, 8},
    {"2 gzip", OCTETS("\x1F\x8B\x08\0"), "gzip", 0, 20},
    {"2 bzip2", OCTETS("BZh91AY&SY"), "bzip2", 0, 8},
    {"2 lha", OCTETS("\x1A\x10-lh5-"), "lha", 0, 8},
    {"2 cab", OCTETS("MSCF\0\0\0\0"), "cab", 0, 30},
    {"2 TNEF", OCTETS("\x78\x9F\x3E\x22"), "tnef", 0, 8},
    {"2 compound file", OCTETS("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "ole", 0, 504},
    {"2 RTF", OCTETS("{\\rtf1\\ansi}"), "rtf", 0, 0},
    {"2 PDF", OCTETS("%PDF-1.4\n"), "pdf", 0, 0},
    {"2 PDF behind something", OCTETS("\r\n\r\njunk %PDF-1.4\n"), "pdf", 0, 0},
    {"2 CHM", OCTETS("ITSF\3\0\0\0"), "chm", 0, 8},
    {"2 OneNote", OCTETS("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3"),
     "onenote", 0, 8},
    {"2 HTML", OCTETS("\xEF\xBB\xBF \n<!DOCTYPE HTML PUBLIC>"), "html", 0, 0},
    {"2 HTML in UTF-16", OCTETS("\xFF\xFE<\0h\0t\0m\0l\0>\0"), "html", 0, 0},
    {"2 no tag of HTML", OCTETS("<brian@example.com> wrote"), "text", 0, 0},
    {"2 XML", OCTETS("<?xml version=\"1.0\"?><a/>"), "xml", 0, 0},
    {"2 SVG", OCTETS("<?xml version=\"1.0\"?><svg xmlns=''/>"), "svg", 0, 0},
    {"2 PNG", OCTETS("\x89PNG\r\n\x1A\n"), "png", 0, 8},
    {"2 JPEG", OCTETS("\xFF\xD8\xFF\xE0"), "jpeg", 0, 8},
    {"2 BMP", OCTETS("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), "bmp", 0, 40},
    {"2 no BMP", OCTETS("BMW sells cars and bikes.\n"), "text", 0, 0},
    {"2 WAVE", OCTETS("RIFF\0\0\0\0WAVEfmt "), "wave", 0, 8},
    {"2 HEIC", OCTETS("\0\0\0\x18\x66typheic"), "heif", 0, 8},
    {"2 MP4", OCTETS("\0\0\0\x18\x66typisom"), "mp4", 0, 8},
    {"2 mail", OCTETS("Return-Path: <a@b>\r\n"), "mail", 0, 0},
    {"2 PGP", OCTETS("-----BEGIN PGP MESSAGE-----\n"), "pgp-armor", 0, 0},
    {"2 PEM", OCTETS("-----BEGIN CERTIFICATE-----\n"), "pem", 0, 0},
    {"2 CMS", OCTETS("\x30\x82\x01\0\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"), "cms", 0, 8},
    {"2 uuencoded", OCTETS("begin 644 x.exe\n"), "uuencode", 0, 0},
    {"2 begin is a word too", OCTETS("begin 20 years ago\n"), "text", 0, 0},
    {"2 UTF-16 text with its mark", OCTETS("\xFE\xFF\0H\0i"), "text", 0, 0},
};

static void magic_holds(void **state)
{
    const struct magic_row *row = *state;
    size_t size = row->offset + row->octets.size + row->behind;
    uint8_t *octets = calloc(1, size > 0 ? size : 1);

    assert_non_null(octets);
    if (row->octets.size > 0)
        memcpy(octets + row->offset, row->octets.data, row->octets.size);
    assert_string_equal(magic_of((struct bytes){octets, size})->name, row->kind);
    free(octets);
}

/* Every row with a beginning cut anywhere is some kind, and within bounds. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof magic_rows / sizeof magic_rows[0]; i++) {
        for (size_t size = 0; size < magic_rows[i].octets.size; size++) {
            uint8_t *copy = rows_copy(bytes_slice(magic_rows[i].octets, 0, size));

            assert_non_null(magic_of((struct bytes){copy, size}));
            rows_free(&copy);
        }
    }
}

static void lookups(void **state)
{
    (void)state;
    assert_string_equal(magic_of_extension(BYTES("exe"))->name, "pe");
    assert_string_equal(magic_of_extension(BYTES("docm"))->name, "docx");
    assert_null(magic_of_extension(BYTES("")));
    assert_null(magic_of_extension(BYTES("exe dll")));
    assert_null(magic_of_extension(BYTES("xyzzy")));
    assert_int_equal(magic_class_of_type(BYTES("image/x-unheard-of")), MAGIC_IMAGE);
    assert_int_equal(magic_class_of_type(BYTES("application/pdf")), MAGIC_DOCUMENT);
    assert_int_equal(magic_class_of_type(BYTES("application/octet-stream")), MAGIC_UNKNOWN);
    assert_true(magic_is_active(magic_of_extension(BYTES("lnk"))->class));
    assert_false(magic_is_active(magic_of_extension(BYTES("sh"))->class));
}

int main(int argc, char **argv)
{
    static struct rows rows;

    ROWS_ADD(&rows, magic_rows, magic_holds);
    rows_add_one(&rows, "2 cut anywhere", cut_anywhere);
    rows_add_one(&rows, "2 by extension and type", lookups);
    return rows_run("attachment_magic", &rows, argc, argv);
}
