/* What a header section may say. The expected text: kinds (L, M for a multipart, R for a message),
 * the boundaries, the encodings (i, b, q, u), and the disputes. */
#include "engines/message/claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/transfer.h"

struct row {
    const char *name;
    const char *section, *expected;
};

static const struct row rows[] = {
    {"2 nothing is claimed", "Subject: x\r\n\r\n", "||"},
    {"2 a leaf", "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n", "L||b"},
    {"2 a multipart", "content-type: MULTIPART/mixed; boundary=\"x y\"\r\n", "M|x y x|"},
    {"2 a message", "Content-Type: message/rfc822\r\n", "R||"},
    {"2 a type with a comment", "Content-Type: (c)multipart/mixed; boundary=x\r\n", "LM|x|"},
    {"2 two types", "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=x\r\n",
     "LM|x| TYPE"},
    {"2 two equal types", "Content-Type: text/plain\r\nContent-Type: text/plain\r\n", "L||"},
    {"2 two encodings", "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n",
     "||ib ENCODING"},
    {"2 a comment in the name", "Content-Type (a(b)c): text/plain\r\n", "L|| HIDDEN"},
    {"2 a fold that reads like a field", "X: y\r\n Content-Type: text/html\r\n", "L|| HIDDEN"},
    {"2 a bare CR before a field", "X: y\rContent-Transfer-Encoding: base64\r\n", "||b"},
    {"2 hidden fields end where the next one begins",
     "X: y\rContent-Type: multipart/mixed; a=b\rContent-Type: text/x; boundary=z\r\n", "LM|z|"},
    {"2 no colon", "X: y\r\nContent-Transfer-Encoding base64\r\n", "||b"},
    {"2 names in a signature", "DKIM-Signature: h=From:\r\n\tContent-Type: To;\r\n", "||"},
    {"2 a boundary in the disposition", "Content-Disposition: x; boundary=y\r\n", "|y|"},
    {"2 two boundaries", "Content-Type: multipart/mixed; boundary=x; boundary=y\r\n",
     "M|x y| BOUNDARY"},
};

static void describe(const struct claims *claims, char out[300])
{
#define DISPUTE_NAME(name, symbol, text) #name,
    static const char *const disputes[] = {DISPUTE_ROWS(DISPUTE_NAME)};
#undef DISPUTE_NAME
    static const char kinds[] = "LMR", encodings[] = "ibqu";
    size_t length = 0;

    for (unsigned i = 0; i < 3; i++) {
        if (claims->kinds & 1u << i)
            out[length++] = kinds[i];
    }
    out[length++] = '|';
    for (size_t i = 0; i < claims->boundary_count; i++)
        length += (size_t)sprintf(out + length, "%s%.*s", i > 0 ? " " : "",
                                  (int)claims->boundaries[i].size,
                                  (const char *)claims->boundaries[i].data);
    out[length++] = '|';
    for (unsigned i = 0; i < 4; i++) {
        if (claims->encodings & 1u << i)
            out[length++] = encodings[i];
    }
    out[length] = '\0';
    for (unsigned i = 0; i < DISPUTE_COUNT; i++) {
        if (claims->disputes[i].seen)
            length += (size_t)sprintf(out + length, " %s", disputes[i]);
    }
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct limits limits;
    struct budget budget;
    struct claims claims;
    struct arena arena;
    char out[300];

    limits_init(&limits);
    budget_init(&budget, &limits, strlen(row->section), 0);
    arena_init(&arena, 1 << 20);
    assert_int_equal(claims_read(bytes_of_text(row->section), &budget, &arena, &claims), STATUS_OK);
    describe(&claims, out);
    assert_string_equal(out, row->expected);
    arena_clear(&arena);
}

static void test_type(void **state)
{
    static const struct {
        const char *section, *type;
    } cases[] = {{"Content-Type: Text/HTML; a=b\r\n", "text/html"},
                 {"Content-Type: text\r\n", ""},
                 {"Content-Type: te xt/html\r\n", ""},
                 {"A: b\r\n", ""}};
    struct limits limits;
    struct budget budget;
    struct claims claims;
    struct arena arena;
    struct bytes type;

    (void)state;
    limits_init(&limits);
    budget_init(&budget, &limits, 1, 0);
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(claims_read(bytes_of_text(cases[i].section), &budget, &arena, &claims),
                         STATUS_OK);
        assert_int_equal(claims_type(&claims, &arena, &type), STATUS_OK);
        assert_true(bytes_equal(type, bytes_of_text(cases[i].type)));
    }
    arena_clear(&arena);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[ROWS + 1] = {
        [ROWS] = {"2 the type of a part of another reading", test_type, NULL, NULL, NULL}};

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
