#include "server/front/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/front/peer.h"
#include "server/systemd.h"

static bool parse_port(const char *text, in_port_t *port)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number > 65535)
        return false;
    *port = htons((uint16_t)number);
    return true;
}

static enum status parse_unix(const char *path, struct address *address)
{
    struct sockaddr_un *local = (struct sockaddr_un *)(void *)&address->socket;
    size_t length = strlen(path);
    if (path[0] != '/' || length >= sizeof(local->sun_path))
        return STATUS_PARSE;
    local->sun_family = AF_UNIX;
    memcpy(local->sun_path, path, length + 1);
    address->kind = ADDRESS_UNIX;
    address->name = path;
    address->size = sizeof(*local);
    return STATUS_OK;
}

static enum status parse_tcp(const char *text, struct address *address)
{
    char host[INET6_ADDRSTRLEN];
    const char *colon = strrchr(text, ':');
    bool v6 = text[0] == '[' && colon != NULL && colon > text + 1 && colon[-1] == ']';
    if (colon == NULL)
        return STATUS_PARSE;
    const char *first = v6 ? text + 1 : text;
    size_t length = (size_t)(colon - first) - (v6 ? 1 : 0);
    if (length == 0 || length >= sizeof(host))
        return STATUS_PARSE;
    memcpy(host, first, length);
    host[length] = '\0';
    address->kind = ADDRESS_TCP;
    if (v6) {
        struct sockaddr_in6 *remote = (struct sockaddr_in6 *)(void *)&address->socket;
        remote->sin6_family = AF_INET6;
        address->size = sizeof(*remote);
        return inet_pton(AF_INET6, host, &remote->sin6_addr) == 1 &&
                       parse_port(colon + 1, &remote->sin6_port)
                   ? STATUS_OK
                   : STATUS_PARSE;
    }
    struct sockaddr_in *remote = (struct sockaddr_in *)(void *)&address->socket;
    remote->sin_family = AF_INET;
    address->size = sizeof(*remote);
    return inet_pton(AF_INET, host, &remote->sin_addr) == 1 &&
                   parse_port(colon + 1, &remote->sin_port)
               ? STATUS_OK
               : STATUS_PARSE;
}

enum status address_parse(const char *text, struct address *address)
{
    *address = (struct address){.kind = ADDRESS_TCP};
    if (strncmp(text, "unix:", 5) == 0)
        return parse_unix(text + 5, address);
    if (strncmp(text, "fd:", 3) != 0)
        return parse_tcp(text, address);
    address->kind = ADDRESS_INHERITED;
    address->name = text + 3;
    return text[3] != '\0' ? STATUS_OK : STATUS_PARSE;
}

static enum status fail(char why[256], const char *what)
{
    snprintf(why, 256, "%s: %s", what, strerror(errno));
    return STATUS_IO;
}

/* Nobody answers at a stale socket. Anything else stays where it is. */
static enum status remove_stale(const struct address *address, char why[256])
{
    struct stat found;
    if (lstat(address->name, &found) != 0)
        return errno == ENOENT ? STATUS_OK : fail(why, "stat");
    if (!S_ISSOCK(found.st_mode)) {
        snprintf(why, 256, "a file that is no socket stands there");
        return STATUS_IO;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail(why, "socket");
    int error = 0;
    if (connect(fd, (const struct sockaddr *)&address->socket, address->size) != 0)
        error = errno;
    close(fd);
    if (error != ECONNREFUSED) {
        snprintf(why, 256, "another server answers there");
        return STATUS_IO;
    }
    if (unlink(address->name) != 0 && errno != ENOENT)
        return fail(why, "unlink");
    return STATUS_OK;
}

static enum status bind_unix(const struct address *address, unsigned socket_mode, int fd,
                             struct address_file *file, char why[256])
{
    enum status status = remove_stale(address, why);
    if (status != STATUS_OK)
        return status;
    mode_t mask = umask(0177); /* nobody else connects before the mode is set */
    int error = bind(fd, (const struct sockaddr *)&address->socket, address->size);
    umask(mask);
    struct stat made;
    if (error != 0)
        return fail(why, "bind");
    if (chmod(address->name, socket_mode) != 0 || lstat(address->name, &made) != 0) {
        status = fail(why, "chmod");
        unlink(address->name);
        return status;
    }
    *file = (struct address_file){made.st_dev, made.st_ino};
    return STATUS_OK;
}

static enum status bind_tcp(const struct address *address, int fd, char why[256])
{
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
        return fail(why, "SO_REUSEADDR");
    if (address->socket.ss_family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0)
        return fail(why, "IPV6_V6ONLY");
    if (bind(fd, (const struct sockaddr *)&address->socket, address->size) != 0)
        return fail(why, "bind");
    return STATUS_OK;
}

static enum status inherit(const struct address *address, int *fd, char why[256])
{
    int type = 0;
    socklen_t size = sizeof(type);
    *fd = systemd_socket(address->name);
    if (*fd < 0) {
        snprintf(why, 256, "no descriptor of this name was passed");
        return STATUS_NOT_FOUND;
    }
    if (getsockopt(*fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) {
        snprintf(why, 256, "the descriptor is no stream socket");
        return STATUS_NOT_FOUND;
    }
    return STATUS_OK;
}

enum status address_bind(const struct address *address, unsigned socket_mode, int *fd,
                         struct address_file *file, char why[256])
{
    if (address->kind == ADDRESS_INHERITED)
        return inherit(address, fd, why);
    *fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0)
        return fail(why, "socket");
    enum status status = address->kind == ADDRESS_UNIX
                             ? bind_unix(address, socket_mode, *fd, file, why)
                             : bind_tcp(address, *fd, why);
    if (status != STATUS_OK)
        close(*fd);
    return status;
}

void address_remove(const char *path, const struct address_file *file)
{
    struct stat found;
    if (lstat(path, &found) == 0 && found.st_dev == file->device && found.st_ino == file->inode)
        unlink(path);
}

void address_text(int fd, const char *configured, char text[128])
{
    struct sockaddr_storage bound = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(bound);
    struct peer peer = {.family = AF_UNSPEC};
    if (getsockname(fd, (struct sockaddr *)&bound, &size) == 0)
        peer_of_sockaddr((const struct sockaddr *)&bound, &peer);
    if (peer.family == AF_INET || peer.family == AF_INET6)
        peer_text(&peer, text);
    else
        snprintf(text, 128, "%s", configured);
}
