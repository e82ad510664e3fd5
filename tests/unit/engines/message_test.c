/* The view: which parts there are, what they hold, what is found. The expected text has a line for
 * each part, "number<parent KIND type [name] content", and one for each finding. */
#include "engines/message/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/view_check.h"

struct row {
    const char *name;
    const char *octets;
    const char *expected;
};

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define FOUR_NAMES                                                                                 \
    "Content-Disposition: x; filename=n\r\nContent-Disposition: x; filename=n\r\n"                 \
    "Content-Disposition: x; filename=n\r\nContent-Disposition: x; filename=n\r\n"
#define SIXTEEN_NAMES FOUR_NAMES FOUR_NAMES FOUR_NAMES FOUR_NAMES
#define BASE64 "Content-Transfer-Encoding: base64\r\n"

static const struct row rows[] = {
    {"2 one leaf", "Subject: x\r\n\r\nhello\r\n", "1<0 LEAF text/plain [] hello\\r\\n|"},
    {"2 LF only", "Subject: x\n\nhello\n", "1<0 LEAF text/plain [] hello\\n|"},
    {"2 a header alone", "Subject: x\r\n", "1<0 LEAF text/plain [] |"},
    {"2 two leaves",
     MIXED "\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one|3<1 LEAF text/html [] two|"},
    {"2 preamble and epilogue are leaves",
     MIXED "\r\npre\r\n--b\r\n\r\none\r\n--b--\r\nepi\r\n\r\nlogue\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] pre|3<1 LEAF text/plain [] one|"
     "4<1 LEAF text/plain [] epi\\r\\n\\r\\nlogue|"},
    {"2 blank preamble and epilogue are nothing",
     MIXED "\r\n \r\n--b\r\n\r\none\r\n--b--\r\n\t\r\n\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one|"},
    {"2 a message within",
     MIXED "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" BASE64 "\r\nQUJD\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 MESSAGE message/rfc822 []|3<2 LEAF text/plain [] ABC|"},
    {"2 a multipart within, with its epilogue",
     MIXED "\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n"
           "--c--\r\ninner\r\n--b\r\n\r\ntwo\r\n--b--\r\nouter\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 MULTIPART multipart/alternative []|"
     "3<2 LEAF text/plain [] one|4<2 LEAF text/plain [] inner|5<1 LEAF text/plain [] two|"
     "6<1 LEAF text/plain [] outer|"},
    {"2 the inner end is missing",
     MIXED "\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n"
           "--b\r\n\r\ntwo\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 MULTIPART multipart/alternative []|"
     "3<2 LEAF text/plain [] one|4<1 LEAF text/plain [] two|"},
    {"2 a delimiter behind a bare LF, where lines end with CRLF",
     MIXED "\r\n--b\r\n\r\none\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one|"},
    {"2 one octet that is no field behind a header", MIXED "\x05\n\r\n--b\r\n\r\none\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] \x05|3<1 LEAF text/plain [] one|"},
    {"2 the last delimiter ends without a line break",
     MIXED "\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one|3<1 LEAF text/plain [] two|"},
    {"2 a type without a subtype", "Content-Type: text; name=a/b\r\n\r\nhello\r\n",
     "1<0 LEAF text/plain [a/b] hello\\r\\n|"},
    {"2 the end is missing", MIXED "\r\n--b\r\n\r\none\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one\\r\\n|"},
    {"2 an mbox line before the header", "From a@b Mon\nSubject: x\n\nhello\n",
     "1<0 LEAF text/plain [] hello\\n|"},
    {"2 a part of a digest is a message",
     "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: "
     "x\r\n\r\none\r\n--b--\r\n",
     "1<0 MULTIPART multipart/digest []|2<1 MESSAGE message/rfc822 []|3<2 LEAF text/plain [] one|"},
    {"2 the name of the disposition comes first",
     "Content-Type: a/b; name=x\r\nContent-Disposition: attachment; filename=\"y \\\"z\"\r\n\r\n1",
     "1<0 LEAF a/b [y \"z] 1|message.duplicate-name 1|"},
    {"2 more fields with a name than are looked at",
     SIXTEEN_NAMES "Content-Disposition: x; filename=n\r\n\r\n1",
     "1<0 LEAF text/plain [n] 1|message.duplicate-name 1|limit.parameters 1|"},
    {"2 the name of the type", "Content-Type: A/B; name=x.exe\r\n\r\n1", "1<0 LEAF a/b [x.exe] 1|"},
    {"2 a name that is not UTF-8", "Content-Type: a/b; name=\"\xe9\x01\"\r\n\r\n1",
     "1<0 LEAF a/b [\xC3\xA9\xEF\xBF\xBD] 1|"},
    {"2 a name in UTF-8", "Content-Type: a/b; name=\"\xc3\xa9\"\r\n\r\n1",
     "1<0 LEAF a/b [\xc3\xa9] 1|"},
    {"3 base64", BASE64 "\r\nQUI=\r\nQ0Q=\r\n",
     "1<0 LEAF text/plain [] ABCD|message.content-malformed 1|"},
    {"3 quoted-printable", "Content-Transfer-Encoding: Quoted-Printable\r\n\r\na=\r\n=41",
     "1<0 LEAF text/plain [] aA|"},
    {"3 uuencode",
     "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n#86)C\r\n`\r\nend\r\n",
     "1<0 LEAF text/plain [] abc|2<0 LEAF application/octet-stream [x] abc|"},
    {"4 message.unparsable", "no colon here\r\n\r\nbody\r\n",
     "1<0 LEAF text/plain [] no colon here\\r\\n\\r\\nbody\\r\\n|message.unparsable 0|"},
    {"4 message.unparsable: nothing", "", "1<0 LEAF text/plain [] |message.unparsable 0|"},
    {"4 message.encoding-unknown", "Content-Transfer-Encoding: rot13\r\n\r\nhello",
     "1<0 LEAF text/plain [] hello|message.encoding-unknown 1|"},
    {"4 message.encoding-malformed", "Content-Transfer-Encoding: base64;\r\n\r\nQUJD",
     "1<0 LEAF text/plain [] ABC|message.encoding-malformed 1|"},
    {"4 message.encoding-container", MIXED BASE64 "\r\nLS1iDQoNCm9uZQ0KLS1iLS0NCg==\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] --b\\r\\n\\r\\none\\r\\n--b--\\r\\n|"
     "message.encoding-container 1|"},
    {"4 message.duplicate-type", "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx",
     "1<0 LEAF text/html [] x|message.duplicate-type 1|"},
    {"4 the same type twice is nothing",
     "Content-Type: text/plain\r\nContent-Type: Text/Plain\r\n\r\nx", "1<0 LEAF text/plain [] x|"},
    {"4 message.duplicate-encoding", "Content-Transfer-Encoding: 7bit\r\n" BASE64 "\r\nQUJD",
     "1<0 LEAF text/plain [] ABC|message.duplicate-encoding 1|"},
    {"4 message.duplicate-boundary",
     "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--b\r\n\r\none\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one|message.duplicate-boundary 1|"},
    {"4 message.no-boundary", "Content-Type: multipart/mixed\r\n\r\ntext\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] text|message.no-boundary 1|"},
    {"2 there is always a leaf", MIXED "\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] |"},
    {"4 message.hidden-part: another boundary",
     MIXED "\r\n--b\r\n\r\none\r\n--b--\r\n\r\n--c\r\nContent-Type: a/b\r\n\r\ntwo\r\n--c--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one|"
     "3<1 LEAF text/plain [] --c\\r\\nContent-Type: "
     "a/b\\r\\n\\r\\ntwo\\r\\n--c--|message.hidden-part 1|"},
    {"4 message.hidden-part: behind the end",
     MIXED "\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one|"
     "3<1 LEAF text/plain [] Content-Type: a/b\\r\\n\\r\\ntwo|message.hidden-part 1|"},
    {"4 message.header-cut",
     MIXED "\r\n--b\r\nContent-Type: text/plain\r\n--b\r\n\r\none\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] |3<1 LEAF text/plain [] one|"
     "message.header-cut 0|"},
    {"4 message.near-delimiter: blanks before",
     MIXED "\r\n--b\r\n\r\none\r\n --b\r\n\r\ntwo\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one\\r\\n --b\\r\\n\\r\\ntwo|"
     "message.near-delimiter 0|"},
    {"4 message.near-delimiter: text behind",
     MIXED "\r\n--b\r\n\r\none\r\n--b junk\r\n\r\ntwo\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] one\\r\\n--b junk\\r\\n\\r\\ntwo|"
     "message.near-delimiter 0|"},
    {"4 message.header-junk: its text is a leaf, decoded",
     MIXED "\r\n--b\r\n" BASE64 "QUJD\r\n\r\nREVG\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] DEF|"
     "message.header-junk 2|"},
    {"4 message.field-hidden: a name that is none", "A: b\r\nContent-Type (x): text/html\r\n\r\nx",
     "1<0 LEAF text/plain [] x|message.field-hidden 1|"},
    {"4 message.field-hidden: in a fold", "X-Y: z\r\n Content-Type: text/html\r\n\r\nx",
     "1<0 LEAF text/plain [] x|message.field-hidden 1|"},
    {"4 names of fields in a signature are nothing",
     "DKIM-Signature: h=From:\r\n Content-Type: To\r\n\r\nx", "1<0 LEAF text/plain [] x|"},
    {"4 message.type-malformed: no multipart",
     "Content-Type: x-multipart/mixed; boundary=b\r\n\r\nx",
     "1<0 LEAF x-multipart/mixed [] x|message.type-malformed 1|"},
    {"4 message.partial", "Content-Type: message/partial; number=1\r\n\r\nx",
     "1<0 LEAF message/partial [] x|message.partial 1|"},
    {"4 message.external-body", "Content-Type: message/external-body\r\n\r\nContent-Type: a/b\r\n",
     "1<0 LEAF message/external-body [] Content-Type: a/b\\r\\n|message.external-body 1|"},
    {"4 message.encoding-container: an encoded message",
     "Content-Type: message/rfc822\r\n" BASE64 "\r\nQTogYg0KDQp4\r\n",
     "1<0 LEAF message/rfc822 [] A: b\\r\\n\\r\\nx|message.encoding-container 1|"},
    {"4 message.hidden-part: the body begins with a field",
     "Subject: x\r\n\r\nContent-Type: text/html\r\n\r\nx",
     "1<0 LEAF text/plain [] Content-Type: text/html\\r\\n\\r\\nx|message.hidden-part 1|"},
    {"4 message.hidden-part: the body begins with dashes and a field",
     "Subject: x\r\n\r\n--q\r\nContent-Type: text/html\r\n\r\nx",
     "1<0 LEAF text/plain [] --q\\r\\nContent-Type: text/html\\r\\n\\r\\nx|message.hidden-part 1|"},
    {"4 dashes alone are nothing", "Subject: x\r\n\r\n-- \r\nsignature\r\n",
     "1<0 LEAF text/plain [] -- \\r\\nsignature\\r\\n|"},
    {"4 message.yenc", "Subject: x\r\n\r\n=ybegin line=128 size=1 name=x\r\nk\r\n=yend size=1\r\n",
     "1<0 LEAF text/plain [] =ybegin line=128 size=1 name=x\\r\\nk\\r\\n=yend size=1\\r\\n|"
     "2<0 LEAF application/octet-stream [x] A|message.yenc 2|"},
    {"4 message.content-malformed", BASE64 "\r\nQQ==QQ==\r\n",
     "1<0 LEAF text/plain [] AA|message.content-malformed 1|"},
    {"2 a uuencoded file in a text is a leaf besides",
     "Subject: x\r\n\r\nsee\r\nbegin 644 a b.zip\r\n#86)C\r\n`\r\nend\r\nbye\r\n",
     "1<0 LEAF text/plain [] see\\r\\nbegin 644 a b.zip\\r\\n#86)C\\r\\n`\\r\\nend\\r\\nbye\\r\\n|"
     "2<0 LEAF application/octet-stream [a b.zip] abc|"},
    {"2 two uuencoded files in a part",
     MIXED "\r\n--b\r\n\r\nbegin 644 a\r\n!80``\r\nend\r\nbegin 0755 b\r\n!8@``\r\n--b--\r\n",
     "1<0 MULTIPART multipart/mixed []|2<1 LEAF text/plain [] begin 644 a\\r\\n!80``\\r\\nend\\r\\n"
     "begin 0755 b\\r\\n!8@``|3<1 LEAF application/octet-stream [a] a|"
     "4<1 LEAF application/octet-stream [b] b|message.content-malformed 4|"},
    {"2 words that begin a sentence are nothing",
     "Subject: x\r\n\r\nbegin 644 reasons\r\nto go\r\n",
     "1<0 LEAF text/plain [] begin 644 reasons\\r\\nto go\\r\\n|"},
    {"3 uuencode without a begin", "Content-Transfer-Encoding: uuencode\r\n\r\n#86)C\r\n`\r\n",
     "1<0 LEAF text/plain [] abc|message.content-malformed 1|"},
    {"4 message.header-cr", "Subject: x\ry\r\n\r\nhello",
     "1<0 LEAF text/plain [] hello|message.header-cr 0|"},
};

