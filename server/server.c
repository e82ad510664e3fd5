#include "server/server.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "server/crypto/password.h"
#include "server/crypto/tls.h"
#include "server/front/listener.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/policy/watch.h"
#include "server/privilege.h"
#include "server/systemd.h"

enum { STOPPING_MS = 15000 }; /* for pool and sockets to close */

enum phase { PHASE_STARTING, PHASE_SERVING, PHASE_DRAINING, PHASE_STOPPING };

static const int signal_numbers[] = {SIGHUP, SIGUSR1, SIGTERM, SIGINT};
enum { SIGNAL_COUNT = sizeof(signal_numbers) / sizeof(signal_numbers[0]) };

struct server {
    const struct options *options;
    uv_loop_t loop;
    uv_signal_t signals[SIGNAL_COUNT];
    uv_timer_t watchdog; /* of systemd; while stopping our own */
    enum phase phase;
    bool reloading;
    int exit_status;
    int lock;
    uint64_t configurations; /* read so far */
    struct config *config;   /* the one in use */
    /* the parts, in the order in which they start */
    struct pool *pool;
    struct house *house;
    struct watch *watch; /* of the files behind lists */
    struct listeners *listeners;
    struct metrics_http *http;
    unsigned open; /* of pool and listeners, while stopping */
};

static void server_halt(struct server *server);

static void print_problem(const struct config_problem *problem)
{
    char text[CONFIG_PROBLEM_BYTES];
    config_problem_text(problem, text);
    fprintf(stderr, "%s\n", text);
}

/* Source and configuration, or the problem. */
static enum status configuration_open(const struct options *options, const struct config *before,
                                      struct config_source *source, struct config **config,
                                      struct config_problem *problem)
{
    enum status status =
        config_source_open(source, options->file, options->sets, options->set_count, problem);
    if (status != STATUS_OK)
        return status;
    source->before = before;
    return config_new(source, config, problem);
}

/* Certificates are looked into as well: what -t accepts must start. */
static enum status check_certificates(const struct config *config)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        const struct config_listener *row = &config->listeners[i];
        struct tls_context *tls = NULL;
        char why[256] = "out of memory";
        if (row->tls &&
            tls_context_new(row->certificate, row->key, row->client_ca, &tls, why) != STATUS_OK) {
            fprintf(stderr, "listener %s: %s\n", row->address, why);
            return STATUS_INVALID;
        }
        tls_context_free(&tls);
    }
    return STATUS_OK;
}

int server_check(const struct options *options)
{
    struct config_source source AUTO(config_source_close) = {.texts = NULL};
    struct config_problem problem;
    struct config *config AUTO(config_unref) = NULL;
    if (configuration_open(options, NULL, &source, &config, &problem) != STATUS_OK) {
        print_problem(&problem);
        return EX_CONFIG;
    }
    struct buffer out AUTO(buffer_clear);
    buffer_init(&out, SIZE_MAX);
    enum status status = check_certificates(config);
    int exit_status = status == STATUS_OK ? EX_OK : EX_CONFIG;
    if (status == STATUS_OK && config_print(config, &out) != STATUS_OK)
        exit_status = EX_OSERR;
    if (out.size > 0)
        fwrite(out.data, 1, out.size, stdout);
    return exit_status;
}

/* What an administrator must not overlook. */
static void warn_of_configuration(const struct config *config)
{
    bool any = false;
    for (size_t i = 0; i < config->engine_count; i++)
        any = any || config->engines[i].enabled;
    if (!any)
        log_event(LOG_LEVEL_WARNING, "engines.none",
                  "no engine is enabled: every part is exempt by the rule no-engine, mail is "
                  "delivered without being examined");
    if (!config->sandbox)
        log_event(LOG_LEVEL_WARNING, "sandbox.off",
                  "workers run without a sandbox: never do this with mail from outside");
    struct rlimit descriptors;
    if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 &&
        descriptors.rlim_cur - descriptors.rlim_cur / 4 < config->limits.connections)
        log_event(LOG_LEVEL_WARNING, "descriptors.few",
                  "%llu descriptors (RLIMIT_NOFILE) do not suffice for limits.connections",
                  (unsigned long long)descriptors.rlim_cur);
    if (geteuid() == 0)
        log_event(LOG_LEVEL_WARNING, "user.root", "running as root: set server.user");
}

