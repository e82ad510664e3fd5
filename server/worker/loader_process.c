/* A loader as the front sees it: exec of our own binary, a control socket, an end.
 *
 * The two facts "socket at its end" and "process gone" come in any order; what was said before the
 * end is always read first. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/worker/parts.h"

struct loader_process {
    struct generation *generation;
    uv_process_t process;
    uv_poll_t readable;
    uv_timer_t timer;
    unsigned open_handles;
    int control; /* -1: closed */
    bool ending; /* its end is expected: not told */
};

static void on_closed(uv_handle_t *handle);

/* The handle goes before its descriptor: closed later, libuv would take the next owner of that
 * number out of epoll. */
static void close_control(struct loader_process *loader)
{
    if (loader->control >= 0) {
        uv_close((uv_handle_t *)&loader->readable, on_closed);
        close(loader->control);
        loader->control = -1;
    }
}

static void on_kill_timer(uv_timer_t *timer)
{
    struct loader_process *loader = timer->data;
    (void)uv_process_kill(&loader->process, SIGKILL);
}

void loader_process_expect(struct loader_process *loader, uint64_t timeout_ms)
{
    if (loader->ending) {
        return;
    }
    if (timeout_ms == 0) {
        uv_timer_stop(&loader->timer);
    } else {
        (void)uv_timer_start(&loader->timer, on_kill_timer, timeout_ms, 0);
    }
}

void loader_process_end(struct loader_process *loader, bool forks)
{
    if (loader->ending) {
        return;
    }
    loader->ending = true;
    if (loader->control >= 0) {
        (void)shutdown(loader->control, SHUT_WR);
    }
    if (!forks) {
        (void)uv_process_kill(&loader->process, SIGTERM);
    }
    (void)uv_timer_start(&loader->timer, on_kill_timer, POOL_KILL_MS, 0);
}

bool loader_process_say(struct loader_process *loader, const struct control *control)
{
    AUTO(buffer_clear) struct buffer line;
    buffer_init(&line, DATAGRAM_BYTES_MOST);
    if (loader->control < 0 || control_write(control, &line) != STATUS_OK) {
        return false;
    }
    struct datagram datagram = {.octets = buffer_bytes(&line)};
    return datagram_send(loader->control, &datagram) == STATUS_OK;
}

/* One datagram. False when there is none. */
static bool receive(struct loader_process *loader)
{
    struct pool *pool = loader->generation->pool;
    struct datagram datagram;
    if (loader->control < 0) {
        return false;
    }
    enum status status = datagram_receive(loader->control, pool->incoming, &datagram);
    if (status == STATUS_MORE) {
        return false;
    }
    if (status != STATUS_OK) {
        close_control(loader);
        (void)uv_process_kill(&loader->process, SIGKILL);
        return false;
    }
    AUTO(arena_clear) struct arena arena;
    struct control control;
    arena_init(&arena, (size_t)2 * DATAGRAM_BYTES_MOST);
    if (control_read(pool->incoming, datagram.octets.size, &arena, &control) == STATUS_OK) {
        generation_on_control(loader->generation, &control, &datagram);
    } else {
        (void)uv_process_kill(&loader->process, SIGKILL);
    }
    datagram_close(&datagram);
    return true;
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    struct loader_process *loader = handle->data;
    (void)status;
    (void)events;
    receive(loader);
    pool_advance(loader->generation->pool);
}

static void on_closed(uv_handle_t *handle)
{
    struct loader_process *loader = handle->data;
    if (--loader->open_handles == 0) {
        struct generation *generation = loader->generation;
        free(loader);
        generation_on_loader_closed(generation);
    }
}

static void close_handles(struct loader_process *loader)
{
    close_control(loader);
    uv_close((uv_handle_t *)&loader->process, on_closed);
    uv_close((uv_handle_t *)&loader->timer, on_closed);
}

static void remove_scratch(const struct loader_process *loader)
{
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%.480s/loader-%d", loader->generation->pool->folder,
             loader->process.pid);
    scratch_remove(path);
}

static void on_exit_of(uv_process_t *process, int64_t code, int signal)
{
    struct loader_process *loader = process->data;
    struct generation *generation = loader->generation;
    while (receive(loader)) {
    }
    bool told = !loader->ending;
    loader->ending = true;
    remove_scratch(loader);
    close_handles(loader);
    if (told) {
        generation_on_loader_ended(generation, signal, code);
        pool_advance(generation->pool);
    }
}

/* Descriptor 3: control, 4: source (spec/workers.md). */
static int spawn(struct loader_process *loader, int control, int source)
{
    char name[] = "cccpd-loader", option[] = "--loader";
    char *arguments[] = {name, option, NULL};
    uv_stdio_container_t stdio[5] = {
        {.flags = UV_IGNORE},
        {.flags = UV_IGNORE},
        {.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
        {.flags = UV_INHERIT_FD, .data.fd = control},
        {.flags = UV_INHERIT_FD, .data.fd = source},
    };
    uv_process_options_t options = {.exit_cb = on_exit_of,
                                    .file = "/proc/self/exe",
                                    .args = arguments,
                                    .stdio_count = 5,
                                    .stdio = stdio};
    return uv_spawn(loader->generation->pool->loop, &loader->process, &options);
}

static void start_handles(struct loader_process *loader, int control)
{
    uv_loop_t *loop = loader->generation->pool->loop;
    loader->control = control;
    loader->open_handles = 3;
    loader->process.data = loader->readable.data = loader->timer.data = loader;
    int failed = uv_timer_init(loop, &loader->timer);
    assert(failed == 0);
    /* A fresh socket and a running loop: nothing but a full epoll table could refuse it. */
    failed = uv_poll_init(loop, &loader->readable, control);
    assert(failed == 0);
    failed = uv_poll_start(&loader->readable, UV_READABLE, on_readable);
    assert(failed == 0);
}

enum status loader_process_open(struct generation *generation, int source,
                                struct loader_process **loader, int *group)
{
    int sockets[2];
    struct loader_process *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return STATUS_MEMORY;
    }
    made->generation = generation;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        free(made);
        return STATUS_IO;
    }
    start_handles(made, sockets[0]);
    int failed = spawn(made, sockets[1], source);
    close(sockets[1]);
    generation->loader_count++;
    if (failed != 0) {
        made->ending = true;
        close_handles(made);
        return STATUS_UNAVAILABLE;
    }
    loader_process_expect(made, POOL_LOAD_MS);
    *group = made->process.pid;
    *loader = made;
    return STATUS_OK;
}
