/* One try of a job: the datagram out, the answer in, and what a death means. */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/worker/parts.h"
#include "server/worker/sealed.h"
#include "server/worker/worker.h"

enum { OWN_DEATHS_MOST = 2, DEATHS_MOST = 4 };

/* A report is read into memory as well as it is written as text. */
static const size_t arena_share = 4;

/* So much that one retry fits; the second try has all that is left. */
static uint64_t time_of_try(const struct pool *pool, const struct pool_job *job)
{
    uint64_t now = uv_now(pool->loop);
    uint64_t left = job->request.deadline_ms > now ? job->request.deadline_ms - now : 0;
    if (job->deaths == 0) {
        left = left * 45 / 100;
    }
    uint64_t most = pool->config->limits.worker_ms;
    return left == 0 ? 1 : left < most ? left : most;
}

enum { ENGINES_MOST = 16 };

/* The engines that are enabled and that the channel has, in configuration order. */
static size_t name_engines(const struct config *config, const struct config_channel *channel,
                           struct bytes names[ENGINES_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < config->engine_count && count < ENGINES_MOST; i++) {
        const char *name = config->engines[i].engine->name;
        if (config->engines[i].enabled &&
            (channel == NULL || config_channel_has_engine(channel, name))) {
            names[count++] = bytes_of_text(name);
        }
    }
    return count;
}

/* The worker's own deadline comes a little earlier than the kill, so that an engine that looks at
 * the clock can say so. */
static enum status write_job(const struct pool_job *job, const struct config *config,
                             struct buffer *line)
{
    struct bytes names[ENGINES_MOST];
    struct job words = {.id = job->number,
                        .stage = job->request.stage,
                        .size = job->request.size,
                        .deadline_ms = job->try_ms - job->try_ms / 10,
                        .engines = (struct bytes *)(uintptr_t)job->request.engines,
                        .engine_count = job->request.engine_count,
                        .answers = (struct job_answer *)(uintptr_t)job->request.answers,
                        .answer_count = job->request.answer_count,
                        .wants = (struct bytes *)(uintptr_t)job->request.wants,
                        .want_count = job->request.want_count,
                        .edits_size = job->request.edits_size};
    if (job->request.engines == NULL) {
        words.engines = names;
        words.engine_count = name_engines(config, job->request.channel, names);
    }
    return job_write(&words, line);
}

/* NOT_FOUND: the worker is gone. Else the job itself cannot be sent. */
static enum status send_job(const struct hand *hand, const struct pool_job *job)
{
    AUTO(buffer_clear) struct buffer line;
    buffer_init(&line, DATAGRAM_BYTES_MOST);
    enum status status = write_job(job, hand->generation->config, &line);
    if (status != STATUS_OK) {
        return status;
    }
    bool opened;
    int content = sealed_read_only(job->request.content_fd, &opened);
    if (content < 0) {
        return STATUS_IO;
    }
    struct datagram datagram = {buffer_bytes(&line), {content, job->request.edits_fd}, 1};
    if (job->request.stage == JOB_TRANSFORM) {
        datagram.fd_count = 2;
    }
    status = datagram_send(hand->socket, &datagram) == STATUS_OK ? STATUS_OK : STATUS_NOT_FOUND;
    if (opened) {
        close(content);
    }
    return status;
}

enum status attempt_begin(struct hand *hand, struct pool_job *job)
{
    struct pool *pool = hand->generation->pool;
    assert(hand->state == HAND_IDLE && hand->job == NULL && job->hand == NULL);
    job->try_ms = time_of_try(pool, job);
    enum status status = send_job(hand, job);
    if (status != STATUS_OK) {
        return status;
    }
    uint64_t now = uv_now(pool->loop), slow_ms = pool->config->limits.slow_ms;
    hand->state = HAND_BUSY;
    hand->job = job;
    hand->slow = false;
    job->hand = hand;
    hand->over_at_ms = now + job->try_ms;
    hand_set_timer(hand, slow_ms < job->try_ms ? slow_ms : job->try_ms);
    return STATUS_OK;
}

