/* The core on a non-blocking stream socket. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clients/libcccp/client.h"

enum { READ_BYTES = 65536 };

void socket_close(struct cccp *cccp)
{
    if (cccp->fd >= 0 && cccp->owns_fd)
        close(cccp->fd);
    cccp->fd = -1;
    address_list_free(&cccp->addresses);
}

/* The next address, if there is one. */
static void connect_next(struct cccp *cccp, int reason)
{
    char text[ERROR_LENGTH];
    if (cccp->fd >= 0)
        close(cccp->fd);
    cccp->fd = address_list_connect(cccp->addresses);
    if (cccp->fd >= 0)
        return;
    snprintf(text, sizeof(text), "%s", strerror(reason ? reason : errno));
    conversation_fail(cccp, CCCP_UNREACHABLE, "", text);
}

enum cccp_status cccp_connect(struct cccp *cccp, const char *address, int64_t ready_by_ms)
{
    char error[ERROR_LENGTH] = "";
    enum cccp_status status = cccp_begin(cccp, ready_by_ms);
    if (status != CCCP_OK)
        return status;
    status = address_list_new(address, &cccp->addresses, error, sizeof(error));
    if (status != CCCP_OK) {
        conversation_fail(cccp, status, "", error);
        return status;
    }
    cccp->owns_fd = true;
    cccp->state = CCCP_CONNECTING;
    connect_next(cccp, 0);
    return cccp->state == CCCP_CLOSED ? CCCP_UNREACHABLE : CCCP_OK;
}

enum cccp_status cccp_attach(struct cccp *cccp, int fd, int64_t ready_by_ms)
{
    enum cccp_status status = cccp_begin(cccp, ready_by_ms);
    if (status != CCCP_OK)
        return status;
    cccp->fd = fd;
    cccp->owns_fd = false;
    return CCCP_OK;
}

int cccp_fd(const struct cccp *cccp)
{
    return cccp->fd;
}

unsigned cccp_wants(const struct cccp *cccp)
{
    if (cccp->state == CCCP_CLOSED)
        return 0;
    if (cccp->state == CCCP_CONNECTING)
        return CCCP_WANTS_WRITE;
    return CCCP_WANTS_READ | (sending_pending(cccp) ? CCCP_WANTS_WRITE : 0);
}

static void connected(struct cccp *cccp)
{
    int reason = 0;
    socklen_t size = sizeof(reason);
    if (getsockopt(cccp->fd, SOL_SOCKET, SO_ERROR, &reason, &size) != 0)
        reason = errno;
    if (reason != 0) {
        connect_next(cccp, reason);
        return;
    }
    address_list_free(&cccp->addresses);
    cccp->state = CCCP_GREETING;
}

static void socket_lost(struct cccp *cccp, int reason)
{
    char text[ERROR_LENGTH];
    bool early = cccp->state != CCCP_READY;
    snprintf(text, sizeof(text), "%s",
             reason ? strerror(reason) : "the server closed the connection");
    conversation_fail(cccp, early ? CCCP_UNREACHABLE : CCCP_LOST, "", text);
}

void cccp_readable(struct cccp *cccp)
{
    uint8_t octets[READ_BYTES];
    ssize_t size = READ_BYTES;
    while (size == READ_BYTES && cccp->state >= CCCP_GREETING && cccp->fd >= 0) {
        size = recv(cccp->fd, octets, sizeof(octets), 0);
        if (size > 0)
            cccp_receive(cccp, octets, (size_t)size);
        else if (size == 0)
            socket_lost(cccp, 0);
        else if (errno != EAGAIN && errno != EINTR)
            socket_lost(cccp, errno);
    }
    checks_deliver(cccp);
}

void cccp_writable(struct cccp *cccp)
{
    size_t size;
    const void *octets;
    if (cccp->state == CCCP_CONNECTING)
        connected(cccp);
    while (cccp->state >= CCCP_GREETING && (octets = cccp_output(cccp, &size))) {
        ssize_t sent = send(cccp->fd, octets, size, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (sent < 0) {
            int reason = errno;
            cccp_readable(cccp); /* the server's last words */
            socket_lost(cccp, reason);
            break;
        }
        cccp_sent(cccp, (size_t)sent);
    }
    checks_deliver(cccp);
}
