/* What the server says, reply by reply (spec/cccp.md 4, 5): the greeting with its limits, the
 * authentication, the lines of checks. A server that breaks the protocol is left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/client.h"

static void text_copy(char *to, size_t room, struct bytes from)
{
    size_t size = from.size < room - 1 ? from.size : room - 1;
    if (size > 0)
        memcpy(to, from.data, size);
    to[size] = '\0';
}

static void health_end(struct cccp *cccp, enum cccp_status status)
{
    cccp_health_fn *done = cccp->health_done;
    char *text = cccp->health_text;
    cccp->health_done = NULL;
    cccp->health_text = NULL;
    if (done)
        done(cccp->health_owner, status, status == CCCP_OK ? text : NULL);
    free(text);
}

void conversation_fail(struct cccp *cccp, enum cccp_status status, const char *code,
                       const char *text)
{
    if (cccp->state == CCCP_CLOSED)
        return;
    if (cccp->code[0] == '\0') { /* the server's own last words are kept */
        text_copy(cccp->error, sizeof(cccp->error), bytes_of_text(text));
        text_copy(cccp->code, sizeof(cccp->code), bytes_of_text(code));
    }
    cccp->state = CCCP_CLOSED;
    cccp->end = status;
    socket_close(cccp);
    checks_lose(cccp, status);
    health_end(cccp, status);
}

/* Its last words: BYE, or NO to AUTHENTICATE. */
static void remember_end(struct cccp *cccp, const struct reply *reply)
{
    text_copy(cccp->code, sizeof(cccp->code), reply->code);
    text_copy(cccp->error, sizeof(cccp->error), reply->text);
    cccp->duty = (enum cccp_duty)duty_of_code(reply->completion, cccp->code);
}

static bool word_number(const char *word, const char *name, uint64_t *number)
{
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0 || word[length] != '=')
        return false;
    char *end;
    unsigned long long value = strtoull(word + length + 1, &end, 10);
    if (*end != '\0' || end == word + length + 1 || word[length + 1] == '-')
        return false;
    *number = value;
    return true;
}

static void capability(struct cccp *cccp, const char *word, bool *ours)
{
    uint64_t in_flight;
    if (strcmp(word, "CCCP1") == 0)
        *ours = true;
    else if (strcmp(word, "AUTH=PLAIN") == 0)
        cccp->offers_plain = true;
    else if (strcmp(word, "AUTH=EXTERNAL") == 0)
        cccp->offers_external = true;
    else if (word_number(word, "MAXINFLIGHT", &in_flight))
        cccp->in_flight_most = in_flight < SLOTS_MOST ? in_flight : SLOTS_MOST;
    else if (!word_number(word, "MAXLITERAL", &cccp->literal_most) &&
             !word_number(word, "MAXMSG", &cccp->message_most))
        (void)word_number(word, "MAXCOMMAND", &cccp->command_most);
}

/* "CAPABILITY CCCP1 NAME=value …"; false when it is not that, or another version. */
static bool capabilities(struct cccp *cccp, struct bytes code)
{
    char words[2048], *rest = words;
    bool ours = false;
    if (code.size >= sizeof(words))
        return false;
    text_copy(words, sizeof(words), code);
    const char *head = strsep(&rest, " ");
    if (!head || strcmp(head, "CAPABILITY") != 0)
        return false;
    cccp->offers_plain = cccp->offers_external = false;
    for (const char *word = strsep(&rest, " "); word; word = strsep(&rest, " "))
        capability(cccp, word, &ours);
    if (cccp->literal_most > UINT32_MAX) /* what is copied into the output */
        cccp->literal_most = CCCP_BIG_BYTES;
    return ours;
}

static void ready(struct cccp *cccp)
{
    cccp->state = CCCP_READY;
    cccp->error[0] = cccp->code[0] = '\0';
}

static bool wants_authentication(const struct cccp *cccp)
{
    return cccp->options.external || (cccp->options.identity && cccp->options.password);
}

static void authenticate(struct cccp *cccp)
{
    bool offered = cccp->options.external ? cccp->offers_external : cccp->offers_plain;
    if (!offered)
        conversation_fail(cccp, CCCP_REFUSED, "PRIVACYREQUIRED",
                          "the server does not offer this way to authenticate here");
    else if (sending_authenticate(cccp) != STATUS_OK)
        conversation_fail(cccp, CCCP_INVALID, "", "the identity or its password is too long");
    else
        cccp->state = CCCP_AUTHENTICATING;
}

static void greeting(struct cccp *cccp, const struct reply *reply)
{
    if (reply->kind != REPLY_UNTAGGED || !reply->is_state)
        conversation_fail(cccp, CCCP_MALFORMED, "", "this is not a CCCP server");
    else if (reply->completion == COMPLETION_BYE) {
        remember_end(cccp, reply);
        conversation_fail(cccp, CCCP_UNREACHABLE, "", "");
    } else if (!capabilities(cccp, reply->code))
        conversation_fail(cccp, CCCP_MALFORMED, "", "this is not a CCCP1 server");
    else if (wants_authentication(cccp))
        authenticate(cccp);
    else if (cccp->options.probe || bytes_equal_fold(reply->word, BYTES("PREAUTH")))
        ready(cccp);
    else {
        cccp->duty = CCCP_DUTY_CONFIGURE;
        conversation_fail(cccp, CCCP_REFUSED, "NOPERM", "the server wants authentication");
    }
}

