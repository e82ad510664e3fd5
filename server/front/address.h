/* What a listener's address means, and the socket that listens there. */
#ifndef SERVER_FRONT_ADDRESS_H
#define SERVER_FRONT_ADDRESS_H

#include <sys/socket.h>
#include <sys/types.h>

#include "protocol/bytes.h"

enum address_kind { ADDRESS_TCP, ADDRESS_UNIX, ADDRESS_INHERITED };

struct address {
    enum address_kind kind;
    struct sockaddr_storage socket; /* TCP, Unix */
    socklen_t size;
    const char *name; /* Unix: the path; inherited: the descriptor's name. Borrows the text */
};

/* "192.0.2.1:10030", "[2001:db8::1]:10030", "unix:/path", "fd:name". PARSE: none of these. */
MUST_CHECK enum status address_parse(const char *text, struct address *address);

/* What stands at a Unix path that is ours. */
struct address_file {
    dev_t device;
    ino_t inode;
};

/* A bound, close-on-exec, non-blocking stream socket that does not listen yet. A stale Unix socket
 * is replaced; one that answers, or a file that is no socket, never. IO, NOT_FOUND: *why says it.
 */
MUST_CHECK enum status address_bind(const struct address *address, unsigned socket_mode, int *fd,
                                    struct address_file *file, char why[256]);
/* Removes the Unix socket at path, when it is still the one that was bound. */
void address_remove(const char *path, const struct address_file *file);
/* "127.0.0.1:40123" of a bound socket, or the text that was configured. */
void address_text(int fd, const char *configured, char text[128]);

#endif
