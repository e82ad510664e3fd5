/* One datagram with descriptors over a SOCK_SEQPACKET socket: jobs, answers, and what loaders and
 * the front say to each other. Both sides use it. */
#ifndef SERVER_WORKER_DATAGRAM_H
#define SERVER_WORKER_DATAGRAM_H

#include "protocol/bytes.h"

enum { DATAGRAM_FDS_MOST = 2, DATAGRAM_BYTES_MOST = 65536 };

struct datagram {
    struct bytes octets;
    int fds[DATAGRAM_FDS_MOST]; /* -1: none. The receiver's own: datagram_close() */
    unsigned fd_count;
};

/* Sends at once or not at all. IO: the other end is gone or does not read. */
MUST_CHECK enum status datagram_send(int socket, const struct datagram *datagram);
/* Receives one into memory of DATAGRAM_BYTES_MOST octets. MORE: nothing there (a non-blocking
 * socket). NOT_FOUND: the other end is closed. INVALID: cut off, or with more descriptors than
 * allowed (all are closed). IO: anything else. */
MUST_CHECK enum status datagram_receive(int socket, uint8_t *memory, struct datagram *datagram);
/* Closes the descriptors that are left in it. */
void datagram_close(struct datagram *datagram);
/* Takes one descriptor out: the caller's from now on. -1 when it is not there. */
int datagram_take(struct datagram *datagram, unsigned i);

#endif