/* job->report from lines. The lines are changed. */
static enum status read_lines(struct pool_job *job, uint8_t *octets, size_t size,
                              struct job_end *end)
{
    enum status status = job_read_report(octets, size, &job->report, end);
    if (status != STATUS_OK || end->id != job->number) {
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status read_large(struct pool_job *job, const struct limits *limits,
                              struct datagram *datagram, struct job_end *end)
{
    uint8_t *octets;
    size_t size = (size_t)end->large_size;
    if (datagram->fd_count != 1 ||
        end->large_size > worker_answer_most(limits, job->request.stage) ||
        sealed_read(datagram->fds[0], end->large_size, &octets) != STATUS_OK) {
        return STATUS_INVALID;
    }
    enum status status = read_lines(job, octets, size, end);
    free(octets);
    return status == STATUS_OK && !end->large ? STATUS_OK : STATUS_INVALID;
}

/* A job that names its engines is answered by them alone: another one's coverage would replace what
 * that engine itself has said. */
static bool covers_for_others(const struct pool_job *job)
{
    const struct pool_request *request = &job->request;
    for (size_t i = 0; i < job->report.coverage_count && request->engines != NULL; i++) {
        size_t asked = 0;
        while (asked < request->engine_count &&
               !bytes_equal(request->engines[asked], job->report.coverage[i].engine)) {
            asked++;
        }
        if (asked == request->engine_count) {
            return true;
        }
    }
    return false;
}

/* A TRANSFORM makes one copy at most; lines of another job's would be told as they stand. */
static bool copies_unasked(const struct pool_job *job)
{
    return job->report.copies_count > (job->request.stage == JOB_TRANSFORM ? 1U : 0U);
}

enum status attempt_read(struct hand *hand, struct datagram *datagram)
{
    struct pool_job *job = hand->job;
    struct pool *pool = hand->generation->pool;
    const struct limits *limits = &hand->generation->config->limits;
    struct job_end end = {0};
    report_clear(&job->report);
    report_init(&job->report, worker_answer_most(limits, job->request.stage) * arena_share);
    enum status status = read_lines(job, pool->incoming, datagram->octets.size, &end);
    if (status == STATUS_OK && end.large) {
        status = read_large(job, limits, datagram, &end);
    }
    if (status == STATUS_OK && end.status == STATUS_OK) {
        status = job->request.stage == JOB_TRANSFORM
                     ? report_check_copy(&job->report, job->request.size, limits)
                     : report_check(&job->report, job->request.size, limits);
    }
    if (status != STATUS_OK || covers_for_others(job) || copies_unasked(job)) {
        report_clear(&job->report);
        return STATUS_INVALID;
    }
    /* LIMIT is kept for poison; what else a worker may say is the engines' failure. */
    bool known =
        end.status == STATUS_OK || end.status == STATUS_DEADLINE || end.status == STATUS_MEMORY;
    return known ? end.status : STATUS_ENGINE;
}

static bool is_own(const struct pool *pool, const struct pool_job *job, enum hand_death death)
{
    if (death == DEATH_OVERRUN) {
        return job->try_ms >= pool->config->limits.worker_ms;
    }
    return death == DEATH_OWN || death == DEATH_GARBAGE;
}

void attempt_died(struct pool *pool, struct pool_job *job, enum hand_death death)
{
    uint64_t now = uv_now(pool->loop), generation = job->hand->generation->number;
    job->hand = NULL;
    job->deaths++;
    job->own_deaths += is_own(pool, job, death);
    job->outside_deaths += death == DEATH_OUTSIDE;
    if (job->own_deaths >= OWN_DEATHS_MOST) {
        poison_add(&pool->poison, job->request.digest, generation,
                   now + pool->config->limits.poison_ms);
        pool->state.poisoned++;
        event_poison(job, generation);
    }
    if (job->deaths - job->outside_deaths >= OWN_DEATHS_MOST || job->deaths >= DEATHS_MOST) {
        job_finish(pool, job, death == DEATH_OVERRUN ? STATUS_DEADLINE : STATUS_CRASHED);
    } else if (now >= job->request.deadline_ms) {
        job_finish(pool, job, STATUS_DEADLINE);
    } else {
        pool->state.retries++;
        link_append(pool->queue.next, &job->link); /* before the first one */
        pool->state.queued++;
    }
}
