/* Before a generation is used: what must be found is found, what is harmless is clean. The same way
 * as any message goes: view, passes, report. */
#include <stdio.h>
#include <string.h>

#include "engines/clamav/clamav.h"
#include "engines/clamav/samples.h"

enum { SELF_TEST_US = 10 * 1000 * 1000, SELF_TEST_REPORT_BYTES = 1 << 20, MAIL_BYTES = 2048 };

/* The samples stand in the source so that no scanner takes the program for them. */
static size_t sample_mail(const struct sample *sample, uint8_t *mail)
{
    size_t size = (size_t)snprintf((char *)mail, MAIL_BYTES,
                                   "From: <self-test@localhost>\r\nTo: <self-test@localhost>\r\n"
                                   "Subject: self-test\r\nMIME-Version: 1.0\r\n"
                                   "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                                   "--b\r\nContent-Type: text/plain\r\n\r\nA test.\r\n"
                                   "--b\r\nContent-Type: application/octet-stream\r\n"
                                   "Content-Transfer-Encoding: base64\r\n"
                                   "Content-Disposition: attachment; filename=%s\r\n\r\n",
                                   sample->name);
    for (size_t i = 0; sample->base64[i]; i++)
        mail[size++] = (uint8_t)(sample->base64[i] ^ SAMPLE_MASK);
    return size + (size_t)snprintf((char *)mail + size, MAIL_BYTES - size, "\r\n--b--\r\n");
}

static bool all_examined(const struct report *report)
{
    for (size_t i = 0; i < report->coverage_count; i++)
        if (report->coverage[i].state != COVERAGE_EXAMINED)
            return false;
    return report->coverage_count > 0;
}

/* Scans a mail: is the verdict the one that is expected? */
static enum status run_sample(void *state, const struct sample *sample, bool *right)
{
    uint8_t mail[MAIL_BYTES];
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
    struct reporter reporter;
    limits_init(&limits);
    struct bytes octets = {mail, sample_mail(sample, mail)};
    budget_init(&budget, &limits, octets.size, budget_now_us() + SELF_TEST_US);
    report_init(&report, SELF_TEST_REPORT_BYTES);
    enum status status = message_init(&message, octets, &budget, &report);
    if (status == STATUS_OK) {
        reporter_init(&reporter, &report, &message, "clamav");
        status = inspect_message(state, &message, &reporter);
        bool virus = (report_classes(&report) & 1u << CLASS_VIRUS) != 0;
        *right = sample->infected ? virus : !virus && all_examined(&report);
        status = status == STATUS_OK ? reporter.status : status;
        message_clear(&message);
    }
    report_clear(&report);
    return status;
}

enum status self_test(void *state, char why[256])
{
    struct clamav *clamav = state;
    uint64_t smallest = clamav->smallest, largest = clamav->largest;
    enum status status = STATUS_OK;
    why[0] = '\0';
    /* Rules that exempt must not exempt the test. */
    clamav->smallest = clamav->largest = 0;
    for (size_t i = 0; i < SAMPLES && status == STATUS_OK; i++) {
        bool right = false;
        status = run_sample(state, &samples[i], &right);
        if (status != STATUS_OK || right)
            continue;
        snprintf(why, 256, "self-test: %s was %s", samples[i].name,
                 samples[i].infected ? "not found" : "not clean");
        status = STATUS_ENGINE;
    }
    if (status != STATUS_OK && !why[0])
        snprintf(why, 256, "self-test: %s", status_name(status));
    clamav->smallest = smallest;
    clamav->largest = largest;
    return status;
}
