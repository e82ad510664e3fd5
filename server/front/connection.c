/* One connection: what arrives, and what follows from it. */
#include "server/front/connection.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "server/front/listener.h"
#include "server/log.h"
#include "server/metrics.h"

struct connection *connection_new(struct connections *all, const struct entrance *entrance,
                                  bool is_pipe)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (connection == NULL)
        return NULL;
    connection->all = all;
    connection->row = entrance->row;
    connection->since_ms = connection->active_ms = uv_now(all->loop);
    buffer_init(&connection->rest, READ_BYTES);
    if (entrance->tls != NULL && tls_new(entrance->tls, &connection->tls) != STATUS_OK) {
        free(connection);
        return NULL;
    }
    connection->config = config_ref(entrance->config);
    int error = is_pipe ? uv_pipe_init(all->loop, &connection->io.pipe, 0)
                        : uv_tcp_init(all->loop, &connection->io.tcp);
    assert(error == 0);
    connection->io.handle.data = connection;
    return connection;
}

static int connection_fd(const struct connection *connection)
{
    int fd = -1;
    return uv_fileno(&connection->io.handle, &fd) == 0 ? fd : -1;
}

void connection_wake(struct connection *connection)
{
    if (connection->state != CONNECTION_CLOSED && connection->pending.next == NULL)
        link_append(&connection->all->pending, &connection->pending);
}

void connection_flush(struct session *session)
{
    connection_wake(LINK_OWNER(session, struct connection, session));
}

static void connection_enter(struct connection *connection, enum connection_state state)
{
    assert(state > connection->state);
    connection->state = state;
    connection->since_ms = uv_now(connection->all->loop);
}

/* Counted once the peer is known, which a PROXY header may change. */
static bool connection_count(struct connection *connection)
{
    uint64_t most = connection->config->limits.connections_per_address;
    bool remote = connection->peer.family == AF_INET || connection->peer.family == AF_INET6;
    if (most == 0 || !remote)
        return true;
    connection->counted = census_enter(&connection->all->census, connection->peer.address, most);
    return connection->counted;
}

/* The session begins to speak. */
static void connection_open(struct connection *connection)
{
    struct session_peer peer = {
        .private = connection->tls != NULL || connection->peer.family == AF_UNIX,
        .remote = !peer_is_local(&connection->peer),
        .has_uid = connection->peer.has_uid,
        .uid = connection->peer.uid,
        .listener = connection->row,
        .address = connection->address,
    };
    if (connection->tls != NULL) {
        peer.certificate_name = tls_peer_name(connection->tls);
        peer.certificate_fingerprint = tls_peer_fingerprint(connection->tls);
    }
    connection_enter(connection, CONNECTION_OPEN);
    session_init(&connection->session, connection->config, house_table(connection->all->house),
                 &peer);
    if (connection_count(connection)) {
        session_greet(&connection->session, connection->all->draining);
    } else {
        connections_refused(connection->all, "too many connections of one address");
        session_bye(&connection->session, STATUS_BUSY, NULL);
    }
}

/* The PROXY header is through, or none was asked for. */
static void connection_greet(struct connection *connection)
{
    peer_text(&connection->peer, connection->address);
    if (connection->tls != NULL)
        connection_enter(connection, CONNECTION_HANDSHAKE);
    else
        connection_open(connection);
}

/* A session that does not take everything is paused, or closing. */
static void take_plain(struct connection *connection, struct bytes octets)
{
    struct session *session = &connection->session;
    if (connection->state != CONNECTION_OPEN || session->closing)
        return;
    bool idle = session_is_idle(session);
    size_t taken = connection->rest.size > 0 ? 0 : session_receive(session, octets);
    if (idle || session->command_count != connection->command_number) {
        connection->command_number = session->command_count;
        connection->command_ms = uv_now(connection->all->loop);
    }
    if (taken < octets.size && !session->closing &&
        buffer_append(&connection->rest, bytes_slice(octets, taken, octets.size - taken)) !=
            STATUS_OK)
        connection->lost = "too much behind a command that waits";
}

/* Plain octets come out of TLS as long as the session takes them. */
static void take_records(struct connection *connection)
{
    uint8_t *plain = connection->all->plain;
    while (connection->state == CONNECTION_OPEN && !connection->session.paused) {
        size_t size = 0;
        enum status status = tls_read(connection->tls, plain, TLS_PIECE_BYTES, &size);
        if (status == STATUS_MORE)
            return;
        if (status != STATUS_OK) {
            connection->lost = "TLS failed";
            return;
        }
        if (size == 0) {
            connection->eof = true;
            return;
        }
        take_plain(connection, (struct bytes){plain, size});
    }
}

static void take_tls(struct connection *connection, struct bytes octets)
{
    enum status status = tls_input(connection->tls, octets);
    if (status != STATUS_OK) {
        connection_send(connection); /* an alert that says why */
        connection->lost = "TLS failed";
        return;
    }
    if (connection->state == CONNECTION_HANDSHAKE && tls_established(connection->tls))
        connection_open(connection);
    take_records(connection);
}

