/* What the message view reads in messages, one JSON object and one line for each; with --check also
 * what the engines of this build say, as an installation with the embedded defaults runs them, and
 * what its default channel would do.
 *
 *     view_dump [--octets] [--check] [--set KEY=VALUE]... [FILE]...
 *
 * Without FILE paths are read from standard input, one a line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/policy/decider.h"
#include "tests/support/dump_json.h"
#include "tests/support/file_octets.h"
#include "tests/support/opened_engines.h"

enum { SETS_MOST = 32, PATH_OCTETS = 4096, DEADLINE_MS = 60000 };

struct options {
    bool octets, check;
    const char *sets[SETS_MOST];
    size_t set_count;
};

static struct options options;
static struct opened_engines opened;
static struct limits limits;

static uint64_t cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void fail(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(1);
}

/* CPU time of the view with every leaf decoded, without writing it down. */
static void dump_time(struct json *json, const char *path, struct bytes octets)
{
    struct bytes content;
    struct message message;
    struct budget budget;
    struct report report;
    uint64_t begun_us = cpu_us(), viewed_us;

    budget_init(&budget, &limits, octets.size, 0);
    report_init(&report, limits.report_bytes);
    if (message_init(&message, octets, &budget, &report) != STATUS_OK)
        fail(path, "no view");
    viewed_us = cpu_us();
    for (uint32_t i = 0; i < message.part_count; i++) {
        if (message.parts[i].kind == PART_LEAF &&
            message_decode(&message, &message.parts[i], &content) == STATUS_MEMORY)
            fail(path, "no memory");
    }
    json_number(json, "view_us", viewed_us - begun_us);
    json_number(json, "decoded_us", cpu_us() - begun_us);
    message_clear(&message);
    report_clear(&report);
}

static void dump_view(struct json *json, const char *path, struct bytes octets)
{
    struct message message;
    struct budget budget;
    struct report report;

    budget_init(&budget, &limits, octets.size, 0);
    report_init(&report, limits.report_bytes);
    if (message_init(&message, octets, &budget, &report) != STATUS_OK)
        fail(path, "no view");
    json_bool(json, "opaque", message.opaque);
    dump_parts(json, &message, options.octets);
    dump_report(json, &report, false);
    json_text(json, "cap", budget.cap);
    if (report_check(&report, octets.size, &limits) != STATUS_OK)
        fail(path, "the report is not valid");
    message_clear(&message);
    report_clear(&report);
}

/* What the first channel of the embedded defaults says. */
static enum disposition decide(const char *path, struct verdict verdict,
                               const struct report *report)
{
    const struct envelope envelope = {0};
    const struct decide_input input = {.config = opened.config,
                                       .channel = &opened.config->channels[0],
                                       .report = report,
                                       .verdict = verdict,
                                       .envelope = &envelope,
                                       .recipient_count = 1,
                                       .reference = "dump"};
    const struct decision *decision;
    struct decider *decider = NULL;

    if (decider_new(&input, &decider) != STATUS_OK ||
        decider_decide(decider, BYTES("postmaster"), &decision) != STATUS_OK)
        fail(path, "nothing is decided");
    enum disposition disposition = decision->disposition;
    decider_free(&decider);
    return disposition;
}

static void dump_verdict(struct json *json, const char *path, const struct report *report)
{
    static const char *const gaps[] = {"none", "unexaminable", "failed"};
    struct coverage_tally tally;
    struct verdict verdict;

    report_tally(report, opened.names, opened.count, &tally);
    verdict = verdict_conclude(&tally, report_classes(report));
    json_text(json, "verdict", verdict_word(verdict.kind));
    json_bool(json, "transient", verdict.transient);
    json_text(json, "gap", gaps[verdict.gap]);
    json_text(json, "disposition", disposition_word(decide(path, verdict, report)));
}

/* A line of /proc/self/status, in KiB. */
static uint64_t status_kb(const char *name)
{
    unsigned long kb = 0;
    char line[128];
    FILE *file = fopen("/proc/self/status", "r");

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            sscanf(line + strlen(name), ": %lu", &kb);
    }
    if (file != NULL)
        fclose(file);
    return kb;
}

/* Forgets the most memory that was resident so far; proc(5), clear_refs. */
static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");

    if (file != NULL) {
        fputs("5", file);
        fclose(file);
    }
}

static void dump_check(struct json *json, const char *path, struct bytes octets)
{
    const struct job job = {.size = octets.size,
                            .deadline_ms = DEADLINE_MS,
                            .engines = opened.names,
                            .engine_count = opened.count};
    struct report report;
    uint64_t begun_us, before_kb;

    forget_peak();
    before_kb = status_kb("VmRSS");
    begun_us = cpu_us();
    report_init(&report, limits.report_bytes);
    if (engines_run(opened.instances, opened.count, &limits, &job, octets, &report) != STATUS_OK)
        fail(path, "no report");
    json_open(json, "check", '{');
    json_number(json, "cpu_us", cpu_us() - begun_us);
    json_number(json, "memory_kb", status_kb("VmHWM") - before_kb);
    if (report_check(&report, octets.size, &limits) != STATUS_OK)
        fail(path, "the report is not valid");
    dump_verdict(json, path, &report);
    dump_report(json, &report, true);
    json_close(json, '}');
    report_clear(&report);
}

static void dump_message(const char *path, struct bytes octets)
{
    struct json json = {.out = stdout};

    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    json_number(&json, "octets", octets.size);
    dump_time(&json, path, octets);
    dump_view(&json, path, octets);
    if (options.check)
        dump_check(&json, path, octets);
    json_close(&json, '}');
    putchar('\n');
}

static void dump_file(const char *path)
{
    struct bytes octets = file_octets(path);

    dump_message(path, octets);
    free((void *)octets.data);
}

static void read_options(int count, char **arguments)
{
    static const struct option rows[] = {{"octets", no_argument, NULL, 'o'},
                                         {"check", no_argument, NULL, 'c'},
                                         {"set", required_argument, NULL, 's'},
                                         {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(count, arguments, "", rows, NULL)) != -1) {
        if (option == '?' || options.set_count == SETS_MOST)
            exit(64);
        options.octets |= option == 'o';
        options.check |= option == 'c';
        if (option == 's')
            options.sets[options.set_count++] = optarg;
    }
}

int main(int count, char **arguments)
{
    char path[PATH_OCTETS];

    read_options(count, arguments);
    message_warm_up();
    limits_init(&limits);
    if (options.check) {
        engines_open(&opened, options.sets, options.set_count);
        limits = opened.config->limits;
    }
    for (int i = optind; i < count; i++)
        dump_file(arguments[i]);
    while (optind == count && fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        dump_file(path);
    }
    if (options.check)
        engines_close(&opened);
    return ferror(stdout) || fflush(stdout) != 0;
}
