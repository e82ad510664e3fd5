/* One worker process as the front sees it: its socket, its pidfd, its clock.
 *
 *     starting ─READY→ idle ⇄ busy        any ─killed, dismissed, end of file→ leaving ─pidfd→
 * freed */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/worker/parts.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

void hand_signal(const struct hand *hand, int signal)
{
    (void)syscall(SYS_pidfd_send_signal, hand->pidfd, signal, NULL, 0);
}

static void on_closed(uv_handle_t *handle);

/* The handle goes before its descriptor: closed later, libuv would take the next owner of that
 * number out of epoll. */
static void close_socket(struct hand *hand)
{
    if (hand->socket >= 0) {
        uv_close((uv_handle_t *)&hand->readable, on_closed);
        close(hand->socket);
        hand->socket = -1;
    }
}

void hand_kill(struct hand *hand, enum hand_death death)
{
    if (hand->state != HAND_LEAVING) {
        hand->state = HAND_LEAVING;
        hand->death = death;
    }
    hand_signal(hand, SIGKILL);
}

void hand_dismiss(struct hand *hand)
{
    if (hand->state == HAND_LEAVING) {
        return;
    }
    hand->state = HAND_LEAVING;
    hand->death = DEATH_DISMISSED;
    close_socket(hand);
    hand_set_timer(hand, POOL_KILL_MS);
}

/* Its end is on its way, and says why; or it has closed what it must not close, and stays. */
static void leave_by_itself(struct hand *hand)
{
    close_socket(hand);
    if (hand->state != HAND_LEAVING) {
        hand->state = HAND_LEAVING;
        hand->death = DEATH_OWN;
        hand_set_timer(hand, POOL_EXIT_MS);
    }
}

static void take_ready(struct hand *hand, const struct datagram *datagram)
{
    AUTO(arena_clear) struct arena arena;
    struct control control;
    struct pool *pool = hand->generation->pool;
    arena_init(&arena, JOB_DATAGRAM_BYTES);
    if (control_read(pool->incoming, datagram->octets.size, &arena, &control) != STATUS_OK ||
        control.word != CONTROL_READY) {
        hand_kill(hand, DEATH_GARBAGE);
        return;
    }
    if (!hand->generation->sandbox_said) {
        hand->generation->sandbox_said = true;
        event_sandbox(hand->generation, control.text);
    }
    hand->state = HAND_IDLE;
    hand_set_timer(hand, 0);
    pool_on_ready(hand);
}

/* One datagram. False when there is none. */
static bool receive(struct hand *hand)
{
    struct datagram datagram;
    if (hand->socket < 0) {
        return false;
    }
    enum status status =
        datagram_receive(hand->socket, hand->generation->pool->incoming, &datagram);
    if (status == STATUS_MORE) {
        return false;
    }
    if (status == STATUS_NOT_FOUND || status == STATUS_IO) {
        leave_by_itself(hand);
        return false;
    }
    if (status != STATUS_OK || hand->state == HAND_IDLE) {
        hand_kill(hand, DEATH_GARBAGE);
    } else if (hand->state == HAND_STARTING) {
        take_ready(hand, &datagram);
    } else if (hand->state == HAND_BUSY) {
        pool_on_answer(hand, &datagram);
    }
    datagram_close(&datagram);
    return true;
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    struct hand *hand = handle->data;
    (void)status;
    (void)events;
    receive(hand);
    pool_advance(hand->generation->pool);
}

static void on_closed(uv_handle_t *handle)
{
    struct hand *hand = handle->data;
    if (--hand->open_handles > 0) {
        return;
    }
    struct generation *generation = hand->generation;
    generation->hand_count--;
    free(hand);
    generation_advance(generation);
}

static void remove_plain_scratch(const struct hand *hand)
{
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%.480s/worker-%d", hand->generation->pool->folder, hand->pid);
    scratch_remove(path);
}

static void note_end(struct hand *hand, const siginfo_t *info)
{
    bool exited = info->si_code == CLD_EXITED;
    if (hand->death == DEATH_OWN && !exited && info->si_status == SIGKILL) {
        hand->death = DEATH_OUTSIDE;
    }
    if (hand->death != DEATH_DISMISSED) {
        event_death(hand, exited ? 0 : info->si_status, exited ? info->si_status : 0);
    }
}

