/* Runs with the built-in rules, not the site's: a site may refuse nothing, and the machinery must
 * work all the same. */
#include "engines/attachment/self_test.h"

#include <stdio.h>
#include <string.h>

enum {
    SELF_TEST_US = 10 * 1000 * 1000,
    SELF_TEST_REPORT_BYTES = 1 << 20,
    MAIL_BYTES = 2048,
    PROGRAM_BYTES = 96,
    NAME_BYTES = 8
};

static const char program_name[] = "test.exe";

static void put(uint8_t *at, unsigned size, uint32_t value)
{
    for (unsigned i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t crc32_of(const uint8_t *octets, size_t size)
{
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < size; i++) {
        crc ^= octets[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

/* The fields that both headers of a zip entry have: version, flags, method … name length. */
static void put_entry(uint8_t *at, uint32_t crc)
{
    put(at, 2, 20);
    put(at + 10, 4, crc);
    put(at + 14, 4, PROGRAM_BYTES);
    put(at + 18, 4, PROGRAM_BYTES);
    put(at + 22, 2, NAME_BYTES);
}

/* The head of a program, stored in a zip. Returns its size. */
static size_t make_zip(uint8_t *zip)
{
    enum { LOCAL = 30 + NAME_BYTES, CENTRAL = 46 + NAME_BYTES, END = 22 };
    uint8_t *program = zip + LOCAL, *central = program + PROGRAM_BYTES, *end = central + CENTRAL;

    memset(zip, 0, LOCAL + PROGRAM_BYTES + CENTRAL + END);
    memcpy(program, "MZ", 2);
    put(program + 0x3C, 4, 64);
    memcpy(program + 64, "PE", 2);
    memcpy(zip, "PK\x03\x04", 4);
    put_entry(zip + 4, crc32_of(program, PROGRAM_BYTES));
    memcpy(zip + 30, program_name, NAME_BYTES);
    memcpy(central, "PK\x01\x02", 4);
    put(central + 4, 2, 20);
    put_entry(central + 6, crc32_of(program, PROGRAM_BYTES));
    memcpy(central + 46, program_name, NAME_BYTES);
    memcpy(end, "PK\x05\x06", 4);
    put(end + 8, 2, 1);
    put(end + 10, 2, 1);
    put(end + 12, 4, CENTRAL);
    put(end + 16, 4, LOCAL + PROGRAM_BYTES);
    return LOCAL + PROGRAM_BYTES + CENTRAL + END;
}

static size_t make_mail(uint8_t *mail, bool with_zip)
{
    size_t size = (size_t)snprintf(
        (char *)mail, MAIL_BYTES,
        "From: <self-test@localhost>\r\nSubject: self-test\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nA test.\r\n--b\r\n"
        "Content-Type: %s\r\nContent-Transfer-Encoding: binary\r\n\r\n",
        with_zip ? "application/octet-stream" : "text/plain");

    if (with_zip)
        size += make_zip(mail + size);
    return size + (size_t)snprintf((char *)mail + size, MAIL_BYTES - size, "\r\n--b--\r\n");
}

static bool finds(const struct report *report, const char *symbol)
{
    for (size_t i = 0; i < report->findings_count; i++) {
        if (bytes_equal(report->findings[i].symbol, bytes_of_text(symbol)))
            return true;
    }
    return false;
}

static bool all_examined(const struct report *report)
{
    for (size_t i = 0; i < report->coverage_count; i++) {
        if (report->coverage[i].state != COVERAGE_EXAMINED)
            return false;
    }
    return report->coverage_count > 0;
}

/* Examines a mail; *right: what had to be seen was, and nothing else. */
static enum status run_mail(struct rules *rules, bool with_zip, bool *right)
{
    uint8_t mail[MAIL_BYTES];
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
    struct reporter reporter;
    struct bytes octets = {mail, make_mail(mail, with_zip)};
    enum status status;

    limits_init(&limits);
    budget_init(&budget, &limits, octets.size, budget_now_us() + SELF_TEST_US);
    report_init(&report, SELF_TEST_REPORT_BYTES);
    status = message_init(&message, octets, &budget, &report);
    if (status == STATUS_OK) {
        reporter_init(&reporter, &report, &message, "attachment");
        status = attachment_inspect(rules, &message, &reporter);
        *right = all_examined(&report) && finds(&report, "attachment.refused-name") == with_zip &&
                 finds(&report, "attachment.refused-type") == with_zip &&
                 (with_zip || report.findings_count == 0);
        status = status == STATUS_OK ? reporter.status : status;
        message_clear(&message);
    }
    report_clear(&report);
    return status;
}

enum status attachment_self_test(void *state, char why[256])
{
    const char *refused[] = {"exe"};
    struct rules rules = {.extensions = refused, .extension_count = 1, .in_archives = true};
    enum status status = STATUS_OK;

    (void)state;
    why[0] = '\0';
    rules.refuses_class[MAGIC_EXECUTABLE] = true;
    for (unsigned with_zip = 0; with_zip < 2 && status == STATUS_OK; with_zip++) {
        bool right = false;

        status = run_mail(&rules, with_zip != 0, &right);
        if (status == STATUS_OK && !right) {
            snprintf(why, 256, "self-test: %s",
                     with_zip ? "a program in a zip was not found" : "plain text was not clean");
            status = STATUS_ENGINE;
        }
    }
    if (status != STATUS_OK && why[0] == '\0')
        snprintf(why, 256, "self-test: %s", status_name(status));
    return status;
}
