/* Datagrams with descriptors (unix(7), SCM_RIGHTS). Everything received is close-on-exec. */
#include "server/worker/datagram.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* More room than is allowed, so that an excess is seen and closed, not leaked by truncation. */
enum { CONTROL_FDS = DATAGRAM_FDS_MOST + 2 };

union control_space {
    struct cmsghdr header;
    char octets[CMSG_SPACE(CONTROL_FDS * sizeof(int))];
};

enum status datagram_send(int socket, const struct datagram *datagram)
{
    struct iovec iov = {(void *)(uintptr_t)datagram->octets.data, datagram->octets.size};
    union control_space space = {0};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
    if (datagram->fd_count > 0) {
        message.msg_control = space.octets;
        message.msg_controllen = CMSG_SPACE(datagram->fd_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(datagram->fd_count * sizeof(int));
        memcpy(CMSG_DATA(header), datagram->fds, datagram->fd_count * sizeof(int));
    }
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)datagram->octets.size ? STATUS_OK : STATUS_IO;
}

/* Moves the descriptors of one control message into the datagram; closes those too many. */
static bool take_rights(struct cmsghdr *header, struct datagram *datagram)
{
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    bool fits = true;
    for (size_t i = 0; i < count; i++) {
        int fd;
        memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
        if (datagram->fd_count < DATAGRAM_FDS_MOST) {
            datagram->fds[datagram->fd_count++] = fd;
        } else {
            close(fd);
            fits = false;
        }
    }
    return fits;
}

static enum status status_of_receive(int error)
{
    if (error == EAGAIN || error == EWOULDBLOCK) {
        return STATUS_MORE;
    }
    return error == ECONNRESET ? STATUS_NOT_FOUND : STATUS_IO;
}

enum status datagram_receive(int socket, uint8_t *memory, struct datagram *datagram)
{
    *datagram = (struct datagram){.fds = {-1, -1}};
    struct iovec iov = {memory, DATAGRAM_BYTES_MOST};
    union control_space space;
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = space.octets,
                             .msg_controllen = sizeof space.octets};
    ssize_t size;
    do {
        size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        return status_of_receive(errno);
    }
    bool whole = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            whole = take_rights(header, datagram) && whole;
        }
    }
    if (!whole) {
        datagram_close(datagram);
        return STATUS_INVALID;
    }
    datagram->octets = (struct bytes){memory, (size_t)size};
    return size == 0 ? STATUS_NOT_FOUND : STATUS_OK;
}

void datagram_close(struct datagram *datagram)
{
    for (unsigned i = 0; i < datagram->fd_count; i++) {
        if (datagram->fds[i] >= 0) {
            close(datagram->fds[i]);
            datagram->fds[i] = -1;
        }
    }
    datagram->fd_count = 0;
}

int datagram_take(struct datagram *datagram, unsigned i)
{
    if (i >= datagram->fd_count) {
        return -1;
    }
    int fd = datagram->fds[i];
    datagram->fds[i] = -1;
    return fd;
}
