/* Sockets that listen. A reload is planned completely before anything changes: new sockets are
 * bound, new certificates read; then rows and certificates are exchanged, and only then the sockets
 * that are no longer wanted close. */
#include "server/front/listener.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/front/address.h"
#include "server/front/connection.h"
#include "server/log.h"

enum { BACKLOG = 4096, ACCEPT_FAILED_EVERY_MS = 10000 };

struct listener {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } io;
    struct listeners *all;
    struct link link; /* all->ring */
    char *address;    /* as configured: names it over reloads */
    char bound[128];
    char *path; /* Unix socket that we made, or NULL */
    struct address_file file;
    /* of the configuration in use */
    struct entrance entrance;
    bool wanted; /* by the configuration that is being planned */
};

struct listeners {
    uv_loop_t *loop;
    struct connections *connections;
    struct link ring;
    unsigned open; /* handles, until closed */
    bool connections_open;
    uint64_t failed_ms; /* when a failure to accept was last logged */
    void *owner;
    void (*closed)(void *owner);
};

/* What a row of the new configuration gets. */
struct plan {
    struct listener *listener;
    struct tls_context *tls;
    bool fresh;
};

static void listener_free(struct listener *listener)
{
    config_unref(&listener->entrance.config);
    tls_context_free(&listener->entrance.tls);
    free(listener->address);
    free(listener->path);
    free(listener);
}

static void listeners_over(struct listeners *all)
{
    if (all->closed == NULL || all->open > 0 || all->connections_open)
        return;
    connections_free(&all->connections);
    void (*closed)(void *owner) = all->closed;
    void *owner = all->owner;
    free(all);
    closed(owner);
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    struct listeners *all = listener->all;
    listener_free(listener);
    all->open--;
    listeners_over(all);
}

static void listener_close(struct listener *listener)
{
    log_event(LOG_LEVEL_INFO, "listener.close", "%s", listener->bound);
    if (listener->path != NULL)
        address_remove(listener->path, &listener->file);
    link_remove(&listener->link);
    uv_close(&listener->io.handle, on_listener_closed);
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *listener = stream->data;
    struct listeners *all = listener->all;
    if (status == 0) {
        connections_accept(all->connections, stream, &listener->entrance);
        return;
    }
    /* Out of descriptors: libuv has used its spare one to accept and close what waits. */
    uint64_t now = uv_now(all->loop);
    if (all->failed_ms != 0 && now - all->failed_ms < ACCEPT_FAILED_EVERY_MS)
        return;
    all->failed_ms = now;
    log_event(LOG_LEVEL_ERROR, "listener.accept", "%s: %s", listener->bound, uv_strerror(status));
}

/* The bound socket becomes a handle and listens. Takes fd over. */
static enum status listener_listen(struct listener *listener, int fd, char why[256])
{
    struct sockaddr_storage bound = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(bound);
    int error;
    (void)getsockname(fd, (struct sockaddr *)&bound, &size);
    if (bound.ss_family == AF_UNIX) {
        uv_pipe_init(listener->all->loop, &listener->io.pipe, 0);
        error = uv_pipe_open(&listener->io.pipe, fd);
    } else {
        uv_tcp_init(listener->all->loop, &listener->io.tcp);
        error = uv_tcp_open(&listener->io.tcp, fd);
    }
    listener->io.handle.data = listener;
    listener->all->open++;
    link_append(&listener->all->ring, &listener->link);
    if (error != 0)
        close(fd);
    else
        error = uv_listen(&listener->io.stream, BACKLOG, on_connection);
    if (error == 0)
        return STATUS_OK;
    snprintf(why, 256, "listen: %s", uv_strerror(error));
    return STATUS_IO;
}

static enum status listener_open(struct listeners *all, const struct config_listener *row,
                                 struct listener **out, char why[256])
{
    struct address address;
    if (address_parse(row->address, &address) != STATUS_OK) {
        snprintf(why, 256, "not an address");
        return STATUS_PARSE;
    }
    struct listener *listener = calloc(1, sizeof(*listener));
    if (listener == NULL)
        return STATUS_MEMORY;
    listener->all = all;
    listener->address = strdup(row->address);
    listener->path = address.kind == ADDRESS_UNIX ? strdup(address.name) : NULL;
    int fd = -1;
    enum status status = address_bind(&address, row->socket_mode, &fd, &listener->file, why);
    if (status != STATUS_OK) {
        listener_free(listener);
        return status;
    }
    address_text(fd, row->address, listener->bound);
    status = listener_listen(listener, fd, why);
    if (status != STATUS_OK) {
        listener_close(listener);
        return status;
    }
    log_event(LOG_LEVEL_INFO, "listener.open", "%s", listener->bound);
    *out = listener;
    return STATUS_OK;
}

