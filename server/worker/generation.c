/* One generation: a loader that forks, and the workers that came of it.
 *
 *     loading ─LOADED→ forking ─READY→ in use ─newer one→ draining ─empty→ freed
 *        ↺ its loader died (first generation only)   ↺ its loader died: a new one, same number */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/worker/parts.h"

enum { EDITIONS_ARENA_BYTES = 131072 };

static void on_restart(uv_timer_t *timer);

static void restart_later(struct generation *generation)
{
    uint64_t now = uv_now(generation->pool->loop);
    backoff_failed(&generation->loader_backoff, now);
    uint64_t pause = backoff_left_ms(&generation->loader_backoff, now);
    (void)uv_timer_start(&generation->timer, on_restart, pause, 0);
}

static void start_loader(struct generation *generation)
{
    generation->loaded = false;
    generation->forks_asked = 0;
    generation->started_ms = uv_now(generation->pool->loop);
    int group;
    enum status status =
        loader_process_open(generation, generation->source, &generation->loader, &group);
    if (status != STATUS_OK) {
        snprintf(generation->why, sizeof generation->why, "the loader cannot be started: %s",
                 status_reply(status)->text);
        event_loader_unstarted(generation);
        restart_later(generation);
    } else if (generation->group_count < GENERATION_GROUPS_MOST) {
        generation->groups[generation->group_count++] = group;
    }
}

static void on_restart(uv_timer_t *timer)
{
    struct generation *generation = timer->data;
    if (generation->state != GENERATION_DRAINING && generation->loader == NULL) {
        start_loader(generation);
    }
    pool_advance(generation->pool);
}

enum status generation_open(struct pool *pool, struct config *config, int source,
                            struct generation **generation)
{
    struct generation *made = calloc(1, sizeof *made);
    if (made == NULL) {
        close(source);
        return STATUS_MEMORY;
    }
    int failed = uv_timer_init(pool->loop, &made->timer);
    assert(failed == 0);
    made->timer.data = made;
    made->pool = pool;
    made->number = ++pool->generation_number;
    made->config = config_ref(config);
    made->source = source;
    link_init(&made->hands);
    arena_init(&made->arena, EDITIONS_ARENA_BYTES);
    backoff_init(&made->loader_backoff, 100, 5000, 0);
    backoff_init(&made->fork_backoff, 100, 5000, 3);
    link_append(&pool->generations, &made->link);
    start_loader(made);
    *generation = made;
    return STATUS_OK;
}

void generation_fork(struct generation *generation)
{
    struct control control = {.word = CONTROL_FORK, .id = ++generation->fork_number};
    if (generation->loader != NULL && loader_process_say(generation->loader, &control)) {
        generation->forks_asked++;
        loader_process_expect(generation->loader, POOL_FORK_MS);
    }
}

static void keep_editions(struct generation *generation, const struct control *control)
{
    struct arena *arena = &generation->arena;
    size_t count = control->engine_count;
    arena_clear(arena);
    generation->edition_count = 0;
    generation->editions = arena_take(arena, (count + 1) * sizeof *generation->editions);
    generation->edition_names = arena_take(arena, (count + 1) * sizeof *generation->edition_names);
    if (generation->editions == NULL || generation->edition_names == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = arena_copy(arena, control->engines[i].name);
        if (name == NULL) {
            return;
        }
        generation->editions[i] = control->engines[i].edition;
        generation->edition_names[i] = name;
        generation->edition_count = i + 1;
    }
}

static void end_loader(struct generation *generation)
{
    if (generation->loader != NULL) {
        loader_process_end(generation->loader, generation->loaded);
        generation->loader = NULL;
    }
    generation->forks_asked = 0;
    uv_timer_stop(&generation->timer);
}

/* The name of an engine that has only the shipped test signatures, and had others before: NULL when
 * there is none. */
static const char *name_poorer(const struct generation *before, const struct control *control)
{
    for (size_t i = 0; before != NULL && i < control->engine_count; i++) {
        const struct control_engine *engine = &control->engines[i];
        for (size_t j = 0; engine->edition.only_builtin && j < before->edition_count; j++) {
            if (bytes_equal(engine->name, bytes_of_text(before->edition_names[j])) &&
                !before->editions[j].only_builtin) {
                return before->edition_names[j];
            }
        }
    }
    return NULL;
}

/* With test signatures every message would be clean: what is in use goes on, and a loader that came
 * in the place of another one is started again. */
static void refuse_loaded(struct generation *generation, const char *engine)
{
    struct pool *pool = generation->pool;
    char why[256];
    snprintf(why, sizeof why,
             "%.64s has lost its signatures: only the shipped test signatures are there", engine);
    if (generation == pool->next && pool->current != NULL) {
        generation_fail(generation, why);
        return;
    }
    snprintf(generation->why, sizeof generation->why, "%s", why);
    event_failed(generation);
    generation->why[0] = '\0';
    end_loader(generation);
    restart_later(generation);
}