static void warn_of_signatures(const struct pool_state *state)
{
    for (size_t i = 0; i < state->edition_count; i++)
        if (state->editions[i].only_builtin)
            log_event(LOG_LEVEL_WARNING, "signatures.builtin",
                      "engine %s has only the test signatures that are shipped with cccpd: real "
                      "viruses are NOT found",
                      state->edition_names[i]);
}

static void notify_status(const char *head, uint64_t generation)
{
    char text[256];
    snprintf(text, sizeof(text), "%sSTATUS=serving with generation %llu", head,
             (unsigned long long)generation);
    systemd_notify(text);
}

static void on_generation(void *owner, uint64_t generation, bool usable, const char *why)
{
    struct server *server = owner;
    struct log_line line;
    log_begin(&line, usable ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
              usable ? "generation.ready" : "generation.failed");
    log_number(&line, "generation", (int64_t)generation);
    if (why != NULL && why[0] != '\0')
        log_text(&line, "why", why);
    log_end(&line);
    if (usable) {
        house_renew(server->house);
        warn_of_signatures(pool_state(server->pool));
    }
    if (server->phase == PHASE_STARTING && !usable) {
        fprintf(stderr, "cccpd: no engine could be loaded: %s\n", why != NULL ? why : "");
        server->exit_status = EX_UNAVAILABLE;
        server_halt(server);
        return;
    }
    if (server->phase == PHASE_STARTING)
        server->phase = PHASE_SERVING;
    if (server->phase == PHASE_SERVING)
        notify_status("READY=1\n", pool_state(server->pool)->generation);
    server->reloading = false;
}

static void http_configure(struct server *server, const struct config *config);

static void notify_reloading(void)
{
    char text[64];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    systemd_notify(text);
}

/* The new configuration takes the old one's place everywhere. What can refuse comes first: the
 * sockets, then the pool; when the pool does, the sockets go back. */
static enum status server_use(struct server *server, const struct config_source *source,
                              struct config *config, char why[256])
{
    enum status status = listeners_configure(server->listeners, config, why);
    if (status != STATUS_OK)
        return status;
    status = pool_reload(server->pool, config, source);
    if (status != STATUS_OK) {
        if (listeners_configure(server->listeners, server->config, why) == STATUS_OK)
            snprintf(why, 256, "a loader cannot be started");
        return status;
    }
    if (log_open(config->log_format, config->log_file) != STATUS_OK)
        log_event(LOG_LEVEL_ERROR, "log.open", "%s cannot be opened", config->log_file);
    http_configure(server, config);
    house_configure(server->house, config);
    watch_configure(server->watch, config);
    return STATUS_OK;
}

static void server_reload(struct server *server)
{
    struct config_source source AUTO(config_source_close) = {.texts = NULL};
    struct config_problem problem;
    struct config *config AUTO(config_unref) = NULL;
    char why[256] = "";
    if (server->phase >= PHASE_DRAINING)
        return;
    if (configuration_open(server->options, server->config, &source, &config, &problem) !=
        STATUS_OK) {
        char text[CONFIG_PROBLEM_BYTES];
        config_problem_text(&problem, text);
        log_event(LOG_LEVEL_ERROR, "config.refused", "%s", text);
        return;
    }
    config->generation = ++server->configurations;
    notify_reloading();
    server->reloading = true;
    if (server_use(server, &source, config, why) != STATUS_OK) {
        log_event(LOG_LEVEL_ERROR, "config.refused", "%s", why);
        notify_status("READY=1\n", pool_state(server->pool)->generation);
        return;
    }
    log_event(LOG_LEVEL_INFO, "config.used", "configuration %llu",
              (unsigned long long)config->generation);
    warn_of_configuration(config);
    config_unref(&server->config);
    server->config = config_ref(config);
}

