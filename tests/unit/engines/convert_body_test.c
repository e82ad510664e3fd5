/* Edits of bodies (spec/conversion.md 2, 2.1, 2.2, 5): each row is a message, edits, the copy, and
 * the symbols of what is noted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/message/message.h"
#include "tests/unit/engines/convert_made.h"

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define TEXT_A "--b\r\nContent-Type: text/plain\r\n\r\na\r\n"
#define FILE_B                                                                                     \
    "--b\r\nContent-Type: application/x-b; name=b.exe\r\n"                                         \
    "Content-Transfer-Encoding: base64\r\n\r\nYg==\r\n"
#define REMOVED                                                                                    \
    "--b\r\nContent-Type: text/plain\r\nContent-Disposition: inline\r\n"                           \
    "Content-Transfer-Encoding: 7bit\r\n\r\n"
#define NOTICE(text)                                                                               \
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: inline\r\n"            \
    "Content-Transfer-Encoding: 7bit\r\n\r\n" text "\r\n"
#define SIGNED "Content-Type: multipart/signed; boundary=b\r\n\r\n"
#define PGP "-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\na\xC3\xA4\r\n"
#define UTF8 "charset (TO \"utf-8\")"
#define LATIN "charset (TO \"iso-8859-1\")"
#define FOOT "footer (TEXT \"-- ~foot\" HTML \"<p>foot</p>\")"
#define UMLAUT "footer (TEXT \"f\xC3\xB6t\")"

struct row {
    const char *name, *edits, *given, *expected, *noted;
};

static const struct row part_rows[] = {
    {"2 remove the last part", "part-remove (PARTS 3)", MIXED TEXT_A FILE_B "--b--\r\n",
     MIXED TEXT_A "--b--\r\n", NULL},
    {"2 remove the first part", "part-remove (PARTS 2)", MIXED TEXT_A FILE_B "--b--\r\n",
     MIXED "\r\n" FILE_B "--b--\r\n", NULL},
    {"2 remove behind a preamble", "part-remove (PARTS 3)",
     MIXED "pre\r\n" TEXT_A FILE_B "--b--\r\n", MIXED "pre\r\n" FILE_B "--b--\r\n", NULL},
    {"2 remove one in the middle", "part-remove (PARTS 3)",
     MIXED TEXT_A FILE_B TEXT_A "--b--\r\nepi\r\n", MIXED TEXT_A TEXT_A "--b--\r\nepi\r\n", NULL},
    {"2 remove two neighbours", "part-remove (PARTS 2:3)", MIXED TEXT_A FILE_B TEXT_A "--b--\r\n",
     MIXED "\r\n" TEXT_A "--b--\r\n", NULL},
    {"2 remove all: one empty part is kept", "part-remove (PARTS 2:3)",
     MIXED TEXT_A FILE_B "--b--\r\n", MIXED REMOVED "\r\n--b--\r\n", NULL},
    {"2 remove all in two edits", "part-remove (PARTS 3)\npart-remove (PARTS 2)",
     MIXED TEXT_A FILE_B "--b--\r\n", MIXED REMOVED "\r\n--b--\r\n", NULL},
    {"2 remove without an end delimiter", "part-remove (PARTS 3)", MIXED TEXT_A FILE_B,
     MIXED "--b\r\nContent-Type: text/plain\r\n\r\na", NULL},
    {"2 remove a part without fields", "part-remove (PARTS 2)",
     MIXED "--b\r\n\r\nx\r\n" FILE_B "--b--\r\n", MIXED "\r\n" FILE_B "--b--\r\n", NULL},
    {"2 remove what a delimiter cuts", "part-remove (PARTS 3)",
     MIXED TEXT_A "--b\r\nContent-Type: text/html\r\n" FILE_B "--b--\r\n",
     MIXED TEXT_A FILE_B "--b--\r\n", NULL},
    {"2 remove the text between parts", "part-remove (PARTS 2)", MIXED "pre\r\n" TEXT_A "--b--\r\n",
     MIXED "\r\n" TEXT_A "--b--\r\n", NULL},
    {"2 remove the root", "part-remove (PARTS 1)",
     "Subject: s\r\nContent-Type: application/x-b\r\nContent-Transfer-Encoding: "
     "base64\r\n\r\nYg==\r\n",
     "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
     "Content-Disposition: inline\r\nContent-Transfer-Encoding: 7bit\r\n\r\n",
     NULL},
    {"2 remove what a message/rfc822 holds", "part-remove (PARTS 3)",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
     "Subject: s\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
     "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
     "Content-Disposition: inline\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\r\n--b--\r\n",
     NULL},
    {"2 replace a part", "part-replace (PARTS 3 TEXT \"gone~for good~\")",
     MIXED TEXT_A FILE_B "--b--\r\n", MIXED TEXT_A NOTICE("gone\r\nfor good") "--b--\r\n", NULL},
    {"2 replace: the notice is no structure", "part-replace (PARTS 2 TEXT \"--b\")",
     MIXED FILE_B "--b--\r\n",
     MIXED "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: inline\r\n"
           "Content-Transfer-Encoding: base64\r\n\r\nLS1i\r\n--b--\r\n",
     NULL},
    {"2 replace: UTF-8", "part-replace (PARTS 2 TEXT \"g\xC3\xB6ne forever\")",
     MIXED FILE_B "--b--\r\n",
     MIXED "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: inline\r\n"
           "Content-Transfer-Encoding: quoted-printable\r\n\r\ng=C3=B6ne forever\r\n--b--\r\n",
     NULL},
    {"2 replace the root", "part-replace (PARTS 1 TEXT \"gone\")",
     "MIME-Version: 1.0\r\n" MIXED TEXT_A "--b--\r\n",
     "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
     "Content-Disposition: inline\r\nContent-Transfer-Encoding: 7bit\r\n\r\ngone\r\n",
     NULL},
    {"2 replace in a digest", "part-replace (PARTS 2 TEXT \"gone\")",
     "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: "
     "s\r\n\r\nx\r\n--b--\r\n",
     "Content-Type: multipart/digest; boundary=b\r\n\r\n" NOTICE("gone") "--b--\r\n", NULL},
    {"2 remove holds against a footer", "part-remove (PARTS 2)\n" FOOT,
     MIXED TEXT_A "--b\r\nContent-Type: text/plain\r\n\r\nc\r\n--b--\r\n",
     MIXED "\r\n--b\r\nContent-Type: text/plain\r\n\r\nc\r\n-- \r\nfoot\r\n--b--\r\n", NULL},
    {"2.1 a file in a text is cut out of it", "part-remove (PARTS 2)",
     "Subject: s\r\n\r\na\r\nbegin 644 x.exe\r\n#86)C\r\n`\r\nend\r\nb\r\n",
     "Subject: s\r\n\r\na\r\nb\r\n", NULL},
    {"2.1 the same with a footer", "part-remove (PARTS 2)\n" FOOT,
     "Subject: s\r\n\r\na\r\nbegin 644 x.exe\r\n#86)C\r\n`\r\nend\r\nb\r\n",
     "Subject: s\r\n\r\na\r\nb\r\n-- \r\nfoot\r\n", NULL},
    {"2.1 a notice takes its place", "part-replace (PARTS 2 TEXT \"g\xC3\xB6ne\")",
     "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
     "\xE4\r\nbegin 644 x.exe\r\n#86)C\r\n`\r\nend\r\nb\r\n",
     "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
     "\xE4\r\ng\xF6ne\r\nb\r\n",
     NULL},
    {"2.2 remove within what is signed", "part-remove (PARTS 2)", SIGNED TEXT_A FILE_B "--b--\r\n",
     SIGNED TEXT_A FILE_B "--b--\r\n", "convert.left-signed"},
    {"2.2 signed: break", "part-remove (PARTS 3 SIGNED \"break\")",
     SIGNED TEXT_A FILE_B "--b--\r\n", SIGNED TEXT_A "--b--\r\n", NULL},
    {"2.2 remove all that is signed", "part-remove (PARTS 2)",
     "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" SIGNED TEXT_A
     "--b--\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n",
     "Content-Type: multipart/mixed; boundary=c\r\n\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n", NULL},
};

static const struct row text_rows[] = {
    {"5 charset: to UTF-8", UTF8,
     "Content-Type: text/plain; charset=iso-8859-1; format=flowed\r\n"
     "Content-Transfer-Encoding: 8bit\r\n\r\n\xE9t\xE9\r\n",
     "Content-Type: text/plain; format=flowed; charset=utf-8\r\n"
     "Content-Transfer-Encoding: 8bit\r\n\r\n\xC3\xA9t\xC3\xA9\r\n",
     NULL},
    {"5 charset: quoted-printable stays encoded", UTF8,
     "Content-Type: text/plain;\r\n charset=\"iso-8859-1\"\r\n"
     "Content-Transfer-Encoding: Quoted-Printable\r\n\r\nlong, long text =E9\r\n",
     "Content-Type: text/plain; charset=utf-8\r\n"
     "Content-Transfer-Encoding: Quoted-Printable\r\n\r\nlong, long text =C3=A9\r\n",
     NULL},
    {"5 charset: ASCII is left alone", UTF8, "Content-Type: text/plain; charset=x\r\n\r\na\r\n",
     "Content-Type: text/plain; charset=x\r\n\r\na\r\n", NULL},
    {"5 charset: what is UTF-8 already", UTF8,
     "Content-Type: text/plain; charset=UTF8\r\n\r\n\xC3\xA9\r\n",
     "Content-Type: text/plain; charset=UTF8\r\n\r\n\xC3\xA9\r\n", NULL},
    {"5 charset: none is declared", UTF8, "Subject: s\r\n\r\n\xC3\xA9\r\n",
     "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
     "\xC3\xA9\r\n",
     NULL},
    {"2.10 encoding: a message that was none of MIME", "encoding (TO \"7bit\")",
     "Subject: s\r\n\r\n\xE9\r\n",
     "Subject: s\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n6Q0K\r\n", NULL},
    {"2.10 encoding: a message within one, none of MIME", "encoding (TO \"7bit\")",
     "Content-Type: message/rfc822\r\n\r\nSubject: s\r\n\r\n\xE9\r\n",
     "Content-Type: message/rfc822\r\n\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\n6Q0K\r\n",
     NULL},
    {"5 charset: invalid octets are counted", UTF8,
     "Content-Type: text/plain; charset=utf-8\r\n\r\na\xFF\r\n",
     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
     "8bit\r\n\r\na\xEF\xBF\xBD\r\n",
     "convert.invalid-octets"},
    {"5 charset: what does not fit becomes ?", LATIN,
     "Content-Type: text/plain; charset=utf-8\r\n\r\n\xC3\xA9 \xE4\xB8\xAD\r\n",
     "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xE9 "
     "?\r\n",
     "convert.unmappable"},
    {"5 charset: no reader takes another", UTF8,
     "Content-Type: text/plain; charset=iso-8859-1; charset*=''iso-8859-2; charset=x\r\n"
     "Content-type: text/plain; charset=iso-8859-1\r\n\r\n\xE9\r\n",
     "Content-type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
     "8bit\r\n\r\n\xC3\xA9\r\n",
     NULL},
    {"5 charset: hidden in a comment", UTF8,
     "Content-Type: text/plain (; charset=x); charset=iso-8859-1; format=flowed\r\n\r\n\xE9\r\n",
     "Content-Type: text/plain; format=flowed; charset=utf-8\r\nContent-Transfer-Encoding: "
     "8bit\r\n\r\n\xC3\xA9\r\n",
     NULL},
    {"5 charset: types", "charset (TYPES \"text/*\" TO \"utf-8\")",
     "Content-Type: text/html; charset=iso-8859-1\r\n\r\n\xE9\r\n",
     "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
     "8bit\r\n\r\n\xC3\xA9\r\n",
     NULL},
    {"5 charset: not of other types", UTF8,
     "Content-Type: text/html; charset=iso-8859-1\r\n\r\n\xE9\r\n",
     "Content-Type: text/html; charset=iso-8859-1\r\n\r\n\xE9\r\n", NULL},
    {"5 charset: from", "charset (FROM \"koi8-r\" TO \"utf-8\")",
     "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\xE9\r\n",
     "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\xE9\r\n", NULL},
    {"5 charset: to one with states", "charset (TO \"iso-2022-jp\")",
     "Content-Type: text/plain; charset=utf-8\r\n\r\n\xE6\x97\xA5\r\n",
     "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1B$BF|\x1B(B\r\n", NULL},
    {"5 charset: UTF-16 is base64", "charset (TO \"utf-16be\")",
     "Content-Type: text/plain; charset=utf-8\r\n\r\n\xC3\xA9\r\n",
     "Content-Type: text/plain; charset=utf-16be\r\nContent-Transfer-Encoding: base64\r\n\r\n"
     "AOkADQAK\r\n",
     NULL},
    {"5 charset: a part of its own", UTF8, MIXED "--b\r\n\r\n\xE9\r\n--b--\r\n",
     MIXED "--b\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; "
           "charset=utf-8\r\n\r\n\xC3\xA9\r\n--b--\r\n",
     NULL},
    {"5 charset: no structure out of UTF-16", UTF8,
     MIXED "--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\na\r\n+AC0ALQ-b\r\n--b--\r\n",
     MIXED "--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\n\r\nYQ0KLS1i\r\n--b--\r\n",
     NULL},
    {"2.2 charset: an OpenPGP block", UTF8,
     "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n" PGP,
     "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n" PGP, "convert.left-signed"},

    {"7 html-disarm: a mark is stronger than the label", "html-disarm ()",
     "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
     "//48AGIAIABvAG4AYwBsAGkAYwBrAD0AeAA+AOkAPAAvAGIAPgA=\r\n",
     "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
     "PGI+w6k8L2I+\r\n",
     NULL},
    {"7 html-disarm: then a footer, then 7bit", "html-disarm ()\n" FOOT "\nencoding (TO \"7bit\")",
     "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
     "<script>a()</script>some longer text with an \xE9\r\n",
     "Content-Type: text/html; charset=iso-8859-1\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
     "some longer text with an =E9\r\n<p>foot</p>=\r\n",
     NULL},
    {"7 html-disarm: what is harmless is the same octets", "html-disarm ()",
     "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\nYQ==\r\n",
     "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\nYQ==\r\n", NULL},
    {"2 encoding: text to 7bit", "encoding (TO \"7bit\")",
     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
     "long, long text \xC3\xA9\r\n",
     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
     "quoted-printable\r\n\r\n"
     "long, long text =C3=A9\r\n",
     NULL},
    {"2 encoding: octets to 7bit", "encoding (TO \"7bit\")",
     "Content-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n\x89PNG\r\n",
     "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n", NULL},
    {"2 encoding: to 8bit", "encoding (TO \"8bit\")",
     "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\n\xC3\xA9\ra long, long "
     "text\r\n",
     "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
     "=C3=A9=0Da long, long text\r\n",
     NULL},
    {"2 encoding: what is carried is left alone", "encoding (TO \"8bit\")",
     "Content-Transfer-Encoding: 8bit\r\n\r\n\xC3\xA9\r\n",
     "Content-Transfer-Encoding: 8bit\r\n\r\n\xC3\xA9\r\n", NULL},
    {"2 encoding: containers, and what they hold", "encoding (TO \"7bit\")",
     "Content-Transfer-Encoding: 8bit\r\n" MIXED
     "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
     "Subject: s\r\nContent-Transfer-Encoding: 8bit\r\n\r\nlong, long text \xC3\xA9\r\n--b--\r\n",
     "Content-Transfer-Encoding: 7bit\r\n" MIXED
     "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
     "Subject: s\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nlong, long text "
     "=C3=A9\r\n--b--\r\n",
     NULL},
    {"2 encoding: duplicates go", "encoding (TO \"7bit\")",
     "Content-Transfer-Encoding: 8bit\r\nA: b\r\nContent-Transfer-Encoding : 8bit\r\n\r\n"
     "long, long text \xC3\xA9\r\n",
     "Content-Transfer-Encoding: quoted-printable\r\nA: b\r\n\r\nlong, long text =C3=A9\r\n", NULL},
    {"2.2 encoding: within what is signed", "encoding (TO \"7bit\")",
     "Content-Transfer-Encoding: 8bit\r\n" SIGNED "--b\r\n\r\n\xC3\xA9\r\n--b--\r\n",
     "Content-Transfer-Encoding: 8bit\r\n" SIGNED "--b\r\n\r\n\xC3\xA9\r\n--b--\r\n",
     "convert.left-signed"},
    {"2 encoding: text between parts", "encoding (TO \"7bit\")",
     MIXED "\xC3\xA9\r\n" TEXT_A "--b--\r\n", MIXED "??\r\n" TEXT_A "--b--\r\n", NULL},

    {"2 footer: one text", FOOT, "Subject: s\r\n\r\na\r\n",
     "Subject: s\r\n\r\na\r\n-- \r\nfoot\r\n", NULL},
    {"2 footer: two of them, and a sum that no longer holds",
     "footer (TEXT \"one\")\nfooter (TEXT \"two\")",
     "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\nA: b\r\n\r\na\r\n",
     "A: b\r\n\r\na\r\none\r\ntwo\r\n", NULL},
    {"2 footer: without an end of the line", FOOT, "Subject: s\r\n\r\na",
     "Subject: s\r\n\r\na\r\n-- \r\nfoot", NULL},
    {"2 footer: the first text, no attachment", FOOT,
     MIXED "--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n" TEXT_A TEXT_A "--b--\r\n",
     MIXED "--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
           "--b\r\nContent-Type: text/plain\r\n\r\na\r\n-- \r\nfoot\r\n" TEXT_A "--b--\r\n",
     NULL},
    {"2 footer: both of an alternative", FOOT,
     "Content-Type: multipart/alternative; boundary=b\r\n\r\n" TEXT_A
     "--b\r\nContent-Type: text/html\r\n\r\n<body>a</body>\r\n--b--\r\n",
     "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
     "--b\r\nContent-Type: text/plain\r\n\r\na\r\n-- \r\nfoot\r\n"
     "--b\r\nContent-Type: text/html\r\n\r\n<body>a<p>foot</p></body>\r\n--b--\r\n",
     NULL},
    {"2 footer: the root of related parts", FOOT,
     "Content-Type: multipart/related; boundary=b\r\n\r\n"
     "--b\r\nContent-Type: text/html\r\n\r\na\r\n" TEXT_A "--b--\r\n",
     "Content-Type: multipart/related; boundary=b\r\n\r\n"
     "--b\r\nContent-Type: text/html\r\n\r\na<p>foot</p>\r\n" TEXT_A "--b--\r\n",
     NULL},
    {"2 footer: the root that start names", FOOT,
     "Content-Type: multipart/related; boundary=b; start=\"<x@y>\"\r\n\r\n" TEXT_A
     "--b\r\nContent-ID: <x@y>\r\n\r\nb\r\n--b--\r\n",
     "Content-Type: multipart/related; boundary=b; start=\"<x@y>\"\r\n\r\n" TEXT_A
     "--b\r\nContent-ID: <x@y>\r\n\r\nb\r\n-- \r\nfoot\r\n--b--\r\n",
     NULL},
    {"2 footer: no place behind the header", FOOT, "Subject: s\r\n", "Subject: s\r\n",
     "convert.left-unread"},
    {"2 footer: base64", FOOT, "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n",
     "Content-Transfer-Encoding: quoted-printable\r\n\r\na\r\n--=20\r\nfoot=\r\n", NULL},
    {"2 footer: flowed", "footer (TEXT \"a ~>b~ c\")",
     "Content-Type: text/plain; format=flowed\r\n\r\nx\r\n",
     "Content-Type: text/plain; format=flowed\r\n\r\nx\r\na\r\n >b\r\n  c\r\n", NULL},
    {"2 footer: in the charset of the text", UMLAUT,
     "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\xE9\r\n",
     "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
     "8bit\r\n\r\n\xE9\r\nf\xF6t\r\n",
     NULL},
    {"2 footer: to UTF-8 where it does not fit", UMLAUT,
     "Content-Type: text/plain; charset=koi8-r\r\n\r\n\xC1 and a longer text\r\n",
     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xD0\xB0 "
     "and a longer text\r\nf\xC3\xB6t\r\n",
     NULL},
    {"2 footer: HTML has references", "footer (HTML \"f\xC3\xB6t\")",
     "Content-Type: text/html; charset=koi8-r\r\n\r\n<p>\xC1</p>\r\n",
     "Content-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: "
     "8bit\r\n\r\n<p>\xC1</p>\r\nf&#246;t\r\n",
     NULL},
    {"2 footer: a text for HTML", "footer (TEXT \"a<b\")", "Content-Type: text/html\r\n\r\nx\r\n",
     "Content-Type: text/html\r\n\r\nx\r\n<p>a&lt;b</p>\r\n", NULL},
    {"2 footer: a charset with states", "footer (TEXT \"\xE6\x97\xA5\")",
     "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1B$BF|\x1B(B\r\n",
     "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
     "\x1B$BF|\x1B(B\r\n\x1B$BF|\x1B(B\r\n",
     NULL},
    {"2.2 footer: signed", FOOT, SIGNED TEXT_A "--b--\r\n", SIGNED TEXT_A "--b--\r\n",
     "convert.left-signed"},
    {"2.2 footer: within a signed part of a list's mail", FOOT,
     "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" SIGNED TEXT_A
     "--b--\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n",
     "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" SIGNED TEXT_A
     "--b--\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n",
     "convert.left-signed"},
    {"2.2 footer: signed, broken", "footer (TEXT \"foot\" SIGNED \"break\")",
     SIGNED TEXT_A "--b--\r\n",
     SIGNED "--b\r\nContent-Type: text/plain\r\n\r\na\r\nfoot\r\n--b--\r\n", NULL},
};

static void check_noted(const struct made_copy *copy, const char *noted)
{
    for (size_t i = 0; i < copy->report.findings_count; i++) {
        if (noted == NULL || !bytes_equal(copy->report.findings[i].symbol, bytes_of_text(noted)))
            fail_msg("%.*s is noted", (int)copy->report.findings[i].symbol.size,
                     copy->report.findings[i].symbol.data);
        assert_int_equal(copy->report.findings[i].class, CLASS_NOTE);
    }
    assert_true(noted == NULL || copy->report.findings_count > 0);
}

/* `~` stands for a line break in a value: a line cannot hold one. */
static void make_copy(struct made_copy *copy, struct bytes given, const char *text)
{
    struct edit *edits = NULL;
    struct buffer lines = {.limit = SIZE_MAX};
    struct arena arena;
    size_t count = 0;

    arena_init(&arena, 1 << 20);
    for (const char *end; *text != '\0'; text = *end == '\0' ? end : end + 1) {
        end = text + strcspn(text, "\n");
        assert_int_equal(buffer_append(&lines, BYTES("e EDIT ")), STATUS_OK);
        assert_int_equal(
            buffer_append(&lines, bytes_slice(bytes_of_text(text), 0, (size_t)(end - text))),
            STATUS_OK);
        assert_int_equal(buffer_append(&lines, BYTES("\r\n")), STATUS_OK);
    }
    assert_int_equal(edits_read(lines.data, lines.size, &arena, &edits, &count), STATUS_OK);
    for (size_t i = 0; i < lines.size; i++)
        lines.data[i] = lines.data[i] == '~' ? '\n' : lines.data[i];
    made_copy_of_edits(copy, given, edits, count);
    arena_clear(&arena);
    buffer_clear(&lines);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct made_copy copy;

    make_copy(&copy, bytes_of_text(row->given), row->edits);
    assert_int_equal(copy.status, STATUS_OK);
    assert_int_equal(buffer_append_octet(&copy.octets, '\0'), STATUS_OK);
    assert_string_equal(copy.octets.data, row->expected);
    check_noted(&copy, row->noted);
    made_copy_clear(&copy);
}

