/* /metrics, /livez, /readyz over HTTP (libmicrohttpd; this file is its only door). The library has
 * no thread: its epoll descriptor is polled by the loop, its time-outs run by a timer. */
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/config/endpoint.h"
#include "server/metrics.h"

enum {
    HTTP_CONNECTIONS_MOST = 32,
    HTTP_CONNECTION_BYTES = 16384,
    HTTP_TIMEOUT_S = 10,
    HTTP_ANSWER_BYTES_MOST = 262144,
    HTTP_SOCKET_MODE = 0660
};

struct metrics_http {
    struct metrics_source source;
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_timer_t timer;
    unsigned port;
    unsigned open_handles; /* freed when the last one is closed */
};

/* --- answers --- */

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned code, struct bytes text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(text.size, (void *)text.data, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                            "text/plain; version=0.0.4; charset=utf-8");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result respond_metrics(struct metrics_http *http, struct MHD_Connection *connection)
{
    AUTO(buffer_clear) struct buffer text;
    buffer_init(&text, HTTP_ANSWER_BYTES_MOST);
    if (metrics_write(&http->source, &text) != STATUS_OK)
        return respond(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, BYTES("too much to say\n"));
    return respond(connection, MHD_HTTP_OK, buffer_bytes(&text));
}

static enum MHD_Result respond_ready(struct metrics_http *http, struct MHD_Connection *connection)
{
    char text[300];
    const char *why = "not ready";
    if (http->source.ready(http->source.owner, &why))
        return respond(connection, MHD_HTTP_OK, BYTES("ready\n"));
    snprintf(text, sizeof text, "%s\n", why != NULL ? why : "not ready");
    return respond(connection, MHD_HTTP_SERVICE_UNAVAILABLE, bytes_of_text(text));
}

/* Called with the head of a request, then again until its body is eaten. */
static enum MHD_Result on_request(void *owner, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *octets,
                                  size_t *octet_count, void **seen)
{
    static char mark;
    (void)version;
    (void)octets;
    struct metrics_http *http = owner;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return respond(connection, MHD_HTTP_METHOD_NOT_ALLOWED, BYTES("only GET and HEAD\n"));
    if (*seen == NULL || *octet_count > 0) {
        *seen = &mark;
        *octet_count = 0;
        return MHD_YES;
    }
    if (strcmp(url, "/metrics") == 0)
        return respond_metrics(http, connection);
    if (strcmp(url, "/livez") == 0)
        return respond(connection, MHD_HTTP_OK, BYTES("alive\n"));
    if (strcmp(url, "/readyz") == 0)
        return respond_ready(http, connection);
    return respond(connection, MHD_HTTP_NOT_FOUND, BYTES("/metrics, /livez, /readyz\n"));
}

/* --- the loop --- */

static void advance(struct metrics_http *http);

static void on_timer(uv_timer_t *timer)
{
    advance(timer->data);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    advance(poll->data);
}

/* Lets the library do what is due, and comes back when it wants to. */
static void advance(struct metrics_http *http)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    MHD_run(http->daemon);
    if (MHD_get_timeout(http->daemon, &wait_ms) == MHD_YES)
        uv_timer_start(&http->timer, on_timer, wait_ms, 0);
    else
        uv_timer_stop(&http->timer);
}

static void on_closed(uv_handle_t *handle)
{
    struct metrics_http *http = handle->data;
    if (--http->open_handles == 0)
        free(http);
}

/* --- the socket --- */

/* A socket file that nobody listens on any more is taken over; any other file stays. */
static void remove_stale(const struct sockaddr_un *name)
{
    struct stat state;
    if (lstat(name->sun_path, &state) != 0 || !S_ISSOCK(state.st_mode))
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)name, sizeof *name) != 0 &&
        errno == ECONNREFUSED)
        unlink(name->sun_path);
    if (fd >= 0)
        close(fd);
}

