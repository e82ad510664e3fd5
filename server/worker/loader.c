/* The loader of one generation (spec/workers.md, "Processes"): reads the configuration from
 * descriptor 4, opens the engines, tests them, and from then on only forks. One thread, no loop
 * library, nothing that a forked child could find half done. */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "server/worker/control.h"
#include "server/worker/datagram.h"
#include "server/worker/folder.h"
#include "server/worker/pages.h"
#include "server/worker/pool.h"
#include "server/worker/sealed.h"
#include "server/worker/selftest.h"
#include "server/worker/spaces.h"

enum { LOADER_CONTROL = 3, LOADER_SOURCE = 4, LOADER_STALE_MS = 5000, LOADER_WHY_BYTES = 1024 };

struct loader {
    pid_t front;
    struct config *config;
    char folder[SCRATCH_PATH_BYTES], scratch[SCRATCH_PATH_BYTES];
    struct engine_instance *instances;
    size_t instance_count;
    bool spaces;
};

static bool say(const struct control *control, const int *fds, unsigned fd_count)
{
    AUTO(buffer_clear) struct buffer line;
    buffer_init(&line, DATAGRAM_BYTES_MOST);
    if (control_write(control, &line) != STATUS_OK) {
        return false;
    }
    struct datagram datagram = {.octets = buffer_bytes(&line), .fd_count = fd_count};
    for (unsigned i = 0; i < fd_count; i++) {
        datagram.fds[i] = fds[i];
    }
    return datagram_send(LOADER_CONTROL, &datagram) == STATUS_OK;
}

_Noreturn static void give_up(const char *why)
{
    struct control control = {.word = CONTROL_FAILED, .text = bytes_of_text(why)};
    (void)say(&control, NULL, 0);
    _exit(1);
}

/* Signals to the whole group are the front's to understand. */
static void live_under_front(struct loader *loader)
{
    const int ignored[] = {SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        signal(ignored[i], SIG_IGN);
    }
    loader->front = getppid();
    /* A process group of its own: the front finds its workers by it. */
    (void)setsid();
    prctl(PR_SET_NAME, "cccpd-loader");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != loader->front || close_range(LOADER_SOURCE + 1, ~0U, 0) != 0) {
        _exit(1);
    }
}

static void read_config(struct loader *loader)
{
    struct stat info;
    struct sealed_map map;
    if (fstat(LOADER_SOURCE, &info) != 0 || info.st_size < 0 ||
        sealed_map(LOADER_SOURCE, SEALED_MEMFD, (uint64_t)info.st_size, true, &map) != STATUS_OK) {
        give_up("the configuration cannot be read");
    }
    struct config_source source;
    struct config_problem problem = {0};
    if (config_source_read(&source, (struct bytes){map.data, map.size}) != STATUS_OK) {
        give_up("the configuration is not what the front has written");
    }
    if (config_new(&source, &loader->config, &problem) != STATUS_OK) {
        char why[CONFIG_PROBLEM_BYTES];
        config_problem_text(&problem, why);
        give_up(why);
    }
    config_source_close(&source);
    sealed_unmap(&map);
    close(LOADER_SOURCE);
}

static void open_engine(struct loader *loader, const struct config_engine *wanted)
{
    struct engine_instance *instance = &loader->instances[loader->instance_count++];
    char reason[256] = "", why[LOADER_WHY_BYTES];
    instance->engine = wanted->engine;
    enum status status =
        wanted->engine->open(&wanted->settings, &loader->config->limits, loader->scratch,
                             &instance->state, &instance->edition, reason);
    if (status != STATUS_OK) {
        snprintf(why, sizeof why, "%s: %s", wanted->engine->name,
                 reason[0] != '\0' ? reason : status_name(status));
        scratch_remove(loader->scratch);
        give_up(why);
    }
}

static void open_engines(struct loader *loader)
{
    const struct config *config = loader->config;
    snprintf(loader->scratch, sizeof loader->scratch, "%.440s/loader-%d", loader->folder,
             (int)getpid());
    loader->instances = calloc(config->engine_count + 1, sizeof *loader->instances);
    if (loader->instances == NULL || scratch_new(loader->scratch) != STATUS_OK) {
        give_up("no memory, or no scratch folder");
    }
    for (size_t i = 0; i < config->engine_count; i++) {
        if (config->engines[i].enabled) {
            open_engine(loader, &config->engines[i]);
        }
    }
}

/* What an engine makes at its first use is made here, once for all workers. It has passed in a
 * child before, so it neither hangs nor crashes. */
static void warm_engines(const struct loader *loader)
{
    char reason[256];
    for (size_t i = 0; i < loader->instance_count; i++) {
        const struct engine_instance *instance = &loader->instances[i];
        (void)instance->engine->self_test(instance->state, reason);
    }
    scratch_remove(loader->scratch);
}

