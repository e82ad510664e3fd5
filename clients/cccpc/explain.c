/* `cccpc explain`: what the server saw in a message, and why it said what it said. */
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/explain_copies.h"
#include "clients/cccpc/explain_recipients.h"
#include "clients/cccpc/explain_tree.h"
#include "clients/cccpc/in_turn.h"
#include "clients/cccpc/paragraph.h"
#include "clients/cccpc/verdict_line.h"

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

static void show(const struct arguments *arguments, const struct source *source,
                 const struct cccp_result *result)
{
    const struct cccp_summary *summary = cccp_result_summary(result);
    struct paragraph line;
    verdict_line_write(stdout, source->path, result);
    if (!summary)
        return;
    paragraph_begin(&line, stdout, 2, 2);
    paragraph_put(&line, "", "reference %s", or_none(summary->reference));
    paragraph_put(&line, ", ", "generation %llu", (unsigned long long)summary->generation);
    print_counts(&line, summary);
    paragraph_end(&line);
    explain_recipients_write(stdout, result, arguments->recipients);
    explain_copies_write(stdout, result, source);
    explain_notes_write(stdout, result);
    explain_tree_write(stdout, result);
    print_times(result);
    print_facts(result);
}

int command_explain(const struct arguments *arguments)
{
    if (arguments->path_count == 0) {
        fprintf(stderr, "cccpc: explain wants a file, or - for standard input\n");
        return EX_USAGE;
    }
    return in_turn_run(arguments, 0, true, show);
}
