#include "clients/cccpc/flight.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "clients/cccpc/commands.h"

enum { RETRIES = 3, PAUSE_MS = 200, LANES_MOST = 1024 };

struct lane {
    struct cccp *cccp;
    size_t count; /* checks handed to it */
    int64_t dial_at_ms;
    bool was_ready;
};

struct flight {
    const struct arguments *arguments;
    const struct flight_owner *owner;
    struct cccp_options options;
    struct cccp_request request; /* what all have in common */
    unsigned per_lane;
    size_t lane_count; /* the last one is for big contents */
    struct lane *lanes;
    struct pollfd *waits;
    size_t count; /* checks on all lanes */
    uint64_t serial;
    char name[64]; /* txns begin with it */
    bool exhausted, unreachable;
    char error[256];
};

struct trip {
    struct flight *flight;
    struct lane *lane;
    void *item;
};

int64_t flight_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t now_ms(void)
{
    return flight_now_us() / 1000 + 1;
}

static int password_read(const char *path, char *password, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file || !fgets(password, (int)size, file)) {
        fprintf(stderr, "cccpc: %s: %s\n", path, file ? "is empty" : strerror(errno));
        if (file)
            fclose(file);
        return EX_NOINPUT;
    }
    fclose(file);
    password[strcspn(password, "\r\n")] = '\0';
    return 0;
}

int flight_options(const struct arguments *arguments, struct cccp_options *options, char *password,
                   size_t password_size)
{
    const char *given = getenv("CCCP_PASSWORD");
    *options = (struct cccp_options){.retries = RETRIES, .external = arguments->external};
    if (!arguments->identity)
        return 0;
    if (arguments->password_file) {
        int status = password_read(arguments->password_file, password, password_size);
        if (status)
            return status;
    } else if (given) {
        snprintf(password, password_size, "%s", given);
    } else {
        fprintf(stderr, "cccpc: --identity: wants CCCP_PASSWORD or --password-file\n");
        return EX_USAGE;
    }
    options->identity = arguments->identity;
    options->password = password;
    return 0;
}

static void on_done(void *owner, const struct cccp_result *result)
{
    struct trip *trip = owner;
    struct flight *flight = trip->flight;
    if (cccp_result_status(result) == CCCP_UNREACHABLE) {
        flight->unreachable = true;
        snprintf(flight->error, sizeof(flight->error), "%s", cccp_result_text(result));
    }
    trip->lane->count--;
    flight->count--;
    flight->owner->done(flight->owner->self, trip->item, result);
    free(trip);
}

static struct lane *lane_for(struct flight *flight, size_t size)
{
    struct lane *best = &flight->lanes[0];
    if (size > CCCP_BIG_BYTES)
        return &flight->lanes[flight->lane_count - 1];
    for (size_t i = 1; i + 1 < flight->lane_count; i++) {
        if (flight->lanes[i].count < best->count)
            best = &flight->lanes[i];
    }
    return best;
}

static int submit(struct flight *flight, struct cccp_request *request, void *item)
{
    char txn[128];
    struct trip *trip = calloc(1, sizeof(*trip));
    if (!trip)
        return EX_OSERR;
    *trip = (struct trip){flight, lane_for(flight, request->content_size), item};
    snprintf(txn, sizeof(txn), "%s%llu", flight->name, (unsigned long long)++flight->serial);
    request->txn = txn;
    request->deadline_ms = now_ms() + (int64_t)flight->arguments->timeout_s * 1000;
    enum cccp_status status = cccp_submit(trip->lane->cccp, request, on_done, trip, NULL);
    if (status != CCCP_OK) {
        fprintf(stderr, "cccpc: an address, a name or the channel on the command line: %s\n",
                cccp_status_text(status));
        free(trip);
        return status == CCCP_NO_MEMORY ? EX_OSERR : EX_USAGE;
    }
    trip->lane->count++;
    flight->count++;
    return 0;
}

static int fill(struct flight *flight)
{
    size_t most = (flight->lane_count - 1) * flight->per_lane;
    int status = 0;
    while (status == 0 && !flight->exhausted && !flight->unreachable && flight->count < most) {
        struct cccp_request request = flight->request;
        void *item = NULL;
        if (flight->owner->next(flight->owner->self, &request, &item))
            status = submit(flight, &request, item);
        else
            flight->exhausted = true;
    }
    return status;
}

/* Connects what has something to do, not more often than every PAUSE_MS. */
static void lane_dial(struct flight *flight, struct lane *lane, int64_t time_ms)
{
    if (cccp_state(lane->cccp) != CCCP_CLOSED || lane->count == 0 || lane->dial_at_ms > time_ms)
        return;
    lane->dial_at_ms = time_ms + PAUSE_MS;
    (void)cccp_connect(lane->cccp, flight->arguments->server,
                       time_ms + (int64_t)flight->arguments->timeout_s * 1000);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return b != 0 && (a == 0 || b < a) ? b : a;
}

/* Sets the waits; returns how long to wait at most. */
static int prepare(struct flight *flight)
{
    int64_t time_ms = now_ms(), deadline_ms = 0;
    for (size_t i = 0; i < flight->lane_count; i++) {
        struct lane *lane = &flight->lanes[i];
        lane_dial(flight, lane, time_ms);
        unsigned wants = cccp_wants(lane->cccp);
        flight->waits[i] = (struct pollfd){
            .fd = cccp_fd(lane->cccp),
            .events = (short)((wants & CCCP_WANTS_READ ? POLLIN : 0) |
                              (wants & CCCP_WANTS_WRITE ? POLLOUT : 0)),
        };
        deadline_ms = earlier(deadline_ms, cccp_deadline(lane->cccp));
        if (lane->count > 0 && cccp_state(lane->cccp) == CCCP_CLOSED)
            deadline_ms = earlier(deadline_ms, lane->dial_at_ms);
    }
    int64_t left = deadline_ms - time_ms;
    return deadline_ms == 0 || left > 60000 ? 60000 : left < 0 ? 0 : (int)left;
}

