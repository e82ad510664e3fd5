/* How many recipients are decided in a second, and how long a policy takes to load:
 *
 *     policy_rate [rules [entries [recipients]]]      by default 50, then 10,000 and 1,000,000
 *
 * Half of the rules need an address, a quarter a domain and something of the message, the rest are
 * about the message alone; each recipient is looked up in a list as well. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/policy/decider.h"

enum { YAML_BYTES = 16 << 20, MESSAGES = 20 };

struct world {
    struct config *config;
    struct report report;
    struct envelope envelope;
    struct decide_input input;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "policy_rate: %s\n", what);
    exit(1);
}

static void write_list(const char *path, unsigned entries)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fail("no room for the list");
    for (unsigned i = 0; i < entries; i++)
        fprintf(file, i % 3 == 0 ? "user%u@listed.example\n" : "d%u.listed.example\n", i);
    fclose(file);
}

/* What stands before and behind a number, in four forms. */
static size_t write_rule(char *text, size_t size, unsigned i)
{
    static const char *const forms[4][2] = {
        {"recipient == 'user", "@y.example'\", then: reject, text: no}"},
        {"recipient in ['b@y.example', 'a",
         "@y.example'] and size > 1K\", edits: [subject-tag: x]}"},
        {"recipient.domain == 'd", ".example' and spam\", then: quarantine}"},
        {"score >= 6 and part.type == 'application/x", "'\", then: reject}"}};
    int length =
        snprintf(text, size, "      - {when: \"%s%u%s\n", forms[i % 4][0], i, forms[i % 4][1]);
    return (size_t)length;
}

/* One that has to be asked for each recipient. */
static size_t write_unfound(char *text, size_t size, unsigned i)
{
    int length = snprintf(text, size,
                          "      - {when: \"recipient.local begins 'x%u' or recipient.domain ends "
                          "'.x%u.example'\", then: discard}\n",
                          i, i);
    return (size_t)length;
}

static char *write_yaml(const char *path, unsigned rules, bool found)
{
    char *yaml = malloc(YAML_BYTES);
    if (yaml == NULL)
        fail("no memory");
    size_t at = (size_t)snprintf(yaml, YAML_BYTES,
                                 "organisations: {us: {domains: [y.example]}}\n"
                                 "lists: {l: {file: '%s'}}\nchannels:\n  c:\n    rules:\n"
                                 "      - {when: recipient in @l, edits: [footer: listed]}\n",
                                 path);
    for (unsigned i = 1; i < rules; i++)
        at += found ? write_rule(yaml + at, YAML_BYTES - at, i)
                    : write_unfound(yaml + at, YAML_BYTES - at, i);
    return yaml;
}

static struct config *load(const char *yaml)
{
    struct config_source source;
    struct config_problem problem;
    struct config *config = NULL;
    if (config_source_open(&source, NULL, NULL, 0, &problem) != STATUS_OK)
        fail("no defaults");
    struct config_text texts[] = {source.texts[0], {.name = "t", .text = bytes_of_text(yaml)}};
    struct config_source both = {.texts = texts, .text_count = 2};
    if (config_new(&both, &config, &problem) != STATUS_OK)
        fail(problem.reason);
    config_source_close(&source);
    return config;
}

static void world_make(struct world *world, struct config *config)
{
    *world = (struct world){.config = config};
    report_init(&world->report, 1 << 20);
    struct report_part part = {.number = 1, .type = BYTES("text/plain"), .kind = PART_LEAF};
    struct report_finding finding = {
        .engine = BYTES("alpha"), .symbol = BYTES("Bulk"), .class = CLASS_NOTE, .points = 7000};
    if (report_add_part(&world->report, &part) != STATUS_OK ||
        report_add_finding(&world->report, &finding) != STATUS_OK)
        fail("no report");
    const struct coverage_tally tally = {.expected = 1, .examined = 1};
    world->envelope = (struct envelope){.has_sender = true, .sender = BYTES("a@x.example")};
    world->input = (struct decide_input){.config = config,
                                         .channel = config_find_channel(config, BYTES("c")),
                                         .report = &world->report,
                                         .verdict = verdict_conclude(&tally, 1U << CLASS_NOTE),
                                         .envelope = &world->envelope,
                                         .recipient_count = 1000,
                                         .size = 5000,
                                         .reference = "r"};
}

/* Seconds for all recipients, as checks of that many. */
static double decide_all(const struct world *world, unsigned messages, unsigned recipients)
{
    double start = now();
    for (unsigned m = 0; m < messages; m++) {
        struct decider *decider = NULL;
        if (decider_new(&world->input, &decider) != STATUS_OK)
            fail("no decider");
        for (unsigned i = 0; i < recipients; i++) {
            char recipient[64];
            const struct decision *decision = NULL;
            int length =
                snprintf(recipient, sizeof recipient, "user%u@d%u.example", m * 7 + i, i % 1000);
            struct bytes address = {(const uint8_t *)recipient, (size_t)length};
            if (decider_decide(decider, address, &decision) != STATUS_OK)
                fail("no decision");
        }
        decider_free(&decider);
    }
    return now() - start;
}

static void measure(unsigned rules, bool found, unsigned entries, unsigned recipients)
{
    char path[] = "/tmp/policy_rate.XXXXXX";
    int file = mkstemp(path);
    if (file < 0)
        fail("no temporary file");
    close(file);
    write_list(path, entries);
    char *yaml = write_yaml(path, rules, found);
    double start = now();
    struct config *config = load(yaml);
    double loaded = now() - start;
    struct world world;
    world_make(&world, config);
    double taken = decide_all(&world, MESSAGES, recipients);
    double empty = decide_all(&world, MESSAGES, 0);
    printf(
        "%u rules%s, %u entries: loaded in %.2f s; %.0f recipients/s (%u to a message), a message "
        "alone %.1f us\n",
        rules, found ? "" : " that no constant leads to", entries, loaded,
        MESSAGES * recipients / taken, recipients, empty / MESSAGES * 1e6);
    report_clear(&world.report);
    config_unref(&config);
    unlink(path);
    free(yaml);
}

int main(int argc, char **argv)
{
    unsigned rules = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    unsigned entries = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1000;
    unsigned recipients = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 10000;
    if (rules > 0) {
        measure(rules, true, entries, recipients);
        return 0;
    }
    measure(50, true, 1000, recipients);
    measure(50, false, 1000, recipients);
    measure(10000, true, 1000000, recipients);
    return 0;
}
