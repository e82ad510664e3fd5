/* What the report says of parts that are made by hand: readings, names, labels. */
#include "engines/message/part_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { PARTS = 20, REPORT_BYTES = 4 << 20 };

static void report_of(struct part *parts, uint32_t count, struct report *report)
{
    struct message message = {.parts = parts, .part_count = count, .report = report};

    report_init(report, REPORT_BYTES);
    assert_int_equal(part_report_all(&message), STATUS_OK);
    assert_int_equal(report->parts_count, count);
}

static void test_reading(void **state)
{
    struct name names[] = {{.text = BYTES("a")}, {.text = BYTES("b")}, {.text = BYTES("")}};
    struct part part = {.number = 3,
                        .parent = 2,
                        .depth = 4,
                        .reading = 5,
                        .within = 1,
                        .kind = PART_LEAF,
                        .body = {10, 40},
                        .raw = BYTES("thirteen here"),
                        .type = BYTES("text/html"),
                        .name = BYTES("a"),
                        .names = {.items = names, .count = 3},
                        .charset = BYTES("utf-7")};
    struct report report;

    (void)state;
    report_of(&part, 1, &report);
    assert_int_equal(report.parts[0].number, 3);
    assert_int_equal(report.parts[0].parent, 2);
    assert_int_equal(report.parts[0].depth, 4);
    assert_int_equal(report.parts[0].reading, 5);
    assert_int_equal(report.parts[0].within, 1);
    assert_int_equal(report.parts[0].body.size, 40);
    assert_int_equal(report.parts[0].decoded_size, 13);
    assert_true(bytes_equal(report.parts[0].charset, BYTES("utf-7")));
    assert_int_equal(report.parts[0].other_name_count, 1);
    assert_true(bytes_equal(report.parts[0].other_names[0], BYTES("b")));
    report_clear(&report);
}

static void test_labels(void **state)
{
    struct part part = {.number = 1,
                        .body = {0, 40},
                        .type = BYTES("text/plain"),
                        .charset = BYTES("utf\r-8"),
                        .encoding_text = BYTES("base64\xC3\xA4"),
                        .encoding = ENCODING_BASE64};
    struct report report;

    (void)state;
    report_of(&part, 1, &report);
    assert_true(bytes_equal(report.parts[0].charset, BYTES("?")));
    assert_true(bytes_equal(report.parts[0].encoding, BYTES("?")));
    assert_int_equal(report.parts[0].decoded_size, 0);
    assert_int_equal(report.parts[0].other_name_count, 0);
    report_clear(&report);
}

/* As many names as there can be, each as long as it can be, in many parts. */
static void test_bounds(void **state)
{
    static uint8_t text[NAMES_MOST][NAME_OCTETS_MOST];
    static struct part parts[PARTS];
    struct name names[NAMES_MOST];
    size_t said = 0;
    struct report report;

    (void)state;
    for (unsigned i = 0; i < NAMES_MOST; i++) {
        memset(text[i], 'a', NAME_OCTETS_MOST);
        text[i][0] = (uint8_t)('!' + i);
        names[i].text = (struct bytes){text[i], NAME_OCTETS_MOST};
    }
    for (uint32_t i = 0; i < PARTS; i++)
        parts[i] = (struct part){.number = i + 1,
                                 .type = BYTES("text/plain"),
                                 .name = names[0].text,
                                 .names = {.items = names, .count = NAMES_MOST}};
    report_of(parts, PARTS, &report);
    for (uint32_t i = 0; i < PARTS; i++)
        for (size_t j = 0; j < report.parts[i].other_name_count; j++)
            said += report.parts[i].other_names[j].size;
    assert_int_equal(report.parts[0].other_name_count, NAMES_MOST - 1);
    assert_int_equal(said, PART_REPORT_NAMES_BYTES);
    assert_int_equal(report.parts[PARTS - 1].other_name_count, 0);
    assert_int_equal(report.parts[PARTS - 1].name.size, NAME_OCTETS_MOST);
    report_clear(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"7.6 a part within another, in another reading", test_reading, NULL, NULL, NULL},
        {"7.6 labels that are not printable", test_labels, NULL, NULL, NULL},
        {"7.6 names do not fill the report", test_bounds, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
