/* `cccpc ping`: 0 ready, 1 degraded (it serves, something is wrong), 75 not ready yet or going
 * down, 69 no server, 77 it does not admit us. */
#include <poll.h>
#include <string.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/flight.h"
#include "clients/cccpc/json.h"
#include "clients/libcccp/client.h"

struct answer {
    bool came;
    enum cccp_status status;
    char text[1024];
};

static void on_health(void *owner, enum cccp_status status, const char *text)
{
    struct answer *answer = owner;
    answer->came = true;
    answer->status = status;
    snprintf(answer->text, sizeof(answer->text), "%s", text ? text : "");
}

static int64_t now_ms(void)
{
    return flight_now_us() / 1000 + 1;
}

static void turn(struct cccp *cccp, int64_t deadline_ms)
{
    unsigned wants = cccp_wants(cccp);
    struct pollfd waits = {.fd = cccp_fd(cccp),
                           .events = (short)((wants & CCCP_WANTS_READ ? POLLIN : 0) |
                                             (wants & CCCP_WANTS_WRITE ? POLLOUT : 0))};
    int64_t left = deadline_ms - now_ms();
    int ready = poll(&waits, 1, left > 0 ? (int)left : 0);
    if (ready > 0 && waits.revents & ~POLLOUT && cccp_state(cccp) != CCCP_CONNECTING)
        cccp_readable(cccp);
    if (ready > 0 && (waits.revents & POLLOUT || cccp_state(cccp) == CCCP_CONNECTING))
        cccp_writable(cccp);
    cccp_tick(cccp, now_ms());
}

/* An exit status; 0 when the server answered. */
static int ask(struct cccp *cccp, const struct arguments *arguments, struct answer *answer)
{
    int64_t deadline_ms = now_ms() + (int64_t)arguments->timeout_s * 1000;
    enum cccp_status status = cccp_connect(cccp, arguments->server, deadline_ms);
    while (status == CCCP_OK && cccp_state(cccp) > CCCP_CLOSED && cccp_state(cccp) < CCCP_READY)
        turn(cccp, deadline_ms);
    if (cccp_state(cccp) == CCCP_READY)
        status = cccp_health(cccp, on_health, answer);
    while (cccp_state(cccp) == CCCP_READY && !answer->came && now_ms() < deadline_ms)
        turn(cccp, deadline_ms);
    if (status == CCCP_OK && answer->came && answer->status == CCCP_OK)
        return 0;
    fprintf(stderr, "cccpc: %s: %s\n", arguments->server,
            cccp_error(cccp)[0] ? cccp_error(cccp) : "no answer in time");
    return cccp->end == CCCP_REFUSED ? EX_NOPERM : EX_UNAVAILABLE;
}

static int readiness(const char *text)
{
    if (strstr(text, "STATE READY"))
        return 0;
    return strstr(text, "STATE DEGRADED") ? 1 : EX_TEMPFAIL;
}

int command_ping(const struct arguments *arguments)
{
    struct answer answer = {0};
    struct cccp_options options;
    char password[256] = "";
    int status = flight_options(arguments, &options, password, sizeof(password));
    if (status)
        return status;
    options.probe = true; /* STATE needs no identity */
    struct cccp *cccp = cccp_new(&options);
    if (!cccp)
        return EX_OSERR;
    int64_t begin_us = flight_now_us();
    status = ask(cccp, arguments, &answer);
    double took_ms = (double)(flight_now_us() - begin_us) / 1000;
    if (status == 0) {
        status = readiness(answer.text);
        struct json json = {.out = stdout};
        if (!arguments->json) {
            printf("%s: %s %.1f ms\n", arguments->server, answer.text, took_ms);
            if (strstr(answer.text, "BUILTIN YES"))
                printf("only the shipped test signatures are in use: real viruses are NOT found\n");
        } else {
            json_open(&json, NULL, '{');
            json_text(&json, "server", arguments->server);
            json_text(&json, "health", answer.text);
            json_real(&json, "ms", took_ms);
            json_close(&json, '}');
            putchar('\n');
        }
    }
    cccp_free(&cccp);
    return status;
}