struct view {
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
};

static void make(struct view *view, struct bytes octets)
{
    budget_init(&view->budget, &view->limits, octets.size, 0);
    report_init(&view->report, 1 << 22);
    assert_int_equal(message_init(&view->message, octets, &view->budget, &view->report), STATUS_OK);
}

static void drop(struct view *view)
{
    message_clear(&view->message);
    report_clear(&view->report);
}

static size_t append(char *out, size_t length, struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\r' || text.data[i] == '\n')
            length += (size_t)sprintf(out + length, text.data[i] == '\r' ? "\\r" : "\\n");
        else
            out[length++] = (char)text.data[i];
    }
    return length;
}

static void describe(struct view *view, char *out)
{
    static const char *const kinds[] = {"LEAF", "MULTIPART", "MESSAGE"};
    size_t length = 0;

    for (uint32_t i = 0; i < view->message.part_count; i++) {
        struct part *part = &view->message.parts[i];
        struct bytes content;

        if (part->reading > 0 || part->within > 0)
            continue; /* readings_test.c */
        length += (size_t)sprintf(out + length, "%u<%u %s ", part->number, part->parent,
                                  kinds[part->kind]);
        length = append(out, length, part->type);
        length = append(out, length, BYTES(" ["));
        length = append(out, length, part->name);
        length = append(out, length, BYTES("]"));
        if (part->kind == PART_LEAF) {
            assert_int_equal(message_decode(&view->message, part, &content), STATUS_OK);
            length = append(out, length, BYTES(" "));
            length = append(out, length, content);
        }
        out[length++] = '|';
    }
    for (size_t i = 0; i < view->report.findings_count; i++) {
        length = append(out, length, view->report.findings[i].symbol);
        length += (size_t)sprintf(out + length, " %u|", view->report.findings[i].part);
    }
    out[length] = '\0';
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct view view;
    char out[2000];

    limits_init(&view.limits);
    make(&view, bytes_of_text(row->octets));
    describe(&view, out);
    assert_string_equal(out, row->expected);
    assert_null(view_check(&view.message));
    drop(&view);
}

