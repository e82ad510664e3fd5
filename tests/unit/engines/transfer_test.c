/* Transfer decoders: what they yield, where it came from, and that they never yield more than they
 * read. */
#include "engines/decode/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *name;
    enum transfer_encoding encoding;
    const char *raw;
    const char *decoded;
};

static const struct row rows[] = {
    {"3 base64 whole groups", ENCODING_BASE64, "aGVsbG8h", "hello!"},
    {"3 base64 with padding", ENCODING_BASE64, "aGVsbG8=", "hello"},
    {"3 base64 goes on behind padding", ENCODING_BASE64, "QUI=\r\nQ0Q=", "ABCD"},
    {"3 base64 goes on behind double padding", ENCODING_BASE64, "QQ==Qg==", "AB"},
    {"3 base64 that begins with padding", ENCODING_BASE64, "=QUI=", "AB"},
    {"3 base64 skips junk", ENCODING_BASE64, "a-G*V\r\ns b\tG8h", "hello!"},
    {"3 base64 skips octets above 127", ENCODING_BASE64, "aG\xff\xfeVs", "hel"},
    {"3 base64 without its padding", ENCODING_BASE64, "aGVsbG8", "hello"},
    {"3 base64 one character is nothing", ENCODING_BASE64, "aGVsb", "hel"},
    {"3 base64 line by line", ENCODING_BASE64, "aGVs\r\nbG8h\r\n", "hello!"},
    {"3 base64 of nothing", ENCODING_BASE64, "", ""},
    {"3 quoted-printable octets", ENCODING_QUOTED_PRINTABLE, "a=3Db=c3=A9", "a=b\xc3\xa9"},
    {"3 quoted-printable soft break CRLF", ENCODING_QUOTED_PRINTABLE, "ab=\r\ncd", "abcd"},
    {"3 quoted-printable soft break LF", ENCODING_QUOTED_PRINTABLE, "ab=\ncd", "abcd"},
    {"3 quoted-printable soft break with blanks", ENCODING_QUOTED_PRINTABLE, "ab= \t\r\ncd",
     "abcd"},
    {"3 quoted-printable soft break at the end", ENCODING_QUOTED_PRINTABLE, "ab=", "ab"},
    {"3 quoted-printable other = is itself", ENCODING_QUOTED_PRINTABLE, "a=b =x = =3",
     "a=b =x = =3"},
    {"3 quoted-printable keeps blanks", ENCODING_QUOTED_PRINTABLE, "a  \r\nb", "a  \r\nb"},
    {"3 uuencode", ENCODING_UUENCODE, "begin 644 x\n%:&5L;&\\\n`\nend\n", "hello"},
    {"3 uuencode keeps what stands around it", ENCODING_UUENCODE,
     "see:\nbegin 644 x\n#86)C\nend\nbye\n", "see:\nabcbye\n"},
    {"3 uuencode without an end", ENCODING_UUENCODE, "begin 644 x\r\n#86)C\r\n", "abc"},
    {"3 uuencode short line", ENCODING_UUENCODE, "begin 644 x\n#86)\n", "ab@"},
    {"3 uuencode text inside stays", ENCODING_UUENCODE, "begin 644 x\n!text that is long\nend\n",
     "!text that is long\n"},
    {"3 uuencode without a begin", ENCODING_UUENCODE, "\n#86)C\n`\n", "abc"},
    {"3 uuencode that is text", ENCODING_UUENCODE, "plain\n", "plain\n"},
};

static void test_decode(void **state)
{
    const struct row *row = *state;
    struct bytes raw = bytes_of_text(row->raw);
    size_t bound = decode_bound(row->encoding, raw.size), size;
    uint8_t *out = test_malloc(bound + 1);
    bool odd;

    size = decode_octets(row->encoding, 0, raw, out, &odd);
    assert_true(size <= raw.size);
    assert_int_equal(size, strlen(row->decoded));
    assert_memory_equal(out, row->decoded, size);
    test_free(out);
}

/* Origins of all octets ascend, and the octets of a range decode to what they yielded. */
static void test_origin(void **state)
{
    const struct row *row = *state;
    struct bytes raw = bytes_of_text(row->raw);
    size_t size = strlen(row->decoded), before = 0;

    for (size_t i = 0; i < size; i++) {
        struct range origin = decode_origin(row->encoding, raw, i, 1);
        struct range rest = decode_origin(row->encoding, raw, i, UINT64_MAX);

        assert_true(origin.size > 0);
        assert_true(origin.offset >= before);
        assert_true(origin.offset + origin.size <= raw.size);
        assert_int_equal(rest.offset, origin.offset);
        before = origin.offset;
    }
    assert_int_equal(decode_origin(row->encoding, raw, size, 1).size, 0);
}

/* Each cut of the octets yields a beginning of the whole, up to the group that was cut. */
static void test_cuts(void **state)
{
    const struct row *row = *state;
    size_t length = strlen(row->raw);

    for (size_t cut = 0; cut <= length; cut++) {
        uint8_t *raw = test_malloc(cut + 1);
        uint8_t *out = test_malloc(decode_bound(row->encoding, cut) + 1);
        size_t size;
        bool odd;

        memcpy(raw, row->raw, cut);
        size = decode_octets(row->encoding, 0, (struct bytes){raw, cut}, out, &odd);
        assert_true(size <= cut);
        test_free(out);
        test_free(raw);
    }
}

