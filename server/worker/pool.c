/* The pool: decides which job runs where, which worker goes, which generation is used. Facts come
 * from hand.c and generation.c; every decision is in pool_advance(), in the order in which things
 * happen: deadlines, dispatch, forks, done. */
#include "server/worker/pool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/worker/parts.h"
#include "server/worker/sealed.h"

/* Who is where in one generation. */
struct census {
    unsigned alive, running, slow;
};

static struct census count_hands(const struct generation *generation)
{
    struct census census = {0};
    for (struct link *link = generation->hands.next; link != &generation->hands;
         link = link->next) {
        const struct hand *hand = LINK_OWNER(link, struct hand, link);
        census.alive += hand->state != HAND_LEAVING;
        census.running += hand->state == HAND_BUSY;
        census.slow += hand->state == HAND_BUSY && hand->slow;
    }
    return census;
}

static unsigned worker_count(const struct config *config)
{
    static long cores; /* asked once: it reads a file */
    if (cores == 0)
        cores = sysconf(_SC_NPROCESSORS_ONLN);
    return config->workers > 0 ? config->workers : cores > 0 ? (unsigned)cores : 1;
}

static struct hand *idle_hand(const struct generation *generation)
{
    for (struct link *link = generation->hands.next; link != &generation->hands;
         link = link->next) {
        struct hand *hand = LINK_OWNER(link, struct hand, link);
        if (hand->state == HAND_IDLE) {
            return hand;
        }
    }
    return NULL;
}

static struct pool_job *first_job(const struct pool *pool)
{
    return LINK_OWNER(pool->queue.next, struct pool_job, link);
}

/* Also asked of jobs that were queued before others with the same content died. */
static bool refuse_poison(struct pool *pool, struct pool_job *job)
{
    const struct generation *current = pool->current;
    if (current == NULL ||
        !poison_contains(&pool->poison, job->request.digest, current->number, uv_now(pool->loop))) {
        return false;
    }
    pool->state.poison_refused++;
    job->generation = current->number;
    job_finish(pool, job, STATUS_LIMIT);
    return true;
}

static void begin_job(struct pool *pool, struct hand *hand, struct pool_job *job)
{
    if (refuse_poison(pool, job)) {
        return;
    }
    enum status status = attempt_begin(hand, job);
    if (status == STATUS_OK) {
        link_remove(&job->link);
        pool->state.queued--;
    } else if (status == STATUS_NOT_FOUND) {
        hand_kill(hand, DEATH_DISMISSED);
    } else {
        job_finish(pool, job, status == STATUS_IO ? STATUS_IO : STATUS_ENGINE);
    }
}

static void dispatch(struct pool *pool)
{
    while (pool->current != NULL && !link_is_alone(&pool->queue)) {
        struct census census = count_hands(pool->current);
        struct hand *hand = idle_hand(pool->current);
        if (hand == NULL || census.running - census.slow >= worker_count(pool->config)) {
            return;
        }
        struct pool_job *job = first_job(pool);
        if (uv_now(pool->loop) >= job->request.deadline_ms) {
            job_finish(pool, job, STATUS_DEADLINE);
        } else {
            begin_job(pool, hand, job);
        }
    }
}

static void on_retry_timer(uv_timer_t *timer)
{
    pool_advance(timer->data);
}

static void fork_for(struct pool *pool, struct generation *generation)
{
    if (generation == NULL || !generation->loaded) {
        return;
    }
    struct census census = count_hands(generation);
    unsigned most = generation->config->workers_most;
    unsigned wanted = worker_count(generation->config) + 1 + census.slow;
    wanted = most > 0 && wanted > most ? most : wanted;
    uint64_t pause = backoff_left_ms(&generation->fork_backoff, uv_now(pool->loop));
    unsigned coming = census.alive + generation->forks_asked;
    if (coming < wanted && pause > 0) {
        (void)uv_timer_start(&pool->retry_timer, on_retry_timer, pause, 0);
        return;
    }
    for (; coming < wanted; coming++) {
        generation_fork(generation);
    }
}

static void on_queue_timer(uv_timer_t *timer)
{
    pool_advance(timer->data);
}

static void watch_queue(struct pool *pool)
{
    queue_expire(pool);
    if (link_is_alone(&pool->queue)) {
        uv_timer_stop(&pool->queue_timer);
    } else if (!uv_is_active((uv_handle_t *)&pool->queue_timer)) {
        (void)uv_timer_start(&pool->queue_timer, on_queue_timer, POOL_QUEUE_LOOK_MS,
                             POOL_QUEUE_LOOK_MS);
    }
}

void pool_advance(struct pool *pool)
{
    if (!pool->stopping) {
        watch_queue(pool);
        dispatch(pool);
        fork_for(pool, pool->current);
        fork_for(pool, pool->next);
    }
    queue_flush(pool);
}

