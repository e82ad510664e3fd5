/* `cccpc explain`: what the server saw in a message, and why it said what it said. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/explain_tree.h"
#include "clients/cccpc/flight.h"
#include "clients/cccpc/json.h"
#include "clients/cccpc/paragraph.h"
#include "clients/cccpc/source.h"
#include "clients/cccpc/verdict_line.h"

struct explaining {
    const struct arguments *arguments;
    size_t next;
    struct source source; /* the one that is being checked */
    int status;
};

static const char *or_none(const char *text)
{
    return text ? text : "-";
}

/* Begins a line with a time and its share. */
static void print_share(struct paragraph *line, uint64_t part_us, uint64_t all_us)
{
    double percent = all_us > 0 ? 100 * (double)part_us / (double)all_us : 0;
    paragraph_begin(line, stdout, 4, 4);
    paragraph_put(line, "", "%9.3f ms %3.0f %%", (double)part_us / 1000, percent);
}

/* Where the time of the check went: in the view and the engines, and outside the worker. */
static void print_times(const struct cccp_result *result)
{
    size_t count;
    const struct cccp_engine *engines = cccp_result_engines(result, &count);
    uint64_t all_us = cccp_result_summary(result)->time_us, worker_us = 0;
    for (size_t i = 0; i < count; i++)
        worker_us += engines[i].time_us;
    if (all_us < worker_us)
        all_us = worker_us;
    printf("  time %.3f ms\n", (double)all_us / 1000);
    for (size_t i = 0; i < count; i++) {
        struct paragraph line;
        print_share(&line, engines[i].time_us, all_us);
        paragraph_put(&line, "  ", "%s", or_none(engines[i].name));
        paragraph_words(&line, " ", engines[i].version);
        if (engines[i].failed)
            paragraph_put(&line, "  ", "FAILED: %s", or_none(engines[i].reason));
        paragraph_end(&line);
    }
    struct paragraph line;
    print_share(&line, all_us - worker_us, all_us);
    paragraph_put(&line, "  ", "outside the worker");
    paragraph_end(&line);
}

static void print_fact(const struct cccp_fact *fact)
{
    struct paragraph line;
    paragraph_begin(&line, stdout, 4, 4);
    paragraph_put(&line, "", "%s =", or_none(fact->name));
    paragraph_words(&line, " ", fact->value);
    paragraph_end(&line);
}

static void print_facts(const struct cccp_result *result)
{
    size_t count;
    const struct cccp_fact *facts = cccp_result_facts(result, &count);
    if (count)
        puts("  facts");
    for (size_t i = 0; i < count; i++)
        print_fact(&facts[i]);
}

static void print_recipients(const struct cccp_result *result, const char *const *recipients)
{
    puts("  recipients");
    for (uint32_t id = 1; id <= cccp_result_recipients(result); id++) {
        const struct cccp_recipient *one = cccp_result_recipient(result, id);
        printf("    %u <%s> %s", id, recipients[id - 1], cccp_disposition_word(one->disposition));
        if (one->status)
            printf(" %s", one->status);
        if (one->after_seconds)
            printf(" after %llu s", (unsigned long long)one->after_seconds);
        if (one->mark)
            printf(" mark \"%s\"", one->mark);
        printf("%s%s\n", one->text ? ": " : "", one->text ? one->text : "");
    }
}

/* "coverage full: 4 of 4 examined", and what else there is. */
static void print_counts(struct paragraph *line, const struct cccp_summary *summary)
{
    const struct {
        uint64_t count;
        const char *word;
    } rows[] = {{summary->exempt, "exempt"},
                {summary->unexaminable, "unexaminable"},
                {summary->failed, "failed"}};
    paragraph_put(line, ", ", "coverage %s: %llu of %llu examined",
                  summary->full_coverage ? "full" : "partial",
                  (unsigned long long)summary->examined, (unsigned long long)summary->expected);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].count > 0)
            paragraph_put(line, ", ", "%llu %s", (unsigned long long)rows[i].count, rows[i].word);
    }
    if (summary->transient)
        paragraph_put(line, ", ", "transient");
}

static void print_explanation(const struct cccp_result *result, const char *const *recipients)
{
    const struct cccp_summary *summary = cccp_result_summary(result);
    if (!summary)
        return;
    struct paragraph line;
    paragraph_begin(&line, stdout, 2, 2);
    paragraph_put(&line, "", "reference %s", or_none(summary->reference));
    paragraph_put(&line, ", ", "generation %llu", (unsigned long long)summary->generation);
    print_counts(&line, summary);
    paragraph_end(&line);
    print_recipients(result, recipients);
    explain_tree_write(stdout, result);
    print_times(result);
    print_facts(result);
}

static bool next(void *self, struct cccp_request *request, void **item)
{
    struct explaining *explaining = self;
    while (explaining->next < explaining->arguments->path_count) {
        const char *path = explaining->arguments->paths[explaining->next++];
        int status = source_open(&explaining->source, path);
        if (status == 0) {
            request->content = explaining->source.content;
            request->content_size = explaining->source.size;
            *item = &explaining->source;
            return true;
        }
        source_close(&explaining->source);
        explaining->status = flight_worse(explaining->status, status);
    }
    return false;
}

static void done(void *self, void *item, const struct cccp_result *result)
{
    struct explaining *explaining = self;
    struct source *source = item;
    if (explaining->arguments->json) {
        json_result(stdout, source->path, result, explaining->arguments->recipients);
    } else {
        verdict_line_write(stdout, source->path, result);
        print_explanation(result, explaining->arguments->recipients);
    }
    explaining->status = flight_worse(explaining->status, flight_exit(result));
    source_close(source);
}

int command_explain(const struct arguments *arguments)
{
    struct explaining explaining = {.arguments = arguments};
    const struct flight_owner owner = {&explaining, next, done};
    if (arguments->path_count == 0) {
        fprintf(stderr, "cccpc: explain wants a file, or - for standard input\n");
        return EX_USAGE;
    }
    int status = flight_run(arguments, 1, 1, true, &owner);
    return flight_worse(status, explaining.status);
}
