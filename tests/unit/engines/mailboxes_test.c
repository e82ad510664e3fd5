/* Mailboxes of address fields (RFC 5322 3.4, 4.4) and where their addresses stand. */
#include "engines/message/mailboxes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *name, *given, *expected;
};

/* name<local@domain>text| for each; "*" behind what is not plain. */
static const struct row rows[] = {
    {"4 an address alone", "a@b.example", "<a@b.example>a@b.example|"},
    {"4 a name and an address", "A B <a@b>", "A B<a@b>a@b|"},
    {"4 a quoted name with a comma", "\"B, A\" <a@b>, c@d", "\"B, A\"<a@b>a@b|<c@d>c@d|"},
    {"4 a name with an escaped quote", "\"a\\\"<x@y>\" <a@b>", "\"a\\\"<x@y>\"<a@b>a@b|"},
    {"4 a comment as a name", "a@b (A (the) B)", "A (the) B<a@b>a@b|"},
    {"4 comments in an address", "a(x)@(y)b(z)", "x<a@b>a@b|*"},
    {"4 folds in an address", "<a\r\n @\r\n b>", "<a@b>a@b|*"},
    {"4 dots with blanks", "a . b@c . d", "<a . b@c . d>a.b@c.d|*"},
    {"4 a quoted local part", "\"a b\"@c", "<\"a b\"@c>\"a b\"@c|*"},
    {"4 a quoted local part with an at sign", "<\"a@b\"@c>", "<\"a@b\"@c>\"a@b\"@c|*"},
    {"4 a domain in capitals", "A@B.Example", "<A@B.Example>A@b.example|"},
    {"4 a literal domain", "a@[192.0.2.1], b@[IPv6:::1]",
     "<a@[192.0.2.1]>a@[192.0.2.1]|"
     "<b@[IPv6:::1]>b@[ipv6:::1]|"},
    {"4 a group", "G: a@b, C <c@d>; e@f", "<a@b>a@b|C<c@d>c@d|<e@f>e@f|"},
    {"4 an empty group", "undisclosed-recipients:;", ""},
    {"4.4 a route", "<@x,@y:a@b>", "<a@b>a@b|"},
    {"4.4 empty places in a list", ",, a@b,,c@d,", "<a@b>a@b|<c@d>c@d|"},
    {"4.4 a name with dots", "J. R. Doe <a@b>", "J. R. Doe<a@b>a@b|"},
    {"4 an address as a name", "a@b <c@d>", "a@b<c@d>c@d|"},
    {"4 a name before an address without brackets", "A B a@b", "A B<a@b>a@b|"},
    {"4 no comma between addresses", "a@b c@d <e@f> g@h", "<a@b>a@b|c@d<e@f>e@f|<g@h>g@h|"},
    {"4 no comma between dotted ones", "a@b c.d@e", "<a@b>a@b|<c.d@e>c.d@e|"},
    {"4 no comma behind brackets", "<a@b> <c@d>", "<a@b>a@b|<c@d>c@d|"},
    {"4 junk behind brackets", "<a@b> junk, c@d", "<a@b>a@b|<c@d>c@d|"},
    {"4 a local part alone", "root, <news>", "<root@>root|<news@>news|"},
    {"4 words alone are no mailbox", "A B, c@d", "<c@d>c@d|"},
    {"4 empty brackets", "A <>, c@d", "<c@d>c@d|"},
    {"4 brackets that do not end", "A <a@b, c@d", "A<a@b>a@b|<c@d>c@d|"},
    {"4 a quote that does not end", "\"A <a@b>, c@d", "\"A<a@b>a@b|<c@d>c@d|"},
    {"4 a comment that does not end", "(A <a@b>, c@d", "(A<a@b>a@b|<c@d>c@d|"},
    {"4 two at signs", "a@b@c", "<a@b@c>a@b@c|"},
    {"4 an encoded word with a comma", "=?utf-8?q?B,_A?= <a@b>", "=?utf-8?q?B,_A?=<a@b>a@b|"},
    {"4 an encoded word that is none", "=?utf-8,a@b", "<=?utf-8@>=?utf-8|<a@b>a@b|"},
    {"4 UTF-8", "\xC3\xA4@\xC3\xB6.example",
     "<\xC3\xA4@\xC3\xB6.example>\xC3\xA4@\xC3\xB6.example|"},
    {"4 nothing", "", ""},
    {"4 blanks", " \r\n ", ""},
    {"4 dots around a local part", ".a.@b", "<.a.@b>.a.@b|"},
    {"4 no domain", "a@, b@c", "<a@>a|<b@c>b@c|"},
};

