/* From the queue to octets: commands are pipelined as far as the server's limits go. A content up
 * to MAXLITERAL travels behind its command ("{n+}"); a larger one waits for "+" ("{n}"), and while
 * it does nothing else is sent. After a refused "{n}" the next command is NOOP "tag" (2.4). */
#include <stdio.h>
#include <string.h>

#include "clients/libcccp/base64.h"
#include "clients/libcccp/client.h"

/* RFC 4616: [authzid] NUL authcid NUL passwd; in base64, as text. */
static enum status plain_append(struct buffer *out, const struct cccp_options *options)
{
    struct buffer message AUTO(buffer_clear);
    buffer_init(&message, 4096);
    enum status status = buffer_append_octet(&message, '\0');
    if (status == STATUS_OK)
        status = buffer_append(&message, bytes_of_text(options->identity));
    if (status == STATUS_OK)
        status = buffer_append_octet(&message, '\0');
    if (status == STATUS_OK)
        status = buffer_append(&message, bytes_of_text(options->password));
    if (status == STATUS_OK)
        status = base64_append(out, buffer_bytes(&message));
    return status == STATUS_OK ? buffer_append_octet(out, '\0') : status;
}

enum status sending_authenticate(struct cccp *cccp)
{
    struct buffer response AUTO(buffer_clear);
    buffer_init(&response, 8192);
    if (cccp->options.external)
        return command_write_authenticate(&cccp->output, "auth", "EXTERNAL", "=");
    enum status status = plain_append(&response, &cccp->options);
    if (status != STATUS_OK)
        return status;
    return command_write_authenticate(&cccp->output, "auth", "PLAIN", (const char *)response.data);
}

/* One ACK with as many transactions as fit into a line that every server takes. */
static bool write_ack(struct cccp *cccp)
{
    struct writer writer;
    size_t at = 0;
    writer_begin(&writer, &cccp->output, WRITER_LITERAL_PLUS, WRITER_LINE_BYTES, BYTES("k"));
    writer_atom(&writer, "ACK");
    do {
        const char *txn = (const char *)cccp->acks.data + at;
        writer_text(&writer, txn);
        at += strlen(txn) + 1;
        cccp->ack_count--;
    } while (cccp->ack_count > 0 && at < ACK_ENOUGH);
    buffer_drop(&cccp->acks, at);
    return writer_end(&writer) == STATUS_OK;
}

static void write_acks(struct cccp *cccp)
{
    while (cccp->ack_count > 0) {
        if (!write_ack(cccp)) {
            conversation_fail(cccp, CCCP_NO_MEMORY, "", "out of memory");
            return;
        }
    }
}

static void refuse(struct cccp *cccp, struct cccp_check *check, const char *code, uint64_t most)
{
    char words[64];
    snprintf(words, sizeof(words), "%s %llu", code, (unsigned long long)most);
    check_fail(cccp, check, CCCP_REFUSED, CCCP_DUTY_ASIDE, words,
               "over a limit that the server announced");
}

/* Copies what command.h knows of a request. */
static struct check_request request_of(const struct cccp_check *check)
{
    const struct cccp_request *request = &check->request;
    return (struct check_request){
        .txn = request->txn,
        .channel = request->channel,
        .sender = request->sender,
        .client_address = request->client_address,
        .client_name = request->client_name,
        .helo = request->helo,
        .queue_id = request->queue_id,
        .login = request->login,
        .client_port = request->client_port,
        .recipients = request->recipients,
        .recipient_count = request->recipient_count,
        .deadline_s = request->server_seconds,
        .explain = request->explain,
        .dry_run = request->dry_run,
        .accept = check->accept,
        .size = request->content_size,
    };
}

/* The command is in the output; its small content as well. False: taken back. */
static bool write_check(struct cccp *cccp, struct cccp_check *check, bool waits)
{
    struct check_request request = request_of(check);
    struct bytes content = {check->request.content, check->request.content_size};
    size_t before = cccp->output.size;
    enum status status = command_write_check(&cccp->output, check->tag, &request, waits);
    if (status == STATUS_OK && cccp->output.size - before <= cccp->command_most) {
        if (!waits)
            status = buffer_append(&cccp->output, content);
        if (!waits && status == STATUS_OK)
            status = buffer_append(&cccp->output, BYTES("\r\n"));
        if (status == STATUS_OK)
            return true;
    }
    if (status == STATUS_OK)
        refuse(cccp, check, "LIMIT COMMAND", cccp->command_most);
    else
        check_fail(cccp, check, status == STATUS_MEMORY ? CCCP_NO_MEMORY : CCCP_INVALID,
                   CCCP_DUTY_REPAIR, "", "the command cannot be written");
    cccp->output.size = before;
    return false;
}

