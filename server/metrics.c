/* Counters and gauges as Prometheus text (format 0.0.4): every name has one HELP, one TYPE and then
 * its samples, labels only from closed lists (never addresses, subjects or texts of mail). */
#include "server/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/log.h"

struct metrics metrics;

enum { BUCKETS = sizeof metrics.check_seconds / sizeof *metrics.check_seconds };

void metrics_check(double seconds)
{
    unsigned i = 0;
    for (double bound = 0.001; i < BUCKETS - 1 && seconds > bound; bound *= 2)
        i++;
    metrics.check_seconds[i]++;
    metrics.check_count++;
    metrics.check_seconds_sum += seconds;
}

/* Appends to out until the first failure, which sticks. */
struct exposition {
    struct buffer *out;
    enum status status;
};

static void put(struct exposition *exposition, const char *text)
{
    if (exposition->status == STATUS_OK)
        exposition->status = buffer_append(exposition->out, bytes_of_text(text));
}

static void family(struct exposition *exposition, const char *name, const char *type,
                   const char *help)
{
    put(exposition, "# HELP ");
    put(exposition, name);
    put(exposition, " ");
    put(exposition, help);
    put(exposition, "\n# TYPE ");
    put(exposition, name);
    put(exposition, " ");
    put(exposition, type);
    put(exposition, "\n");
}

static void value(struct exposition *exposition, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, " %" PRIu64 "\n", number);
    put(exposition, text);
}

static void plain(struct exposition *exposition, const char *name, const char *type,
                  const char *help, uint64_t number)
{
    family(exposition, name, type, help);
    put(exposition, name);
    value(exposition, number);
}

/* {key="text"}, or ,key="text"} and so on: lead and tail are what stands around it. */
static void label(struct exposition *exposition, const char *lead, const char *key,
                  const char *text, const char *tail)
{
    put(exposition, lead);
    put(exposition, key);
    put(exposition, "=\"");
    for (const char *at = text; *at != '\0'; at++) {
        char one[3] = {*at, '\0', '\0'};
        if (*at == '"' || *at == '\\') {
            one[0] = '\\';
            one[1] = *at;
        } else if ((unsigned char)*at < 0x20 || (unsigned char)*at >= 0x7F) {
            one[0] = '?';
        }
        put(exposition, one);
    }
    put(exposition, "\"");
    put(exposition, tail);
}

static void lower(char text[32], const char *word)
{
    size_t i = 0;
    for (; word[i] != '\0' && i < 31; i++)
        text[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] - 'A' + 'a') : word[i];
    text[i] = '\0';
}

static void write_counters(struct exposition *exposition)
{
#define METRIC_WRITE(field, name, help) plain(exposition, name, "counter", help, metrics.field);
    METRIC_ROWS(METRIC_WRITE)
#undef METRIC_WRITE
    plain(exposition, "cccpd_log_dropped_total", "counter",
          "log lines that a full pipe or disk did not take", log_dropped());
}

static void write_outcomes(struct exposition *exposition)
{
    char word[32];
    family(exposition, "cccpd_messages_total", "counter", "final verdicts of checks");
    for (int i = 0; i < VERDICT_KIND_COUNT; i++) {
        lower(word, verdict_word((enum verdict_kind)i));
        put(exposition, "cccpd_messages_total");
        label(exposition, "{", "verdict", word, "}");
        value(exposition, metrics.verdicts[i]);
    }
    family(exposition, "cccpd_recipients_total", "counter", "dispositions given");
    for (int i = 0; i < DISPOSITION_COUNT; i++) {
        lower(word, disposition_word((enum disposition)i));
        put(exposition, "cccpd_recipients_total");
        label(exposition, "{", "disposition", word, "}");
        value(exposition, metrics.recipients[i]);
    }
    family(exposition, "cccpd_notices_refused_total", "counter", "notices left out");
    for (int i = NOTICE_REFUSAL_NONE + 1; i < NOTICE_REFUSAL_COUNT; i++) {
        put(exposition, "cccpd_notices_refused_total");
        label(exposition, "{", "reason", notice_refusal_word((enum notice_refusal)i), "}");
        value(exposition, metrics.notices_refused[i]);
    }
    family(exposition, "cccpd_incomplete_total", "counter",
           "incomplete checks: transient ones may succeed later");
    put(exposition, "cccpd_incomplete_total{transient=\"yes\"}");
    value(exposition, metrics.incomplete_transient);
    put(exposition, "cccpd_incomplete_total{transient=\"no\"}");
    value(exposition, metrics.incomplete_permanent);
}