static void server_over(struct server *server)
{
    if (--server->open > 0)
        return;
    metrics_http_stop(&server->http);
    watch_stop(&server->watch);
    password_clear();
    for (unsigned i = 0; i < SIGNAL_COUNT; i++)
        uv_close((uv_handle_t *)&server->signals[i], NULL);
    uv_close((uv_handle_t *)&server->watchdog, NULL);
}

static void on_pool_closed(void *owner)
{
    server_over(owner);
}

static void on_listeners_closed(void *owner)
{
    server_over(owner);
}

/* Something does not close: the process ends all the same. */
static void on_stuck(uv_timer_t *timer)
{
    struct server *server = timer->data;
    log_event(LOG_LEVEL_ERROR, "server.stuck", "not closed after %d s", STOPPING_MS / 1000);
    server->exit_status = EX_SOFTWARE;
    uv_stop(&server->loop);
}

static void on_drained(void *owner)
{
    struct server *server = owner;
    if (server->phase == PHASE_STOPPING)
        return;
    server->phase = PHASE_STOPPING;
    server->open = 2;
    uv_timer_start(&server->watchdog, on_stuck, STOPPING_MS, 0);
    pool_stop(server->pool);
    listeners_stop(server->listeners, server, on_listeners_closed);
}

/* No new checks; what is in flight ends, then everything closes. */
static void server_halt(struct server *server)
{
    server->phase = PHASE_DRAINING;
    systemd_notify("STOPPING=1\nSTATUS=finishing what is in flight");
    log_event(LOG_LEVEL_INFO, "server.drain", "finishing what is in flight");
    listeners_drain(server->listeners);
    house_drain(server->house, server, on_drained);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;
    if (number == SIGHUP) {
        server_reload(server);
    } else if (number == SIGUSR1) {
        log_reopen();
    } else if (server->phase < PHASE_DRAINING) {
        server_halt(server);
    } else {
        log_event(LOG_LEVEL_WARNING, "server.stop", "stopping at once");
        on_drained(server);
        uv_stop(&server->loop);
    }
}

static void on_watchdog(uv_timer_t *timer)
{
    (void)timer;
    systemd_notify("WATCHDOG=1");
}

static void server_listen_to_signals(struct server *server)
{
    for (unsigned i = 0; i < SIGNAL_COUNT; i++) {
        uv_signal_init(&server->loop, &server->signals[i]);
        server->signals[i].data = server;
        uv_signal_start(&server->signals[i], on_signal, signal_numbers[i]);
    }
    uint64_t every_ms = systemd_watchdog_ms();
    uv_timer_init(&server->loop, &server->watchdog);
    server->watchdog.data = server;
    if (every_ms > 0)
        uv_timer_start(&server->watchdog, on_watchdog, every_ms, every_ms);
}

static bool on_ready(void *owner, const char **why_not)
{
    const struct server *server = owner;
    *why_not = server->phase >= PHASE_DRAINING ? "draining" : house_not_ready(server->house);
    return *why_not == NULL;
}