static struct worker_settings worker_settings_of(const struct loader *loader)
{
    return (struct worker_settings){
        .sandbox = {.folder = loader->folder,
                    .scratch_bytes = loader->config->scratch_bytes,
                    .memory_bytes = loader->config->worker_memory_bytes,
                    .front = loader->front},
        .spaces = loader->spaces,
        .instances = loader->instances,
        .instance_count = loader->instance_count,
        .limits = &loader->config->limits,
    };
}

/* Octets resident in memory. */
static uint64_t memory_used(void)
{
    unsigned long long total = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "re");
    if (statm == NULL) {
        return 0;
    }
    int fields = fscanf(statm, "%llu %llu", &total, &resident);
    fclose(statm);
    return fields == 2 ? resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static void say_loaded(const struct loader *loader)
{
    struct control_engine *engines = calloc(loader->instance_count + 1, sizeof *engines);
    if (engines == NULL) {
        give_up("no memory");
    }
    for (size_t i = 0; i < loader->instance_count; i++) {
        engines[i].name = bytes_of_text(loader->instances[i].engine->name);
        engines[i].edition = loader->instances[i].edition;
    }
    struct control control = {.word = CONTROL_LOADED,
                              .number = memory_used(),
                              .engines = engines,
                              .engine_count = loader->instance_count};
    if (!say(&control, NULL, 0)) {
        give_up("the list of engines cannot be sent");
    }
    free(engines);
}

/* A child of the front, not of this process: the front reaps it, and it outlives us. glibc has no
 * name for that; nothing here registers handlers for fork. */
static pid_t fork_for_front(int *pidfd)
{
    return (pid_t)syscall(SYS_clone, CLONE_PARENT | CLONE_PIDFD | SIGCHLD, NULL, pidfd, NULL, NULL);
}

static void refuse(uint64_t id, const char *why)
{
    struct control control = {.word = CONTROL_REFUSED, .id = id, .text = bytes_of_text(why)};
    if (!say(&control, NULL, 0)) {
        _exit(1);
    }
}

static void fork_worker(const struct loader *loader, uint64_t id)
{
    int sockets[2], pidfd = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        refuse(id, strerror(errno));
        return;
    }
    pid_t pid = fork_for_front(&pidfd);
    if (pid == 0) {
        close(sockets[0]);
        struct worker_settings settings = worker_settings_of(loader);
        worker_run(&settings, sockets[1]);
    }
    close(sockets[1]);
    if (pid < 0) {
        refuse(id, strerror(errno));
    } else {
        int fds[2] = {sockets[0], pidfd};
        struct control control = {.word = CONTROL_WORKER, .id = id, .number = (uint64_t)pid};
        /* Unsent, its socket closes and it exits. */
        if (!say(&control, fds, 2)) {
            _exit(1);
        }
        close(pidfd);
    }
    close(sockets[0]);
}

static void look_for_changes(const struct loader *loader)
{
    for (size_t i = 0; i < loader->instance_count; i++) {
        const struct engine_instance *instance = &loader->instances[i];
        if (instance->engine->stale(instance->state)) {
            struct control control = {.word = CONTROL_STALE};
            if (!say(&control, NULL, 0)) {
                _exit(1);
            }
            return;
        }
    }
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void obey(const struct loader *loader)
{
    static uint8_t incoming[DATAGRAM_BYTES_MOST];
    struct datagram datagram;
    struct control control;
    AUTO(arena_clear) struct arena arena;
    arena_init(&arena, DATAGRAM_BYTES_MOST);
    if (datagram_receive(LOADER_CONTROL, incoming, &datagram) != STATUS_OK) {
        _exit(0);
    }
    datagram_close(&datagram);
    if (control_read(incoming, datagram.octets.size, &arena, &control) != STATUS_OK ||
        control.word != CONTROL_FORK) {
        _exit(1);
    }
    fork_worker(loader, control.id);
}

_Noreturn static void serve(const struct loader *loader)
{
    uint64_t look_at_ms = now_ms() + LOADER_STALE_MS;
    for (;;) {
        uint64_t now = now_ms();
        if (now >= look_at_ms) {
            look_for_changes(loader);
            look_at_ms = now + LOADER_STALE_MS;
        }
        struct pollfd ready = {.fd = LOADER_CONTROL, .events = POLLIN};
        if (poll(&ready, 1, LOADER_STALE_MS) > 0) {
            obey(loader);
        }
    }
}

_Noreturn void loader_main(void)
{
    struct loader loader = {0};
    char why[SELFTEST_WHY_BYTES];
    live_under_front(&loader);
    read_config(&loader);
    folder_path(loader.config->runtime_dir, loader.front, loader.folder);
    loader.spaces = spaces_enter();
    message_warm_up();
    open_engines(&loader);
    struct worker_settings settings = worker_settings_of(&loader);
    if (selftest_run(&settings, why) != STATUS_OK) {
        scratch_remove(loader.scratch);
        give_up(why);
    }
    warm_engines(&loader);
    (void)pages_enlarge();
    say_loaded(&loader);
    serve(&loader);
}
