/* A hostile server. The first octet chooses options and how the rest is cut; the rest is what the
 * server says to three checks. Oracle: every check ends exactly once, nobody is delivered to whom
 * no line named, without a REPORT and an OK in the input, and the memory stays bounded. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/cccp.h"
#include "protocol/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHECKS = 3, RECIPIENTS = 3, MEMORY = 65536, MEMORY_MOST = 4194304 };

static const char greeting[] =
    "* PREAUTH [CAPABILITY CCCP1 MAXLITERAL=64 MAXMSG=1000 MAXCOMMAND=4096 MAXINFLIGHT=2] x\r\n";

struct play {
    struct bytes said;
    unsigned ended[CHECKS];
};

struct check_of {
    struct play *play;
    unsigned number;
};

static void wrong(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

static bool begins(struct bytes octets, size_t at, const char *word)
{
    struct bytes here = bytes_slice(octets, at, strlen(word));
    return bytes_equal_fold(here, bytes_of_text(word));
}

static bool contains(struct bytes octets, const char *word)
{
    for (size_t at = 0; at < octets.size; at++) {
        if (begins(octets, at, word))
            return true;
    }
    return false;
}

static uint64_t number_at(struct bytes octets, size_t *at)
{
    uint64_t number = 0;
    while (*at < octets.size && octets.data[*at] >= '0' && octets.data[*at] <= '9' &&
           number < UINT32_MAX)
        number = number * 10 + (octets.data[(*at)++] - '0');
    return number;
}

/* True when the id-set at `at` holds id and is followed by " DELIVER". Much simpler than a parser. */
static bool names(struct bytes octets, size_t at, uint32_t id)
{
    bool found = false;
    for (bool more = true; more;) {
        uint64_t first = number_at(octets, &at), last = first;
        if (begins(octets, at, ":")) {
            at++;
            last = number_at(octets, &at);
        }
        found |= first <= id && id <= last;
        more = begins(octets, at, ",");
        at += more ? 1 : 0;
        at += more && begins(octets, at, "\r\n") ? 2 : 0;
    }
    return found && begins(octets, at, " DELIVER");
}

static bool was_named(struct bytes said, uint32_t id)
{
    for (size_t at = 0; at < said.size; at++) {
        if (begins(said, at, " RES ") && names(said, at + 5, id))
            return true;
    }
    return false;
}

static void on_done(void *owner, const struct cccp_result *result)
{
    struct check_of *check = owner;
    struct bytes said = check->play->said;
    if (++check->play->ended[check->number] > 1)
        wrong("a check ended twice");
    for (uint32_t id = 1; id <= RECIPIENTS; id++) {
        if (cccp_result_recipient(result, id)->disposition != CCCP_DELIVER)
            continue;
        if (!was_named(said, id) || !contains(said, " REPORT (") || !contains(said, " OK"))
            wrong("delivered without a full answer");
    }
    if (cccp_result_summary(result) && cccp_result_summary(result)->verdict == CCCP_CLEAN &&
        !contains(said, "FULL"))
        wrong("clean without full coverage");
}

static void submit(struct cccp *cccp, struct check_of *check, bool explain)
{
    static const char *const recipients[RECIPIENTS] = {"a@x.example", "b@x.example",
                                                       "c@x.example"};
    static const char content[100];
    struct cccp_request request = {
        .txn = "q1",
        .channel = "inbound",
        .recipients = recipients,
        .recipient_count = RECIPIENTS,
        .content = content,
        .content_size = check->number == CHECKS - 1 ? sizeof(content) : 20,
        .explain = explain,
        .acknowledge = true,
    };
    if (cccp_submit(cccp, &request, on_done, check, NULL) != CCCP_OK)
        wrong("a good request was refused");
}

static void send_all(struct cccp *cccp)
{
    size_t size;
    while (cccp_output(cccp, &size))
        cccp_sent(cccp, size);
}

static void feed(struct cccp *cccp, struct bytes said, size_t piece)
{
    size_t before = mallinfo2().uordblks;
    for (size_t at = 0; at < said.size; at += piece) {
        struct bytes now = bytes_slice(said, at, piece);
        cccp_receive(cccp, now.data, now.size);
        send_all(cccp);
        if (mallinfo2().uordblks > before + MEMORY_MOST)
            wrong("a server made the client keep too much");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t choice = size > 0 ? data[0] : 0;
    struct cccp_options options = {.retries = choice >> 1 & 1, .memory_bytes = MEMORY};
    struct play play = {.said = {data + (size > 0), size - (size > 0)}};
    struct check_of checks[CHECKS];
    struct cccp *cccp = cccp_new(&options);
    if (!cccp || cccp_begin(cccp, 0) != CCCP_OK)
        wrong("no client");
    if ((choice & 1) == 0)
        cccp_receive(cccp, greeting, sizeof(greeting) - 1);
    for (unsigned i = 0; i < CHECKS; i++) {
        checks[i] = (struct check_of){&play, i};
        submit(cccp, &checks[i], choice >> 2 & 1);
    }
    send_all(cccp);
    feed(cccp, play.said, choice >> 3 ? choice >> 3 : play.said.size + 1);
    cccp_lost(cccp);
    cccp_free(&cccp);
    for (unsigned i = 0; i < CHECKS; i++) {
        if (play.ended[i] != 1)
            wrong("a check did not end");
    }
    return 0;
}
