/* Octets to bodies: what each form writes, which one is the lightest, and that our decoders give
 * the octets back (RFC 2045 6.7, 6.8; spec/decoders.md 1.9). */
#include "engines/decode/transfer_encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/transfer.h"

#define OCTETS(literal)                                                                            \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }
#define CRLF "\r\n"
#define TEN "1234567890"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static const struct row {
    const char *name;
    enum transfer_form form;
    struct bytes octets, line_break, body;
} rows[] = {
    {"1.9 quoted: plain text stays", FORM_QUOTED_PRINTABLE, OCTETS("a b\r\nc"), OCTETS(CRLF),
     OCTETS("a b\r\nc")},
    {"1.9 quoted: octets above 127 and =", FORM_QUOTED_PRINTABLE, OCTETS("\xC3\xA9=\x7F"),
     OCTETS(CRLF), OCTETS("=C3=A9=3D=7F")},
    {"1.9 quoted: blanks before a line break", FORM_QUOTED_PRINTABLE, OCTETS("a \r\nb\t\r\nc "),
     OCTETS(CRLF), OCTETS("a=20\r\nb=09\r\nc=20")},
    {"1.9 quoted: CR and LF alone", FORM_QUOTED_PRINTABLE, OCTETS("a\rb\nc"), OCTETS(CRLF),
     OCTETS("a=0Db=0Ac")},
    {"1.9 quoted: LF lines, CRLF within is one too", FORM_QUOTED_PRINTABLE, OCTETS("a\nb\r\nc\r"),
     OCTETS("\n"), OCTETS("a\nb\nc=0D")},
    {"1.9 quoted: a line of 76 is broken in time", FORM_QUOTED_PRINTABLE, OCTETS(SEVENTY "123456"),
     OCTETS(CRLF), OCTETS(SEVENTY "12345=\r\n6")},
    {"1.9 quoted: an escape is never split", FORM_QUOTED_PRINTABLE, OCTETS(SEVENTY "123\xFF"),
     OCTETS(CRLF), OCTETS(SEVENTY "123=\r\n=FF")},
    {"1.9 quoted: nothing", FORM_QUOTED_PRINTABLE, OCTETS(""), OCTETS(CRLF), OCTETS("")},
    {"1.9 base64: padding", FORM_BASE64, OCTETS("abcd"), OCTETS(CRLF), OCTETS("YWJjZA==")},
    {"1.9 base64: lines of 76", FORM_BASE64, OCTETS(SEVENTY), OCTETS("\n"),
     OCTETS("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\n"
            "ODkwMTIzNDU2Nzg5MA==")},
    {"1.9 7bit: line breaks of the message", FORM_7BIT, OCTETS("a\r\nb\n"), OCTETS("\n"),
     OCTETS("a\nb\n")},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    size_t room = transfer_encode_room(row->form, row->octets, row->line_break);
    uint8_t *out = test_malloc(room + 1);

    assert_int_equal(room, row->body.size);
    assert_int_equal(transfer_encode(row->form, row->octets, row->line_break, out), room);
    assert_memory_equal(out, row->body.data, room);
    test_free(out);
}

static const struct choice {
    const char *name;
    struct bytes octets, line_break;
    bool allows_8bit, has_lines;
    enum transfer_form form;
} choices[] = {
    {"5 lightest: ASCII", OCTETS("a\r\nb"), OCTETS(CRLF), false, true, FORM_7BIT},
    {"5 lightest: 8bit where it is allowed", OCTETS("\xE9t\xE9"), OCTETS(CRLF), true, true,
     FORM_8BIT},
    {"5 lightest: few octets above 127", OCTETS("un \xE9t\xE9 long, long"), OCTETS(CRLF), false,
     true, FORM_QUOTED_PRINTABLE},
    {"5 lightest: many of them", OCTETS("\xE9\xE8\xE7 a"), OCTETS(CRLF), false, true, FORM_BASE64},
    {"5 lightest: NUL is neither 7bit nor 8bit", OCTETS("a long text with one NUL\0"), OCTETS(CRLF),
     true, true, FORM_QUOTED_PRINTABLE},
    {"5 lightest: a CR alone", OCTETS("a text\rwith a CR"), OCTETS(CRLF), true, true,
     FORM_QUOTED_PRINTABLE},
    {"5 lightest: a LF alone among CRLF", OCTETS("a text\nwith a LF"), OCTETS(CRLF), true, true,
     FORM_QUOTED_PRINTABLE},
    {"5 lightest: LF lines", OCTETS("a text\nwith a LF"), OCTETS("\n"), true, true, FORM_7BIT},
    {"5 lightest: octets that are no lines", OCTETS("a"), OCTETS(CRLF), true, false, FORM_BASE64},
};

