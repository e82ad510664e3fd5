#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/systemd.h"

static int clear(void **state)
{
    static const char *const names[] = {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC",
                                        "LISTEN_PID",    "LISTEN_FDS",   "LISTEN_FDNAMES"};
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
    return 0;
}

static void test_notify(void **state)
{
    char name[64], text[64] = "";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)state;
    snprintf(name, sizeof(name), "@cccpd-test-%d", (int)getpid());
    memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
    systemd_notify("READY=1");
    assert_true(recv(fd, text, sizeof(text), 0) < 0);
    setenv("NOTIFY_SOCKET", name, 1);
    systemd_notify("READY=1\nSTATUS=up");
    ssize_t got = recv(fd, text, sizeof(text) - 1, 0);
    assert_int_equal(got, 17);
    text[got] = '\0';
    assert_string_equal(text, "READY=1\nSTATUS=up");
    close(fd);
}

static void test_watchdog(void **state)
{
    char pid[32];
    (void)state;
    assert_int_equal(systemd_watchdog_ms(), 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(systemd_watchdog_ms(), 15000);
    setenv("WATCHDOG_PID", "1", 1);
    assert_int_equal(systemd_watchdog_ms(), 0);
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    assert_int_equal(systemd_watchdog_ms(), 15000);
    setenv("WATCHDOG_USEC", "30000000x", 1);
    assert_int_equal(systemd_watchdog_ms(), 0);
}

/* Descriptors 3 and 4 are what a test runner left there, or two of ours. */
static void test_sockets(void **state)
{
    char pid[32];
    (void)state;
    for (int fd = 3; fd <= 4; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            assert_int_equal(dup2(0, fd), fd);
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    assert_int_equal(systemd_socket("0"), -1);
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", "2", 1);
    setenv("LISTEN_FDNAMES", "check:other", 1);
    assert_int_equal(systemd_socket("check"), 3);
    assert_int_equal(systemd_socket("other"), 4);
    assert_int_equal(systemd_socket("oth"), -1);
    assert_int_equal(systemd_socket("1"), 4);
    assert_int_equal(systemd_socket("2"), -1);
    assert_true(fcntl(4, F_GETFD) & FD_CLOEXEC);
    setenv("LISTEN_PID", "1", 1);
    assert_int_equal(systemd_socket("check"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"sd_notify(3) datagram", test_notify, clear, clear, NULL},
        {"sd_watchdog_enabled(3)", test_watchdog, clear, clear, NULL},
        {"sd_listen_fds(3) by name and number", test_sockets, clear, clear, NULL},
    };
    return cmocka_run_group_tests_name("systemd", tests, NULL, NULL);
}
