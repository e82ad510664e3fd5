/* Many checks at one time over several connections: poll(2) around libcccp. The owner hands out one
 * request after the other and takes the results. */
#ifndef CCCPC_FLIGHT_H
#define CCCPC_FLIGHT_H

#include "clients/cccpc/arguments.h"
#include "clients/libcccp/cccp.h"

struct flight;

struct flight_owner {
    void *self;
    /* Fills what differs from the command line's (content, txn stays the flight's) and names the
     * item; false: there is no more. */
    bool (*next)(void *self, struct cccp_request *request, void **item);
    void (*done)(void *self, void *item, const struct cccp_result *result);
};

/* Runs until everything is done, on `connections` connections and as many again for big contents as
 * are needed (one), with at most in_flight checks on each. 0, or an exit status when the server
 * could not be reached at all; why has been said. */
int flight_run(const struct arguments *arguments, unsigned connections, unsigned in_flight,
               bool explain, const struct flight_owner *owner);

/* The library's options as given on the command line. password is the caller's memory. */
int flight_options(const struct arguments *arguments, struct cccp_options *options,
                   char *password, size_t password_size);

/* The exit status that a result stands for. */
int flight_exit(const struct cccp_result *result);
/* The worse of two: protocol and server troubles, then incomplete, then another verdict. */
int flight_worse(int a, int b);

int64_t flight_now_us(void);

#endif
