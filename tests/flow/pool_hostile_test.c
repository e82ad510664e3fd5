/* A worker that has been taken over says what it likes: nothing of it is believed, the message is
 * tried on another worker, and the pool goes on. The engine `scripted` of this program is the
 * intruder; what it does is named in the message's subject. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/worker/datagram.h"
#include "server/worker/sandbox.h"
#include "server/worker/sealed.h"
#include "tests/flow/pool_flow.h"

extern const struct engine engine_scripted;

/* The first job of a pool is number 1, its retry too. */
enum { JOB_ID = 1 };

static void say(const char *text, int fd, unsigned fd_count)
{
    struct datagram datagram = {bytes_of_text(text), {fd, fd}, fd_count};
    if (datagram_send(SANDBOX_SOCKET, &datagram) != STATUS_OK) {
        _exit(7);
    }
    /* The worker's own answer does not follow. */
    for (;;) {
        pause();
    }
}

static void say_report(const struct report *report)
{
    struct buffer lines;
    buffer_init(&lines, 65536);
    if (job_write_report(report, JOB_ID, STATUS_OK, &lines) == STATUS_OK &&
        buffer_append_octet(&lines, '\0') == STATUS_OK) {
        say((const char *)lines.data, -1, 0);
    }
    _exit(8);
}

static int memfd_with(const char *text, bool seals)
{
    int fd = -1;
    if (seals) {
        return sealed_new("report", bytes_of_text(text), &fd) == STATUS_OK ? fd : -1;
    }
    fd = memfd_create("report", MFD_ALLOW_SEALING);
    return write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? fd : -1;
}

static const char done[] = "1 OK done\r\n";

static void garbage(void)
{
    say("\x01\x02 no line at all", -1, 0);
}

static void other_job(void)
{
    say("2 OK done\r\n", -1, 0);
}

static void no_end(void)
{
    say("1 FACT \"a\" \"b\"\r\n", -1, 0);
}

static void more_behind(void)
{
    say("1 OK done\r\n1 FACT \"a\" \"b\"\r\n", -1, 0);
}

static void ready_again(void)
{
    say("* READY (SANDBOX \"none\")\r\n", -1, 0);
}

static void large_without_memfd(void)
{
    say("1 LARGE (SIZE 11)\r\n", -1, 0);
}

static void large_unsealed(void)
{
    say("1 LARGE (SIZE 11)\r\n", memfd_with(done, false), 1);
}

static void large_of_other_size(void)
{
    say("1 LARGE (SIZE 12)\r\n", memfd_with(done, true), 1);
}

static void large_over_limit(void)
{
    int fd = memfd_create("report", MFD_ALLOW_SEALING);
    if (ftruncate(fd, 32 << 20) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
        _exit(9);
    }
    say("1 LARGE (SIZE 33554432)\r\n", fd, 1);
}

static void large_in_large(void)
{
    say("1 LARGE (SIZE 19)\r\n", memfd_with("1 LARGE (SIZE 11)\r\n", true), 1);
}

static void two_memfds(void)
{
    say("1 LARGE (SIZE 11)\r\n", memfd_with(done, true), 2);
}

static void part_outside(void)
{
    struct report report;
    report_init(&report, 65536);
    struct report_part part = {
        .number = 1, .kind = PART_LEAF, .type = BYTES("text/plain"), .body = {0, UINT32_MAX}};
    if (report_add_part(&report, &part) == STATUS_OK) {
        say_report(&report);
    }
}

static void finding_nowhere(void)
{
    struct report report;
    report_init(&report, 65536);
    struct report_finding finding = {
        .engine = BYTES("scripted"), .symbol = BYTES("x"), .class = CLASS_VIRUS, .part = 77};
    if (report_add_finding(&report, &finding) == STATUS_OK) {
        say_report(&report);
    }
}

static void covers_another(void)
{
    struct report report;
    report_init(&report, 65536);
    struct report_coverage coverage = {.engine = BYTES("clamav"), .state = COVERAGE_EXAMINED};
    if (report_add_coverage(&report, &coverage) == STATUS_OK) {
        say_report(&report);
    }
}

static void copy_unasked(void)
{
    struct report report;
    report_init(&report, 65536);
    struct report_copy copy = {.number = 1};
    if (report_add_copy(&report, &copy) == STATUS_OK) {
        say_report(&report);
    }
}

static void leave(void)
{
    _exit(0);
}

static void close_and_stay(void)
{
    close(SANDBOX_SOCKET);
    for (;;) {
        pause();
    }
}

