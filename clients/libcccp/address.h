/* Where a server may be: "host:port", "[v6]:port", "unix:/path". */
#ifndef LIBCCCP_ADDRESS_H
#define LIBCCCP_ADDRESS_H

#include "clients/libcccp/cccp.h"
#include "protocol/status.h"

struct address_list;

/* Looks a host name up, and may wait for that. Not OK: error has the reason. */
MUST_CHECK enum cccp_status address_list_new(const char *address, struct address_list **list,
                                             char *error, size_t error_size);
void address_list_free(struct address_list **list);
/* A non-blocking socket that connects (or has connected) to the next address; -1: none is left,
 * errno is that of the last. */
int address_list_connect(struct address_list *list);

#endif
