/* The blocking face: poll(2) around the asynchronous one, on two connections, so that a big content
 * does not stand in the way. A lost connection is dialled again, with a pause that grows and has
 * jitter, as long as the check may be tried again. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/libcccp/client.h"

enum { PAUSE_FIRST_MS = 50, PAUSE_MOST_MS = 2000 };

struct cccp_client {
    char *address;
    unsigned timeout_ms; /* to be ready */
    struct cccp *small, *big;
};

struct waiting {
    struct cccp_result *result;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int until_ms(int64_t deadline_ms, int most_ms)
{
    int64_t left = deadline_ms - now_ms();
    if (deadline_ms == 0 || left > most_ms)
        return most_ms;
    return left < 0 ? 0 : (int)left;
}

/* One turn: waits for the socket or the next deadline, and tells the connection. */
static void turn(struct cccp *cccp)
{
    unsigned wants = cccp_wants(cccp);
    struct pollfd waits = {
        .fd = cccp_fd(cccp),
        .events = (short)((wants & CCCP_WANTS_READ ? POLLIN : 0) |
                          (wants & CCCP_WANTS_WRITE ? POLLOUT : 0)),
    };
    int ready = poll(&waits, waits.fd >= 0, until_ms(cccp_deadline(cccp), 60000));
    if (ready > 0 && waits.revents & ~POLLOUT && cccp_state(cccp) != CCCP_CONNECTING)
        cccp_readable(cccp);
    if (ready > 0 && (waits.revents & POLLOUT || cccp_state(cccp) == CCCP_CONNECTING))
        cccp_writable(cccp);
    cccp_tick(cccp, now_ms());
}

static void dial(struct cccp_client *client, struct cccp *cccp)
{
    if (cccp_connect(cccp, client->address, now_ms() + client->timeout_ms) != CCCP_OK)
        cccp_tick(cccp, now_ms());
}

static void pause_before(unsigned attempt, int64_t deadline_ms)
{
    unsigned pause_ms = PAUSE_FIRST_MS << (attempt < 6 ? attempt : 6);
    if (pause_ms > PAUSE_MOST_MS)
        pause_ms = PAUSE_MOST_MS;
    pause_ms = pause_ms / 2 + (unsigned)(now_ms() * 2654435761u) % (pause_ms / 2 + 1);
    (void)poll(NULL, 0, until_ms(deadline_ms, (int)pause_ms));
}

enum cccp_status cccp_open(const char *address, const struct cccp_options *options,
                           unsigned timeout_ms, struct cccp_client **client, char *error,
                           size_t error_size)
{
    struct cccp_client *made AUTO(cccp_close) = calloc(1, sizeof(*made));
    snprintf(error, error_size, "%s", cccp_status_text(CCCP_NO_MEMORY));
    if (!made || !(made->small = cccp_new(options)) || !(made->big = cccp_new(options)) ||
        !(made->address = strdup(address)))
        return CCCP_NO_MEMORY;
    made->timeout_ms = timeout_ms;
    enum cccp_status status =
        cccp_connect(made->small, address, timeout_ms ? now_ms() + timeout_ms : 0);
    while (status == CCCP_OK && cccp_state(made->small) != CCCP_READY) {
        turn(made->small);
        if (cccp_state(made->small) == CCCP_CLOSED)
            status = made->small->end == CCCP_REFUSED ? CCCP_REFUSED : CCCP_UNREACHABLE;
    }
    snprintf(error, error_size, "%s", cccp_error(made->small));
    if (status != CCCP_OK)
        return status;
    *client = made;
    made = NULL;
    return CCCP_OK;
}

static void on_done(void *owner, const struct cccp_result *result)
{
    struct waiting *waiting = owner;
    waiting->result = cccp_result_ref(result);
}

enum cccp_status cccp_check(struct cccp_client *client, const struct cccp_request *request,
                            struct cccp_result **result)
{
    struct waiting waiting = {NULL};
    struct cccp_request mine = *request;
    bool big = request->content_size > CCCP_BIG_BYTES;
    struct cccp *cccp = big ? client->big : client->small;
    mine.deadline_ms = request->deadline_ms ? now_ms() + request->deadline_ms : 0;
    enum cccp_status status = cccp_submit(cccp, &mine, on_done, &waiting, NULL);
    for (unsigned attempt = 0; status == CCCP_OK && !waiting.result;) {
        if (cccp_state(cccp) != CCCP_CLOSED) {
            turn(cccp);
            continue;
        }
        if (attempt > 0)
            pause_before(attempt, mine.deadline_ms);
        attempt++;
        dial(client, cccp);
    }
    if (status != CCCP_OK)
        return status;
    if (cccp_wants(cccp) & CCCP_WANTS_WRITE)
        cccp_writable(cccp); /* the ACK */
    *result = waiting.result;
    return cccp_result_status(*result);
}

void cccp_close(struct cccp_client **client)
{
    if (!*client)
        return;
    cccp_free(&(*client)->small);
    cccp_free(&(*client)->big);
    free((*client)->address);
    free(*client);
    *client = NULL;
}