/* However a message is cut off, the view holds. */
static void test_cuts(void **state)
{
    const struct row *row = *state;
    size_t size = strlen(row->octets);
    struct view view;

    limits_init(&view.limits);
    for (size_t cut = 0; cut <= size; cut++) {
        uint8_t *octets = test_malloc(cut + 1);

        make(&view, (struct bytes){memcpy(octets, row->octets, cut), cut});
        assert_null(view_check(&view.message));
        drop(&view);
        test_free(octets);
    }
}

static void test_ranges(void **state)
{
    static const char octets[] = MIXED "\r\npre\r\n--b\r\n" BASE64 "\r\nQUJD\r\n--b--\r\nepi\r\n";
    const size_t header = sizeof MIXED - 1 + 2;
    struct view view;
    const struct part *parts;

    (void)state;
    limits_init(&view.limits);
    make(&view, BYTES(octets));
    parts = view.message.parts;
    assert_int_equal(view.message.part_count, 4);
    assert_int_equal(parts[0].header.offset, 0);
    assert_int_equal(parts[0].header.size, header);
    assert_int_equal(parts[0].body.offset, header);
    assert_int_equal(parts[0].body.size, sizeof octets - 1 - header);
    assert_int_equal(parts[1].body.offset, header);
    assert_int_equal(parts[1].body.size, 3);
    assert_int_equal(parts[2].header.offset, header + 10);
    assert_int_equal(parts[2].header.size, sizeof BASE64 - 1 + 2);
    assert_int_equal(parts[2].body.size, 4);
    assert_int_equal(message_origin(&view.message, &parts[2], 0, 3).offset, parts[2].body.offset);
    assert_int_equal(message_origin(&view.message, &parts[2], 0, 3).size, 4);
    assert_int_equal(view.report.parts_count, 4);
    assert_int_equal(view.report.parts[2].body.offset, parts[2].body.offset);
    drop(&view);
}

