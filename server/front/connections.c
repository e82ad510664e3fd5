/* All connections: accepting and refusing, the wheel, the ring of those to be advanced. */
#include <stdlib.h>
#include <sys/resource.h>

#include "server/front/connection.h"
#include "server/log.h"
#include "server/metrics.h"

enum { REFUSED_EVERY_MS = 10000 };

/* A quarter of the descriptors is left to contents, workers and files. */
static size_t count_bound(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return (size_t)(limit.rlim_cur - limit.rlim_cur / 4);
}

static void on_tick(uv_timer_t *timer)
{
    struct connections *all = timer->data;
    wheel_turn(&all->wheel, uv_now(all->loop), on_connection_due);
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct connections *all = prepare->data;
    while (!link_is_alone(&all->pending)) {
        struct connection *connection = LINK_OWNER(all->pending.next, struct connection, pending);
        link_remove(&connection->pending);
        connection_advance(connection);
    }
}

enum status connections_new(uv_loop_t *loop, struct house *house, struct connections **out)
{
    struct connections *all = calloc(1, sizeof(*all));
    if (all == NULL)
        return STATUS_MEMORY;
    uint64_t seed = uv_hrtime();
    (void)uv_random(NULL, NULL, &seed, sizeof(seed), 0, NULL);
    all->loop = loop;
    all->most = count_bound();
    all->house = house;
    wheel_init(&all->wheel, uv_now(loop));
    census_init(&all->census, seed);
    link_init(&all->open);
    link_init(&all->pending);
    uv_prepare_init(loop, &all->prepare);
    uv_timer_init(loop, &all->timer);
    all->prepare.data = all->timer.data = all;
    all->handles = 2;
    uv_prepare_start(&all->prepare, on_prepare);
    uv_unref((uv_handle_t *)&all->prepare);
    uv_unref((uv_handle_t *)&all->timer);
    *out = all;
    return STATUS_OK;
}

void connections_free(struct connections **connections)
{
    if (*connections == NULL)
        return;
    census_clear(&(*connections)->census);
    free(*connections);
    *connections = NULL;
}

/* At most one line in ten seconds: an attack must not fill the disk. */
void connections_refused(struct connections *all, const char *why)
{
    uint64_t now = uv_now(all->loop);
    metrics.connections_refused++;
    all->refused++;
    if (all->refused_ms != 0 && now - all->refused_ms < REFUSED_EVERY_MS)
        return;
    log_event(LOG_LEVEL_WARNING, "connection.refused", "%s (%llu since the last line)", why,
              (unsigned long long)all->refused);
    all->refused_ms = now;
    all->refused = 0;
}

static void on_refused_closed(uv_handle_t *handle)
{
    free(handle);
}

/* Takes the connection and says why it cannot stay; costs no session. */
static void refuse(struct connections *all, uv_stream_t *server, bool is_pipe, bool plain)
{
    static const char bye[] = "* BYE [OVERLOADED] too many connections\r\n";
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } *io = calloc(1, sizeof(*io));
    connections_refused(all, "too many connections");
    if (io == NULL)
        return;
    if (is_pipe)
        uv_pipe_init(all->loop, &io->pipe, 0);
    else
        uv_tcp_init(all->loop, &io->tcp);
    uv_buf_t buf = uv_buf_init((char *)bye, sizeof(bye) - 1);
    if (uv_accept(server, &io->stream) == 0 && plain)
        (void)uv_try_write(&io->stream, &buf, 1);
    uv_close(&io->handle, on_refused_closed);
}

void connections_accept(struct connections *all, uv_stream_t *server,
                        const struct entrance *entrance)
{
    bool is_pipe = server->type == UV_NAMED_PIPE;
    const struct limits *limits = &entrance->config->limits;
    metrics.connections_total++;
    struct connection *connection = NULL;
    if (all->count < limits->connections && all->count < all->most)
        connection = connection_new(all, entrance, is_pipe);
    if (connection == NULL) {
        refuse(all, server, is_pipe, entrance->tls == NULL && entrance->row->proxy == PROXY_OFF);
        return;
    }
    if (all->count++ == 0)
        uv_timer_start(&all->timer, on_tick, WHEEL_TICK_MS, WHEEL_TICK_MS);
    metrics.connections = all->count;
    link_append(&all->open, &connection->link);
    int error = uv_accept(server, &connection->io.stream);
    if (error != 0)
        connection_close(connection, uv_strerror(error));
    else
        connection_start(connection);
}

/* Calls visit for each; it may close its connection. */
static void each(struct connections *all, void (*visit)(struct connection *connection))
{
    struct link list;
    link_init(&list);
    link_move(&list, &all->open);
    while (!link_is_alone(&list)) {
        struct connection *connection = LINK_OWNER(list.next, struct connection, link);
        link_remove(&connection->link);
        link_append(&all->open, &connection->link);
        visit(connection);
    }
}

void connections_drain(struct connections *all)
{
    all->draining = true;
    each(all, connection_drain);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct connections *all = handle->data;
    if (--all->handles == 0 && all->stopped != NULL)
        all->stopped(all->owner);
}

void connections_forget(struct connections *all)
{
    if (!all->stopping || all->count > 0 || uv_is_closing((uv_handle_t *)&all->timer))
        return;
    uv_close((uv_handle_t *)&all->timer, on_handle_closed);
    uv_close((uv_handle_t *)&all->prepare, on_handle_closed);
}

void connections_stop(struct connections *all, void *owner, void (*stopped)(void *owner))
{
    all->stopping = true;
    all->stop_ms = uv_now(all->loop);
    all->owner = owner;
    all->stopped = stopped;
    each(all, connection_stop);
    connections_forget(all);
}
