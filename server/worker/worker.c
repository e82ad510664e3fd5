/* recvmsg(job, content) → check → map → engines → empty the scratch folder → sendmsg(report). Exits
 * at the end of its socket, and at anything it does not understand: a new worker costs
 * milliseconds. */
#include "server/worker/worker.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "server/worker/control.h"
#include "server/worker/datagram.h"
#include "server/worker/pages.h"
#include "server/worker/sealed.h"

enum { WORKER_EXIT_SANDBOX = 3, WORKER_EXIT_JOB = 4, WORKER_EXIT_SCRATCH = 5 };

/* A report is read into memory as well as it is written as text. */
static const size_t arena_share = 4;

static uint8_t incoming[DATAGRAM_BYTES_MOST];

enum status worker_enter(const struct worker_settings *settings, int socket,
                         struct sandbox *sandbox)
{
    *sandbox = (struct sandbox){.spaces = settings->spaces, .scratch_fd = -1};
    enum status status = sandbox_enter(sandbox, &settings->sandbox, socket);
    for (size_t i = 0; i < settings->instance_count && status == STATUS_OK; i++) {
        const struct engine_instance *instance = &settings->instances[i];
        status = instance->engine->enter(instance->state, sandbox->scratch);
    }
    return status == STATUS_OK ? sandbox_lock(sandbox, &settings->sandbox) : status;
}

static bool say_ready(const struct sandbox *sandbox)
{
    char text[80];
    sandbox_describe(sandbox, text, sizeof text);
    AUTO(buffer_clear) struct buffer line;
    buffer_init(&line, DATAGRAM_BYTES_MOST);
    struct control control = {.word = CONTROL_READY, .text = bytes_of_text(text)};
    if (control_write(&control, &line) != STATUS_OK) {
        return false;
    }
    struct datagram datagram = {.octets = buffer_bytes(&line)};
    return datagram_send(SANDBOX_SOCKET, &datagram) == STATUS_OK;
}

/* Sends the lines as one datagram, or in a sealed memfd that a short line announces. */
static bool send_lines(uint64_t id, struct bytes lines)
{
    struct datagram datagram = {.octets = lines};
    if (lines.size <= JOB_DATAGRAM_BYTES) {
        return datagram_send(SANDBOX_SOCKET, &datagram) == STATUS_OK;
    }
    int fd;
    AUTO(buffer_clear) struct buffer announcement;
    buffer_init(&announcement, JOB_DATAGRAM_BYTES);
    if (sealed_new("report", lines, &fd) != STATUS_OK) {
        return false;
    }
    bool sent = false;
    if (job_write_large(id, lines.size, &announcement) == STATUS_OK) {
        datagram = (struct datagram){buffer_bytes(&announcement), {fd, -1}, 1};
        sent = datagram_send(SANDBOX_SOCKET, &datagram) == STATUS_OK;
    }
    close(fd);
    return sent;
}

uint64_t worker_answer_most(const struct limits *limits, enum job_stage stage)
{
    return stage == JOB_TRANSFORM ? limits->reply_bytes : limits->report_bytes;
}

/* A report that is too long is no report: the engines have failed; a copy that is too long cannot
 * be made. */
static bool answer(const struct worker_settings *settings, const struct job *job,
                   enum status status, const struct report *report)
{
    uint64_t id = job->id;
    AUTO(buffer_clear) struct buffer lines;
    buffer_init(&lines, (size_t)worker_answer_most(settings->limits, job->stage));
    enum status written = job_write_report(report, id, status, &lines);
    if (written != STATUS_OK) {
        buffer_clear(&lines);
        AUTO(report_clear) struct report nothing;
        report_init(&nothing, JOB_DATAGRAM_BYTES);
        bool is_for_ever =
            job->stage == JOB_TRANSFORM && status == STATUS_OK && written == STATUS_LIMIT_REPLY;
        status = is_for_ever ? STATUS_OK : STATUS_ENGINE;
        written = job_write_report(&nothing, id, status, &lines);
    }
    return written == STATUS_OK && send_lines(id, buffer_bytes(&lines));
}

/* What cannot be done to this message, however often it is tried, is answered without a COPY. */
static enum status transform(const struct worker_settings *settings, const struct job *job,
                             struct bytes octets, struct report *report)
{
    enum status status = engines_transform(settings->instances, settings->instance_count,
                                           settings->limits, job, octets, report);
    bool is_for_ever =
        status == STATUS_LIMIT || status == STATUS_INVALID || status == STATUS_UNSUPPORTED;
    if (is_for_ever) {
        report->copies_count = 0;
    }
    return is_for_ever ? STATUS_OK : status;
}

static bool run_job(const struct worker_settings *settings, const struct job *job, int content)
{
    struct sealed_map map;
    if (sealed_map(content, SEALED_ANY, job->size, false, &map) != STATUS_OK) {
        return false;
    }
    close(content);
    AUTO(report_clear) struct report report;
    report_init(&report, (size_t)worker_answer_most(settings->limits, job->stage) * arena_share);
    struct bytes octets = {map.data, map.size};
    enum status status = job->stage == JOB_TRANSFORM
                             ? transform(settings, job, octets, &report)
                             : engines_run(settings->instances, settings->instance_count,
                                           settings->limits, job, octets, &report);
    sealed_unmap(&map);
    /* Before the answer: the front gives the next job to whoever has answered. */
    if (!scratch_empty(SANDBOX_FOLDER)) {
        _exit(WORKER_EXIT_SCRATCH);
    }
    return answer(settings, job, status, &report);
}

static void octets_free(uint8_t **octets)
{
    free(*octets);
}

/* The edits of a TRANSFORM come beside the content. They outlive the job in *octets. */
static bool take_edits(struct datagram *datagram, struct job *job, struct arena *arena,
                       uint8_t **octets)
{
    if (job->stage != JOB_TRANSFORM) {
        return true;
    }
    return datagram->fd_count == 2 && job->edits_size <= JOB_EDITS_BYTES_MOST &&
           sealed_read(datagram->fds[1], job->edits_size, octets) == STATUS_OK &&
           edits_read(*octets, job->edits_size, arena, &job->edits, &job->edit_count) == STATUS_OK;
}

static bool take_job(const struct worker_settings *settings, struct datagram *datagram)
{
    AUTO(arena_clear) struct arena arena;
    AUTO(octets_free) uint8_t *edits = NULL;
    arena_init(&arena, (size_t)8 * DATAGRAM_BYTES_MOST + (size_t)8 * JOB_EDITS_BYTES_MOST);
    struct job job;
    int content = datagram_take(datagram, 0);
    if (content < 0 || job_read(incoming, datagram->octets.size, &arena, &job) != STATUS_OK ||
        !take_edits(datagram, &job, &arena, &edits)) {
        return false;
    }
    return run_job(settings, &job, content);
}

_Noreturn void worker_run(const struct worker_settings *settings, int socket)
{
    struct sandbox sandbox;
    (void)prctl(PR_SET_NAME, "cccpd-worker");
    pages_keep();
    if (worker_enter(settings, socket, &sandbox) != STATUS_OK || !say_ready(&sandbox)) {
        _exit(WORKER_EXIT_SANDBOX);
    }
    for (;;) {
        struct datagram datagram;
        enum status status = datagram_receive(SANDBOX_SOCKET, incoming, &datagram);
        if (status == STATUS_NOT_FOUND) {
            _exit(0);
        }
        if (status != STATUS_OK || !take_job(settings, &datagram)) {
            _exit(WORKER_EXIT_JOB);
        }
        datagram_close(&datagram);
    }
}