static struct listener *listeners_find(struct listeners *all, const char *address)
{
    for (struct link *at = all->ring.next; at != &all->ring; at = at->next) {
        struct listener *listener = LINK_OWNER(at, struct listener, link);
        if (strcmp(listener->address, address) == 0)
            return listener;
    }
    return NULL;
}

static enum status plan_row(struct listeners *all, const struct config_listener *row,
                            struct plan *plan, char why[256])
{
    enum status status = STATUS_OK;
    char reason[256] = "out of memory";
    if (row->tls)
        status = tls_context_new(row->certificate, row->key, row->client_ca, &plan->tls, reason);
    plan->listener = listeners_find(all, row->address);
    plan->fresh = plan->listener == NULL;
    if (status == STATUS_OK && plan->fresh)
        status = listener_open(all, row, &plan->listener, reason);
    if (status != STATUS_OK)
        snprintf(why, 256, "%.90s: %.160s", row->address, reason);
    return status;
}

static void plan_undo(struct plan *plans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tls_context_free(&plans[i].tls);
        if (plans[i].fresh && plans[i].listener != NULL)
            listener_close(plans[i].listener);
    }
}

/* Nothing can fail any more. */
static void plan_use(struct listeners *all, struct config *config, const struct plan *plans)
{
    for (struct link *at = all->ring.next; at != &all->ring; at = at->next)
        LINK_OWNER(at, struct listener, link)->wanted = false;
    for (size_t i = 0; i < config->listener_count; i++) {
        struct listener *listener = plans[i].listener;
        listener->wanted = true;
        config_unref(&listener->entrance.config);
        tls_context_free(&listener->entrance.tls);
        listener->entrance = (struct entrance){
            .config = config_ref(config), .row = &config->listeners[i], .tls = plans[i].tls};
    }
    struct link *at = all->ring.next;
    while (at != &all->ring) {
        struct listener *listener = LINK_OWNER(at, struct listener, link);
        at = at->next;
        if (!listener->wanted)
            listener_close(listener);
    }
}

enum status listeners_configure(struct listeners *all, struct config *config, char why[256])
{
    struct plan *plans = calloc(config->listener_count + 1, sizeof(*plans));
    if (plans == NULL) {
        snprintf(why, 256, "out of memory");
        return STATUS_MEMORY;
    }
    enum status status = STATUS_OK;
    size_t planned = 0;
    while (status == STATUS_OK && planned < config->listener_count) {
        status = plan_row(all, &config->listeners[planned], &plans[planned], why);
        planned++;
    }
    if (status == STATUS_OK)
        plan_use(all, config, plans);
    else
        plan_undo(plans, planned);
    free(plans);
    return status;
}

enum status listeners_start(const struct listeners_settings *settings, struct listeners **out,
                            char why[256])
{
    snprintf(why, 256, "out of memory");
    struct listeners *all = calloc(1, sizeof(*all));
    if (all == NULL)
        return STATUS_MEMORY;
    all->loop = settings->loop;
    link_init(&all->ring);
    enum status status = connections_new(settings->loop, settings->house, &all->connections);
    if (status != STATUS_OK) {
        free(all);
        return status;
    }
    all->connections_open = true;
    *out = all;
    return listeners_configure(all, settings->config, why);
}

void listeners_drain(struct listeners *all)
{
    connections_drain(all->connections);
}

static void on_connections_stopped(void *owner)
{
    struct listeners *all = owner;
    all->connections_open = false;
    listeners_over(all);
}

void listeners_stop(struct listeners *all, void *owner, void (*closed)(void *owner))
{
    assert(all->closed == NULL);
    all->owner = owner;
    all->closed = closed;
    while (!link_is_alone(&all->ring))
        listener_close(LINK_OWNER(all->ring.next, struct listener, link));
    connections_stop(all->connections, all, on_connections_stopped);
}

const char *listeners_address(const struct listeners *all, size_t number)
{
    for (const struct link *at = all->ring.next; at != &all->ring; at = at->next)
        if (number-- == 0)
            return LINK_OWNER(at, struct listener, link)->bound;
    return NULL;
}