static void on_loaded(struct generation *generation, const struct control *control)
{
    const struct generation *before =
        generation->edition_count > 0 ? generation : generation->pool->current;
    const char *poorer = name_poorer(before, control);
    if (poorer != NULL) {
        refuse_loaded(generation, poorer);
        return;
    }
    keep_editions(generation, control);
    generation->memory = control->number;
    generation->loaded = true;
    backoff_succeeded(&generation->loader_backoff);
    loader_process_expect(generation->loader, 0);
    if (generation->state == GENERATION_LOADING) {
        generation->state = GENERATION_FORKING;
    }
    event_loaded(generation);
}

/* Nobody else will reap it. */
static void bury(int pidfd)
{
    siginfo_t info;
    (void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    (void)waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED);
    close(pidfd);
}

static void note_fork(struct generation *generation)
{
    if (generation->forks_asked > 0) {
        generation->forks_asked--;
    }
    if (generation->loader != NULL) {
        loader_process_expect(generation->loader, generation->forks_asked > 0 ? POOL_FORK_MS : 0);
    }
}

static void on_worker(struct generation *generation, const struct control *control,
                      struct datagram *datagram)
{
    note_fork(generation);
    if (datagram->fd_count != 2 || control->number == 0 || control->number > INT32_MAX) {
        return;
    }
    int socket = datagram_take(datagram, 0), pidfd = datagram_take(datagram, 1);
    if (hand_open(generation, (int)control->number, pidfd, socket) != STATUS_OK) {
        close(socket);
        bury(pidfd);
    } else if (generation->state == GENERATION_DRAINING) {
        hand_dismiss(LINK_OWNER(generation->hands.previous, struct hand, link));
    }
}

void generation_on_control(struct generation *generation, const struct control *control,
                           struct datagram *datagram)
{
    if (generation->state == GENERATION_DRAINING && control->word != CONTROL_WORKER) {
        return;
    }
    if (control->word == CONTROL_LOADED && !generation->loaded) {
        on_loaded(generation, control);
    } else if (control->word == CONTROL_FAILED) {
        snprintf(generation->why, sizeof generation->why, "%.*s", (int)control->text.size,
                 (const char *)control->text.data);
    } else if (control->word == CONTROL_WORKER) {
        on_worker(generation, control, datagram);
    } else if (control->word == CONTROL_REFUSED) {
        note_fork(generation);
        backoff_failed(&generation->fork_backoff, uv_now(generation->pool->loop));
        event_refused(generation, control->text);
    } else if (control->word == CONTROL_STALE) {
        pool_on_stale(generation);
    }
}

void generation_fail(struct generation *generation, const char *why)
{
    snprintf(generation->why, sizeof generation->why, "%s", why);
    event_failed(generation);
    pool_on_load_failed(generation);
    generation->why[0] = '\0';
}

void generation_on_loader_ended(struct generation *generation, int signal, int64_t code)
{
    generation->loader = NULL;
    generation->forks_asked = 0;
    generation->loaded = false;
    if (generation->why[0] == '\0') {
        snprintf(generation->why, sizeof generation->why,
                 signal != 0 ? "the loader died of signal %d" : "the loader ended with code %d",
                 signal != 0 ? signal : (int)code);
    }
    if (generation->state == GENERATION_IN_USE) {
        event_loader_died(generation, signal, code);
        restart_later(generation);
    } else {
        generation->state = GENERATION_LOADING;
        event_failed(generation);
        restart_later(generation);
        pool_on_load_failed(generation);
    }
    generation->why[0] = '\0';
}

void generation_on_loader_closed(struct generation *generation)
{
    generation->loader_count--;
    generation_advance(generation);
}

void generation_drain(struct generation *generation)
{
    struct link *next;
    generation->state = GENERATION_DRAINING;
    end_loader(generation);
    for (struct link *link = generation->hands.next; link != &generation->hands; link = next) {
        struct hand *hand = LINK_OWNER(link, struct hand, link);
        next = link->next;
        if (hand->state != HAND_BUSY) {
            hand_dismiss(hand);
        }
    }
    generation_advance(generation);
}

static void on_closed(uv_handle_t *handle)
{
    struct generation *generation = handle->data;
    struct pool *pool = generation->pool;
    link_remove(&generation->link);
    close(generation->source);
    config_unref(&generation->config);
    arena_clear(&generation->arena);
    free(generation);
    pool_on_generation_closed(pool);
}

/* A loader that is killed between a fork and its word leaves a worker that nobody knows. It exits
 * at once, its socket has no other end; here it is reaped. True when none is left. */
static bool reap_strays(struct generation *generation)
{
    while (generation->group_count > 0) {
        siginfo_t info = {0};
        id_t group = (id_t)generation->groups[generation->group_count - 1];
        if (waitid(P_PGID, group, &info, WEXITED | WNOHANG) != 0) {
            generation->group_count--;
        } else if (info.si_pid == 0) {
            return false;
        }
    }
    return true;
}

static void on_stray_timer(uv_timer_t *timer)
{
    generation_advance(timer->data);
}

void generation_advance(struct generation *generation)
{
    if (generation->state != GENERATION_DRAINING || generation->closing ||
        generation->hand_count > 0 || generation->loader_count > 0) {
        return;
    }
    if (!reap_strays(generation)) {
        (void)uv_timer_start(&generation->timer, on_stray_timer, POOL_STRAY_MS, 0);
        return;
    }
    generation->closing = true;
    uv_close((uv_handle_t *)&generation->timer, on_closed);
}
