/* Boundaries, nesting, and places where readers part. */
#include "tests/hurtful/shape.h"

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define TYPES_16 REPEAT("Content-Type: multipart/mixed; boundary=b" INNER "\r\n", 16) "\r\n"
#define LONG_60 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DASHES_60 "------------------------------------------------------------"

/* A small message in base64 in a message in base64 in … */
static void make_encoded_nest(struct buffer *out, size_t size)
{
    struct buffer inner;

    append_text(out, "Content-Type: text/plain\r\n\r\nx", 0);
    while (out->size < size) {
        buffer_init(&inner, SIZE_MAX);
        append(&inner, buffer_bytes(out));
        out->size = 0;
        append_text(out, "Content-Type: message/rfc822\r\n", 0);
        append_text(out, "Content-Transfer-Encoding: base64\r\n\r\n", 0);
        append_base64(out, buffer_bytes(&inner));
        buffer_clear(&inner);
    }
}

const struct shape shapes_structure[] = {
    {"delimiters", MIXED, "--b\n", "", NULL, NULL},
    {"tiny parts", MIXED, "--b\r\n\r\n", "--b--\r\n", NULL, NULL},
    {"large parts", MIXED, "--b\r\n\r\n" REPEAT("xxxxxxxxxxxxx\r\n", 3000), "--b--\r\n", NULL,
     NULL},
    {"dashes that delimit nothing", MIXED "--b\r\n\r\n", "--c\n", "--b--", NULL, NULL},
    {"dashes and no boundary", "Content-Type: multipart/mixed\r\n\r\n", "--c\n", "", NULL, NULL},
    {"many boundaries declared", MIXED,
     "--b\r\nContent-Type: multipart/mixed; boundary=b" NUMBER "\r\n\r\n", "", NULL, NULL},
    {"16 boundaries and a text", TYPES_16, "text text text\r\n", "", NULL, NULL},
    {"16 boundaries and their delimiters", TYPES_16, REPEAT("--b" INNER "\r\n\r\nx\r\n", 16), "",
     NULL, NULL},
    {"16 boundaries and large parts", TYPES_16,
     REPEAT("--b" INNER "\r\n\r\n" REPEAT("xxxxxxxxxxxxx\r\n", 3000), 16), "", NULL, NULL},
    {"16 boundaries in each part", MIXED "--b\r\n",
     TYPES_16 REPEAT("--b" INNER "\r\n\r\n" REPEAT("xxxxxxxxxxxxx\r\n", 300), 16) "--b\r\n", "",
     NULL, NULL},
    {"17 boundaries", TYPES_16 "--b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n",
     "--x\r\n\r\nx\r\n", "", NULL, NULL},
    {"16 boundaries and near-delimiters", TYPES_16, REPEAT(" --b" INNER " x\r\n\r\nx\r\n", 16), "",
     NULL, NULL},
    {"a family of prefixes",
     "Content-Type: a/b; boundary=b; boundary=bb; boundary=bbb; boundary=bbbb; "
     "boundary=bbbbb\r\n\r\n",
     "--" REPEAT("b", 60) "\r\n", "", NULL, NULL},
    {"a family of prefixes in one line",
     "Content-Type: a/b; boundary=b; boundary=bb; boundary=bbb; boundary=bbbb\r\n\r\n", "--bbbb",
     "", NULL, NULL},
    {"boundaries of dashes", "Content-Type: multipart/mixed; boundary=" DASHES_60 "\r\n\r\n", "--",
     "\r\n", NULL, NULL},
    {"lines of dashes", "Content-Type: multipart/mixed; boundary=" DASHES_60 "\r\n\r\n",
     DASHES_60 "\r\n", "", NULL, NULL},
    {"a line that begins like the boundary",
     "Content-Type: multipart/mixed; boundary=" LONG_60 "c\r\nContent-Type: multipart/mixed; "
     "boundary=" LONG_60 "d\r\n\r\n",
     "b", "\r\n", NULL, NULL},
    {"boundaries with blanks",
     "Content-Type: multipart/mixed; boundary=\"b  b\"; boundary=b\r\n\r\n", "--b  ", "\r\n", NULL,
     NULL},
    {"blanks before dashes", MIXED "--b\r\n\r\n", REPEAT(" ", 1000) "--b\r\n", "", NULL, NULL},
    {"blanks", MIXED " --b\r\n\r\n", " ", "--b\r\n", NULL, NULL},
    {"text behind delimiters", MIXED, "--b and text\r\n\r\nx\r\n", "", NULL, NULL},
    {"text behind a few delimiters", MIXED, "--b and text\r\n\r\n" REPEAT("text text\r\n", 50000),
     "", NULL, NULL},
    {"an empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n", "--\r\n\r\nx\r\n",
     "", NULL, NULL},
    {"multiparts within each other", "",
     "Content-Type: multipart/mixed; boundary=b" NUMBER "\r\n\r\n--b" NUMBER "\r\n", "\r\nx", NULL,
     NULL},
    {"multiparts within each other, one boundary", "",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "\r\nx", NULL, NULL},
    {"messages within each other", "", "Content-Type: message/rfc822\r\n\r\n", "A: b\r\n\r\nx",
     NULL, NULL},
    {"messages and multiparts within each other", "",
     "Content-Type: multipart/digest; boundary=b" NUMBER "\r\n\r\n--b" NUMBER "\r\n\r\n",
     "A: b\r\n\r\nx", NULL, NULL},
    {"900 multiparts within each other, then text",
     REPEAT("Content-Type: multipart/mixed; boundary=b" INNER "\r\n\r\n--b" INNER "\r\n",
            900) "\r\n",
     "text text\r\n", "", NULL, NULL},
    {"900 messages within each other, then text",
     REPEAT("Content-Type: message/rfc822\r\n\r\n", 900) "\r\n", "text text\r\n", "", NULL, NULL},
    {"250 levels and dashes",
     REPEAT("Content-Type: multipart/mixed; boundary=b" INNER "\r\n\r\n--b" INNER "\r\n",
            250) "\r\n",
     "--b6x\r\n", "", NULL, NULL},
    {"60 levels, then text",
     REPEAT("Content-Type: multipart/mixed; boundary=b" INNER "\r\n\r\n--b" INNER "\r\n",
            60) "\r\n",
     "text text\r\n", "", NULL, NULL},
    {"60 levels and dashes",
     REPEAT("Content-Type: multipart/mixed; boundary=b" INNER "\r\n\r\n--b" INNER "\r\n",
            60) "\r\n",
     "--b6x\r\n", "", NULL, NULL},
    {"60 levels of two boundaries",
     REPEAT("Content-Type: multipart/mixed; boundary=b" INNER "; boundary=c" INNER
            "\r\n\r\n--b" INNER "\r\n",
            60) "\r\n",
     "text text\r\n", "", NULL, NULL},
    {"60 levels of two header ends",
     REPEAT("Content-Type: multipart/mixed; boundary=b" INNER "\r\n \r\nno field\r\n\r\n--b" INNER
            "\r\n",
            60) "\r\n",
     "text text\r\n", "", NULL, NULL},
    {"60 levels of messages in messages for some",
     REPEAT("Content-Type: text/plain\rContent-Type: message/rfc822\r\n\r\n", 60) "\r\n",
     "text text\r\n", "", NULL, NULL},
    {"a message in base64 in a message in base64", NULL, NULL, NULL, NULL, make_encoded_nest},
    {"a multipart in base64", MIXED, "--b\r\n\r\nx\r\n", "",
     "Content-Type: multipart/mixed; boundary=b", NULL},
    {"messages in base64 in each part", MIXED,
     "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" REPEAT(
         "QTogYgpDb250ZW50LVR5cGU6IHRleHQvaHRtbAoKeHh4\r\n", 500),
     "", NULL, NULL},
    {"large messages in base64 in each part", MIXED,
     "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" REPEAT(
         "QTogYgpDb250ZW50LVR5cGU6IHRleHQvaHRtbAoKeHh4\r\n", 10000),
     "", NULL, NULL},
    {"hidden parts", "A: b\r\n\r\n", "--x\nContent-A: b\n", "", NULL, NULL},
    {"hidden parts of other dashes", "A: b\r\n\r\n", "--" NUMBER "\nContent-A: b\n", "", NULL,
     NULL},
    {"large hidden parts", "A: b\r\n\r\n",
     "--x" NUMBER "\nContent-A: b\n\n" REPEAT("text text\r\n", 5000), "", NULL, NULL},
    {"hidden parts with two types", "A: b\r\n\r\n",
     "--x" NUMBER "\nContent-Type: multipart/mixed; boundary=b\nContent-Type: multipart/mixed; "
     "boundary=c\n\n--b\n\nx--c\n\ny\n",
     "", NULL, NULL},
    {"dashes before fields that are none of a part", "A: b\r\n\r\n", "--x\nA: b\n", "", NULL, NULL},
    {"quoted parts", "A: b\r\n\r\n", "> --x\n> Content-A: b\n", "", NULL, NULL},
    {"types of fields", "A: b\r\n\r\n", "Content-Type: text/plain\r\n\r\n", "", NULL, NULL},
    {"a preamble", MIXED, "preamble\r\n", "--b\r\n\r\nx", NULL, NULL},
    {"epilogues", MIXED, "--b\r\n\r\nx\r\n--b--\r\nepilogue\r\n", "", NULL, NULL},
    {"epilogues that begin like parts", MIXED,
     "--b\r\n\r\nx\r\n--b--\r\nContent-A: b\r\n\r\nepilogue\r\n", "", NULL, NULL},
    {"bare CRs before dashes", "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
     "\r--b\rContent-A: b\r\rx", "", NULL, NULL},
    {"bare CRs as ends of lines", "Content-Type: multipart/mixed; boundary=b\r\r--b\r",
     "text text\r", "--b--\r", NULL, NULL},
    {"bare LFs as ends of lines", MIXED, "--b\n\nx\n", "--b--\n", NULL, NULL},
    {"bare LFs around a few parts", MIXED, "--b\n\n" REPEAT("text text\r\n", 50000), "--b--\n",
     NULL, NULL},
    {"other ends of a header", "A: b\r\n \r\nno field\r\n",
     "Content-Type: text/html\r\nno field\r\n", "", NULL, NULL},
    {"a large body behind other ends of a header",
     "A: b\r\n \r\nno field\r\nContent-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n",
     "text text\r\n", "", NULL, NULL},
    {"partial messages", "Content-Type: message/partial; id=a; number=1; total=2\r\n\r\n",
     "A: b\r\n\r\n", "", NULL, NULL},
    {"everything at once",
     "A: b\rContent-Type: text/html\r\n" REPEAT(
         "Content-Type: multipart/mixed; boundary=b" INNER "\r\n",
         8) "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: quoted-printable\r\n"
            " \r\nno field\r\n\r\n",
     "--b1 x\r\nContent-Type: text/html; charset=utf-7\r\nContent-Transfer-Encoding: uu\r\n\r\n"
     "begin 644 x\r\n#86)C\r\nend\r\n=41=\r\n\r--b2\nContent-A: b\n\nQQ=QQ=\n",
     "", NULL, NULL},
    {"everything at once, large parts",
     "A: b\rContent-Type: text/html\r\n" REPEAT(
         "Content-Type: multipart/mixed; boundary=b" INNER "\r\n",
         8) "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: quoted-printable\r\n"
            " \r\nno field\r\n\r\n",
     "--b1 x\r\nContent-Type: text/html; charset=utf-7\r\nContent-Transfer-Encoding: "
     "uu\r\n\r\n" REPEAT("begin 644 x\r\n#86)C\r\nend\r\n=41=\r\n\r--b2\nContent-A: b\n\nQQ=QQ=\n",
                         5000),
     "", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