static void test_choice(void **state)
{
    const struct choice *row = *state;

    assert_int_equal(
        transfer_form_lightest(row->octets, row->line_break, row->allows_8bit, row->has_lines),
        row->form);
}

/* 998 octets are a line, 999 are none. */
static void test_long_line(void **state)
{
    uint8_t line[FORM_LINE_MOST + 1];

    (void)state;
    memset(line, 'a', sizeof line);
    assert_true(
        transfer_form_carries(FORM_7BIT, (struct bytes){line, FORM_LINE_MOST}, BYTES(CRLF)));
    assert_false(
        transfer_form_carries(FORM_7BIT, (struct bytes){line, FORM_LINE_MOST + 1}, BYTES(CRLF)));
}

static void check_lines(struct bytes body)
{
    size_t begin = 0;

    for (size_t at = 0; at < body.size; at++) {
        assert_in_range(body.data[at], '\t', '~');
        if (body.data[at] != '\n')
            continue;
        assert_int_equal(body.data[at - 1], '\r');
        assert_true(at - 1 - begin <= FORM_ENCODED_LINE);
        assert_true(at < 2 || (body.data[at - 2] != ' ' && body.data[at - 2] != '\t'));
        begin = at + 1;
    }
    assert_true(body.size - begin <= FORM_ENCODED_LINE);
}

/* What the encoders write our decoders read, whatever the octets are; octets that hurt are more
 * likely than others. */
static void test_back(void **state)
{
    static const char hurting[] = "\r\n\r\n =\t.-A\xFF\0";
    enum transfer_form form = *(const enum transfer_form *)*state;
    enum transfer_encoding encoding =
        form == FORM_BASE64 ? ENCODING_BASE64 : ENCODING_QUOTED_PRINTABLE;
    uint8_t octets[600], body[4096], back[4096];

    srand(7);
    for (unsigned round = 0; round < 4000; round++) {
        struct bytes in = {octets, (size_t)rand() % sizeof octets}, out = {body, 0};
        bool odd;

        for (size_t i = 0; i < in.size; i++)
            octets[i] =
                (uint8_t)(rand() % 3 == 0 ? rand() : hurting[(size_t)rand() % sizeof hurting]);
        out.size = transfer_encode(form, in, BYTES(CRLF), body);
        check_lines(out);
        assert_int_equal(decode_octets(encoding, 0, out, back, &odd), in.size);
        assert_memory_equal(back, octets, in.size);
        assert_false(odd);
    }
}

static const enum transfer_form encoded[] = {FORM_QUOTED_PRINTABLE, FORM_BASE64};

int main(void)
{
    struct CMUnitTest tests[64];
    size_t count = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tests[count++] =
            (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        tests[count++] = (struct CMUnitTest){choices[i].name, test_choice, NULL, NULL,
                                             (void *)(uintptr_t)&choices[i]};
    tests[count++] =
        (struct CMUnitTest){"5 lightest: long lines", test_long_line, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"1.9 quoted-printable comes back", test_back, NULL, NULL,
                                         (void *)(uintptr_t)&encoded[0]};
    tests[count++] = (struct CMUnitTest){"1.9 base64 comes back", test_back, NULL, NULL,
                                         (void *)(uintptr_t)&encoded[1]};
    return _cmocka_run_group_tests("transfer_encode", tests, count, NULL, NULL);
}