static void write_histogram(struct exposition *exposition)
{
    const char *name = "cccpd_check_seconds";
    char text[128];
    uint64_t total = 0;
    family(exposition, name, "histogram", "from a check's content to its answer");
    for (unsigned i = 0; i < BUCKETS; i++) {
        total += metrics.check_seconds[i];
        char bound[32] = "+Inf";
        if (i < BUCKETS - 1)
            snprintf(bound, sizeof bound, "%.3f", (double)(1U << i) / 1000);
        snprintf(text, sizeof text, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", name, bound, total);
        put(exposition, text);
    }
    snprintf(text, sizeof text, "%s_sum %.6f\n%s_count %" PRIu64 "\n", name,
             metrics.check_seconds_sum, name, metrics.check_count);
    put(exposition, text);
}

static void write_gauges(struct exposition *exposition)
{
    plain(exposition, "cccpd_connections", "gauge", "open connections", metrics.connections);
    plain(exposition, "cccpd_checks_in_flight", "gauge", "unfinished checks", metrics.in_flight);
    plain(exposition, "cccpd_results_kept", "gauge", "final results kept for a retry",
          metrics.held_results);
    plain(exposition, "cccpd_content_octets_held", "gauge", "octets of contents held now",
          metrics.content_octets_held);
}

static void write_engines(struct exposition *exposition, const struct pool_state *pool)
{
    family(exposition, "cccpd_engine_info", "gauge", "engines of the generation in use");
    for (size_t i = 0; i < pool->edition_count; i++) {
        put(exposition, "cccpd_engine_info");
        label(exposition, "{", "engine", pool->edition_names[i], ",");
        label(exposition, "", "version", pool->editions[i].version, "}");
        value(exposition, 1);
    }
    family(exposition, "cccpd_engine_signatures", "gauge", "signatures loaded");
    for (size_t i = 0; i < pool->edition_count; i++) {
        put(exposition, "cccpd_engine_signatures");
        label(exposition, "{", "engine", pool->edition_names[i], "}");
        value(exposition, pool->editions[i].signatures);
    }
    family(exposition, "cccpd_engine_builtin_only", "gauge",
           "1 when only the shipped test signatures are in use");
    for (size_t i = 0; i < pool->edition_count; i++) {
        put(exposition, "cccpd_engine_builtin_only");
        label(exposition, "{", "engine", pool->edition_names[i], "}");
        value(exposition, pool->editions[i].only_builtin);
    }
    family(exposition, "cccpd_signature_age_seconds", "gauge", "age of the newest signatures");
    uint64_t now = (uint64_t)time(NULL);
    for (size_t i = 0; i < pool->edition_count; i++) {
        uint64_t date = pool->editions[i].date;
        if (date == 0)
            continue;
        put(exposition, "cccpd_signature_age_seconds");
        label(exposition, "{", "engine", pool->edition_names[i], "}");
        value(exposition, now > date ? now - date : 0);
    }
}

static void write_pool(struct exposition *exposition, const struct pool_state *pool)
{
    const struct {
        const char *name, *type, *help;
        uint64_t number;
    } rows[] = {
        {"cccpd_generation", "gauge", "generation of engines in use, 0: none yet",
         pool->generation},
        {"cccpd_generation_loading", "gauge", "1 while another generation is loading",
         pool->loading},
        {"cccpd_workers", "gauge", "scanning processes", pool->workers},
        {"cccpd_workers_running", "gauge", "workers that have a job", pool->running},
        {"cccpd_workers_slow", "gauge", "workers whose job is over slow-time", pool->slow},
        {"cccpd_queue_depth", "gauge", "jobs that wait for a worker", pool->queued},
        {"cccpd_jobs_total", "counter", "jobs given to workers", pool->jobs},
        {"cccpd_job_retries_total", "counter", "jobs given to a second worker", pool->retries},
        {"cccpd_worker_crashes_total", "counter", "workers that died by themselves", pool->crashes},
        {"cccpd_worker_deadlines_total", "counter", "workers that ran over their time",
         pool->deadlines},
        {"cccpd_workers_recycled_total", "counter", "workers replaced after their jobs",
         pool->recycled},
        {"cccpd_poison_total", "counter", "contents that killed two workers", pool->poisoned},
        {"cccpd_poison_refused_total", "counter", "jobs refused for known poison",
         pool->poison_refused},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        plain(exposition, rows[i].name, rows[i].type, rows[i].help, rows[i].number);
    write_engines(exposition, pool);
}

enum status metrics_write(const struct metrics_source *source, struct buffer *out)
{
    struct exposition exposition = {.out = out};
    const char *why = NULL;
    family(&exposition, "cccpd_build_info", "gauge", "the running program");
    put(&exposition, "cccpd_build_info");
    label(&exposition, "{", "version", CCCPD_VERSION, "}");
    value(&exposition, 1);
    plain(&exposition, "cccpd_ready", "gauge", "1 when /readyz says so",
          source->ready(source->owner, &why));
    write_counters(&exposition);
    write_outcomes(&exposition);
    write_histogram(&exposition);
    write_gauges(&exposition);
    const struct pool_state *pool = source->pool(source->owner);
    if (pool != NULL)
        write_pool(&exposition, pool);
    return exposition.status;
}
