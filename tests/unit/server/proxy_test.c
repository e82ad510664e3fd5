/* PROXY v2: rows are headers; each is fed in steps of 1, 2, … octets and cut at every place, with
 * octets of the protocol behind it, and ends the same way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/front/proxy.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define OCTETS(text)                                                                               \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }
#define V4 "\xc0\x00\x02\x01\x7f\x00\x00\x01\x12\x67\x27\x2e"
#define V6 "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01" V6_LOCAL "\x12\x67\x27\x2e"
#define V6_LOCAL "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
#define Z27 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define Z216 Z27 Z27 Z27 Z27 Z27 Z27 Z27 Z27

struct row {
    const char *name;
    struct bytes header;
    enum status status;
    const char *why; /* PARSE */
    bool own;
    int family;
    uint8_t last; /* octet of the address */
    uint16_t port;
};

static const struct row rows[] = {
    {"2.2 LOCAL", OCTETS(SIGNATURE "\x20\x00\0\0"), STATUS_OK, .own = true},
    {"2.2 LOCAL with a block that is not looked at", OCTETS(SIGNATURE "\x20\x7f\0\x03xyz"),
     STATUS_OK, .own = true},
    {"2.2 UNSPEC", OCTETS(SIGNATURE "\x21\x00\0\0"), STATUS_OK, .own = true},
    {"2.2 IPv4", OCTETS(SIGNATURE "\x21\x11\0\x0c" V4), STATUS_OK, .family = AF_INET, .last = 1,
     .port = 4711},
    {"2.2 IPv6", OCTETS(SIGNATURE "\x21\x21\0\x24" V6), STATUS_OK, .family = AF_INET6, .last = 1,
     .port = 4711},
    {"2.2 Unix", OCTETS(SIGNATURE "\x21\x31\0\xd8" Z216), STATUS_OK, .family = AF_UNIX},
    {"2.2 unknown TLVs are skipped", OCTETS(SIGNATURE "\x21\x11\0\x14" V4 "\xea\0\x02xy\x04\0\0"),
     STATUS_OK, .family = AF_INET, .last = 1, .port = 4711},
    {"2.2.3 CRC32C right",
     OCTETS(SIGNATURE "\x21\x11\0\x13" V4 "\x03\0\x04"
                      "\x5d\x2d\x3c\x44"),
     STATUS_OK, .family = AF_INET, .last = 1, .port = 4711},
    {"2.2.3 CRC32C wrong", OCTETS(SIGNATURE "\x21\x11\0\x13" V4 "\x03\0\x04\x01\x02\x03\x04"),
     STATUS_PARSE, .why = "wrong checksum"},
    {"2.2.3 CRC32C of a wrong size", OCTETS(SIGNATURE "\x21\x11\0\x12" V4 "\x03\0\x03\x01\x02\x03"),
     STATUS_PARSE, .why = "wrong checksum"},
    {"2.2 TLV head cut off", OCTETS(SIGNATURE "\x21\x11\0\x0e" V4 "\xea\0"), STATUS_PARSE,
     .why = "a TLV is cut off"},
    {"2.2 TLV over the end", OCTETS(SIGNATURE "\x21\x11\0\x10" V4 "\xea\0\x02x"), STATUS_PARSE,
     .why = "a TLV is cut off"},
    {"2.2 addresses cut off", OCTETS(SIGNATURE "\x21\x11\0\x0b\1\2\3\4\5\6\7\x8\x9\xa\xb"),
     STATUS_PARSE, .why = "addresses are cut off"},
    {"2.2 datagram", OCTETS(SIGNATURE "\x21\x12\0\x0c" V4), STATUS_PARSE,
     .why = "not a stream of a known family"},
    {"2.2 unknown family", OCTETS(SIGNATURE "\x21\x41\0\0"), STATUS_PARSE,
     .why = "not a stream of a known family"},
    {"2.2 unknown command", OCTETS(SIGNATURE "\x22\x11\0\0"), STATUS_PARSE,
     .why = "unknown version or command"},
    {"2.2 version 1 in the octet", OCTETS(SIGNATURE "\x11\x11\0\0"), STATUS_PARSE,
     .why = "unknown version or command"},
    {"2.1 version 1 header", OCTETS("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"), STATUS_PARSE,
     .why = "not a PROXY v2 header"},
    {"2.2 no header", OCTETS("a1 NOOP\r\n12345678901"), STATUS_PARSE,
     .why = "not a PROXY v2 header"},
    {"limits header too long", OCTETS(SIGNATURE "\x21\x11\xff\xff"), STATUS_PARSE,
     .why = "header too long"},
};

/* Feeds the octets in pieces; returns the outcome and how many octets were eaten. */
static enum status feed(struct proxy *proxy, struct bytes octets, size_t first, size_t step,
                        size_t *eaten)
{
    enum status status = STATUS_MORE;
    proxy_init(proxy);
    *eaten = 0;
    size_t piece = first;
    while (status == STATUS_MORE && *eaten < octets.size) {
        struct bytes input = bytes_slice(octets, *eaten, piece);
        size_t size = input.size;
        status = proxy_read(proxy, &input);
        *eaten += size - input.size;
        piece = step;
    }
    return status;
}

static void check(const struct row *row, const struct proxy *proxy, enum status status,
                  size_t eaten)
{
    assert_int_equal(status, row->status);
    if (status != STATUS_OK) {
        assert_string_equal(proxy->why, row->why);
        return;
    }
    assert_int_equal(eaten, row->header.size);
    assert_int_equal(proxy->own, row->own);
    assert_int_equal(proxy->peer.family, row->family);
    assert_int_equal(proxy->peer.address[15], row->last);
    assert_int_equal(proxy->peer.port, row->port);
    assert_false(proxy->peer.has_uid);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    static const char behind[] = "a1 NOOP\r\n";
    size_t size = row->header.size + sizeof(behind) - 1;
    uint8_t *octets = malloc(size);
    assert_non_null(octets);
    memcpy(octets, row->header.data, row->header.size);
    memcpy(octets + row->header.size, behind, sizeof(behind) - 1);
    struct bytes all = {octets, size};
    struct proxy proxy;
    for (size_t step = 1; step <= size; step++) {
        size_t eaten;
        enum status status = feed(&proxy, all, step, step, &eaten);
        check(row, &proxy, status, eaten);
        status = feed(&proxy, all, step, size, &eaten);
        check(row, &proxy, status, eaten);
    }
    free(octets);
}

static void test_incomplete(void **state)
{
    static const struct bytes header = OCTETS(SIGNATURE "\x21\x11\0\x0c" V4);
    struct proxy proxy;
    (void)state;
    for (size_t size = 0; size < header.size; size++) {
        size_t eaten;
        assert_int_equal(feed(&proxy, bytes_slice(header, 0, size), 1, 1, &eaten), STATUS_MORE);
        assert_int_equal(eaten, size);
    }
}

int main(void)
{
    enum { COUNT = sizeof(rows) / sizeof(rows[0]) };
    struct CMUnitTest tests[COUNT + 1];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                                       .test_func = test_row,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    tests[COUNT] =
        (struct CMUnitTest){.name = "2.2 a header in part", .test_func = test_incomplete};
    return cmocka_run_group_tests_name("proxy", tests, NULL, NULL);
}
