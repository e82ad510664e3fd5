/* What a Content-Transfer-Encoding value names, and all that readers take from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/transfer.h"

enum {
    IDENTITY = 1 << ENCODING_IDENTITY,
    BASE64 = 1 << ENCODING_BASE64,
    QUOTED = 1 << ENCODING_QUOTED_PRINTABLE,
    UUENCODE = 1 << ENCODING_UUENCODE,
    YENC = 1 << ENCODING_YENC,
    BINHEX = 1 << ENCODING_BINHEX
};

struct row {
    const char *name;
    struct bytes value;
    enum transfer_encoding encoding;
    bool clean;
    unsigned claims;
};

#define T(text)                                                                                    \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static const struct row rows[] = {
    {"1.6 7bit", T("7bit"), ENCODING_IDENTITY, true, IDENTITY},
    {"1.6 nothing", T(""), ENCODING_IDENTITY, true, IDENTITY},
    {"1.6 base64 in capitals", T("BASE64"), ENCODING_BASE64, true, BASE64},
    {"1.6 quoted-printable", T("Quoted-Printable"), ENCODING_QUOTED_PRINTABLE, true, QUOTED},
    {"1.6 a comment behind", T(" Quoted-Printable (soft) "), ENCODING_QUOTED_PRINTABLE, true,
     QUOTED | IDENTITY},
    {"1.6 a comment before", T("(x) base64"), ENCODING_BASE64, true, BASE64 | IDENTITY},
    {"1.6 a comment that says another", T("7bit (base64)"), ENCODING_IDENTITY, true,
     BASE64 | IDENTITY},
    {"1.6 a comment within", T("bas()e64"), ENCODING_UNKNOWN, false, BASE64 | IDENTITY},
    {"1.6 x-uuencode", T("x-uuencode"), ENCODING_UUENCODE, true, UUENCODE | IDENTITY},
    {"1.6 uue", T("uue"), ENCODING_UUENCODE, true, UUENCODE | IDENTITY},
    {"1.6 x-uu", T("x-uu"), ENCODING_UNKNOWN, true, UUENCODE | IDENTITY},
    {"1.6 x-yenc", T("x-yenc"), ENCODING_YENC, true, YENC | IDENTITY},
    {"1.6 yenc", T("yenc"), ENCODING_YENC, true, YENC | IDENTITY},
    {"1.6 mac-binhex40", T("mac-binhex40"), ENCODING_BINHEX, true, BINHEX | IDENTITY},
    {"1.6 x-binhex40", T("x-binhex40"), ENCODING_BINHEX, true, BINHEX | IDENTITY},
    {"1.6 quotes", T("\"base64\""), ENCODING_BASE64, false, BASE64 | IDENTITY},
    {"1.6 a semicolon behind", T("base64;"), ENCODING_BASE64, false, BASE64 | IDENTITY},
    {"1.6 a semicolon before", T(";base64"), ENCODING_IDENTITY, false, BASE64 | IDENTITY},
    {"1.6 a word behind", T("base64 foo"), ENCODING_BASE64, false, BASE64 | IDENTITY},
    {"1.6 letters behind", T("base64xx"), ENCODING_UNKNOWN, true, BASE64 | IDENTITY},
    {"1.6 x-base64", T("x-base64"), ENCODING_UNKNOWN, true, BASE64 | IDENTITY},
    {"1.6 cut short", T("quoted-printabl"), ENCODING_UNKNOWN, true, QUOTED | IDENTITY},
    {"1.6 escaped", T("base\\64"), ENCODING_UNKNOWN, true, BASE64 | IDENTITY},
    {"1.6 a NUL within", T("bas\0e64"), ENCODING_UNKNOWN, true, BASE64 | IDENTITY},
    {"1.6 VT before", T("\vbase64"), ENCODING_UNKNOWN, true, BASE64 | IDENTITY},
    {"1.6 a fold within", T("bas\r\n e64"), ENCODING_UNKNOWN, false, BASE64 | IDENTITY},
    {"1.6 a list", T("7bit, base64"), ENCODING_UNKNOWN, false, BASE64 | IDENTITY},
    {"1.6 two", T("base64 quoted-printable"), ENCODING_BASE64, false, BASE64 | QUOTED | IDENTITY},
    {"1.6 an encoded word", T("=?UTF-8?B?YmFzZTY0?="), ENCODING_UNKNOWN, true, BASE64 | IDENTITY},
    {"1.6 an encoded word with Q", T("=?utf-8?q?q=75oted-printable?="), ENCODING_UNKNOWN, true,
     QUOTED | IDENTITY},
    {"1.6 an encoded word that is cut", T("=?u?b?YmFzZTY0"), ENCODING_UNKNOWN, true,
     BASE64 | IDENTITY},
    {"1.6 no encoded word", T("?b?"), ENCODING_UNKNOWN, true, IDENTITY},
    {"1.6 x-gzip64", T("x-gzip64"), ENCODING_UNKNOWN, true, IDENTITY},
    {"1.6 7-bit", T("7-bit"), ENCODING_UNKNOWN, true, IDENTITY},
};

static void test_named(void **state)
{
    const struct row *row = *state;
    bool clean;

    assert_int_equal(decode_named(row->value, &clean), row->encoding);
    assert_int_equal(clean, row->clean);
}

static void test_claims(void **state)
{
    const struct row *row = *state;

    assert_int_equal(decode_claims(row->value), row->claims);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[2 * ROWS];

    memset(tests, 0, sizeof tests);
    for (size_t i = 0; i < ROWS; i++) {
        void *row = (void *)&rows[i];

        tests[2 * i] = (struct CMUnitTest){rows[i].name, test_named, NULL, NULL, row};
        tests[2 * i + 1] = (struct CMUnitTest){rows[i].name, test_claims, NULL, NULL, row};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