static bool take_proxy(struct connection *connection, struct bytes *octets)
{
    struct proxy *proxy = connection->proxy;
    enum status status = proxy_read(proxy, octets);
    if (status == STATUS_MORE)
        return false;
    if (status != STATUS_OK) {
        connections_refused(connection->all, proxy->why);
        connection->lost = proxy->why;
        return false;
    }
    if (!proxy->own)
        connection->peer = proxy->peer;
    free(proxy);
    connection->proxy = NULL;
    connection_greet(connection);
    return true;
}

static void connection_take(struct connection *connection, struct bytes octets)
{
    if (connection->state == CONNECTION_ENDING || connection->lost != NULL)
        return;
    if (connection->state == CONNECTION_PROXY && !take_proxy(connection, &octets))
        return;
    if (connection->tls != NULL)
        take_tls(connection, octets);
    else
        take_plain(connection, octets);
}

/* libuv reads at once after asking, so one buffer serves every connection. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct connection *connection = handle->data;
    *buf = uv_buf_init((char *)connection->all->octets, READ_BYTES);
}

static void connection_pause(struct connection *connection)
{
    if (connection->reading)
        uv_read_stop(&connection->io.stream);
    connection->reading = false;
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buf)
{
    struct connection *connection = stream->data;
    if (size == 0)
        return;
    if (size > 0) {
        connection->active_ms = uv_now(connection->all->loop);
        connection_take(connection, (struct bytes){(const uint8_t *)buf->base, (size_t)size});
    } else if (size == UV_EOF) {
        connection->eof = true;
        connection->reading = false;
    } else {
        connection->lost = uv_strerror((int)size);
    }
    if (connection->eof || connection->lost != NULL || connection->session.paused)
        connection_pause(connection);
    connection_wake(connection);
}

void connection_start(struct connection *connection)
{
    peer_of_socket(connection_fd(connection), &connection->peer);
    peer_text(&connection->peer, connection->address);
    if (connection->io.handle.type == UV_TCP) {
        uv_tcp_nodelay(&connection->io.tcp, 1);
        uv_tcp_keepalive(&connection->io.tcp, 1, 60);
    }
    connection_wake(connection);
    const struct config_listener *row = connection->row;
    if (row->proxy == PROXY_OFF) {
        connection_greet(connection);
        return;
    }
    bool known = connection->peer.family == AF_UNIX ||
                 peer_is_in(&connection->peer, row->proxy_from, row->proxy_from_count);
    connection->proxy = malloc(sizeof(*connection->proxy));
    if (!known || connection->proxy == NULL) {
        connection->lost = known ? "out of memory" : "not from a configured proxy";
        connections_refused(connection->all, connection->lost);
        return;
    }
    proxy_init(connection->proxy);
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct connections *all = connection->all;
    config_unref(&connection->config);
    free(connection);
    metrics.connections = --all->count;
    if (all->count == 0)
        uv_timer_stop(&all->timer);
    connections_forget(all);
}

void connection_close(struct connection *connection, const char *why)
{
    if (connection->state == CONNECTION_CLOSED)
        return;
    struct log_line line;
    log_begin(&line, LOG_LEVEL_DEBUG, "connection.close");
    log_text(&line, "peer", connection->address);
    log_text(&line, "why", why);
    log_end(&line);
    if (connection->state >= CONNECTION_OPEN && connection->session.failures > 0) {
        log_begin(&line, LOG_LEVEL_WARNING, "authentication.failed");
        log_text(&line, "peer", connection->address);
        log_number(&line, "attempts", (int64_t)connection->session.failures);
        log_end(&line);
    }
    if (connection->counted)
        census_leave(&connection->all->census, connection->peer.address);
    if (connection->state >= CONNECTION_OPEN) {
        house_leave(connection->all->house, &connection->session);
        session_clear(&connection->session);
    }
    connection->state = CONNECTION_CLOSED;
    free(connection->proxy);
    connection->proxy = NULL;
    tls_free(&connection->tls);
    buffer_clear(&connection->rest);
    link_remove(&connection->link);
    link_remove(&connection->pending);
    wheel_remove(&connection->deadline);
    uv_close(&connection->io.handle, on_closed);
}

/* What a pause left behind comes first. */
static void connection_resume(struct connection *connection)
{
    if (connection->state != CONNECTION_OPEN || connection->session.paused)
        return;
    if (connection->rest.size > 0) {
        struct buffer rest AUTO(buffer_clear) = connection->rest;
        buffer_init(&connection->rest, READ_BYTES);
        take_plain(connection, buffer_bytes(&rest));
    }
    if (connection->tls != NULL)
        take_records(connection);
}

/* True when nothing more is to be said: the session is closing, or the peer has closed its half
 * and has all its answers. */
