/* The life of a connection object: made, asked for checks, begun on a transport, freed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/client.h"

static bool options_copy(struct cccp *cccp, const struct cccp_options *options)
{
    if (options)
        cccp->options = *options;
    if (cccp->options.memory_bytes == 0)
        cccp->options.memory_bytes = MEMORY_DEFAULT;
    if (!cccp->options.identity || !cccp->options.password)
        return true;
    cccp->options.identity = arena_copy(&cccp->arena, bytes_of_text(cccp->options.identity));
    cccp->options.password = arena_copy(&cccp->arena, bytes_of_text(cccp->options.password));
    return cccp->options.identity && cccp->options.password;
}

struct cccp *cccp_new(const struct cccp_options *options)
{
    static const struct frame_limits none = {.line_bytes = REPLY_LINE_BYTES};
    struct cccp *cccp = calloc(1, sizeof(*cccp));
    if (!cccp)
        return NULL;
    cccp->fd = -1;
    arena_init(&cccp->arena, 65536);
    buffer_init(&cccp->output, SIZE_MAX / 2);
    buffer_init(&cccp->acks, (size_t)SLOTS_MOST * (TXN_LENGTH_MOST + 1));
    frame_init(&cccp->frame, FRAME_OF_SERVER, &none);
    for (unsigned i = 0; i < SLOTS_MOST; i++)
        cccp->free_slots[i] = (uint16_t)(SLOTS_MOST - 1 - i);
    cccp->free_count = SLOTS_MOST;
    if (!options_copy(cccp, options))
        cccp_free(&cccp);
    return cccp;
}

void cccp_free(struct cccp **cccp)
{
    if (!*cccp)
        return;
    (*cccp)->closing = true;
    (*cccp)->options.retries = 0;
    if ((*cccp)->state == CCCP_CLOSED)
        checks_lose(*cccp, CCCP_CANCELLED);
    else
        conversation_fail(*cccp, CCCP_CANCELLED, "", "closed by the client");
    checks_deliver(*cccp);
    frame_clear(&(*cccp)->frame);
    buffer_clear(&(*cccp)->output);
    buffer_clear(&(*cccp)->acks);
    arena_clear(&(*cccp)->arena);
    free((*cccp)->health_text);
    free(*cccp);
    *cccp = NULL;
}

static void connection_reset(struct cccp *cccp, int64_t ready_by_ms)
{
    struct frame_limits limits = {
        .line_bytes = REPLY_LINE_BYTES,
        .command_bytes = cccp->options.memory_bytes / 4,
        .literal_bytes = cccp->options.memory_bytes / 4,
        .nesting = NESTING_MOST,
    };
    frame_clear(&cccp->frame);
    frame_init(&cccp->frame, FRAME_OF_SERVER, &limits);
    buffer_drop(&cccp->output, cccp->output.size);
    buffer_drop(&cccp->acks, cccp->acks.size);
    cccp->ack_count = 0;
    cccp->output_sent = 0;
    cccp->error[0] = cccp->code[0] = '\0';
    cccp->duty = CCCP_DUTY_RETRY;
    cccp->ready_by_ms = ready_by_ms;
    /* what holds for a server that announces nothing (spec/cccp.md 4.2) */
    cccp->literal_most = 4096;
    cccp->message_most = UINT32_MAX;
    cccp->command_most = 8192;
    cccp->in_flight_most = 1;
}

enum cccp_status cccp_begin(struct cccp *cccp, int64_t ready_by_ms)
{
    if (cccp->state != CCCP_CLOSED)
        return CCCP_INVALID;
    connection_reset(cccp, ready_by_ms);
    cccp->state = CCCP_GREETING;
    return CCCP_OK;
}

void cccp_receive(struct cccp *cccp, const void *octets, size_t size)
{
    conversation_receive(cccp, (struct bytes){octets, size});
    checks_deliver(cccp);
}

void cccp_lost(struct cccp *cccp)
{
    bool early = cccp->state < CCCP_READY;
    conversation_fail(cccp, early ? CCCP_UNREACHABLE : CCCP_LOST, "", "the connection was lost");
    checks_deliver(cccp);
}

void cccp_tick(struct cccp *cccp, int64_t now_ms)
{
    if (cccp->state != CCCP_CLOSED && cccp->state != CCCP_READY && cccp->ready_by_ms != 0 &&
        cccp->ready_by_ms <= now_ms)
        conversation_fail(cccp, CCCP_UNREACHABLE, "", "the server was not ready in time");
    checks_expire(cccp, now_ms);
    checks_deliver(cccp);
}

int64_t cccp_deadline(const struct cccp *cccp)
{
    int64_t deadline_ms = checks_deadline(cccp);
    bool waits = cccp->state != CCCP_CLOSED && cccp->state != CCCP_READY;
    if (cccp->ended.first)
        return 1; /* a call of `done` is due */
    if (waits && cccp->ready_by_ms != 0 && (deadline_ms == 0 || cccp->ready_by_ms < deadline_ms))
        deadline_ms = cccp->ready_by_ms;
    return deadline_ms;
}

