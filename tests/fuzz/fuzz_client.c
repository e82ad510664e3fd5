/* A hostile server. The first octet chooses options and how the rest is cut; the rest is what the
 * server says to three checks. Oracle: every check ends exactly once, nobody is delivered to whom
 * no line named, without a REPORT and an OK in the input, and the memory stays bounded. Every copy
 * that is named is there, nothing is that was not accepted, and what is written of a copy has the
 * size and digest that were announced. */
#include <malloc.h>
#include <sodium/crypto_hash_sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/cccp.h"
#include "protocol/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EXPLAIN = 4, ACCEPT = 64 }; /* bits of the first octet */
enum { CHECKS = 3, RECIPIENTS = 3, MEMORY = 65536, MEMORY_MOST = 4194304 };

static const char greeting[] =
    "* PREAUTH [CAPABILITY CCCP1 MAXLITERAL=64 MAXMSG=1000 MAXCOMMAND=4096 MAXINFLIGHT=2] x\r\n";

static const char content[100];

struct play {
    struct bytes said;
    uint8_t choice;
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

/* True when the id-set at `at` holds id and is followed by " DELIVER". Much simpler than a parser.
 */
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

static size_t size_of(unsigned number)
{
    return number == CHECKS - 1 ? sizeof(content) : 20;
}

static bool take(void *owner, const void *octets, size_t size)
{
    return buffer_append(owner, (struct bytes){octets, size}) == STATUS_OK;
}

static void check_copy(const struct cccp_copy *copy, size_t original_size)
{
    struct buffer made;
    uint8_t digest[crypto_hash_sha256_BYTES];
    buffer_init(&made, MEMORY_MOST);
    if (cccp_copy_write(copy, content, original_size, take, &made) != CCCP_OK)
        wrong("a copy cannot be written");
    crypto_hash_sha256(digest, made.data, made.size);
    if (made.size != copy->size || memcmp(digest, copy->digest, sizeof(digest)) != 0)
        wrong("a copy is not what was announced");
    buffer_clear(&made);
}

static void check_recipient(const struct cccp_result *result, const struct cccp_recipient *one)
{
    bool right = !one->copy || cccp_result_copy(result, one->copy);
    right &= (one->disposition == CCCP_REDIRECT) == (one->target != NULL);
    right &= (one->disposition == CCCP_EXPAND) == (one->member_count > 0);
    for (size_t i = 0; i < one->store_count; i++)
        right &= !one->stores[i].copy || cccp_result_copy(result, one->stores[i].copy);
    for (size_t i = 0; i < one->member_count; i++) {
        right &= one->members[i].count > 0 && one->members[i].result->member_count == 0;
        check_recipient(result, one->members[i].result);
    }
    if (!right)
        wrong("a result is not whole");
}

static void check_made(const struct check_of *check, const struct cccp_result *result)
{
    size_t copies, notes, decisions;
    const struct cccp_copy *copy = cccp_result_copies(result, &copies);
    (void)cccp_result_notes(result, &notes);
    (void)cccp_result_decisions(result, &decisions);
    if (!(check->play->choice & ACCEPT) && copies + notes + decisions > 0)
        wrong("there is what was not accepted");
    for (size_t i = 0; i < copies; i++)
        check_copy(&copy[i], size_of(check->number));
    for (uint32_t id = 1; id <= RECIPIENTS; id++)
        check_recipient(result, cccp_result_recipient(result, id));
}

static void on_done(void *owner, const struct cccp_result *result)
{
    struct check_of *check = owner;
    struct bytes said = check->play->said;
    if (++check->play->ended[check->number] > 1)
        wrong("a check ended twice");
    check_made(check, result);
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

static void submit(struct cccp *cccp, struct check_of *check, uint8_t choice)
{
    static const char *const recipients[RECIPIENTS] = {"a@x.example", "b@x.example", "c@x.example"};
    struct cccp_request request = {
        .txn = "q1",
        .channel = "inbound",
        .recipients = recipients,
        .recipient_count = RECIPIENTS,
        .content = content,
        .content_size = size_of(check->number),
        .explain = (choice & EXPLAIN) != 0,
        .acknowledge = true,
        .accept = choice & ACCEPT ? CCCP_ACCEPT_ALL : 0,
        .dry_run = (choice & ACCEPT) != 0,
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
    struct play play = {.said = {data + (size > 0), size - (size > 0)}, .choice = choice};
    struct check_of checks[CHECKS];
    struct cccp *cccp = cccp_new(&options);
    if (!cccp || cccp_begin(cccp, 0) != CCCP_OK)
        wrong("no client");
    if ((choice & 1) == 0)
        cccp_receive(cccp, greeting, sizeof(greeting) - 1);
    for (unsigned i = 0; i < CHECKS; i++) {
        checks[i] = (struct check_of){&play, i};
        submit(cccp, &checks[i], choice);
    }
    send_all(cccp);
    uint8_t piece = choice >> 3 & 7;
    feed(cccp, play.said, piece ? piece : play.said.size + 1);
    cccp_lost(cccp);
    cccp_free(&cccp);
    for (unsigned i = 0; i < CHECKS; i++) {
        if (play.ended[i] != 1)
            wrong("a check did not end");
    }
    return 0;
}