static int bind_unix(const struct endpoint *address)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s", address->name);
    remove_stale(&name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, (struct sockaddr *)&name, sizeof name) == 0 &&
        chmod(name.sun_path, HTTP_SOCKET_MODE) == 0)
        return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

static int bind_tcp(const struct endpoint *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(address->port)};
    memcpy(&v4.sin_addr, address->octets + 12, 4);
    memcpy(&v6.sin6_addr, address->octets, 16);
    int yes = 1;
    int fd = socket(address->version_6 ? AF_INET6 : AF_INET,
                    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (address->version_6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    int bound = address->version_6 ? bind(fd, (struct sockaddr *)&v6, sizeof v6)
                                   : bind(fd, (struct sockaddr *)&v4, sizeof v4);
    if (bound == 0)
        return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

static int listen_on(const char *text, char why[256])
{
    struct endpoint address;
    const char *fault = endpoint_read(text, &address);
    int fd = -1;
    if (fault == NULL && address.kind != ENDPOINT_INHERITED)
        fd = address.kind == ENDPOINT_UNIX ? bind_unix(&address) : bind_tcp(&address);
    if (fd >= 0 && listen(fd, HTTP_CONNECTIONS_MOST) == 0)
        return fd;
    snprintf(why, 256, "http %.150s: %.80s", text, fault != NULL ? fault : strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static unsigned port_of(int fd)
{
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {.v4.sin_family = AF_UNSPEC};
    socklen_t size = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &size) != 0)
        return 0;
    if (name.v4.sin_family == AF_INET)
        return ntohs(name.v4.sin_port);
    return name.v4.sin_family == AF_INET6 ? ntohs(name.v6.sin6_port) : 0;
}

/* --- life --- */

static struct MHD_Daemon *start_daemon(struct metrics_http *http, int fd)
{
    return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, http,
                            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)HTTP_CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)HTTP_TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            (size_t)HTTP_CONNECTION_BYTES, MHD_OPTION_END);
}

static enum status start_handles(uv_loop_t *loop, struct metrics_http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    http->poll.data = http->timer.data = http;
    if (info == NULL || uv_poll_init(loop, &http->poll, info->epoll_fd) != 0)
        return STATUS_IO;
    uv_timer_init(loop, &http->timer);
    http->open_handles = 2;
    return uv_poll_start(&http->poll, UV_READABLE, on_poll) == 0 ? STATUS_OK : STATUS_IO;
}

enum status metrics_http_start(uv_loop_t *loop, const char *address,
                               const struct metrics_source *source, struct metrics_http **http,
                               char why[256])
{
    int fd = listen_on(address, why);
    if (fd < 0)
        return STATUS_IO;
    struct metrics_http *made = calloc(1, sizeof *made);
    if (made == NULL) {
        close(fd);
        snprintf(why, 256, "http: out of memory");
        return STATUS_MEMORY;
    }
    made->source = *source;
    made->port = port_of(fd);
    made->daemon = start_daemon(made, fd);
    if (made->daemon == NULL || start_handles(loop, made) != STATUS_OK) {
        snprintf(why, 256, "http %.150s: cannot be served", address);
        if (made->daemon == NULL)
            close(fd);
        metrics_http_stop(&made);
        return STATUS_IO;
    }
    *http = made;
    return STATUS_OK;
}

void metrics_http_stop(struct metrics_http **http)
{
    struct metrics_http *old = *http;
    *http = NULL;
    if (old == NULL)
        return;
    bool has_handles = old->open_handles > 0;
    if (has_handles) {
        uv_close((uv_handle_t *)&old->poll, on_closed);
        uv_close((uv_handle_t *)&old->timer, on_closed);
    }
    if (old->daemon != NULL)
        MHD_stop_daemon(old->daemon);
    if (!has_handles)
        free(old);
}

unsigned metrics_http_port(const struct metrics_http *http)
{
    return http->port;
}