static void on_ended(uv_poll_t *handle, int status, int events)
{
    struct hand *hand = handle->data;
    struct pool *pool = hand->generation->pool;
    siginfo_t info = {0};
    (void)status;
    (void)events;
    if (waitid((idtype_t)P_PIDFD, (id_t)hand->pidfd, &info, WEXITED | WNOHANG) != 0 ||
        info.si_pid == 0) {
        return;
    }
    /* An answer may have been sent with the last breath. */
    while (receive(hand)) {
    }
    if (hand->state != HAND_LEAVING) {
        hand->state = HAND_LEAVING;
        hand->death = DEATH_OWN;
    }
    note_end(hand, &info);
    remove_plain_scratch(hand);
    close_socket(hand);
    link_remove(&hand->link);
    uv_close((uv_handle_t *)&hand->ended, on_closed);
    uv_close((uv_handle_t *)&hand->timer, on_closed);
    close(hand->pidfd);
    pool_on_hand_ended(hand);
    pool_advance(pool);
}

static void on_timer(uv_timer_t *timer)
{
    struct hand *hand = timer->data;
    struct pool *pool = hand->generation->pool;
    uint64_t now = uv_now(pool->loop);
    if (hand->state == HAND_BUSY && now < hand->over_at_ms) {
        hand->slow = true;
        (void)setpriority(PRIO_PROCESS, (id_t)hand->pid, POOL_SLOW_NICE);
        hand_set_timer(hand, hand->over_at_ms - now);
    } else if (hand->state == HAND_BUSY) {
        hand_kill(hand, DEATH_OVERRUN);
    } else if (hand->state == HAND_STARTING) {
        hand_kill(hand, DEATH_GARBAGE);
    } else if (hand->state == HAND_LEAVING) {
        hand->death = hand->death == DEATH_OWN ? DEATH_GARBAGE : hand->death;
        hand_signal(hand, SIGKILL);
    }
    pool_advance(pool);
}

void hand_set_timer(struct hand *hand, uint64_t timeout_ms)
{
    if (timeout_ms == 0) {
        uv_timer_stop(&hand->timer);
    } else {
        int failed = uv_timer_start(&hand->timer, on_timer, timeout_ms, 0);
        assert(failed == 0);
    }
}

/* Half opened: the handles there are go, then the memory. */
static void on_discarded(uv_handle_t *handle)
{
    struct hand *hand = handle->data;
    if (--hand->open_handles == 0) {
        free(hand);
    }
}

static void discard(struct hand *hand)
{
    uv_handle_t *handles[] = {(uv_handle_t *)&hand->timer, (uv_handle_t *)&hand->readable,
                              (uv_handle_t *)&hand->ended};
    unsigned count = hand->open_handles;
    for (unsigned i = 0; i < count; i++) {
        uv_close(handles[i], on_discarded);
    }
}

/* In the order in which discard() closes. */
static bool start_handles(struct hand *hand)
{
    uv_loop_t *loop = hand->generation->pool->loop;
    hand->readable.data = hand->ended.data = hand->timer.data = hand;
    int failed = uv_timer_init(loop, &hand->timer);
    assert(failed == 0);
    hand->open_handles = 1;
    if (uv_poll_init(loop, &hand->readable, hand->socket) != 0) {
        return false;
    }
    hand->open_handles = 2;
    if (uv_poll_init(loop, &hand->ended, hand->pidfd) != 0) {
        return false;
    }
    hand->open_handles = 3;
    return uv_poll_start(&hand->readable, UV_READABLE, on_readable) == 0 &&
           uv_poll_start(&hand->ended, UV_READABLE, on_ended) == 0;
}

enum status hand_open(struct generation *generation, int pid, int pidfd, int socket)
{
    struct hand *hand = calloc(1, sizeof *hand);
    if (hand == NULL) {
        return STATUS_MEMORY;
    }
    hand->generation = generation;
    hand->pid = pid;
    hand->pidfd = pidfd;
    hand->socket = socket;
    if (!start_handles(hand)) {
        discard(hand);
        return STATUS_MEMORY;
    }
    link_append(&generation->hands, &hand->link);
    generation->hand_count++;
    hand_set_timer(hand, POOL_FORK_MS);
    return STATUS_OK;
}
