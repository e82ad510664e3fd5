/* `cccpc explain`: what the server saw in a message, and why it said what it said. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/flight.h"
#include "clients/cccpc/json.h"
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

static void print_parts(const struct cccp_result *result)
{
    size_t count;
    const struct cccp_part *parts = cccp_result_parts(result, &count);
    puts("  parts");
    for (size_t i = 0; i < count; i++) {
        const struct cccp_part *part = &parts[i];
        int indent = 2 * (int)(part->depth < 20 ? part->depth : 20);
        printf("  %*s%4u %s %s%s%s%s%s  header %llu+%llu  body %llu+%llu", indent, "", part->number,
               part->kind, or_none(part->type), part->name ? " \"" : "",
               part->name ? part->name : "", part->name ? "\" " : " ",
               part->encoding ? part->encoding : "", (unsigned long long)part->header_offset,
               (unsigned long long)part->header_size, (unsigned long long)part->body_offset,
               (unsigned long long)part->body_size);
        printf("  decoded %llu\n", (unsigned long long)part->decoded_size);
    }
}

static void print_findings(const struct cccp_result *result)
{
    size_t count;
    const struct cccp_finding *findings = cccp_result_findings(result, &count);
    puts(count ? "  findings" : "  no findings");
    for (size_t i = 0; i < count; i++) {
        const struct cccp_finding *finding = &findings[i];
        printf("    %s %s %s  part %u  octets %llu+%llu", or_none(finding->engine),
               finding->class_word, or_none(finding->symbol), finding->part,
               (unsigned long long)finding->offset, (unsigned long long)finding->size);
        if (finding->points)
            printf("  %+.3f points", (double)finding->points / 1000);
        printf("%s%s\n", finding->text ? "  " : "", finding->text ? finding->text : "");
        if (finding->excerpt)
            printf("      | %s\n", finding->excerpt);
    }
}

static void print_coverage(const struct cccp_result *result)
{
    size_t count;
    const struct cccp_coverage *coverage = cccp_result_coverage(result, &count);
    puts("  coverage");
    for (size_t i = 0; i < count; i++) {
        const struct cccp_coverage *one = &coverage[i];
        printf("    %s %s", or_none(one->engine), one->state);
        if (one->last_part == 0)
            printf(" the whole message");
        else if (one->first_part == one->last_part)
            printf(" part %u", one->first_part);
        else
            printf(" parts %u to %u", one->first_part, one->last_part);
        printf("%s%s\n", one->reason ? ": " : "", one->reason ? one->reason : "");
    }
}

static void print_engines(const struct cccp_result *result)
{
    size_t count;
    const struct cccp_engine *engines = cccp_result_engines(result, &count);
    puts("  engines");
    for (size_t i = 0; i < count; i++) {
        printf("    %s %s  %.3f ms  %s%s%s\n", or_none(engines[i].name),
               or_none(engines[i].version), (double)engines[i].time_us / 1000,
               engines[i].failed ? "FAILED" : "ok", engines[i].reason ? ": " : "",
               engines[i].reason ? engines[i].reason : "");
    }
}

static void print_facts(const struct cccp_result *result)
{
    size_t count;
    const struct cccp_fact *facts = cccp_result_facts(result, &count);
    if (count)
        puts("  facts");
    for (size_t i = 0; i < count; i++)
        printf("    %s = %s\n", or_none(facts[i].name), or_none(facts[i].value));
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

static void print_explanation(const struct cccp_result *result, const char *const *recipients)
{
    const struct cccp_summary *summary = cccp_result_summary(result);
    if (!summary)
        return;
    printf("  reference %s, generation %llu, coverage %s: %llu expected, %llu examined, "
           "%llu exempt, %llu unexaminable, %llu failed%s\n",
           or_none(summary->reference), (unsigned long long)summary->generation,
           summary->full_coverage ? "full" : "partial", (unsigned long long)summary->expected,
           (unsigned long long)summary->examined, (unsigned long long)summary->exempt,
           (unsigned long long)summary->unexaminable, (unsigned long long)summary->failed,
           summary->transient ? ", transient" : "");
    print_recipients(result, recipients);
    print_parts(result);
    print_findings(result);
    print_coverage(result);
    print_engines(result);
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