static const struct pool_state *on_pool_asked(void *owner)
{
    return pool_state(((const struct server *)owner)->pool);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* /metrics has its own socket; a server goes on without it. */
static void http_configure(struct server *server, const struct config *config)
{
    char why[256] = "";
    if (server->http != NULL && same_text(config->http, server->config->http))
        return;
    metrics_http_stop(&server->http);
    struct metrics_source source = {.owner = server, .ready = on_ready, .pool = on_pool_asked};
    if (config->http != NULL &&
        metrics_http_start(&server->loop, config->http, &source, &server->http, why) != STATUS_OK)
        log_event(LOG_LEVEL_ERROR, "http.failed", "%s", why);
}

static int complain(const char *why, int exit_status)
{
    fprintf(stderr, "cccpd: %s\n", why);
    return exit_status;
}

/* Lists have changed: what was decided by the old ones is forgotten. */
static void on_lists(void *owner)
{
    struct server *server = owner;
    house_renew(server->house);
}

/* Pool, house, listeners. Not 0: the exit status. */
static int server_start(struct server *server, const struct config_source *source)
{
    struct pool_callbacks callbacks = {
        .owner = server, .on_generation = on_generation, .on_closed = on_pool_closed};
    char why[256] = "";
    if (password_init(&server->loop) != STATUS_OK)
        return complain("libsodium cannot be used", EX_OSERR);
    if (pool_start(&server->loop, server->config, source, &callbacks, &server->pool) != STATUS_OK)
        return complain("a loader cannot be started", EX_OSERR);
    struct house_settings house = {.loop = &server->loop,
                                   .config = server->config,
                                   .pool = server->pool,
                                   .flush = connection_flush};
    if (house_new(&house, &server->house) != STATUS_OK)
        return complain("out of memory", EX_OSERR);
    if (watch_start(&server->loop, server->config, server, on_lists, &server->watch) != STATUS_OK)
        return complain("out of memory", EX_OSERR);
    struct listeners_settings listeners = {
        .loop = &server->loop, .config = server->config, .house = server->house};
    if (listeners_start(&listeners, &server->listeners, why) != STATUS_OK)
        return complain(why, EX_UNAVAILABLE);
    http_configure(server, server->config);
    server_listen_to_signals(server);
    return EX_OK;
}

/* Everything that root is needed for, and then no longer. */
static int server_settle(struct server *server)
{
    char why[256] = "";
    umask(0027);
    log_from(server->options->verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    privilege_raise_descriptors();
    if (privilege_folder(server->config, &server->lock, why) != STATUS_OK)
        return complain(why, EX_CANTCREAT);
    if (log_open(server->config->log_format, server->config->log_file) != STATUS_OK)
        return complain("the log cannot be opened", EX_CANTCREAT);
    if (privilege_drop(server->config, why) != STATUS_OK)
        return complain(why, EX_NOPERM);
    log_event(LOG_LEVEL_INFO, "server.start", "cccpd %s as uid %u on %s", CCCPD_VERSION,
              (unsigned)geteuid(), server->config->host_name);
    warn_of_configuration(server->config);
    return EX_OK;
}

/* What was closed in good order is freed; after a second signal the process just ends. */
static void server_clear(struct server *server)
{
    house_free(&server->house);
    config_unref(&server->config);
    uv_run(&server->loop, UV_RUN_DEFAULT); /* what the house has closed */
    int error = uv_loop_close(&server->loop);
    assert(error == 0);
}

static int server_open(struct server *server)
{
    struct config_source source AUTO(config_source_close) = {.texts = NULL};
    struct config_problem problem;
    if (configuration_open(server->options, NULL, &source, &server->config, &problem) !=
        STATUS_OK) {
        print_problem(&problem);
        return EX_CONFIG;
    }
    server->config->generation = ++server->configurations;
    int exit_status = uv_loop_init(&server->loop) == 0 ? server_settle(server) : EX_OSERR;
    return exit_status == EX_OK ? server_start(server, &source) : exit_status;
}

int server_run(const struct options *options)
{
    static struct server server;
    server = (struct server){.options = options};
    int exit_status = server_open(&server);
    if (exit_status != EX_OK)
        return exit_status;
    uv_run(&server.loop, UV_RUN_DEFAULT);
    if (server.open == 0)
        server_clear(&server);
    log_event(LOG_LEVEL_INFO, "server.end", "exit status %d", server.exit_status);
    log_close();
    return server.exit_status;
}
