#include "clients/libcccp/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/bytes.h"

struct address_list {
    struct addrinfo *found, *next; /* of getaddrinfo() */
    struct sockaddr_un local;      /* instead, for "unix:" */
    bool has_local;
};

void address_list_free(struct address_list **list)
{
    if (*list && (*list)->found)
        freeaddrinfo((*list)->found);
    free(*list);
    *list = NULL;
}

/* Splits in place; false when it is not of that shape. */
static bool split(char *address, char **host, char **port)
{
    char *colon = strrchr(address, ':');
    if (!colon || colon == address || colon[1] == '\0')
        return false;
    *colon = '\0';
    *port = colon + 1;
    *host = address;
    if (address[0] != '[')
        return strchr(address, ':') == NULL;
    if (colon[-1] != ']')
        return false;
    colon[-1] = '\0';
    *host = address + 1;
    return true;
}

static enum cccp_status look_up(struct address_list *list, const char *address, char *error,
                                size_t error_size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    char text[512], *host, *port;
    if (strlen(address) >= sizeof(text))
        return CCCP_INVALID;
    snprintf(text, sizeof(text), "%s", address);
    if (!split(text, &host, &port)) {
        snprintf(error, error_size, "%s: want host:port, [v6]:port or unix:/path", address);
        return CCCP_INVALID;
    }
    hints.ai_flags |= host == text + 1 ? AI_NUMERICHOST : 0;
    int failed = getaddrinfo(host, port, &hints, &list->found);
    if (failed) {
        snprintf(error, error_size, "%s: %s", address, gai_strerror(failed));
        return CCCP_UNREACHABLE;
    }
    list->next = list->found;
    return CCCP_OK;
}

enum cccp_status address_list_new(const char *address, struct address_list **list, char *error,
                                  size_t error_size)
{
    struct address_list *made AUTO(address_list_free) = calloc(1, sizeof(*made));
    enum cccp_status status = CCCP_OK;
    if (!made)
        return CCCP_NO_MEMORY;
    if (strncmp(address, "unix:", 5) == 0) {
        const char *path = address + 5;
        if (path[0] == '\0' || strlen(path) >= sizeof(made->local.sun_path)) {
            snprintf(error, error_size, "%s: the path is empty or too long", address);
            return CCCP_INVALID;
        }
        made->local.sun_family = AF_UNIX;
        snprintf(made->local.sun_path, sizeof(made->local.sun_path), "%s", path);
        made->has_local = true;
    } else {
        status = look_up(made, address, error, error_size);
    }
    if (status != CCCP_OK)
        return status;
    *list = made;
    made = NULL;
    return CCCP_OK;
}

static int connect_to(int family, const struct sockaddr *address, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    if (fd < 0)
        return -1;
    if (family != AF_UNIX)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (connect(fd, address, size) == 0 || errno == EINPROGRESS)
        return fd;
    int reason = errno == EAGAIN ? ECONNREFUSED : errno; /* a Unix socket with a full queue */
    close(fd);
    errno = reason;
    return -1;
}

int address_list_connect(struct address_list *list)
{
    int fd = -1;
    if (list->has_local) {
        list->has_local = false;
        return connect_to(AF_UNIX, (struct sockaddr *)&list->local, sizeof(list->local));
    }
    while (fd < 0 && list->next) {
        struct addrinfo *one = list->next;
        list->next = one->ai_next;
        fd = connect_to(one->ai_family, one->ai_addr, one->ai_addrlen);
    }
    return fd;
}
