/* Writes commands: the client's side of spec/cccp.md 5. */
#include "protocol/command.h"

static void begin(struct writer *writer, struct buffer *out, const char *tag,
                  enum command_verb verb)
{
    writer_begin(writer, out, WRITER_LITERAL_PLUS, WRITER_LINE_BYTES, bytes_of_text(tag));
    writer_atom(writer, command_word(verb));
}

static void write_atom_or_string(struct writer *writer, const char *text)
{
    if (is_atom(bytes_of_text(text)))
        writer_atom(writer, text);
    else
        writer_text(writer, text);
}

static void write_given(struct writer *writer, const char *key, const char *text)
{
    if (text)
        writer_pair_string(writer, key, bytes_of_text(text));
}

static void write_envelope(struct writer *writer, const struct check_request *request)
{
    writer_open(writer);
    write_given(writer, "SENDER", request->sender);
    if (request->client_address) {
        writer_atom(writer, "CLIENT");
        writer_open(writer);
        writer_text(writer, request->client_address);
        writer_number(writer, request->client_port);
        writer_close(writer);
    }
    write_given(writer, "NAME", request->client_name);
    write_given(writer, "HELO", request->helo);
    write_given(writer, "QUEUEID", request->queue_id);
    write_given(writer, "LOGIN", request->login);
    writer_close(writer);
}

static void write_recipients(struct writer *writer, const struct check_request *request)
{
    writer_open(writer);
    for (size_t i = 0; i < request->recipient_count; i++) {
        writer_open(writer);
        writer_number(writer, i + 1);
        writer_text(writer, request->recipients[i]);
        writer_close(writer);
    }
    writer_close(writer);
}

/* Words with SP between them. */
static void write_accept(struct writer *writer, const char *words)
{
    struct bytes text = bytes_of_text(words);
    writer_atom(writer, "ACCEPT");
    writer_open(writer);
    for (size_t at = 0; at < text.size;) {
        size_t end = bytes_find(text, at, ' ');
        if (end > at)
            writer_atom_bytes(writer, bytes_slice(text, at, end - at));
        at = end + 1;
    }
    writer_close(writer);
}

static void write_options(struct writer *writer, const struct check_request *request)
{
    writer_open(writer);
    if (request->deadline_s > 0)
        writer_pair_number(writer, "DEADLINE", request->deadline_s);
    if (request->progress_s > 0)
        writer_pair_number(writer, "PROGRESS", request->progress_s);
    if (request->explain)
        writer_pair_atom(writer, "EXPLAIN", "YES");
    if (request->dry_run)
        writer_pair_atom(writer, "DRYRUN", "YES");
    if (request->accept)
        write_accept(writer, request->accept);
    writer_close(writer);
}

enum status command_write_check(struct buffer *out, const char *tag,
                                const struct check_request *request, bool content_waits)
{
    struct writer writer;
    begin(&writer, out, tag, COMMAND_CHECK);
    write_atom_or_string(&writer, request->txn);
    write_atom_or_string(&writer, request->channel);
    write_envelope(&writer, request);
    write_recipients(&writer, request);
    write_options(&writer, request);
    writer_announce(&writer, request->size, content_waits);
    return writer_end(&writer);
}

enum status command_write(struct buffer *out, const char *tag, enum command_verb verb,
                          const char *argument)
{
    struct writer writer;
    begin(&writer, out, tag, verb);
    if (argument)
        writer_text(&writer, argument);
    return writer_end(&writer);
}

enum status command_write_result(struct buffer *out, const char *tag, const char *txn,
                                 uint64_t wait_s)
{
    struct writer writer;
    begin(&writer, out, tag, COMMAND_RESULT);
    write_atom_or_string(&writer, txn);
    if (wait_s > 0) {
        writer_open(&writer);
        writer_pair_number(&writer, "WAIT", wait_s);
        writer_close(&writer);
    }
    return writer_end(&writer);
}

enum status command_write_authenticate(struct buffer *out, const char *tag, const char *mechanism,
                                       const char *initial_base64)
{
    enum { AUTHENTICATE_LINE_BYTES = 8192 };
    struct writer writer;
    writer_begin(&writer, out, WRITER_LITERAL_PLUS, AUTHENTICATE_LINE_BYTES, bytes_of_text(tag));
    writer_atom(&writer, command_word(COMMAND_AUTHENTICATE));
    writer_atom(&writer, mechanism);
    if (initial_base64)
        writer_rest(&writer, initial_base64);
    return writer_end(&writer);
}