/* 2: the footer and all that was there are parts of a new message; what was there is the same. */
static void test_wrap(void **state)
{
    static const char given[] = "Subject: s\r\nContent-Type: image/png; name=a\r\n"
                                "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n";
    struct made_copy copy;
    const char *text;

    (void)state;
    made_copy_init(&copy, bytes_of_text(given), "footer (TEXT \"foot\")");
    assert_int_equal(copy.status, STATUS_OK);
    assert_int_equal(buffer_append_octet(&copy.octets, '\0'), STATUS_OK);
    text = (const char *)copy.octets.data;
    assert_non_null(strstr(text, "Content-Type: multipart/mixed; boundary="));
    assert_non_null(strstr(text, "_footer\r\nContent-Type: image/png; name=a\r\n"
                                 "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n\r\n--"));
    assert_non_null(strstr(text, "\r\n\r\nfoot\r\n--"));
    assert_int_equal(strncmp(text, "Subject: s\r\nMIME-Version: 1.0\r\n", 30), 0);
    made_copy_clear(&copy);
}

static void test_wrap_twice(void **state)
{
    struct made_copy copy;

    (void)state;
    made_copy_init(&copy, BYTES("Content-Type: image/png\r\n\r\nx\r\n"),
                   "footer (TEXT \"one\")\nfooter (TEXT \"two\")");
    assert_int_equal(copy.status, STATUS_OK);
    assert_int_equal(buffer_append_octet(&copy.octets, '\0'), STATUS_OK);
    assert_non_null(strstr((const char *)copy.octets.data, "\r\n\r\none\r\ntwo\r\n--"));
    made_copy_clear(&copy);
}

static void add_rows(struct CMUnitTest *tests, size_t *tests_count, const struct row *rows,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        tests[(*tests_count)++] =
            (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
}

int main(void)
{
    static struct CMUnitTest tests[128];
    size_t count = 0;

    message_warm_up();
    add_rows(tests, &count, part_rows, sizeof part_rows / sizeof part_rows[0]);
    add_rows(tests, &count, text_rows, sizeof text_rows / sizeof text_rows[0]);
    tests[count++] =
        (struct CMUnitTest){"2 footer: a message without a text", test_wrap, NULL, NULL, NULL};
    tests[count++] =
        (struct CMUnitTest){"2 footer: two, and no text", test_wrap_twice, NULL, NULL, NULL};
    return _cmocka_run_group_tests("convert_body", tests, count, NULL, NULL);
}
