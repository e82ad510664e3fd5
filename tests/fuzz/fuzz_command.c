/* Commands. The first octet says whether a content follows, the rest is the command. Oracle: what
 * parses and is written again parses to the same; a problem lies inside the octets; the arena keeps
 * its limit. */
#include <stdlib.h>
#include <string.h>

#include "protocol/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20, OUT_BYTES = 1 << 22, NESTING = 8 };

static void write_given(struct writer *writer, const char *key, struct bytes text)
{
    if (text.size > 0)
        writer_pair_string(writer, key, text);
}

static void write_envelope(struct writer *writer, const struct envelope *envelope)
{
    writer_open(writer);
    if (envelope->has_sender)
        writer_pair_string(writer, "SENDER", envelope->sender);
    if (envelope->client_address.data) {
        writer_atom(writer, "CLIENT");
        writer_open(writer);
        writer_string(writer, envelope->client_address);
        writer_number(writer, envelope->client_port);
        writer_close(writer);
    }
    write_given(writer, "NAME", envelope->client_name);
    write_given(writer, "HELO", envelope->helo);
    write_given(writer, "QUEUEID", envelope->queue_id);
    write_given(writer, "LOGIN", envelope->login);
    write_given(writer, "PROTOCOL", envelope->protocol);
    write_given(writer, "BODY", envelope->body);
    writer_close(writer);
}

static void write_options(struct writer *writer, const struct check_options *options)
{
    writer_open(writer);
    writer_pair_number(writer, "DEADLINE", options->deadline_s);
    writer_pair_number(writer, "PROGRESS", options->progress_s);
    writer_pair_atom(writer, "EXPLAIN", options->explain ? "YES" : "NO");
    if (options->has_accept) {
        writer_atom(writer, "ACCEPT");
        writer_open(writer);
        for (int i = 0; i < DISPOSITION_COUNT; i++) {
            if (options->accept & 1u << i)
                writer_atom(writer, disposition_word(i));
        }
        writer_close(writer);
    }
    writer_close(writer);
}

static void write_check(struct writer *writer, const struct command *command)
{
    writer_string(writer, command->txn);
    writer_atom_bytes(writer, command->channel);
    write_envelope(writer, &command->envelope);
    writer_open(writer);
    for (size_t i = 0; i < command->recipient_count; i++) {
        writer_open(writer);
        writer_number(writer, command->recipients[i].id);
        writer_string(writer, command->recipients[i].address);
        writer_close(writer);
    }
    writer_close(writer);
    write_options(writer, &command->options);
}

static void write_command(struct writer *writer, const struct command *command)
{
    writer_atom(writer, command_word(command->verb));
    if (command->verb == COMMAND_CHECK)
        write_check(writer, command);
    if (command->verb == COMMAND_NOOP && command->has_token)
        writer_string(writer, command->token);
    if (command->verb == COMMAND_RESULT || command->verb == COMMAND_CANCEL)
        writer_string(writer, command->txn);
    if (command->verb == COMMAND_RESULT) {
        writer_open(writer);
        writer_pair_number(writer, "WAIT", command->wait_s);
        writer_close(writer);
    }
    for (size_t i = 0; i < command->txn_count; i++)
        writer_string(writer, command->txns[i]);
    if (command->verb == COMMAND_ID)
        writer_nil(writer);
}

static bool same_envelope(const struct envelope *a, const struct envelope *b)
{
    return a->has_sender == b->has_sender && bytes_equal(a->sender, b->sender) &&
           bytes_equal(a->client_address, b->client_address) && a->client_port == b->client_port &&
           bytes_equal(a->client_name, b->client_name) && bytes_equal(a->helo, b->helo) &&
           bytes_equal(a->queue_id, b->queue_id) && bytes_equal(a->login, b->login) &&
           bytes_equal(a->protocol, b->protocol) && bytes_equal(a->body, b->body);
}

static bool same_lists(const struct command *a, const struct command *b)
{
    bool same = a->recipient_count == b->recipient_count && a->txn_count == b->txn_count;
    for (size_t i = 0; same && i < a->recipient_count; i++)
        same = a->recipients[i].id == b->recipients[i].id &&
               bytes_equal(a->recipients[i].address, b->recipients[i].address);
    for (size_t i = 0; same && i < a->txn_count; i++)
        same = bytes_equal(a->txns[i], b->txns[i]);
    return same;
}

static bool same_command(const struct command *a, const struct command *b)
{
    return bytes_equal(a->tag, b->tag) && a->verb == b->verb && bytes_equal(a->txn, b->txn) &&
           bytes_equal(a->channel, b->channel) && same_envelope(&a->envelope, &b->envelope) &&
           same_lists(a, b) && a->options.deadline_s == b->options.deadline_s &&
           a->options.progress_s == b->options.progress_s &&
           a->options.explain == b->options.explain && a->options.accept == b->options.accept &&
           a->options.has_accept == b->options.has_accept && a->wait_s == b->wait_s &&
           a->has_token == b->has_token && bytes_equal(a->token, b->token);
}

/* Mechanisms and their responses are no tokens of the writer: those commands are not written. */
static void write_again(const struct command *command, bool content_follows)
{
    struct buffer out;
    struct writer writer;
    struct arena arena;
    struct command again;
    struct command_problem problem;
    if (command->verb == COMMAND_AUTHENTICATE)
        return;
    buffer_init(&out, OUT_BYTES);
    arena_init(&arena, ARENA_BYTES);
    writer_begin(&writer, &out, WRITER_LITERAL_PLUS, WRITER_LINE_BYTES, command->tag);
    write_command(&writer, command);
    enum status written = writer_end(&writer);
    if (written != STATUS_OK && written != STATUS_LIMIT_LINE)
        abort();
    if (content_follows && written == STATUS_OK)
        memcpy(out.data + --out.size - 1, " ", 1);
    else
        out.size -= written == STATUS_OK ? 2 : 0;
    if (written == STATUS_OK && (command_parse(out.data, out.size, NESTING, content_follows, &arena,
                                               &again, &problem) != STATUS_OK ||
                                 !same_command(command, &again)))
        abort();
    buffer_clear(&out);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct command command;
    struct command_problem problem = {0};
    if (size < 1)
        return 0;
    bool content_follows = data[0] & 1;
    uint8_t *octets = malloc(size);
    if (!octets)
        abort();
    memcpy(octets, data + 1, size - 1);
    arena_init(&arena, ARENA_BYTES);
    enum status status =
        command_parse(octets, size - 1, NESTING, content_follows, &arena, &command, &problem);
    if (status == STATUS_OK)
        write_again(&command, content_follows);
    else if (problem.status != status || problem.offset > size - 1 || !problem.expected)
        abort();
    if (arena.used > ARENA_BYTES)
        abort();
    arena_clear(&arena);
    free(octets);
    return 0;
}
