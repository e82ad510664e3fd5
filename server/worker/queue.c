/* Jobs between submit and done. done is called from the loop only, in queue_flush(). */
#include <stdlib.h>
#include <string.h>

#include "server/worker/parts.h"

static bool copy_octets(struct arena *arena, struct bytes *octets)
{
    const char *copy = arena_copy(arena, *octets);
    octets->data = (const uint8_t *)copy;
    return copy != NULL;
}

static bool copy_engines(struct pool_job *job)
{
    size_t count = job->request.engine_count;
    if (job->request.engines == NULL) {
        return true;
    }
    struct bytes *engines = arena_take(&job->arena, (count + 1) * sizeof *engines);
    if (engines == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        engines[i] = job->request.engines[i];
        if (!copy_octets(&job->arena, &engines[i])) {
            return false;
        }
    }
    job->request.engines = engines;
    return true;
}

static bool copy_answers(struct pool_job *job)
{
    size_t count = job->request.answer_count;
    struct job_answer *answers = arena_take(&job->arena, (count + 1) * sizeof *answers);
    if (answers == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        answers[i] = job->request.answers[i];
        if (!copy_octets(&job->arena, &answers[i].engine) ||
            !copy_octets(&job->arena, &answers[i].kind) ||
            !copy_octets(&job->arena, &answers[i].name) ||
            !copy_octets(&job->arena, &answers[i].value)) {
            return false;
        }
    }
    job->request.answers = answers;
    return true;
}

enum status job_new(struct pool *pool, const struct pool_request *request, struct pool_job **job)
{
    struct pool_job *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return STATUS_MEMORY;
    }
    made->number = ++pool->job_number;
    made->request = *request;
    link_init(&made->link);
    arena_init(&made->arena, POOL_ANSWERS_MOST * 2);
    report_init(&made->report, 0);
    if (!copy_engines(made) || !copy_answers(made)) {
        job_free(&made);
        return STATUS_LIMIT;
    }
    *job = made;
    return STATUS_OK;
}

void job_free(struct pool_job **job)
{
    if (*job == NULL) {
        return;
    }
    link_remove(&(*job)->link);
    report_clear(&(*job)->report);
    arena_clear(&(*job)->arena);
    config_unref(&(*job)->config);
    free(*job);
    *job = NULL;
}

static void on_finish_timer(uv_timer_t *timer)
{
    pool_advance(timer->data);
}

void job_finish(struct pool *pool, struct pool_job *job, enum status status)
{
    if (job->finished) {
        return;
    }
    if (job->hand == NULL && !link_is_alone(&job->link)) {
        pool->state.queued--;
    }
    if (job->hand != NULL) {
        job->hand->job = NULL;
        job->hand = NULL;
    }
    job->finished = true;
    job->status = status;
    link_remove(&job->link);
    link_append(&pool->finished, &job->link);
    /* Also when nothing else happens on the loop. */
    (void)uv_timer_start(&pool->finish_timer, on_finish_timer, 0, 0);
}

void queue_expire(struct pool *pool)
{
    uint64_t now = uv_now(pool->loop);
    struct link *next;
    for (struct link *link = pool->queue.next; link != &pool->queue; link = next) {
        struct pool_job *job = LINK_OWNER(link, struct pool_job, link);
        next = link->next;
        if (now >= job->request.deadline_ms) {
            job_finish(pool, job, STATUS_DEADLINE);
        }
    }
}

void queue_flush(struct pool *pool)
{
    while (!link_is_alone(&pool->finished)) {
        struct pool_job *job = LINK_OWNER(pool->finished.next, struct pool_job, link);
        struct report report = job->report;
        report_init(&job->report, 0);
        link_remove(&job->link);
        struct pool_request request = job->request;
        enum status status = job->status;
        uint64_t generation = job->generation;
        struct config *config = job->config;
        job->config = NULL;
        job_free(&job);
        request.done(request.owner, status, &report, generation, config);
        config_unref(&config);
        report_clear(&report);
    }
}