void pool_on_ready(struct hand *hand)
{
    struct generation *generation = hand->generation, *old;
    struct pool *pool = generation->pool;
    if (generation != pool->next) {
        return;
    }
    old = pool->current;
    pool->current = generation;
    pool->next = NULL;
    generation->state = GENERATION_IN_USE;
    config_unref(&pool->config);
    pool->config = config_ref(generation->config);
    backoff_succeeded(&pool->reload_backoff);
    if (old != NULL) {
        generation_drain(old);
    }
    pool->callbacks.on_generation(pool->callbacks.owner, generation->number, true, "");
}

/* Why a worker that has done its job is not used for another; NULL: it is. */
static const char *why_recycle(const struct hand *hand, enum status status,
                               const struct report *report)
{
    const unsigned suspicious = 1u << CLASS_STRUCTURE | 1u << CLASS_LIMIT;
    if (hand->generation->state == GENERATION_DRAINING) {
        return "generation";
    }
    if (status != STATUS_OK || (report_classes(report) & suspicious) != 0) {
        return "finding";
    }
    if (hand->slow) {
        return "slow";
    }
    return hand->jobs >= hand->generation->config->worker_jobs ? "jobs" : NULL;
}

void pool_on_answer(struct hand *hand, struct datagram *datagram)
{
    struct pool *pool = hand->generation->pool;
    struct pool_job *job = hand->job;
    enum status status = attempt_read(hand, datagram);
    if (status == STATUS_INVALID) {
        hand_kill(hand, DEATH_GARBAGE);
        return;
    }
    job->generation = hand->generation->number;
    job->config = config_ref(hand->generation->config);
    hand->jobs++;
    pool->state.jobs++;
    backoff_succeeded(&hand->generation->fork_backoff);
    const char *why = why_recycle(hand, status, &job->report);
    job_finish(pool, job, status);
    hand->state = HAND_IDLE;
    hand_set_timer(hand, 0);
    if (why != NULL) {
        pool->state.recycled++;
        event_recycled(hand, why);
        hand_dismiss(hand);
    }
}

void pool_on_hand_ended(struct hand *hand)
{
    struct generation *generation = hand->generation;
    struct pool *pool = generation->pool;
    bool own = hand->death == DEATH_OWN || hand->death == DEATH_GARBAGE;
    pool->state.crashes += own || hand->death == DEATH_OUTSIDE;
    pool->state.deadlines += hand->death == DEATH_OVERRUN;
    if (own && hand->jobs == 0) {
        backoff_failed(&generation->fork_backoff, uv_now(pool->loop));
    }
    struct pool_job *job = hand->job;
    hand->job = NULL;
    if (job != NULL) {
        attempt_died(pool, job, hand->death);
    }
    if (generation->state == GENERATION_FORKING &&
        generation->fork_backoff.failures == POOL_STILLBORN_MOST) {
        generation_fail(generation, "its workers do not get ready");
    }
}

void pool_on_load_failed(struct generation *generation)
{
    struct pool *pool = generation->pool;
    pool->callbacks.on_generation(pool->callbacks.owner, generation->number, false,
                                  generation->why);
    if (generation == pool->next && pool->current != NULL) {
        pool->next = NULL;
        backoff_failed(&pool->reload_backoff, uv_now(pool->loop));
        generation_drain(generation);
    }
}

void pool_on_stale(struct generation *generation)
{
    struct pool *pool = generation->pool;
    if (generation != pool->current || pool->next != NULL || pool->stopping ||
        backoff_left_ms(&pool->reload_backoff, uv_now(pool->loop)) > 0) {
        return;
    }
    int source = fcntl(generation->source, F_DUPFD_CLOEXEC, 0);
    event_stale(generation);
    if (source < 0 || generation_open(pool, generation->config, source, &pool->next) != STATUS_OK) {
        pool->next = NULL;
        backoff_failed(&pool->reload_backoff, uv_now(pool->loop));
    }
}

static enum status open_generation(struct pool *pool, struct config *config,
                                   const struct config_source *source)
{
    AUTO(buffer_clear) struct buffer octets;
    int fd;
    buffer_init(&octets, (size_t)64 << 20);
    enum status status = config_source_write(source, &octets);
    if (status == STATUS_OK) {
        status = sealed_new("configuration", buffer_bytes(&octets), &fd);
    }
    return status == STATUS_OK ? generation_open(pool, config, fd, &pool->next) : status;
}

static void init_timers(struct pool *pool)
{
    uv_timer_t *timers[] = {&pool->queue_timer, &pool->finish_timer, &pool->retry_timer};
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
        int failed = uv_timer_init(pool->loop, timers[i]);
        assert(failed == 0);
        timers[i]->data = pool;
        pool->open_handles++;
    }
}