static void test_exact_origins(void **state)
{
    struct range range;

    (void)state;
    range = decode_origin(ENCODING_BASE64, BYTES("aGVs\r\nbG8h"), 3, 3);
    assert_int_equal(range.offset, 6);
    assert_int_equal(range.size, 4);
    range = decode_origin(ENCODING_BASE64, BYTES("aGVs"), 1, 1);
    assert_int_equal(range.offset, 1);
    assert_int_equal(range.size, 2);
    range = decode_origin(ENCODING_QUOTED_PRINTABLE, BYTES("ab=\r\n=41c"), 2, 1);
    assert_int_equal(range.offset, 5);
    assert_int_equal(range.size, 3);
}

static void test_names(void **state)
{
    static const struct {
        const char *value;
        enum transfer_encoding encoding;
        bool clean;
    } names[] = {{"7bit", ENCODING_IDENTITY, true},
                 {"BASE64", ENCODING_BASE64, true},
                 {" Quoted-Printable (soft) ", ENCODING_QUOTED_PRINTABLE, true},
                 {"x-uuencode", ENCODING_UUENCODE, true},
                 {"uue", ENCODING_UUENCODE, true},
                 {"", ENCODING_IDENTITY, true},
                 {"\"base64\"", ENCODING_BASE64, false},
                 {"base64;", ENCODING_BASE64, false},
                 {"base64 foo", ENCODING_BASE64, false},
                 {"x-base64", ENCODING_UNKNOWN, true},
                 {"7-bit", ENCODING_UNKNOWN, true}};
    bool clean;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(decode_named(bytes_of_text(names[i].value), &clean), names[i].encoding);
        assert_int_equal(clean, names[i].clean);
    }
}

/* What another decoder could yield differently, and what not. */
static void test_odd(void **state)
{
    static const struct {
        enum transfer_encoding encoding;
        const char *raw;
        bool odd;
    } cases[] = {{ENCODING_BASE64, "QUJD\r\nREVG\r\n", false},
                 {ENCODING_BASE64, "QUJD \r\n\tREVG\r\nQQ==\r\n\r\n", false},
                 {ENCODING_BASE64, "QUJDRA", false},
                 {ENCODING_BASE64, "QUJDR", true},
                 {ENCODING_BASE64, "QUJD!REVG", true},
                 {ENCODING_BASE64, "QUI=QUJD", true},
                 {ENCODING_BASE64, "QUI=\r\nlist footer", true},
                 {ENCODING_BASE64, "QU=I", true},
                 {ENCODING_BASE64, "=QUJD", true},
                 {ENCODING_BASE64, "QUJ\r\nD", true},
                 {ENCODING_BASE64, "QUJD-_", true},
                 {ENCODING_QUOTED_PRINTABLE, "a=3D=\r\nb=", false},
                 {ENCODING_QUOTED_PRINTABLE, "a=b", true},
                 {ENCODING_QUOTED_PRINTABLE, "=3d=e9", false},
                 {ENCODING_QUOTED_PRINTABLE, "=3D=e9", true},
                 {ENCODING_UUENCODE, "begin 644 x\n#86)C\nend\n", false},
                 {ENCODING_UUENCODE, "#86)C\n", true}};
    uint8_t out[64];
    bool odd;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)decode_octets(cases[i].encoding, 0, bytes_of_text(cases[i].raw), out, &odd);
        assert_int_equal(odd, cases[i].odd);
    }
}

/* A page of base64 with junk at every place decodes to the same octets as without. */
static void test_junk_anywhere(void **state)
{
    static const char plain[] = "VGhlIHF1aWNrIGJyb3duIGZveA==";
    uint8_t expected[64], out[64], raw[64];
    size_t length = sizeof plain - 1;
    bool odd;
    size_t size = decode_octets(ENCODING_BASE64, 0, BYTES(plain), expected, &odd);

    (void)state;
    for (size_t at = 0; at <= length; at++) {
        memcpy(raw, plain, at);
        raw[at] = '!';
        memcpy(raw + at + 1, plain + at, length - at);
        assert_int_equal(
            decode_octets(ENCODING_BASE64, 0, (struct bytes){raw, length + 1}, out, &odd), size);
        assert_memory_equal(out, expected, size);
    }
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[3 * ROWS + 4];
    size_t count = 0;

    memset(tests, 0, sizeof tests);
    for (size_t i = 0; i < ROWS; i++) {
        void *row = (void *)&rows[i];

        tests[count++] = (struct CMUnitTest){rows[i].name, test_decode, NULL, NULL, row};
        tests[count++] = (struct CMUnitTest){rows[i].name, test_origin, NULL, NULL, row};
        tests[count++] = (struct CMUnitTest){rows[i].name, test_cuts, NULL, NULL, row};
    }
    tests[count++] =
        (struct CMUnitTest){"3 origins are exact", test_exact_origins, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"3 names of encodings", test_names, NULL, NULL, NULL};
    tests[count++] =
        (struct CMUnitTest){"3 base64 junk at any place", test_junk_anywhere, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"3 odd encodings are seen", test_odd, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