static void advance(struct flight *flight)
{
    int64_t time_ms = now_ms();
    for (size_t i = 0; i < flight->lane_count; i++) {
        struct cccp *cccp = flight->lanes[i].cccp;
        short events = flight->waits[i].revents;
        if (events && cccp_state(cccp) != CCCP_CONNECTING && events & ~POLLOUT)
            cccp_readable(cccp);
        if (events && (cccp_state(cccp) == CCCP_CONNECTING || events & POLLOUT))
            cccp_writable(cccp);
        int64_t deadline_ms = cccp_deadline(cccp);
        if (deadline_ms != 0 && deadline_ms <= time_ms)
            cccp_tick(cccp, time_ms);
    }
}

/* The last ACKs; they are not worth waiting for. */
static void finish(struct flight *flight)
{
    for (size_t i = 0; i < flight->lane_count; i++) {
        if (cccp_wants(flight->lanes[i].cccp) & CCCP_WANTS_WRITE)
            cccp_writable(flight->lanes[i].cccp);
    }
}

static int fly(struct flight *flight)
{
    int status = fill(flight);
    while (status == 0 && flight->count > 0) {
        int wait_ms = prepare(flight);
        if (poll(flight->waits, flight->lane_count, wait_ms) < 0 && errno != EINTR)
            return EX_OSERR;
        advance(flight);
        status = fill(flight);
    }
    finish(flight);
    if (status == 0 && flight->unreachable) {
        fprintf(stderr, "cccpc: %s: %s\n", flight->arguments->server, flight->error);
        status = EX_UNAVAILABLE;
    }
    return status;
}

static int flight_open(struct flight *flight)
{
    const struct arguments *arguments = flight->arguments;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(flight->name, sizeof(flight->name), "cccpc-%d-%lld%06ld-", (int)getpid(),
             (long long)now.tv_sec, now.tv_nsec / 1000);
    flight->request = (struct cccp_request){
        .channel = arguments->channel,
        .sender = arguments->sender,
        .client_address = arguments->ip,
        .helo = arguments->helo,
        .recipients = arguments->recipients,
        .recipient_count = arguments->recipient_count,
        .acknowledge = true,
        .accept = arguments->accept,
        .dry_run = arguments->command == COMMAND_POLICY_BIT,
    };
    flight->lanes = calloc(flight->lane_count, sizeof(*flight->lanes));
    flight->waits = calloc(flight->lane_count, sizeof(*flight->waits));
    if (!flight->lanes || !flight->waits)
        return EX_OSERR;
    for (size_t i = 0; i < flight->lane_count; i++) {
        flight->lanes[i].cccp = cccp_new(&flight->options);
        if (!flight->lanes[i].cccp)
            return EX_OSERR;
    }
    return 0;
}

static void flight_close(struct flight *flight)
{
    for (size_t i = 0; flight->lanes && i < flight->lane_count; i++)
        cccp_free(&flight->lanes[i].cccp);
    free(flight->lanes);
    free(flight->waits);
}

int flight_run(const struct arguments *arguments, unsigned connections, unsigned in_flight,
               bool explain, const struct flight_owner *owner)
{
    struct flight flight = {.arguments = arguments, .owner = owner, .per_lane = in_flight};
    char password[256] = "";
    flight.lane_count = (connections < LANES_MOST ? connections : LANES_MOST) + 1;
    int status = flight_options(arguments, &flight.options, password, sizeof(password));
    if (status == 0)
        status = flight_open(&flight);
    flight.request.explain = explain;
    if (status == 0)
        status = fly(&flight);
    flight_close(&flight);
    return status;
}

int flight_exit(const struct cccp_result *result)
{
    const struct cccp_summary *summary = cccp_result_summary(result);
    switch (cccp_result_status(result)) {
    case CCCP_OK:
        if (summary->verdict == CCCP_INCOMPLETE)
            return EXIT_INCOMPLETE;
        return cccp_result_all_delivered(result) ? 0 : EXIT_OTHER_VERDICT;
    case CCCP_REFUSED:
        break;
    case CCCP_MALFORMED:
        return EX_PROTOCOL;
    case CCCP_UNREACHABLE:
        return EX_UNAVAILABLE;
    case CCCP_INVALID:
        return EX_USAGE;
    case CCCP_LOST:
    case CCCP_TIMEOUT:
    case CCCP_CANCELLED:
    case CCCP_NO_MEMORY:
        return EX_TEMPFAIL;
    }
    switch (cccp_result_duty(result)) {
    case CCCP_DUTY_ASIDE:
        return EXIT_INCOMPLETE;
    case CCCP_DUTY_CONFIGURE:
        return EX_NOPERM;
    case CCCP_DUTY_REPAIR:
        return EX_PROTOCOL;
    case CCCP_DUTY_NONE:
    case CCCP_DUTY_RETRY:
        break;
    }
    return EX_TEMPFAIL;
}

int flight_worse(int a, int b)
{
    return a > b ? a : b;
}