static void authenticated(struct cccp *cccp, const struct reply *reply)
{
    if (reply->completion != COMPLETION_OK) {
        remember_end(cccp, reply);
        conversation_fail(cccp, CCCP_REFUSED, "", "");
    } else if (reply->code.size > 0 && !capabilities(cccp, reply->code))
        conversation_fail(cccp, CCCP_MALFORMED, "", "the capabilities are malformed");
    else
        ready(cccp);
}

static void untagged(struct cccp *cccp, struct reply *reply)
{
    if (reply->is_state && reply->completion == COMPLETION_BYE) {
        remember_end(cccp, reply);
        conversation_fail(cccp, CCCP_LOST, "", "");
    } else if (reply->is_state && reply->completion == COMPLETION_BAD) {
        remember_end(cccp, reply);
        conversation_fail(cccp, CCCP_MALFORMED, "", "");
    } else if (!reply->is_state && bytes_equal_fold(reply->word, BYTES("HEALTH"))) {
        struct lexer *lexer = &reply->lexer;
        free(cccp->health_text);
        while (lexer->at < lexer->size && lexer->octets[lexer->at] == ' ')
            lexer->at++;
        cccp->health_text =
            strndup((const char *)lexer->octets + lexer->at, lexer->size - lexer->at);
    }
}

static void check_completed(struct cccp *cccp, struct cccp_check *check, const struct reply *reply)
{
    char code[ERROR_LENGTH], text[ERROR_LENGTH];
    if (check->state == CHECK_ASKED && reply->completion == COMPLETION_OK) {
        conversation_fail(cccp, CCCP_MALFORMED, "", "an OK for a content that was not sent");
        return;
    }
    cccp->memory_used -= result_memory(check->result);
    text_copy(code, sizeof(code), reply->code);
    text_copy(text, sizeof(text), reply->text);
    if (reply->completion == COMPLETION_OK)
        result_complete(check->result, check->request.content);
    else
        result_fail(check->result, CCCP_REFUSED,
                    (enum cccp_duty)duty_of_code(reply->completion, code), code, text);
    cccp->memory_used += result_memory(check->result);
    if (check->state == CHECK_ASKED)
        sending_refused(cccp, check);
    if (check->state == CHECK_SENDING)
        check->answered = true;
    else if (cccp->state != CCCP_CLOSED)
        check_end(cccp, check);
}

static void check_line(struct cccp *cccp, struct cccp_check *check, struct reply *reply)
{
    cccp->memory_used -= result_memory(check->result);
    const char *wrong = result_line(check->result, reply);
    cccp->memory_used += result_memory(check->result);
    if (wrong)
        check_disbelieve(cccp, check, wrong);
    if (cccp->memory_used > cccp->options.memory_bytes)
        conversation_fail(cccp, CCCP_MALFORMED, "", "the answers take too much memory");
}

static void tagged(struct cccp *cccp, struct reply *reply)
{
    struct slot *slot;
    struct cccp_check *check = check_find(cccp, reply->tag, &slot);
    bool completion = reply->kind == REPLY_COMPLETION;
    if (bytes_equal(reply->tag, BYTES("auth")) && completion && cccp->state == CCCP_AUTHENTICATING)
        authenticated(cccp, reply);
    else if (check && check->answered)
        conversation_fail(cccp, CCCP_MALFORMED, "", "a check was answered twice");
    else if (check && completion)
        check_completed(cccp, check, reply);
    else if (check)
        check_line(cccp, check, reply);
    else if (slot && completion)
        slot_release(cccp, slot);
    else if (bytes_equal(reply->tag, BYTES("h")) && completion)
        health_end(cccp, reply->completion != COMPLETION_OK ? CCCP_REFUSED
                         : cccp->health_text                ? CCCP_OK
                                                            : CCCP_MALFORMED);
    else if (!slot && reply->tag.size != 1)
        conversation_fail(cccp, CCCP_MALFORMED, "", "an answer to nothing");
}

static void take_reply(struct cccp *cccp)
{
    struct reply reply;
    if (reply_parse(cccp->frame.buffer.data, cccp->frame.buffer.size, NESTING_MOST, &reply) !=
        STATUS_OK)
        conversation_fail(cccp, CCCP_MALFORMED, "", "a reply that is not in the grammar");
    else if (cccp->state == CCCP_GREETING)
        greeting(cccp, &reply);
    else if (reply.kind == REPLY_CONTINUE)
        sending_go(cccp);
    else if (reply.kind == REPLY_UNTAGGED)
        untagged(cccp, &reply);
    else
        tagged(cccp, &reply);
}

void conversation_receive(struct cccp *cccp, struct bytes octets)
{
    while (octets.size > 0 && cccp->state >= CCCP_GREETING) {
        enum frame_event event = frame_step(&cccp->frame, &octets);
        if (event == FRAME_COMPLETE)
            take_reply(cccp);
        else if (event != FRAME_MORE)
            conversation_fail(cccp, CCCP_MALFORMED, "", "a reply that is not in the grammar");
    }
}