static void start(struct cccp *cccp)
{
    struct cccp_check *check = cccp->queue.first;
    bool waits = check->request.content_size > cccp->literal_most;
    if (check->request.content_size > cccp->message_most) {
        refuse(cccp, check, "TOOBIG", cccp->message_most);
        return;
    }
    check_list_take(&cccp->queue);
    check->state = CHECK_WAITING;
    if (!check_reserve(cccp, check) || !write_check(cccp, check, waits) || !waits)
        return;
    check->state = CHECK_ASKED;
    cccp->sending = check;
    cccp->content_sent = 0;
}

static bool may_start(const struct cccp *cccp)
{
    return cccp->state == CCCP_READY && cccp->queue.first && !cccp->sending &&
           cccp->free_count > 0 && SLOTS_MOST - cccp->free_count < cccp->in_flight_most;
}

static bool may_acknowledge(const struct cccp *cccp)
{
    return cccp->state == CCCP_READY && !cccp->sending && cccp->ack_count > 0 &&
           (cccp->ack_count >= ACKS_AT_ONCE || cccp->free_count == SLOTS_MOST);
}

void sending_fill(struct cccp *cccp)
{
    if (may_acknowledge(cccp))
        write_acks(cccp);
    while (may_start(cccp) && cccp->output.size - cccp->output_sent < OUTPUT_ENOUGH)
        start(cccp);
}

bool sending_pending(const struct cccp *cccp)
{
    return cccp->output.size > cccp->output_sent || may_start(cccp) || may_acknowledge(cccp) ||
           (cccp->sending && cccp->sending->state == CHECK_SENDING);
}

void sending_go(struct cccp *cccp)
{
    if (!cccp->sending || cccp->sending->state != CHECK_ASKED) {
        conversation_fail(cccp, CCCP_MALFORMED, "", "the server said + when nothing waited");
        return;
    }
    cccp->sending->state = CHECK_SENDING;
}

void sending_refused(struct cccp *cccp, struct cccp_check *check)
{
    cccp->sending = NULL;
    if (command_write(&cccp->output, "n", COMMAND_NOOP, check->tag) != STATUS_OK)
        conversation_fail(cccp, CCCP_NO_MEMORY, "", "out of memory");
}

const void *cccp_output(struct cccp *cccp, size_t *size)
{
    sending_fill(cccp);
    *size = cccp->output.size - cccp->output_sent;
    if (*size > 0)
        return cccp->output.data + cccp->output_sent;
    if (!cccp->sending || cccp->sending->state != CHECK_SENDING)
        return NULL;
    *size = cccp->sending->request.content_size - cccp->content_sent;
    return (const uint8_t *)cccp->sending->request.content + cccp->content_sent;
}

static void content_done(struct cccp *cccp)
{
    struct cccp_check *check = cccp->sending;
    cccp->sending = NULL;
    check->state = CHECK_WAITING;
    if (buffer_append(&cccp->output, BYTES("\r\n")) != STATUS_OK)
        conversation_fail(cccp, CCCP_NO_MEMORY, "", "out of memory");
    else if (check->answered)
        check_end(cccp, check);
}

void cccp_sent(struct cccp *cccp, size_t size)
{
    if (cccp->output.size > cccp->output_sent) {
        cccp->output_sent += size;
        if (cccp->output_sent >= cccp->output.size) {
            buffer_drop(&cccp->output, cccp->output.size);
            cccp->output_sent = 0;
        }
    } else if (cccp->sending && cccp->sending->state == CHECK_SENDING) {
        cccp->content_sent += size;
        if (cccp->content_sent >= cccp->sending->request.content_size)
            content_done(cccp);
    }
    checks_deliver(cccp);
}
