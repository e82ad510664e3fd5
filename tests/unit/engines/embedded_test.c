/* Files within text: where they begin and end, their names, and that one cannot hide another. */
#include "engines/decode/embedded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UU "begin 644 a.txt\n#86)C\n`\nend\n"
#define YENC "=ybegin line=128 size=3 name=b c.bin \n\x8b\x8c\x8d\n=yend size=3\n"
#define BINHEX ":!@%!9%9B9(4dH(3!N!8&!*!%TkKSC@aXEm0L!!!:\n"
#define COMMENT "(This file must be converted with BinHex 4.0)\n\n"

struct row {
    const char *name;
    const char *text;
    const char *found; /* encoding:offset+size name; */
};

static const struct row rows[] = {
    {"1.7 a uuencoded file", "see\n" UU "bye\n", "U4+28 a.txt;"},
    {"1.7 mode of four digits, CRLF", "begin 0755 x\r\n#86)C\r\nend\r\n", "U0+26 x;"},
    {"1.7 uuencode without an end", "begin 644 x\n#86)C\n", "U0+18 x;"},
    {"1.7 two uuencoded files", UU UU, "U0+28 a.txt;U28+28 a.txt;"},
    {"1.7 begin within a line", "so begin 644 x\n#86)C\nend\n", ""},
    {"1.7 begin without a data line", "begin 644 reasons\nto go\n", ""},
    {"1.7 begin, a line that is none, a data line", "begin 644 x\nlower junk\n#86)C\nend\n",
     "U0+33 x;"},
    {"1.7 begin without a name", "begin 644\n#86)C\nend\n", "U0+20 ;"},
    {"1.7 begin with two digits", "begin 64 x\n#86)C\nend\n", "U0+21 x;"},
    {"1.7 begin with six digits", "begin 100644 x\n#86)C\nend\n", "U0+25 x;"},
    {"1.7 begin without digits", "begin  x\n#86)C\nend\n", ""},
    {"1.7 begin with digits that are not octal", "begin 689 x\n#86)C\nend\n", ""},
    {"1.7 begin with blanks", "begin   644 x\n#86)C\nend\n", "U0+24 x;"},
    {"1.7 blank lines behind begin", "begin 644 x\n\n\n#86)C\nend\n", "U0+24 x;"},
    {"1.7 text behind a data line", "begin 644 x\n#86)C and so on\nend\n", "U0+32 x;"},
    {"1.7 a data line that counts nothing", "begin 644 x\n `\nend\n", ""},
    {"1.7 begin-base64", "begin-base64 644 x y\nQUJD\nRA==\n====\nbye\n", "B21+10 x y;"},
    {"1.7 begin-base64 without an end", "begin-base64 644 x\nQUJD\n", "B19+5 x;"},
    {"1.7 begin-base64 of nothing", "begin-base64 644 x\n====\n", ""},
    {"1.7 begin-base64 of text", "begin-base64 644 x\nnot really\n", ""},
    {"1.7 yEnc", "see\n" YENC "bye\n", "Y4+55 b c.bin;"},
    {"1.7 one part of yEnc",
     "=ybegin part=1 total=2 line=128 size=9 name=x\n=ypart begin=1 end=3\n\x8b\n=yend size=1\n",
     "Y0+82 x*;"},
    {"1.7 yEnc without a name", "=ybegin line=128 size=3\n\x8b\x8c\x8d\n=yend size=3\n", ""},
    {"1.7 yEnc that is a word", "=ybeginner line=1 size=3 name=x\n", ""},
    {"1.7 BinHex", "see\n" BINHEX "bye\n", "H4+42 a;"},
    {"1.7 BinHex over two lines", ":!@%!9%9B9(4dH(3!N!8&!*!%TkKSC@\naXEm0L!!!\n:\n", "H0+44 a;"},
    {"1.7 BinHex behind its comment", COMMENT BINHEX, "H47+42 a;"},
    {"1.7 BinHex with a header that is none, behind its comment", COMMENT ":!!!!:\n", "H47+7 ;"},
    {"1.7 BinHex with a header that is none", ":!!!!:\n", ""},
    {"1.7 BinHex with a sum that is wrong", ":!@%!9%9C9(4dH(3!N!8&!*!%TkKSC@aXEm0L!!!:\n", ""},
    {"1.7 a comment without BinHex", COMMENT "as I said\n:-)\n", ""},
    {"1.7 a line that begins with a colon", ":-)\n: so\n", ""},
    {"1.7 an end that is missing hides nothing", "begin 644 x\n#86)C\n" YENC BINHEX UU,
     "U0+18 x;Y18+55 b c.bin;H73+42 a;U115+28 a.txt;"},
    {"1.7 yEnc without an end hides nothing", "=ybegin line=1 size=3 name=x\nabc\n" UU,
     "Y0+33 x;U33+28 a.txt;"},
    {"1.7 BinHex without an end hides nothing", COMMENT ":!@%!\n" UU, "H47+6 ;U53+28 a.txt;"},
    {"1.7 nothing", "", ""},
};

/* The whole in a block of its own: nothing behind it is looked at. */
static void test_found(void **state)
{
    static const char letters[] = "?BQUYH";
    const struct row *row = *state;
    size_t size = strlen(row->text), at = 0, length = 0;
    uint8_t *octets = test_malloc(size + (size == 0));
    struct embedded found;
    char text[256] = "";

    memcpy(octets, row->text, size);
    while (embedded_next((struct bytes){octets, size}, &at, &found)) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%c%zu+%zu %.*s%s;",
                                   letters[found.encoding], (size_t)found.block.offset,
                                   (size_t)found.block.size, (int)found.name.size,
                                   (const char *)found.name.data, found.is_partial ? "*" : "");
        assert_true(length < sizeof text);
        assert_true(found.block.offset + found.block.size <= size);
    }
    assert_string_equal(text, row->found);
    assert_int_equal(at, size);
    test_free(octets);
}

/* What is found is what the decoder takes whole: nothing is odd about it. */
static void test_decodes(void **state)
{
    static const char text[] = "see\n" UU "text\n" YENC "begin-base64 644 x\naGk=\n====\n" BINHEX;
    static const char *const expected[] = {"abc", "abc", "hi", "hello"};
    struct bytes octets = BYTES(text);
    struct embedded found;
    size_t at = 0, count = 0;

    (void)state;
    while (embedded_next(octets, &at, &found)) {
        struct bytes block =
            bytes_slice(octets, (size_t)found.block.offset, (size_t)found.block.size);
        uint8_t out[64];
        bool odd;
        size_t size = decode_octets(found.encoding, 0, block, out, &odd);

        assert_true(count < sizeof expected / sizeof expected[0]);
        assert_int_equal(size, strlen(expected[count]));
        assert_memory_equal(out, expected[count], size);
        assert_false(odd);
        count++;
    }
    assert_int_equal(count, sizeof expected / sizeof expected[0]);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + 1];

    memset(tests, 0, sizeof tests);
    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_found, NULL, NULL, (void *)&rows[i]};
    tests[ROWS] = (struct CMUnitTest){"1.7 what is found decodes", test_decodes, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