static void test_prescan_cap(void **state)
{
    static const char octets[] = "Content-X: 1;2;3;4;5;6;7;8;9;10\r\n\r\nbody";
    struct view view;
    struct bytes content;

    (void)state;
    limits_init(&view.limits);
    view.limits.parameters = 8;
    make(&view, BYTES(octets));
    assert_true(view.message.opaque);
    assert_int_equal(view.message.part_count, 1);
    assert_string_equal(view.message.parts[0].cap, "parameters");
    assert_int_equal(message_decode(&view.message, &view.message.parts[0], &content), STATUS_OK);
    assert_int_equal(content.size, sizeof octets - 1);
    assert_int_equal(view.report.findings_count, 1);
    assert_true(bytes_equal(view.report.findings[0].symbol, BYTES("limit.parameters")));
    assert_int_equal(view.report.findings[0].class, CLASS_LIMIT);
    drop(&view);
}

/* The prescan's sections fit, the leaves made of preamble and epilogue do not. */
static void test_parts_cap(void **state)
{
    static const char octets[] =
        MIXED "\r\npre\r\n--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\nepi\r\n";
    struct view view;

    (void)state;
    limits_init(&view.limits);
    view.limits.parts = 4;
    make(&view, BYTES(octets));
    assert_int_equal(view.message.part_count, 1);
    assert_string_equal(view.message.parts[0].cap, "parts");
    assert_int_equal(view.report.findings_count, 1);
    assert_int_equal(view.report.parts_count, 1);
    assert_null(view_check(&view.message));
    drop(&view);
}