enum status pool_start(uv_loop_t *loop, struct config *config, const struct config_source *source,
                       const struct pool_callbacks *callbacks, struct pool **pool)
{
    struct pool *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return STATUS_MEMORY;
    }
    enum status status = folder_open(config->runtime_dir, made->folder);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    made->loop = loop;
    made->callbacks = *callbacks;
    link_init(&made->generations);
    link_init(&made->queue);
    link_init(&made->finished);
    poison_init(&made->poison);
    backoff_init(&made->reload_backoff, 10000, 300000, 0);
    made->config = config_ref(config);
    init_timers(made);
    status = open_generation(made, config, source);
    if (status != STATUS_OK) {
        made->callbacks.on_closed = NULL;
        pool_stop(made);
        return status;
    }
    *pool = made;
    return STATUS_OK;
}

enum status pool_reload(struct pool *pool, struct config *config,
                        const struct config_source *source)
{
    struct generation *abandoned = pool->next;
    if (pool->stopping) {
        return STATUS_SHUTDOWN;
    }
    enum status status = open_generation(pool, config, source);
    if (status != STATUS_OK) {
        pool->next = abandoned;
    } else if (abandoned != NULL) {
        generation_drain(abandoned);
    }
    return status;
}

enum status pool_submit(struct pool *pool, const struct pool_request *request,
                        struct pool_job **job)
{
    if (pool->stopping) {
        return STATUS_SHUTDOWN;
    }
    if (pool->state.queued >= pool->config->limits.queue) {
        return STATUS_OVERLOADED;
    }
    struct pool_job *made;
    enum status status = job_new(pool, request, &made);
    if (status != STATUS_OK) {
        return status;
    }
    *job = made;
    if (refuse_poison(pool, made)) {
        return STATUS_OK;
    }
    link_append(&pool->queue, &made->link);
    pool->state.queued++;
    watch_queue(pool);
    dispatch(pool);
    return STATUS_OK;
}

void pool_cancel(struct pool *pool, struct pool_job *job)
{
    if (job->finished) {
        job->status = STATUS_CANCELLED;
        return;
    }
    struct hand *hand = job->hand;
    job_finish(pool, job, STATUS_CANCELLED);
    if (hand != NULL) {
        hand_kill(hand, DEATH_DISMISSED);
    }
}

const struct pool_state *pool_state(const struct pool *pool)
{
    /* The numbers that are counted afresh are a cache of the lists. */
    struct pool_state *state = (struct pool_state *)(uintptr_t)&pool->state;
    const struct generation *current = pool->current;
    state->loading = pool->next != NULL;
    state->generation = current != NULL ? current->number : 0;
    state->editions = current != NULL ? current->editions : NULL;
    state->edition_names = current != NULL ? current->edition_names : NULL;
    state->edition_count = current != NULL ? current->edition_count : 0;
    state->workers = state->running = state->slow = 0;
    for (struct link *link = pool->generations.next; link != &pool->generations;
         link = link->next) {
        struct census census = count_hands(LINK_OWNER(link, struct generation, link));
        state->workers += census.alive;
        state->running += census.running;
        state->slow += census.slow;
    }
    return state;
}

static void on_closed(uv_handle_t *handle)
{
    struct pool *pool = handle->data;
    if (--pool->open_handles > 0) {
        return;
    }
    struct pool_callbacks callbacks = pool->callbacks;
    folder_close(pool->folder);
    poison_clear(&pool->poison);
    config_unref(&pool->config);
    free(pool);
    if (callbacks.on_closed != NULL) {
        callbacks.on_closed(callbacks.owner);
    }
}

/* The last one out: nothing runs, every done has been called. */
void pool_on_generation_closed(struct pool *pool)
{
    if (!pool->stopping || pool->closing || !link_is_alone(&pool->generations)) {
        return;
    }
    pool->closing = true;
    queue_flush(pool);
    uv_close((uv_handle_t *)&pool->queue_timer, on_closed);
    uv_close((uv_handle_t *)&pool->finish_timer, on_closed);
    uv_close((uv_handle_t *)&pool->retry_timer, on_closed);
}

static void stop_generation(struct pool *pool, struct generation *generation)
{
    struct link *next;
    generation_drain(generation);
    for (struct link *link = generation->hands.next; link != &generation->hands; link = next) {
        struct hand *hand = LINK_OWNER(link, struct hand, link);
        next = link->next;
        if (hand->job != NULL) {
            job_finish(pool, hand->job, STATUS_SHUTDOWN);
        }
        hand_dismiss(hand);
        hand_signal(hand, SIGTERM);
    }
}

void pool_stop(struct pool *pool)
{
    struct link *next;
    if (pool->stopping) {
        return;
    }
    pool->stopping = true;
    pool->current = pool->next = NULL;
    while (!link_is_alone(&pool->queue)) {
        job_finish(pool, first_job(pool), STATUS_SHUTDOWN);
    }
    for (struct link *link = pool->generations.next; link != &pool->generations; link = next) {
        next = link->next;
        stop_generation(pool, LINK_OWNER(link, struct generation, link));
    }
    pool_on_generation_closed(pool);
}
