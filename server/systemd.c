#include "server/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_SOCKET = 3, SOCKETS_MOST = 1024 };

void systemd_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path == NULL || (path[0] != '/' && path[0] != '@'))
        return;
    size_t length = strlen(path);
    if (length >= sizeof(address.sun_path))
        return;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') /* abstract name space */
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    ssize_t sent;
    do
        sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
                      (const struct sockaddr *)&address, size);
    while (sent < 0 && errno == EINTR);
    close(fd);
}

/* True when the variable holds a number, and nothing else. */
static bool environment_number(const char *name, uint64_t *number)
{
    const char *text = getenv(name);
    if (text == NULL || text[0] < '0' || text[0] > '9')
        return false;
    char *end = NULL;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0';
}

/* The variable that names a process is absent, or names this one. */
static bool environment_is_ours(const char *name, bool needed)
{
    uint64_t pid = 0;
    if (getenv(name) == NULL)
        return !needed;
    return environment_number(name, &pid) && pid == (uint64_t)getpid();
}

uint64_t systemd_watchdog_ms(void)
{
    uint64_t microseconds = 0;
    if (!environment_is_ours("WATCHDOG_PID", false) ||
        !environment_number("WATCHDOG_USEC", &microseconds) || microseconds == 0)
        return 0;
    uint64_t ms = microseconds / 2000;
    return ms > 0 ? ms : 1;
}

/* The place of a name in "a:b:c", -1 when it is not there. */
static int name_place(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (int place = 0; names != NULL; place++) {
        const char *end = strchr(names, ':');
        size_t size = end != NULL ? (size_t)(end - names) : strlen(names);
        if (size == length && memcmp(names, name, size) == 0)
            return place;
        names = end != NULL ? end + 1 : NULL;
    }
    return -1;
}

int systemd_socket(const char *name)
{
    uint64_t count = 0;
    if (!environment_is_ours("LISTEN_PID", true) || !environment_number("LISTEN_FDS", &count) ||
        count == 0 || count > SOCKETS_MOST)
        return -1;
    int place = name_place(getenv("LISTEN_FDNAMES"), name);
    if (place < 0 && name[0] >= '0' && name[0] <= '9') {
        char *end = NULL;
        unsigned long number = strtoul(name, &end, 10);
        place = *end == '\0' && number < SOCKETS_MOST ? (int)number : -1;
    }
    if (place < 0 || (uint64_t)place >= count)
        return -1;
    int fd = FIRST_SOCKET + place;
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0)
        return -1;
    return fd;
}
