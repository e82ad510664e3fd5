/* The linear pass: what counts as a section, and each limit exactly at its border. */
#include "engines/message/prescan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct limits small = {.header_block_bytes = 60,
                                    .header_fields = 4,
                                    .header_line_bytes = 50,
                                    .headers_bytes = 100,
                                    .fields = 6,
                                    .parameters = 3,
                                    .boundary_bytes = 8,
                                    .parts = 3,
                                    .depth = 64};

struct row {
    const char *name;
    const char *octets;
    const char *cap; /* or NULL */
    uint64_t sections;
};

#define MIXED "Content-Type: a/b; boundary=x\n"

static const struct row rows[] = {
    {"1 one section", "A: b\n\nbody\n\n--x\n--y\n", NULL, 1},
    {"1 fields at the limit", "A: 1\nB: 2\nC: 3\nD: 4\n\n", NULL, 1},
    {"1 fields over the limit", "A: 1\nB: 2\nC: 3\nD: 4\nE: 5\n\n", "header-fields", 1},
    {"1 a field over the limit", "A: 12345678901234567890\n 1234567890123456789012345678\n",
     "header-field", 1},
    {"1 a section over the limit",
     "A: 90123456789012345678901234567890\nB: 90123456789012345678901234567890\n", "header-block",
     1},
    {"1 fields of all sections at the limit",
     MIXED "\n--x\nA: 1\nB: 2\nC: 3\n\n--x\nD: 4\nE: 5\n\n", NULL, 3},
    {"1 fields of all sections over the limit",
     MIXED "\n--x\nA: 1\nB: 2\nC: 3\n\n--x\nD: 4\nE: 5\nF: 6\n\n", "fields", 3},
    {"1 all sections over the limit",
     MIXED "\n--x\nA: 90123456789012345678901234567890\n\n"
           "--x\nB: 90123456789012345678901234567890\n\n",
     "headers", 3},
    {"1 parameters at the limit", "Content-X: a;b;c;d\n", NULL, 1},
    {"1 parameters over the limit", "Content-X: a;b;c;d;e\n", "parameters", 1},
    {"1 parameters of other fields", "Received: a;b;c;d;e\n", NULL, 1},
    {"1 a boundary over the limit", "Content-Type: a/b; boundary=123456789\n", "boundary", 1},
    {"1 declared boundaries begin sections", MIXED "\n--x\n\n1\n--y\n--x \n\n", NULL, 3},
    {"1 a closing delimiter begins none", MIXED "\n--x\n\n1\n--x--\nA: b\n", NULL, 2},
    {"1 parts over the limit", MIXED "\n--x\n\n--x\n\n--x\n\n", "parts", 4},
    {"1 delimiters cut a section off", MIXED "--x\nA: b\n--x\n\n", NULL, 3},
    {"1 a boundary written in another way: every dash counts",
     "Content-Type: a/b; boundary*=us''x\n\n--1\n\n--2\n\n", NULL, 3},
    {"1 an escaped boundary: every dash counts",
     "Content-Type: a/b; boundary=\"\\x\"\n\n--1\n\n--2\n\n", NULL, 3},
    {"1 no boundary: every dash counts", "Content-Type: multipart/mixed\n\n--1\n\n--2\n\n", NULL,
     3},
    {"1 a message has a section of its own", "Content-Type: message/rfc822\n\nA: b\n\nC: d\n", NULL,
     2},
    {"1 parts of a digest are messages",
     "Content-Type: multipart/digest; boundary=x\n\n--x\n\nA: b\n\n", NULL, 3},
    {"1 limits hold for every section", MIXED "\n--x\nA: 1\nB: 2\nC: 3\nD: 4\nE: 5\n",
     "header-fields", 2},
    {"1 lines of a body are no fields", "A: b\n\nA: 1\nB: 2\nC: 3\nD: 4\nE: 5\nF: 6\n", NULL, 1},
    {"1 nothing", "", NULL, 1},
};

static void scan(struct bytes octets, struct prescan *prescan)
{
    struct arena arena;

    arena_init(&arena, 1 << 20);
    assert_int_equal(prescan_octets(octets, &small, &arena, prescan), STATUS_OK);
    arena_clear(&arena);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct prescan prescan;

    scan(bytes_of_text(row->octets), &prescan);
    if (row->cap == NULL)
        assert_null(prescan.cap);
    else
        assert_string_equal(prescan.cap, row->cap);
    assert_int_equal(prescan.sections, row->sections);
}

/* Octets with CRLF are counted alike. */
static void test_row_crlf(void **state)
{
    const struct row *row = *state;
    struct prescan prescan;
    uint8_t octets[400];
    size_t size = 0;

    for (const char *at = row->octets; *at != '\0'; at++) {
        if (*at == '\n')
            octets[size++] = '\r';
        octets[size++] = (uint8_t)*at;
    }
    scan((struct bytes){octets, size}, &prescan);
    assert_int_equal(prescan.sections, row->sections);
}

static void test_octets(void **state)
{
    struct prescan prescan;

    (void)state;
    scan(BYTES("A: b\0c\r\nB: x\ry\r\nC: \xe9\r\n\r\n"), &prescan);
    assert_true(prescan.oddities[ODDITY_HEADER_NUL].seen);
    assert_int_equal(prescan.oddities[ODDITY_HEADER_NUL].where.offset, 4);
    assert_true(prescan.oddities[ODDITY_HEADER_CR].seen);
    assert_int_equal(prescan.oddities[ODDITY_HEADER_CR].where.offset, 12);
    assert_true(prescan.has_header_8bit);
    scan(BYTES("A: b\r\n\r\n\0\r\xe9\r\n"), &prescan);
    assert_false(prescan.oddities[ODDITY_HEADER_NUL].seen);
    assert_false(prescan.oddities[ODDITY_HEADER_CR].seen);
    assert_false(prescan.has_header_8bit);
}

static void test_near_delimiters(void **state)
{
    static const struct {
        const char *line;
        bool near, cut;
    } cases[] = {{"--x", false, false},      {"--x--", false, false},  {"--x \t", false, false},
                 {" --x", true, false},      {"\r--x--", true, false}, {"--x junk", true, false},
                 {"--x--junk", true, false}, {"--y", false, false},    {"> --x", false, false},
                 {"-- ", false, false},      {"--", false, false},     {" x", false, false}};
    char octets[100];
    struct prescan prescan;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(octets, sizeof octets, MIXED "\n--x\n\nbody\n%s\n", cases[i].line);
        scan(bytes_of_text(octets), &prescan);
        assert_int_equal(prescan.oddities[ODDITY_NEAR_DELIMITER].seen, cases[i].near);
        assert_int_equal(prescan.oddities[ODDITY_HEADER_CUT].seen, cases[i].cut);
    }
    scan(BYTES(MIXED "\n--x\nA: b\n--x\n\n"), &prescan);
    assert_true(prescan.oddities[ODDITY_HEADER_CUT].seen);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[2 * ROWS + 2];
    size_t count = 0;

    memset(tests, 0, sizeof tests);
    for (size_t i = 0; i < ROWS; i++) {
        void *row = (void *)&rows[i];

        tests[count++] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, row};
        tests[count++] = (struct CMUnitTest){rows[i].name, test_row_crlf, NULL, NULL, row};
    }
    tests[count++] = (struct CMUnitTest){"1 odd octets of sections", test_octets, NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"4 lines that are nearly delimiters", test_near_delimiters,
                                         NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
