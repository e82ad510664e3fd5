/* The self-test runs in a forked child behind all the walls of a worker, so it also proves that the
 * engines work there. The child says why it failed over a socket; silence is a crash. */
#include "server/worker/selftest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char passed[] = "passed";

_Noreturn static void say(const char *text)
{
    /* Not send(): a worker may not call sendto. */
    ssize_t sent = write(SANDBOX_SOCKET, text, strlen(text));
    _exit(sent < 0);
}

_Noreturn static void test_engines(const struct worker_settings *settings, int socket)
{
    struct sandbox sandbox;
    if (worker_enter(settings, socket, &sandbox) != STATUS_OK) {
        say("the sandbox cannot be entered");
    }
    for (size_t i = 0; i < settings->instance_count; i++) {
        const struct engine_instance *instance = &settings->instances[i];
        char reason[256] = "", text[SELFTEST_WHY_BYTES];
        enum status status = instance->engine->self_test(instance->state, reason);
        if (status != STATUS_OK) {
            snprintf(text, sizeof text, "%s: self-test: %s", instance->engine->name,
                     reason[0] != '\0' ? reason : status_name(status));
            say(text);
        }
    }
    say(passed);
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* False when the time is over. */
static bool wait_for_answer(int socket)
{
    uint64_t deadline = now_ms() + SELFTEST_MS;
    for (;;) {
        uint64_t now = now_ms();
        if (now >= deadline) {
            return false;
        }
        struct pollfd ready = {.fd = socket, .events = POLLIN};
        int count = poll(&ready, 1, (int)(deadline - now));
        if (count > 0 || (count < 0 && errno != EINTR)) {
            return count > 0;
        }
    }
}

static void read_answer(int socket, char why[SELFTEST_WHY_BYTES])
{
    ssize_t size = recv(socket, why, SELFTEST_WHY_BYTES - 1, MSG_DONTWAIT);
    why[size > 0 ? size : 0] = '\0';
    for (char *c = why; *c != '\0'; c++) {
        *c = *c < ' ' || *c > '~' ? '?' : *c;
    }
}

static void judge(int state, bool answered, char why[SELFTEST_WHY_BYTES])
{
    if (!answered) {
        snprintf(why, SELFTEST_WHY_BYTES, "self-test: not done after %d s", SELFTEST_MS / 1000);
    } else if (why[0] == '\0' && WIFSIGNALED(state)) {
        snprintf(why, SELFTEST_WHY_BYTES, "self-test: died of signal %d", WTERMSIG(state));
    } else if (why[0] == '\0') {
        snprintf(why, SELFTEST_WHY_BYTES, "self-test: ended without a word");
    }
}

static void remove_plain_scratch(const struct worker_settings *settings, pid_t child)
{
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%s/worker-%d", settings->sandbox.folder, (int)child);
    scratch_remove(path);
}

enum status selftest_run(const struct worker_settings *settings, char why[SELFTEST_WHY_BYTES])
{
    int sockets[2];
    why[0] = '\0';
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return STATUS_IO;
    }
    struct worker_settings own = *settings;
    own.sandbox.front = getpid();
    pid_t child = fork();
    if (child == 0) {
        close(sockets[0]);
        test_engines(&own, sockets[1]);
    }
    close(sockets[1]);
    if (child < 0) {
        close(sockets[0]);
        snprintf(why, SELFTEST_WHY_BYTES, "self-test: fork: %s", strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    bool answered = wait_for_answer(sockets[0]);
    if (answered) {
        read_answer(sockets[0], why);
    }
    close(sockets[0]);
    /* Silence with an end of file is a death of its own: its signal is worth knowing. */
    if (!answered || why[0] != '\0') {
        kill(child, SIGKILL);
    }
    int state = 0;
    while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    remove_plain_scratch(settings, child);
    if (answered && strcmp(why, passed) == 0) {
        return STATUS_OK;
    }
    judge(state, answered, why);
    return STATUS_UNAVAILABLE;
}