static bool connection_is_done(const struct connection *connection)
{
    if (connection->state < CONNECTION_OPEN)
        return connection->eof;
    if (connection_unsent(connection) > 0)
        return false;
    if (connection->state == CONNECTION_ENDING)
        return connection->eof;
    const struct session *session = &connection->session;
    return session->closing || (connection->eof && session->tag_count == 0 && !session->paused);
}

/* A draining house lets go of those that want nothing. */
static void connection_release(struct connection *connection)
{
    struct session *session = &connection->session;
    if (connection->state == CONNECTION_OPEN && session->draining && !session->closing &&
        !session->authenticating && session->tag_count == 0 && session_is_idle(session))
        session_bye(session, STATUS_SHUTDOWN, NULL);
}

/* Our half ends; what still arrives is thrown away, so that no reset overtakes our last words. */
static void connection_end(struct connection *connection)
{
    if (connection->eof) {
        connection_close(connection, "done");
        return;
    }
    connection_enter(connection, CONNECTION_ENDING);
    if (connection->tls != NULL) {
        tls_close_notify(connection->tls);
        connection_send(connection);
    }
    if (connection->write == NULL)
        (void)shutdown(connection_fd(connection), SHUT_WR);
}

/* Reading stops above the high-water mark and goes on below the low one; inside an accepted
 * content it never stops (spec 2.10). */
static void connection_steer(struct connection *connection)
{
    const struct session *session = &connection->session;
    bool open = connection->state == CONNECTION_OPEN;
    size_t most = connection->reading ? OUTPUT_HIGH_BYTES : OUTPUT_LOW_BYTES;
    bool wanted = !connection->eof && !(open && session->paused) &&
                  ((open && session->content != NULL) || connection_unsent(connection) <= most);
    if (wanted && !connection->reading) {
        connection->reading = true;
        int error = uv_read_start(&connection->io.stream, on_alloc, on_read);
        if (error != 0)
            connection->lost = uv_strerror(error);
    } else if (!wanted) {
        connection_pause(connection);
    }
}

void connection_advance(struct connection *connection)
{
    connection_resume(connection);
    connection_release(connection);
    connection_send(connection);
    if (connection_unsent(connection) > connection->config->limits.output_bytes)
        connection->lost = "does not take its answers";
    if (connection->lost == NULL && connection_is_done(connection)) {
        if (connection->state == CONNECTION_OPEN)
            connection_end(connection);
        else
            connection->lost = "done";
    }
    if (connection->state == CONNECTION_CLOSED)
        return;
    if (connection->lost == NULL)
        connection_steer(connection);
    if (connection->lost != NULL) {
        connection_close(connection, connection->lost);
        return;
    }
    uint64_t due_ms = connection_due_ms(connection);
    if (due_ms != UINT64_MAX)
        wheel_set(&connection->all->wheel, &connection->deadline, due_ms);
}

/* The peer's side is gone altogether, not only its sending half. */
static bool connection_is_dead(const struct connection *connection)
{
    struct pollfd probe = {.fd = connection_fd(connection), .events = 0};
    return poll(&probe, 1, 0) > 0 && (probe.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

/* The stream has taken something of the queued write since it was last looked at. */
static bool connection_wrote(struct connection *connection)
{
    size_t left = uv_stream_get_write_queue_size(&connection->io.stream);
    if (connection->write == NULL || left >= connection->write_left)
        return false;
    connection->write_left = left;
    connection->write_ms = uv_now(connection->all->loop);
    return true;
}

void on_connection_due(struct wheel_entry *entry)
{
    struct connection *connection = LINK_OWNER(entry, struct connection, deadline);
    uint64_t now = uv_now(connection->all->loop);
    bool open = connection->state == CONNECTION_OPEN;
    if (open && connection->eof && connection_is_dead(connection))
        connection->lost = "gone";
    else if (connection_due_ms(connection) > now || connection_wrote(connection))
        ; /* it has moved since */
    else if (open && connection->write == NULL && !connection->session.closing)
        session_bye(&connection->session, STATUS_TIMEOUT, NULL);
    else
        connection->lost = "too slow";
    connection_wake(connection);
}

void connection_drain(struct connection *connection)
{
    static const struct bytes notice = {(const uint8_t *)"* OK [DRAINING] going down\r\n", 28};
    struct session *session = &connection->session;
    if (connection->state != CONNECTION_OPEN || session->draining || session->closing)
        return;
    session->draining = true;
    if (buffer_append(&session->output, notice) != STATUS_OK)
        connection->lost = "out of memory";
    connection_wake(connection);
}

void connection_stop(struct connection *connection)
{
    if (connection->state < CONNECTION_OPEN)
        connection->lost = "stopped";
    else if (connection->state == CONNECTION_OPEN && !connection->session.closing)
        session_bye(&connection->session, STATUS_SHUTDOWN, NULL);
    connection_wake(connection);
}
