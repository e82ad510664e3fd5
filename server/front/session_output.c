/* What a session says, and the tags that it still owes an answer (spec/cccp.md 2.11, 8). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/front/dispatch.h"

static const struct limits *session_limits(const struct session *session)
{
    return &session->config->limits;
}

/* --- output --- */

void session_bye(struct session *session, enum status status, const char *text)
{
    if (session->closing)
        return;
    session->closing = true;
    struct session_outcome outcome = session_outcome(session, status);
    const struct status_reply *reply = status_reply(status);
    struct writer writer;
    writer_begin(&writer, &session->output, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, BYTES("*"));
    writer_atom(&writer, "BYE");
    if (reply->code[0] != '\0')
        writer_code(&writer, reply->code, outcome.has_number, outcome.number);
    writer_rest(&writer, text != NULL ? text : reply->text);
    /* Out of memory for a last word: the connection closes without it. */
    (void)!writer_end(&writer);
}

void session_append(struct session *session, struct bytes lines)
{
    if (session->closing || lines.size == 0)
        return;
    uint64_t most = session_limits(session)->output_bytes;
    if (session->output.size + lines.size > most ||
        buffer_append(&session->output, lines) != STATUS_OK)
        session_bye(session, STATUS_TIMEOUT, "answers are not taken");
}

static void append_ended(struct session *session, struct writer *writer)
{
    struct buffer *line = writer->out;
    if (writer_end(writer) == STATUS_OK)
        session_append(session, buffer_bytes(line));
    else
        session_bye(session, STATUS_SHUTDOWN, "out of memory");
    buffer_clear(line);
}

static const char *completion_word(enum completion completion)
{
    return completion == COMPLETION_OK ? "OK" : completion == COMPLETION_NO ? "NO" : "BAD";
}

static void completion_append(struct session *session, struct bytes tag,
                              const struct session_outcome *outcome)
{
    const struct status_reply *reply = status_reply(outcome->status);
    char code[128];
    snprintf(code, sizeof(code), "%s%s%s", reply->code, outcome->word[0] != '\0' ? " " : "",
             outcome->word);
    struct buffer line;
    buffer_init(&line, WRITER_LINE_BYTES + 2);
    struct writer writer;
    writer_begin(&writer, &line, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer_atom(&writer, completion_word(reply->completion));
    if (code[0] != '\0')
        writer_code(&writer, code, outcome->has_number, outcome->number);
    writer_rest(&writer, outcome->text != NULL ? outcome->text : reply->text);
    append_ended(session, &writer);
}

struct session_outcome session_outcome(const struct session *session, enum status status)
{
    const struct limits *limits = session_limits(session);
    struct frame_limits now;
    session_frame_limits(session, &now);
    struct session_outcome outcome = {.status = status, .has_number = true};
    if (status == STATUS_LIMIT_LINE)
        outcome.number = now.line_bytes;
    else if (status == STATUS_LIMIT_COMMAND)
        outcome.number = now.command_bytes;
    else if (status == STATUS_LIMIT_NESTING)
        outcome.number = now.nesting;
    else if (status == STATUS_LIMIT_LITERAL)
        outcome.number = now.literal_bytes;
    else if (status == STATUS_LIMIT_REPLY)
        outcome.number = limits->reply_bytes;
    else if (status == STATUS_TOO_BIG)
        outcome.number = limits->message_bytes;
    else if (status == STATUS_LIMIT_ERRORS)
        outcome.number = session->failures >= limits->authentication_failures
                             ? limits->authentication_failures
                             : limits->errors;
    else
        outcome.has_number = false;
    return outcome;
}

/* --- tags in flight --- */

static struct session_tag *tag_find(struct session *session, struct bytes tag)
{
    for (size_t i = session->tag_count; i > 0; i--) {
        struct session_tag *known = &session->tags[i - 1];
        if (memcmp(known->tag, tag.data, tag.size) == 0 && known->tag[tag.size] == '\0')
            return known;
    }
    return NULL;
}

bool session_tag_in_flight(struct session *session, struct bytes tag)
{
    return tag.size > 0 && tag.size <= TAG_LENGTH_MOST && tag_find(session, tag) != NULL;
}

enum status session_tag_begin(struct session *session, struct bytes tag, void *owner)
{
    assert(tag.size > 0 && tag.size <= TAG_LENGTH_MOST);
    if (session_tag_in_flight(session, tag))
        return STATUS_CLIENT_BUG;
    if (session->tag_count >= session_limits(session)->in_flight)
        return STATUS_LIMIT_IN_FLIGHT;
    if (session->tag_count == session->tag_capacity) {
        size_t capacity = session->tag_capacity == 0 ? 8 : session->tag_capacity * 2;
        struct session_tag *tags = realloc(session->tags, capacity * sizeof(*tags));
        if (tags == NULL)
            return STATUS_MEMORY;
        session->tags = tags;
        session->tag_capacity = capacity;
    }
    struct session_tag *entry = &session->tags[session->tag_count++];
    *entry = (struct session_tag){.owner = owner};
    memcpy(entry->tag, tag.data, tag.size);
    return STATUS_OK;
}

void session_tag_end(struct session *session, const char *tag)
{
    struct session_tag *entry = tag_find(session, bytes_of_text(tag));
    assert(entry != NULL);
    *entry = session->tags[--session->tag_count];
}

void session_complete(struct session *session, const char *tag,
                      const struct session_outcome *outcome)
{
    completion_append(session, bytes_of_text(tag), outcome);
    session_tag_end(session, tag);
}

/* A BAD under a tag that is in flight would end the first command for the client: it is untagged
 * (spec/cccp.md 2.11). */
void session_answer(struct session *session, struct bytes tag,
                    const struct session_outcome *outcome)
{
    bool bad = status_reply(outcome->status)->completion == COMPLETION_BAD;
    if (tag.size == 0 || (bad && session_tag_in_flight(session, tag)))
        tag = BYTES("*");
    if (status_reply(outcome->status)->completion == COMPLETION_BYE) {
        session_bye(session, outcome->status, outcome->text);
        return;
    }
    completion_append(session, tag, outcome);
    if (!bad)
        return;
    session->counters.errors++;
    if (++session->errors >= session_limits(session)->errors)
        session_bye(session, STATUS_LIMIT_ERRORS, NULL);
}