static void test_depth_cap(void **state)
{
    static const char octets[] = MIXED
        "\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ndeep\r\n--c--\r\n"
        "\r\n--b--\r\n";
    struct view view;
    char out[2000];

    (void)state;
    limits_init(&view.limits);
    view.limits.depth = 2;
    make(&view, BYTES(octets));
    describe(&view, out);
    assert_string_equal(out,
                        "1<0 MULTIPART multipart/mixed []|2<1 MULTIPART multipart/mixed []|"
                        "3<2 LEAF text/plain [] --c\\r\\n\\r\\ndeep\\r\\n--c--|limit.depth 2|");
    assert_string_equal(view.message.parts[2].cap, "depth");
    assert_null(view_check(&view.message));
    drop(&view);
}

static void test_decoded_cap(void **state)
{
    struct view view;
    struct bytes content;

    (void)state;
    limits_init(&view.limits);
    view.limits.decoded_bytes = 3;
    make(&view,
         BYTES(MIXED "\r\n--b\r\n" BASE64 "\r\nQUJD\r\n--b\r\n" BASE64 "\r\nQQ==\r\n--b--\r\n"));
    assert_int_equal(message_decode(&view.message, &view.message.parts[1], &content), STATUS_OK);
    assert_int_equal(message_decode(&view.message, &view.message.parts[1], &content), STATUS_OK);
    assert_int_equal(view.report.parts[1].decoded_size, 3);
    for (int i = 0; i < 2; i++)
        assert_int_equal(message_decode(&view.message, &view.message.parts[2], &content),
                         STATUS_LIMIT);
    assert_string_equal(view.message.parts[2].cap, "decoded");
    assert_int_equal(view.report.findings_count, 1);
    assert_true(bytes_equal(view.report.findings[0].symbol, BYTES("limit.decoded")));
    drop(&view);
}

static void test_nul(void **state)
{
    struct view view;

    (void)state;
    limits_init(&view.limits);
    make(&view, BYTES("Subject: a\0b\r\n\r\nhello"));
    assert_int_equal(view.report.findings_count, 1);
    assert_true(bytes_equal(view.report.findings[0].symbol, BYTES("message.header-nul")));
    assert_int_equal(view.report.findings[0].range.offset, 10);
    assert_null(view_check(&view.message));
    drop(&view);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[2 * ROWS + 6];
    size_t count = 0;

    message_warm_up();
    memset(tests, 0, sizeof tests);
    for (size_t i = 0; i < ROWS; i++) {
        void *row = (void *)&rows[i];

        tests[count++] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, row};
        tests[count++] = (struct CMUnitTest){rows[i].name, test_cuts, NULL, NULL, row};
    }
    tests[count++] = (struct CMUnitTest){"2 ranges are exact", test_ranges, NULL, NULL, NULL};
    tests[count++] =
        (struct CMUnitTest){"1 a cap makes it opaque", test_prescan_cap, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"2 too many leaves", test_parts_cap, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"2 too deep", test_depth_cap, NULL, NULL, NULL};
    tests[count++] =
        (struct CMUnitTest){"3 too much to decode", test_decoded_cap, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"4 message.header-nul", test_nul, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