static void append(char *out, const char *before, struct bytes text)
{
    snprintf(out + strlen(out), 600 - strlen(out), "%s%.*s", before, (int)text.size,
             (const char *)text.data);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct mailboxes mailboxes;
    struct mailbox mailbox;
    struct arena arena;
    char out[600] = "";

    arena_init(&arena, 1 << 20);
    mailboxes_init(&mailboxes, bytes_of_text(row->given));
    while (mailboxes_next(&mailboxes, &mailbox)) {
        struct bytes text;

        assert_int_equal(mailbox_text(&mailbox, &arena, &text), STATUS_OK);
        append(out, "", mailbox.name);
        append(out, "<", mailbox.local);
        append(out, "@", mailbox.domain);
        append(out, ">", text);
        strcat(out, mailbox.is_plain ? "|" : "|*");
    }
    /* folds as blanks, so that rows are short */
    for (char *at = out; (at = strstr(at, "\r\n ")) != NULL;)
        memmove(at, at + 3, strlen(at + 3) + 1);
    assert_string_equal(out, row->expected);
    arena_clear(&arena);
}

/* Every beginning is read to its end; what is given lies inside the value, in ascending order. */
static void test_cuts(void **state)
{
    const struct row *row = *state;
    size_t size = strlen(row->given);

    for (size_t cut = 0; cut <= size; cut++) {
        char *octets = test_malloc(cut + 1);
        struct bytes value = {memcpy(octets, row->given, cut), cut};
        struct mailboxes mailboxes;
        struct mailbox mailbox;
        const uint8_t *behind = value.data;

        mailboxes_init(&mailboxes, value);
        while (mailboxes_next(&mailboxes, &mailbox)) {
            assert_true(mailbox.address.size > 0 && mailbox.address.data >= behind);
            behind = mailbox.address.data + mailbox.address.size;
            assert_true(behind <= value.data + cut);
        }
        test_free(octets);
    }
}

/* 4: linear: a megabyte of each kind of nesting is read in a moment, or this test times out. */
static void test_megabytes(void **state)
{
    static const char *const units[] = {"(", "\"", "\"(",  "<", "a@", "=?",   "a b ",
                                        "[", "@",  "\\\"", ":", ".a", "a@b ", "=?a?b?c"};
    enum { SIZE = 1 << 20 };
    uint8_t *octets = test_malloc(SIZE);

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct mailboxes mailboxes;
        struct mailbox mailbox;
        struct arena arena;
        struct bytes text;

        for (size_t at = 0; at < SIZE; at++)
            octets[at] = (uint8_t)units[i][at % strlen(units[i])];
        mailboxes_init(&mailboxes, (struct bytes){octets, SIZE});
        arena_init(&arena, 16 * SIZE);
        while (mailboxes_next(&mailboxes, &mailbox)) {
            assert_true(mailboxes.count <= MAILBOXES_MOST);
            assert_int_equal(mailbox_text(&mailbox, &arena, &text), STATUS_OK);
        }
        arena_clear(&arena);
    }
    test_free(octets);
}

enum { ROWS = sizeof rows / sizeof rows[0] };

int main(void)
{
    struct CMUnitTest tests[2 * ROWS + 1] = {cmocka_unit_test(test_megabytes)};
    static char names[ROWS][100];

    for (size_t i = 0; i < ROWS; i++) {
        snprintf(names[i], sizeof names[i], "%s, cut", rows[i].name);
        tests[1 + 2 * i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = test_row, .initial_state = (void *)&rows[i]};
        tests[2 + 2 * i] = (struct CMUnitTest){
            .name = names[i], .test_func = test_cuts, .initial_state = (void *)&rows[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