static void empty_datagram(void)
{
    say("", -1, 0);
}

static void stolen_call(void)
{
    (void)socket(AF_INET, SOCK_STREAM, 0);
}

static void smash(void)
{
    volatile char *nowhere = NULL;
    *nowhere = 1;
}

static const struct row {
    const char *name, *word;
    void (*act)(void);
} rows[] = {
    {"Deaths: garbage", "garbage", garbage},
    {"Deaths: another job's answer", "other-job", other_job},
    {"Deaths: an answer without its end", "no-end", no_end},
    {"Deaths: lines behind the end", "more-behind", more_behind},
    {"Deaths: READY instead of an answer", "ready-again", ready_again},
    {"Deaths: a large report without its memfd", "large-without-memfd", large_without_memfd},
    {"Deaths: a large report that can change", "large-unsealed", large_unsealed},
    {"Deaths: a large report of another size", "large-of-other-size", large_of_other_size},
    {"Deaths: a large report over the limit", "large-over-limit", large_over_limit},
    {"Deaths: a large report in a large report", "large-in-large", large_in_large},
    {"Deaths: two descriptors", "two-memfds", two_memfds},
    {"Deaths: a part outside the message", "part-outside", part_outside},
    {"Deaths: a finding in a part that is not there", "finding-nowhere", finding_nowhere},
    {"Deaths: coverage of an engine that was not asked", "covers-another", covers_another},
    {"Deaths: a copy that nobody asked for", "copy-unasked", copy_unasked},
    {"Deaths: it exits", "leave", leave},
    {"Deaths: it closes its socket and stays", "close-and-stay", close_and_stay},
    {"Deaths: an empty datagram", "empty-datagram", empty_datagram},
    {"Deaths: a forbidden call", "stolen-call", stolen_call},
    {"Deaths: a memory error", "smash", smash},
};

enum { ROWS = sizeof rows / sizeof *rows };

static enum status hostile_scan(void *state, struct message *message, struct reporter *reporter)
{
    (void)state;
    struct bytes subject = BYTES("Subject: ");
    for (unsigned i = 0; i < ROWS; i++) {
        struct bytes word = bytes_of_text(rows[i].word);
        struct bytes said = bytes_slice(message->octets, subject.size, word.size + 1);
        if (said.size == word.size + 1 && memcmp(said.data, word.data, word.size) == 0 &&
            said.data[word.size] == '\r') {
            rows[i].act();
        }
    }
    reporter_finding(reporter, "harmless", CLASS_VIRUS, 0, 0, (struct range){0, 0}, "as told");
    reporter_examined(reporter, 1);
    return STATUS_OK;
}

static enum status hostile_open(const struct settings_view *settings, const struct limits *limits,
                                const char *scratch, void **state, struct engine_edition *edition,
                                char why[256])
{
    (void)settings;
    (void)limits;
    (void)scratch;
    (void)why;
    *state = NULL;
    *edition = (struct engine_edition){.version = "1"};
    return STATUS_OK;
}

static const struct setting no_settings[] = {{0}};

const struct engine engine_scripted = {
    .name = "scripted",
    .room = ENGINE_SANDBOX,
    .settings = no_settings,
    .open = hostile_open,
    .enter = engine_nothing_enter,
    .scan = hostile_scan,
    .conclude = engine_nothing_conclude,
    .self_test = engine_nothing_self_test,
    .stale = engine_nothing_stale,
    .close = engine_nothing_close,
};

static void test_row(void **state)
{
    const struct row *row = *state;
    struct flow flow;
    struct outcome outcome = {.engine = "scripted"}, harmless = {0};
    char mail[128];
    flow_open(&flow, (const char *const[]){"limits.worker-time=5s", NULL});
    int size = snprintf(mail, sizeof mail, "Subject: %s\r\n\r\nbody\r\n", row->word);
    flow_submit_text(&flow, (struct bytes){(uint8_t *)mail, (size_t)size}, 30000, &outcome);
    flow_wait(&flow, &outcome);
    assert_int_equal(outcome.done, 1);
    assert_int_equal(outcome.status, STATUS_CRASHED);
    assert_int_equal(pool_state(flow.pool)->crashes, 2);
    assert_int_equal(pool_state(flow.pool)->poisoned, 1);
    flow_ask(&flow, NULL, 30000, &harmless);
    assert_true(outcome_virus(&harmless));
    outcome_clear(&harmless);
    flow_close(&flow);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                                       .test_func = test_row,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    }
    return flow_main(argc, argv, "pool_hostile", tests, ROWS);
}
