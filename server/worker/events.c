/* What the pool writes to the log (spec/workers.md, "Log events"). */
#include <stdio.h>
#include <time.h>

#include "server/log.h"
#include "server/worker/parts.h"

static void add_digest(struct log_line *line, const struct pool_job *job)
{
    char hex[POOL_DIGEST_BYTES * 2 + 1];
    for (unsigned i = 0; i < POOL_DIGEST_BYTES; i++) {
        snprintf(hex + i * 2, 3, "%02x", job->request.digest[i]);
    }
    log_number(line, "job", (int64_t)job->number);
    log_text(line, "digest", hex);
}

void event_loaded(const struct generation *generation)
{
    struct log_line line;
    char text[512];
    log_begin(&line, LOG_LEVEL_INFO, "generation.loaded");
    log_number(&line, "generation", (int64_t)generation->number);
    log_number(&line, "ms", (int64_t)(uv_now(generation->pool->loop) - generation->started_ms));
    log_number(&line, "octets", (int64_t)generation->memory);
    for (size_t i = 0; i < generation->edition_count; i++) {
        const struct engine_edition *edition = &generation->editions[i];
        int length = snprintf(text, sizeof text, "%s, %llu signatures from %s", edition->version,
                              (unsigned long long)edition->signatures, edition->source);
        time_t date = (time_t)edition->date;
        struct tm day;
        if (date != 0 && length < (int)sizeof text && gmtime_r(&date, &day) != NULL)
            strftime(text + length, sizeof text - (size_t)length, " of %Y-%m-%d", &day);
        log_text(&line, generation->edition_names[i], text);
    }
    log_end(&line);
}

void event_stale(const struct generation *generation)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_INFO, "generation.stale");
    log_number(&line, "generation", (int64_t)generation->number);
    log_end(&line);
}

void event_failed(const struct generation *generation)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_ERROR, "generation.failed");
    log_number(&line, "generation", (int64_t)generation->number);
    log_text(&line, "why", generation->why);
    log_end(&line);
}

void event_sandbox(const struct generation *generation, struct bytes sandbox)
{
    struct log_line line;
    bool landlock = false;
    for (size_t i = 0; i < sandbox.size; i++) {
        struct bytes rest = bytes_slice(sandbox, i, 8);
        landlock = landlock || bytes_equal(rest, BYTES("landlock"));
    }
    log_begin(&line, landlock ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "worker.sandbox");
    log_number(&line, "generation", (int64_t)generation->number);
    log_bytes(&line, "walls", sandbox);
    log_end(&line);
}

void event_death(const struct hand *hand, int signal, int code)
{
    struct log_line line;
    bool overrun = hand->death == DEATH_OVERRUN;
    log_begin(&line, LOG_LEVEL_WARNING, overrun ? "worker.deadline" : "worker.crashed");
    log_number(&line, "pid", hand->pid);
    log_number(&line, "generation", (int64_t)hand->generation->number);
    if (signal != 0) {
        log_number(&line, "signal", signal);
    } else {
        log_number(&line, "code", code);
    }
    if (hand->death == DEATH_GARBAGE) {
        log_text(&line, "why", "what it said is not an answer");
    }
    if (hand->job != NULL) {
        add_digest(&line, hand->job);
        log_number(&line, "time", (int64_t)hand->job->try_ms);
    }
    log_end(&line);
}

void event_poison(const struct pool_job *job, uint64_t generation)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_ERROR, "job.poison");
    log_number(&line, "generation", (int64_t)generation);
    add_digest(&line, job);
    log_end(&line);
}

void event_recycled(const struct hand *hand, const char *why)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_DEBUG, "worker.recycled");
    log_number(&line, "pid", hand->pid);
    log_number(&line, "jobs", (int64_t)hand->jobs);
    log_text(&line, "why", why);
    log_end(&line);
}

void event_refused(const struct generation *generation, struct bytes why)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_WARNING, "worker.refused");
    log_number(&line, "generation", (int64_t)generation->number);
    log_bytes(&line, "why", why);
    log_end(&line);
}

void event_loader_unstarted(const struct generation *generation)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_ERROR, "loader.unstarted");
    log_number(&line, "generation", (int64_t)generation->number);
    log_text(&line, "why", generation->why);
    log_end(&line);
}

void event_loader_died(const struct generation *generation, int signal, int64_t code)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_WARNING, "loader.died");
    log_number(&line, "generation", (int64_t)generation->number);
    log_number(&line, "signal", signal);
    log_number(&line, "code", code);
    log_end(&line);
}
