/* AUTHENTICATE PLAIN (RFC 4616) and EXTERNAL (RFC 4422), spec/cccp.md 4.3. A password is verified
 * off the loop; until then nothing of this connection is read. */
#include <stdio.h>
#include <string.h>

#include "server/front/dispatch.h"
#include "server/front/identity.h"

/* --- base64 (RFC 4648 4, with padding, nothing else) --- */

static int sextet(uint8_t octet)
{
    if (octet >= 'A' && octet <= 'Z')
        return octet - 'A';
    if (octet >= 'a' && octet <= 'z')
        return octet - 'a' + 26;
    if (octet >= '0' && octet <= '9')
        return octet - '0' + 52;
    return octet == '+' ? 62 : octet == '/' ? 63 : -1;
}

/* text is replaced by what it means; *size gets shorter. */
static bool base64_decode(uint8_t *text, size_t *size)
{
    size_t count = *size, out = 0;
    if (count % 4 != 0)
        return false;
    size_t padding = count > 0 && text[count - 1] == '=' ? 1 + (text[count - 2] == '=') : 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < count - padding; i++) {
        int value = sextet(text[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 0)
            text[out++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    *size = out;
    return true;
}

/* --- outcomes --- */

static enum status success(struct session *session, const struct config_client *client,
                           struct bytes tag)
{
    identity_set(&session->identity, client);
    struct frame_limits limits;
    session_frame_limits(session, &limits);
    frame_limit(&session->frame, &limits);
    char code[512];
    session_capabilities(session, code);
    struct buffer line;
    buffer_init(&line, WRITER_LINE_BYTES + 2);
    struct writer writer;
    writer_begin(&writer, &line, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer_atom(&writer, "OK");
    writer_code(&writer, code, false, 0);
    writer_rest(&writer, "authenticated");
    enum status status = writer_end(&writer);
    if (status == STATUS_OK)
        session_append(session, buffer_bytes(&line));
    buffer_clear(&line);
    return status == STATUS_OK ? STATUS_MORE : status;
}

static void finish(struct session *session, enum status status)
{
    struct session_outcome outcome = session_outcome(session, status);
    if (status != STATUS_MORE)
        session_answer(session, bytes_of_text(session->authenticate), &outcome);
    session->authenticating = false;
    if (status != STATUS_AUTHENTICATION_FAILED)
        return;
    session->counters.failures++;
    if (++session->failures >= session->config->limits.authentication_failures)
        session_bye(session, STATUS_LIMIT_ERRORS, NULL);
}

/* --- mechanisms: MORE when answered or the password is being verified --- */

static enum status external(struct session *session, struct bytes authorisation)
{
    const struct config_client *client = identity_of_peer(session->config, &session->peer);
    if (client == NULL)
        return STATUS_AUTHENTICATION_FAILED;
    if (authorisation.size > 0 && !bytes_equal(authorisation, bytes_of_text(client->name)))
        return STATUS_AUTHENTICATION_FAILED;
    return success(session, client, bytes_of_text(session->authenticate));
}

/* message = [authzid] NUL authcid NUL passwd. A wrong authorisation identity takes the way, and
 * the time, of an unknown name. */
static enum status plain(struct session *session, struct bytes message)
{
    size_t first = bytes_find(message, 0, 0);
    size_t second = first < message.size ? bytes_find(message, first + 1, 0) : message.size;
    if (second >= message.size)
        return STATUS_AUTHENTICATION_FAILED;
    struct bytes authorisation = bytes_slice(message, 0, first);
    struct bytes name = bytes_slice(message, first + 1, second - first - 1);
    struct bytes password = bytes_slice(message, second + 1, message.size - second - 1);
    if (authorisation.size > 0 && !bytes_equal(authorisation, name))
        name = BYTES("");
    session->paused = true;
    enum status status = session->house->verify(session->house->owner, session, name, password);
    session->paused = status == STATUS_OK;
    return status == STATUS_OK ? STATUS_MORE : status;
}

static void respond(struct session *session, struct bytes response)
{
    uint8_t octets[8192];
    size_t size = bytes_equal(response, BYTES("=")) ? 0 : response.size;
    enum status status = STATUS_PARSE;
    if (size <= sizeof(octets)) {
        if (size > 0)
            memcpy(octets, response.data, size);
        if (base64_decode(octets, &size)) {
            struct bytes message = {octets, size};
            status = session->external ? external(session, message) : plain(session, message);
        }
        explicit_bzero(octets, sizeof(octets));
    }
    if (!session->paused)
        finish(session, status);
}

void authentication_respond(struct session *session, struct bytes line)
{
    if (bytes_equal(line, BYTES("*")))
        finish(session, STATUS_CLIENT_BUG);
    else
        respond(session, line);
    explicit_bzero(session->frame.buffer.data, session->frame.buffer.size);
}

enum status authentication_begin(struct session *session, struct session_outcome *outcome)
{
    const struct command *command = &session->command;
    bool is_plain = bytes_equal_fold(command->mechanism, BYTES("PLAIN"));
    if (session->identity.client != NULL || session->tag_count > 0)
        return STATUS_CLIENT_BUG;
    if (!is_plain && !bytes_equal_fold(command->mechanism, BYTES("EXTERNAL"))) {
        snprintf(outcome->word, sizeof(outcome->word), "%.*s", (int)command->mechanism.size,
                 (const char *)command->mechanism.data);
        return STATUS_UNSUPPORTED;
    }
    if (is_plain && !session->peer.private)
        return STATUS_PRIVACY_REQUIRED;
    memcpy(session->authenticate, command->tag.data, command->tag.size);
    session->authenticate[command->tag.size] = '\0';
    session->authenticating = true;
    session->external = !is_plain;
    if (command->has_initial) {
        respond(session, command->initial);
        explicit_bzero(session->frame.buffer.data, session->frame.buffer.size);
    } else {
        session_append(session, BYTES("+ response\r\n"));
    }
    return STATUS_MORE;
}

void session_authenticated(struct session *session, const struct config_client *client)
{
    session->paused = false;
    finish(session, client == NULL
                        ? STATUS_AUTHENTICATION_FAILED
                        : success(session, client, bytes_of_text(session->authenticate)));
    session->house->flush(session->house->owner, session);
}
