/* `cccpc bench`: the same messages again and again; one line in the form that the bench kit reads. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/flight.h"
#include "clients/cccpc/json.h"
#include "clients/cccpc/process.h"
#include "clients/cccpc/source.h"

struct benching {
    const struct arguments *arguments;
    struct source *sources;
    size_t source_count;
    size_t next, last; /* messages handed out, and how many there will be (0: until end_us) */
    int64_t begin_us, end_us, stopped_us;
    /* what came back */
    uint32_t *latencies_us;
    size_t ok, capacity, errors, hits;
    uint64_t octets;
    struct process_usage before, after;
    double client_ms;
};

struct message {
    struct benching *benching;
    size_t size;
    int64_t begin_us;
};

static double client_cpu_ms(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static bool next(void *self, struct cccp_request *request, void **item)
{
    struct benching *benching = self;
    struct message *message;
    if (benching->last ? benching->next >= benching->last
                       : flight_now_us() >= benching->end_us)
        return false;
    message = malloc(sizeof(*message));
    if (!message)
        return false;
    const struct source *source = &benching->sources[benching->next++ % benching->source_count];
    *message = (struct message){benching, source->size, flight_now_us()};
    request->content = source->content;
    request->content_size = source->size;
    *item = message;
    return true;
}

static bool latency_add(struct benching *benching, int64_t latency_us)
{
    if (benching->ok == benching->capacity) {
        size_t capacity = benching->capacity ? 2 * benching->capacity : 4096;
        uint32_t *grown = realloc(benching->latencies_us, capacity * sizeof(*grown));
        if (!grown)
            return false;
        benching->latencies_us = grown;
        benching->capacity = capacity;
    }
    benching->latencies_us[benching->ok++] =
        latency_us > UINT32_MAX ? UINT32_MAX : (uint32_t)latency_us;
    return true;
}

static void done(void *self, void *item, const struct cccp_result *result)
{
    struct benching *benching = self;
    struct message *message = item;
    const struct cccp_summary *summary = cccp_result_summary(result);
    benching->stopped_us = flight_now_us();
    if (!summary || (summary->verdict == CCCP_INCOMPLETE && summary->transient) ||
        !latency_add(benching, benching->stopped_us - message->begin_us)) {
        benching->errors++;
    } else {
        benching->hits += summary->verdict > CCCP_CLEAN;
        benching->octets += message->size;
    }
    free(message);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double quantile_ms(const struct benching *benching, double share)
{
    if (benching->ok == 0)
        return 0;
    return benching->latencies_us[(size_t)(share * (double)(benching->ok - 1))] / 1000.0;
}

struct figure {
    const char *name;
    double value;
    int digits;
};

enum { FIGURE_COUNT = 15 };

static void figures_fill(const struct benching *benching, struct figure figures[FIGURE_COUNT])
{
    double seconds = (double)(benching->stopped_us - benching->begin_us) / 1e6;
    double count = benching->ok ? (double)benching->ok : 1, each = 1 / count;
    seconds = seconds > 0 ? seconds : 1e-6;
    const struct figure all[FIGURE_COUNT] = {
        {"conns", benching->arguments->connections, 0},
        {"in_flight", benching->arguments->in_flight, 0},
        {"ok", (double)benching->ok, 0},
        {"err", (double)benching->errors, 0},
        {"hits", (double)benching->hits, 0},
        {"seconds", seconds, 3},
        {"msgs_per_s", (double)benching->ok / seconds, 1},
        {"mb_per_s", (double)benching->octets / seconds / 1e6, 2},
        {"p50_ms", quantile_ms(benching, .5), 3},
        {"p90_ms", quantile_ms(benching, .9), 3},
        {"p99_ms", quantile_ms(benching, .99), 3},
        {"max_ms", quantile_ms(benching, 1), 1},
        {"cpu_ms", (benching->after.cpu_ms - benching->before.cpu_ms) * each, 3},
        {"client_cpu_ms", benching->client_ms * each, 3},
        {"processes", benching->after.count, 0},
    };
    memcpy(figures, all, sizeof(all));
}

static void report(struct benching *benching)
{
    struct figure figures[FIGURE_COUNT];
    struct json json = {.out = stdout};
    qsort(benching->latencies_us, benching->ok, sizeof(*benching->latencies_us), by_value);
    figures_fill(benching, figures);
    if (benching->arguments->json) {
        json_open(&json, NULL, '{');
        json_text(&json, "label", benching->arguments->label);
        for (unsigned i = 0; i < FIGURE_COUNT; i++)
            json_real(&json, figures[i].name, figures[i].value);
        json_real(&json, "rss_mb", benching->after.rss_mb);
        json_real(&json, "pss_mb", benching->after.pss_mb);
        json_close(&json, '}');
        putchar('\n');
        return;
    }
    fputs(benching->arguments->label, stdout);
    for (unsigned i = 0; i < FIGURE_COUNT; i++)
        printf(" %s=%.*f", figures[i].name, figures[i].digits, figures[i].value);
    printf(" rss_mb=%.1f pss_mb=%.1f\n", benching->after.rss_mb, benching->after.pss_mb);
}

static int sources_open(struct benching *benching)
{
    const struct arguments *arguments = benching->arguments;
    struct source_list list = {0};
    int status = arguments->list ? source_list_read(&list, arguments->list) : 0;
    if (status == 0)
        status = source_list_open(&list, arguments->paths, arguments->path_count);
    if (status == 0 && list.count == 0) {
        fprintf(stderr, "cccpc: bench wants messages: --list FILE, files or folders\n");
        status = EX_USAGE;
    }
    if (status == 0 && !(benching->sources = calloc(list.count, sizeof(struct source))))
        status = EX_OSERR;
    while (status == 0 && benching->source_count < list.count) {
        const char *path = list.paths[benching->source_count];
        status = source_open(&benching->sources[benching->source_count++], path);
    }
    source_list_close(&list);
    return status;
}

static void sources_close(struct benching *benching)
{
    for (size_t i = 0; i < benching->source_count; i++)
        source_close(&benching->sources[i]);
    free(benching->sources);
    free(benching->latencies_us);
}

static int measure(struct benching *benching)
{
    const struct arguments *arguments = benching->arguments;
    const struct flight_owner owner = {benching, next, done};
    double client_before_ms = client_cpu_ms();
    if (arguments->pid)
        benching->before = process_usage_of((int)arguments->pid);
    benching->begin_us = flight_now_us();
    benching->end_us = benching->begin_us + (int64_t)arguments->seconds * 1000000;
    if (!arguments->seconds)
        benching->last = benching->source_count * (arguments->passes ? arguments->passes : 1);
    int status = flight_run(arguments, arguments->connections, arguments->in_flight, false, &owner);
    benching->client_ms = client_cpu_ms() - client_before_ms;
    if (arguments->pid)
        benching->after = process_usage_of((int)arguments->pid);
    return status;
}

int command_bench(const struct arguments *arguments)
{
    struct benching benching = {.arguments = arguments};
    int status = sources_open(&benching);
    if (status == 0)
        status = measure(&benching);
    if (status == 0)
        report(&benching);
    if (status == 0 && benching.errors > 0)
        status = EXIT_INCOMPLETE;
    sources_close(&benching);
    return status;
}
