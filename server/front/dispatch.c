/* What each command does (spec/cccp.md 5), one row per verb, and the words of the greeting. */
#include "server/front/dispatch.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* --- capabilities --- */

void session_capabilities(const struct session *session, char text[512])
{
    const struct limits *limits = &session->config->limits;
    const struct session_peer *peer = &session->peer;
    bool open = session->identity.client == NULL;
    bool external =
        peer->has_uid || peer->certificate_name != NULL || peer->certificate_fingerprint != NULL;
    struct frame_limits now;
    session_frame_limits(session, &now);
    snprintf(text, 512,
             "CAPABILITY CCCP1%s%s MAXLINE=%zu MAXCOMMAND=%zu MAXLITERAL=%zu MAXMSG=%" PRIu64
             " MAXREPLY=%" PRIu64 " MAXINFLIGHT=%" PRIu64 " LINGER=%" PRIu64 " RETAIN=%" PRIu64,
             open && peer->private ? " AUTH=PLAIN" : "", open && external ? " AUTH=EXTERNAL" : "",
             now.line_bytes, now.command_bytes, now.literal_bytes, limits->message_bytes,
             limits->reply_bytes, limits->in_flight, limits->linger_ms / 1000,
             limits->retain_ms / 1000);
}

/* One line that is no completion from the status table. */
static void line_append(struct session *session, struct bytes tag, const char *word,
                        const char *code, const char *text)
{
    struct buffer line;
    buffer_init(&line, WRITER_LINE_BYTES + 2);
    struct writer writer;
    writer_begin(&writer, &line, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer_atom(&writer, word);
    if (code != NULL)
        writer_code(&writer, code, false, 0);
    writer_rest(&writer, text);
    if (writer_end(&writer) == STATUS_OK)
        session_append(session, buffer_bytes(&line));
    else
        session_bye(session, STATUS_SHUTDOWN, "out of memory");
    buffer_clear(&line);
}

void session_greet(struct session *session, bool draining)
{
    if (draining) {
        session_append(session, BYTES("* BYE [DRAINING] going down\r\n"));
        session->closing = true;
        return;
    }
    char code[512], text[320];
    session_capabilities(session, code);
    snprintf(text, sizeof(text), "%.255s ready", session->config->host_name);
    line_append(session, BYTES("*"), session_admitted(session) ? "PREAUTH" : "OK", code, text);
}

/* --- commands: MORE means answered --- */

static enum status done(struct session *session, const char *code, const char *text)
{
    line_append(session, session->command.tag, "OK", code, text);
    return STATUS_MORE;
}

static enum status run_capability(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    char text[512], line[520];
    session_capabilities(session, text);
    snprintf(line, sizeof(line), "* %s\r\n", text);
    session_append(session, bytes_of_text(line));
    return STATUS_OK;
}

enum { TOKEN_LENGTH_MOST = 128 };

static bool token_fits(struct bytes token)
{
    for (size_t i = 0; i < token.size; i++)
        if (token.data[i] < 0x20 || token.data[i] > 0x7e)
            return false;
    return token.size <= TOKEN_LENGTH_MOST;
}

static enum status run_noop(struct session *session, struct session_outcome *outcome)
{
    const struct command *command = &session->command;
    if (!command->has_token)
        return STATUS_OK;
    if (!token_fits(command->token)) {
        outcome->text = "expected a token of at most 128 printable octets";
        return STATUS_PARSE;
    }
    char code[8 + TOKEN_LENGTH_MOST * 2] = "TAG \"";
    size_t length = 5;
    for (size_t i = 0; i < command->token.size; i++) {
        char octet = (char)command->token.data[i];
        if (octet == '"' || octet == '\\')
            code[length++] = '\\';
        code[length++] = octet;
    }
    code[length++] = '"';
    code[length] = '\0';
    return done(session, code, "here");
}

static enum status run_id(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    session_append(session, BYTES("* ID (NAME \"cccpd\" VERSION \"" CCCPD_VERSION "\")\r\n"));
    return STATUS_OK;
}

/* Lines that the house writes into a buffer of its own. */
static enum status lines_take(struct session *session, struct buffer *lines, enum status status)
{
    if (status == STATUS_OK)
        session_append(session, buffer_bytes(lines));
    buffer_clear(lines);
    return status;
}

static enum status run_health(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    const struct session_house *house = session->house;
    struct buffer lines;
    buffer_init(&lines, (size_t)session->config->limits.reply_bytes);
    return lines_take(session, &lines,
                      house->health(house->owner, session_admitted(session), &lines));
}

static enum status run_logout(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    session_append(session, BYTES("* BYE logging out\r\n"));
    done(session, NULL, "done");
    session->closing = true;
    return STATUS_MORE;
}

/* A CHECK always has a content, and is run when that has come (session.c). */
static enum status run_check(struct session *session, struct session_outcome *outcome)
{
    (void)session;
    (void)outcome;
    return STATUS_PARSE;
}

static enum status run_result(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    const struct session_house *house = session->house;
    enum status status = house->result(house->owner, session, &session->command);
    return status == STATUS_OK ? STATUS_MORE : status;
}

static enum status run_status(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    const struct session_house *house = session->house;
    const struct command *command = &session->command;
    struct buffer lines;
    buffer_init(&lines, (size_t)session->config->limits.reply_bytes);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < command->txn_count && status == STATUS_OK; i++)
        status = house->state(house->owner, session, command->tag, command->txns[i], &lines);
    return lines_take(session, &lines, status);
}

static enum status run_cancel(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    const struct session_house *house = session->house;
    return house->cancel(house->owner, session, session->command.txn);
}

static enum status run_ack(struct session *session, struct session_outcome *outcome)
{
    (void)outcome;
    const struct session_house *house = session->house;
    const struct command *command = &session->command;
    for (size_t i = 0; i < command->txn_count; i++) {
        enum status status = house->acknowledge(house->owner, session, command->txns[i]);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status (*const rows[COMMAND_COUNT])(struct session *session,
                                                struct session_outcome *outcome) = {
    [COMMAND_CAPABILITY] = run_capability,
    [COMMAND_NOOP] = run_noop,
    [COMMAND_ID] = run_id,
    [COMMAND_HEALTH] = run_health,
    [COMMAND_LOGOUT] = run_logout,
    [COMMAND_AUTHENTICATE] = authentication_begin,
    [COMMAND_CHECK] = run_check,
    [COMMAND_RESULT] = run_result,
    [COMMAND_STATUS] = run_status,
    [COMMAND_CANCEL] = run_cancel,
    [COMMAND_ACK] = run_ack,
};

enum status dispatch(struct session *session, struct session_outcome *outcome)
{
    assert(session->command.verb < COMMAND_COUNT);
    enum status status = rows[session->command.verb](session, outcome);
    const char *text = outcome->text;
    char word[sizeof(outcome->word)];
    snprintf(word, sizeof(word), "%s", outcome->word);
    *outcome = session_outcome(session, status);
    outcome->text = text;
    snprintf(outcome->word, sizeof(outcome->word), "%s", word);
    return status;
}
