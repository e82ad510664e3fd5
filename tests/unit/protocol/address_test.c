#include "rows.h"

#include <string.h>

#include "protocol/address.h"

struct address_row {
    const char *name;
    struct bytes address;
    bool fine;
};

static const struct address_row address_rows[] = {
    {"3.4 mailbox", OCTETS("a@b.example"), true},
    {"3.4 address literal", OCTETS("a@[IPv6:2001:db8::1]"), true},
    {"3.4 local part alone", OCTETS("postmaster"), true},
    {"3.4 odd local part", OCTETS("a.b+c=d/e!f%g{h}|'~#$&*-_^?`@x"), true},
    {"3.4 UTF-8", OCTETS("p\xC3\xA4tt\xC3\xB6@\xE4\xBE\x8B.example"), true},
    {"3.4 quoted local part", OCTETS("\"a b<>@\\\"c\"@x"), true},
    {"3.4 quoted local part alone", OCTETS("\"a b\""), true},
    {"3.4 empty", OCTETS(""), false},
    {"3.4 no local part", OCTETS("@b"), false},
    {"3.4 no domain", OCTETS("a@"), false},
    {"3.4 two at signs", OCTETS("a@b@c"), false},
    {"3.4 angle brackets", OCTETS("<a@b>"), false},
    {"3.4 a bracket that closes", OCTETS("a@b>"), false},
    {"3.4 a bracket that opens", OCTETS("a<@b"), false},
    {"3.4 a blank", OCTETS("a b@c"), false},
    {"3.4 a blank in the domain", OCTETS("a@b SIZE=1"), false},
    {"3.4 a second address", OCTETS("a@b> ORCPT=<c@d"), false},
    {"3.4 CRLF", OCTETS("a@b\r\nRCPT TO:<c@d>"), false},
    {"3.4 NUL", OCTETS("a\0@b"), false},
    {"3.4 TAB", OCTETS("a\t@b"), false},
    {"3.4 DEL", OCTETS("a\x7f@b"), false},
    {"3.4 a control inside quotes", OCTETS("\"a\nb\"@c"), false},
    {"3.4 a C1 control", OCTETS("a\xC2\x85@b"), false},
    {"3.4 a letter next to the C1 controls", OCTETS("a\xC2\xA0@b"), true},
    {"3.4 not UTF-8", OCTETS("a\xFF@b"), false},
    {"3.4 cut off UTF-8", OCTETS("a@b\xC3"), false},
    {"3.4 a quote that does not end", OCTETS("\"a@b"), false},
    {"3.4 a quote ended by a backslash", OCTETS("\"a\\\"@b"), false},
    {"3.4 a lone quote", OCTETS("\""), false},
    {"3.4 a quote in the middle", OCTETS("a\"b\"@c"), false},
    {"3.4 a quote in the domain", OCTETS("a@\"b\""), false},
    {"3.4 something behind the quotes", OCTETS("\"a\"b@c"), false},
    {"3.4 source route", OCTETS("@x:a@b"), false},
};

static void test_address(void **state)
{
    const struct address_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->address);
    assert_int_equal(is_address((struct bytes){copy, row->address.size}), row->fine);
}

static void test_length(void **state)
{
    (void)state;
    uint8_t text[ADDRESS_LENGTH_MOST + 1];
    memset(text, 'a', sizeof text);
    text[1] = '@';
    assert_true(is_address((struct bytes){text, ADDRESS_LENGTH_MOST}));
    assert_false(is_address((struct bytes){text, sizeof text}));
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, address_rows, test_address);
    rows_add_one(&rows, "3.4 at most 320 octets", test_length);
    return rows_run("address", &rows, argc, argv);
}
