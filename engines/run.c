/* One job in a worker: the view once, then each engine that the job names, each with its time; what
 * an engine has decoded first is the view's. What the view could not open is unexaminable for every
 * engine, whatever the engine itself says of it. */
#include "engines/engine.h"

#include <ctype.h>

#include "engines/convert/convert.h"
#include "engines/message/facts.h"

/* A view's report takes more memory than it has octets on the wire. */
enum { VIEW_SHARE = 4 };

static const struct engine_instance *instance_of(const struct engine_instance *instances,
                                                 size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal(bytes_of_text(instances[i].engine->name), name))
            return &instances[i];
    }
    return NULL;
}

/* "DEADLINE" as the stable word "deadline". */
static const char *reason_of(enum status status, char word[32])
{
    const char *name = status_name(status);
    size_t i = 0;

    for (; name[i] != '\0' && i < 31; i++)
        word[i] = (char)(name[i] == '_' ? '-' : tolower((unsigned char)name[i]));
    word[i] = '\0';
    return word;
}

static void report_caps(struct reporter *reporter)
{
    const struct message *message = reporter->message;

    for (uint32_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].cap != NULL)
            reporter_unexaminable(reporter, message->parts[i].number, message->parts[i].cap);
    }
}

static enum status ask_engine(const struct engine_instance *instance, const struct job *job,
                              struct message *message, struct reporter *reporter)
{
    const struct engine *engine = instance->engine;

    if (budget_left_us(message->budget) == 0)
        return STATUS_DEADLINE;
    if (job->stage == JOB_CONCLUDE)
        return engine->conclude(instance->state, message, job, reporter);
    return engine->scan(instance->state, message, reporter);
}

/* Runs one engine and says how it went. Not OK: the report is full. */
static enum status run_engine(const struct engine_instance *instance, const struct job *job,
                              struct message *message, struct report *report)
{
    struct report_engine line = {.name = bytes_of_text(instance->engine->name),
                                 .version = bytes_of_text(instance->edition.version)};
    uint64_t begun_us = budget_now_us(), viewed_us = message->spent_us;
    struct reporter reporter;
    enum status status;
    char word[32];

    reporter_init(&reporter, report, message, instance->engine->name);
    status = ask_engine(instance, job, message, &reporter);
    report_caps(&reporter);
    if (reporter.status != STATUS_OK)
        return reporter.status;
    line.time_us = budget_now_us() - begun_us - (message->spent_us - viewed_us);
    line.failed = status != STATUS_OK;
    if (line.failed)
        line.reason = bytes_of_text(reason_of(status, word));
    return report_add_engine(report, &line);
}

/* No engine was asked for: said part by part, so that nobody takes silence for clean. */
static enum status exempt_all(struct message *message, struct report *report)
{
    struct reporter reporter;

    reporter_init(&reporter, report, message, "none");
    for (uint32_t i = 0; i < message->part_count; i++)
        reporter_exempt(&reporter, message->parts[i].number, "no-engine");
    report_caps(&reporter);
    return reporter.status;
}

static enum status run_all(const struct engine_instance *instances, size_t count,
                           const struct job *job, struct message *message, struct report *report)
{
    enum status status = STATUS_OK;

    if (job->engine_count == 0)
        return exempt_all(message, report);
    for (size_t i = 0; i < job->engine_count && status == STATUS_OK; i++) {
        const struct engine_instance *instance = instance_of(instances, count, job->engines[i]);

        if (instance != NULL)
            status = run_engine(instance, job, message, report);
        else
            status = report_add_engine(report, &(struct report_engine){.name = job->engines[i],
                                                                       .failed = true,
                                                                       .reason = BYTES("unknown")});
    }
    return status;
}

/* The view's own line stands before those of the engines. */
static enum status run_and_time(const struct engine_instance *instances, size_t count,
                                const struct job *job, struct message *message,
                                struct report *report)
{
    size_t line = report->engines_count;
    enum status status =
        report_add_engine(report, &(struct report_engine){.name = BYTES("message")});

    if (status == STATUS_OK)
        status = run_all(instances, count, job, message, report);
    if (status == STATUS_OK)
        report->engines[line].time_us = message->spent_us;
    return status;
}

/* What the view found was reported by the scan's job: conclude repeats the parts only. */
static void drop_view_findings(struct report *report)
{
    report->findings_count = 0;
    report->coverage_count = 0;
    report->facts_count = 0;
}

static enum status report_facts(const struct job *job, struct message *message,
                                struct report *report)
{
    struct reporter reporter;

    if (job->stage != JOB_SCAN)
        return STATUS_OK;
    reporter_init(&reporter, report, message, "message");
    facts_report(message, job->wants, job->want_count, &reporter);
    return reporter.status;
}

enum status engines_run(const struct engine_instance *instances, size_t count,
                        const struct limits *limits, const struct job *job, struct bytes octets,
                        struct report *report)
{
    struct budget budget;
    struct message message;
    enum status status;

    budget_init(&budget, limits, octets.size, budget_now_us() + job->deadline_ms * 1000);
    status = message_init(&message, octets, &budget, report);
    if (status != STATUS_OK)
        return status;
    if (job->stage == JOB_CONCLUDE)
        drop_view_findings(report);
    status = run_and_time(instances, count, job, &message, report);
    if (status == STATUS_OK)
        status = report_facts(job, &message, report);
    message_clear(&message);
    return status;
}

/* What the view says of the original was reported by the scan's job: it goes into a report that
 * nobody sees. */
enum status engines_transform(const struct engine_instance *instances, size_t count,
                              const struct limits *limits, const struct job *job,
                              struct bytes octets, struct report *report)
{
    struct budget budget;
    struct message message;
    struct report view;
    enum status status;

    budget_init(&budget, limits, octets.size, budget_now_us() + job->deadline_ms * 1000);
    report_init(&view, (size_t)limits->report_bytes * VIEW_SHARE);
    status = message_init(&message, octets, &budget, &view);
    if (status == STATUS_OK) {
        status = convert(&message, job->edits, job->edit_count, instances, count, report);
        message_clear(&message);
    }
    report_clear(&view);
    return status;
}