enum cccp_state cccp_state(const struct cccp *cccp)
{
    return cccp->state;
}

const char *cccp_error(const struct cccp *cccp)
{
    return cccp->error;
}

size_t cccp_in_flight(const struct cccp *cccp)
{
    size_t count = cccp->queue.count;
    for (unsigned i = 0; i < SLOTS_MOST; i++)
        count += cccp->slots[i].check != NULL;
    return count;
}

size_t cccp_in_flight_most(const struct cccp *cccp)
{
    return cccp->state == CCCP_READY ? cccp->in_flight_most : 0;
}

enum cccp_status cccp_health(struct cccp *cccp, cccp_health_fn *done, void *owner)
{
    if (cccp->state != CCCP_READY || cccp->health_done || cccp->sending)
        return CCCP_INVALID;
    if (command_write(&cccp->output, "h", COMMAND_HEALTH, NULL) != STATUS_OK)
        return CCCP_NO_MEMORY;
    cccp->health_done = done;
    cccp->health_owner = owner;
    return CCCP_OK;
}

/* --- submitting --- */

static bool text_fits(const char *text, size_t most)
{
    return !text || strnlen(text, most + 1) <= most;
}

static bool request_is_valid(const struct cccp_request *request)
{
    if (!request->txn || !is_transaction_id(bytes_of_text(request->txn)) || !request->channel ||
        !is_atom(bytes_of_text(request->channel)) || request->recipient_count == 0 ||
        request->recipient_count > UINT32_MAX || request->accept > CCCP_ACCEPT_ALL ||
        (request->content_size > 0 && !request->content))
        return false;
    for (size_t i = 0; i < request->recipient_count; i++) {
        const char *address = request->recipients[i];
        if (!address || address[0] == '\0' || !text_fits(address, 320))
            return false;
    }
    return text_fits(request->channel, CHANNEL_LENGTH_MOST) && text_fits(request->sender, 320) &&
           text_fits(request->client_address, 320) && text_fits(request->client_name, 320) &&
           text_fits(request->helo, 320) && text_fits(request->queue_id, 320) &&
           text_fits(request->login, 320);
}

/* A copy; NULL stays NULL. *full is set when there is no room. */
static const char *text_copy(struct arena *arena, const char *text, bool *full)
{
    const char *copy = text ? arena_copy(arena, bytes_of_text(text)) : NULL;
    *full |= text && !copy;
    return copy;
}

/* "DEFER DELIVER COPY …" for command.h. NULL when no bits were given, or no room. */
static const char *accept_words(struct arena *arena, unsigned bits, bool *full)
{
    char words[128];
    size_t length = (size_t)snprintf(words, sizeof(words), "DEFER");
    if (bits == 0)
        return NULL;
    for (const char *word; (word = cccp_accept_word(bits)); bits &= bits - 1)
        length += (size_t)snprintf(words + length, sizeof(words) - length, " %s", word);
    return text_copy(arena, words, full);
}

static bool request_copy(struct cccp_check *check, const struct cccp_request *request)
{
    struct cccp_request *copy = &check->request;
    bool full = false;
    const char **recipients =
        arena_take(&check->arena, request->recipient_count * sizeof(*recipients));
    if (!recipients)
        return false;
    *copy = *request;
    for (size_t i = 0; i < request->recipient_count; i++)
        recipients[i] = text_copy(&check->arena, request->recipients[i], &full);
    copy->recipients = recipients;
    copy->txn = text_copy(&check->arena, request->txn, &full);
    copy->channel = text_copy(&check->arena, request->channel, &full);
    copy->sender = text_copy(&check->arena, request->sender, &full);
    copy->client_address = text_copy(&check->arena, request->client_address, &full);
    copy->client_name = text_copy(&check->arena, request->client_name, &full);
    copy->helo = text_copy(&check->arena, request->helo, &full);
    copy->queue_id = text_copy(&check->arena, request->queue_id, &full);
    copy->login = text_copy(&check->arena, request->login, &full);
    check->accept = accept_words(&check->arena, request->accept, &full);
    return !full;
}

enum cccp_status cccp_submit(struct cccp *cccp, const struct cccp_request *request,
                             cccp_done_fn *done, void *owner, struct cccp_check **check)
{
    if (cccp->closing || !request_is_valid(request))
        return CCCP_INVALID;
    struct cccp_check *made = calloc(1, sizeof(*made));
    if (!made)
        return CCCP_NO_MEMORY;
    arena_init(&made->arena, SIZE_MAX / 2);
    made->done = done;
    made->owner = owner;
    if (!request_copy(made, request) ||
        !(made->result = result_new(&made->request, cccp->options.memory_bytes))) {
        check_free(&made);
        return CCCP_NO_MEMORY;
    }
    cccp->memory_used += result_memory(made->result);
    check_list_add(&cccp->queue, made);
    if (check)
        *check = made;
    return CCCP_OK;
}
