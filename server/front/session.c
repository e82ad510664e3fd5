/* Frames in, answers out (session.h; spec/cccp.md 2 and 4). What a command does stands in
 * dispatch.c. */
#include "server/front/session.h"

#include <stdlib.h>
#include <string.h>

#include "server/front/dispatch.h"
#include "server/front/identity.h"

enum { LAST_WORD_BYTES = 1024 }; /* room for a BYE behind a full output */

/* --- life --- */

static const struct limits *session_limits(const struct session *session)
{
    return &session->config->limits;
}

bool session_admitted(const struct session *session)
{
    const struct session_peer *peer = &session->peer;
    return session->identity.client != NULL || (peer->listener->anonymous && !peer->remote);
}

void session_frame_limits(const struct session *session, struct frame_limits *limits)
{
    const struct limits *all = session_limits(session);
    uint64_t command_bytes =
        session_admitted(session) ? all->command_bytes : all->command_before_auth_bytes;
    *limits = (struct frame_limits){.line_bytes = (size_t)all->line_bytes,
                                    .command_bytes = (size_t)command_bytes,
                                    .literal_bytes = (size_t)all->literal_bytes,
                                    .nesting = (unsigned)all->nesting};
}

void session_init(struct session *session, const struct config *config,
                  const struct session_house *house, const struct session_peer *peer)
{
    *session = (struct session){.config = config, .house = house, .peer = *peer};
    identity_set(&session->identity, NULL);
    struct frame_limits limits;
    session_frame_limits(session, &limits);
    frame_init(&session->frame, FRAME_OF_CLIENT, &limits);
    buffer_init(&session->output, (size_t)config->limits.output_bytes + LAST_WORD_BYTES);
    arena_init(&session->arena, (size_t)config->limits.command_bytes * 16 + 65536);
}

void session_clear(struct session *session)
{
    if (session->content != NULL)
        session->house->content_drop(session->house->owner, &session->content);
    frame_clear(&session->frame);
    buffer_clear(&session->output);
    arena_clear(&session->arena);
    free(session->tags);
    session->tags = NULL;
    session->tag_count = session->tag_capacity = 0;
}

bool session_is_idle(const struct session *session)
{
    return session->frame.at_start && !session->content_comes && !session->authenticating;
}

/* --- commands --- */

/* The bytes of a word that may stand in a code; anything else is left out. */
static void outcome_word(struct session_outcome *outcome, struct bytes word)
{
    if (word.size == 0 || word.size >= sizeof(outcome->word) || !is_atom(word))
        return;
    memcpy(outcome->word, word.data, word.size);
    outcome->word[word.size] = '\0';
}

static enum status command_read(struct session *session, bool content_follows,
                                struct session_outcome *outcome)
{
    struct command_problem problem = {.status = STATUS_OK};
    struct buffer *octets = &session->frame.buffer;
    arena_clear(&session->arena);
    session->command = (struct command){.verb = COMMAND_COUNT};
    enum status status =
        command_parse(octets->data, octets->size, (unsigned)session_limits(session)->nesting,
                      content_follows, &session->arena, &session->command, &problem);
    *outcome = session_outcome(session, status);
    if (status == STATUS_UNSUPPORTED || status == STATUS_BAD_ENVELOPE)
        outcome_word(outcome, problem.word);
    if (status != STATUS_OK)
        return status;
    session->counters.commands++;
    if (session_tag_in_flight(session, session->command.tag)) {
        *outcome = (struct session_outcome){.status = STATUS_CLIENT_BUG,
                                            .text = "a command with this tag is in flight"};
    } else if (!session_admitted(session) && !command_is_early(session->command.verb)) {
        *outcome =
            (struct session_outcome){.status = STATUS_NO_PERMISSION, .text = "authenticate first"};
    }
    return outcome->status;
}

/* Nothing but NOOP with the refused tag may follow a refused {n} (2.4). */
static bool fence_holds(struct session *session, enum status status)
{
    if (session->fence[0] == '\0')
        return false;
    const struct command *command = &session->command;
    if (status == STATUS_OK && command->verb == COMMAND_NOOP && command->has_token &&
        bytes_equal(command->token, bytes_of_text(session->fence))) {
        session->fence[0] = '\0';
        return false;
    }
    session_bye(session, STATUS_OUT_OF_STEP, NULL);
    return true;
}

/* The command ended with a {n} that was refused: the client may have sent the octets (2.4). */
static void fence_raise(struct session *session, struct bytes tag,
                        const struct session_outcome *outcome)
{
    if (!is_tag(tag)) {
        session_bye(session, STATUS_OUT_OF_STEP, "a literal without a tag");
        return;
    }
    memcpy(session->fence, tag.data, tag.size);
    session->fence[tag.size] = '\0';
    session_answer(session, tag, outcome);
}

/* {n+}: its octets must pass before the answer. */
static void content_refuse(struct session *session, const struct session_outcome *outcome)
{
    if (session->frame.literal_waits) {
        session->command_count++;
        fence_raise(session, frame_tag(&session->frame), outcome);
    } else {
        session->refusal = *outcome;
    }
    frame_refuse(&session->frame, outcome->status);
}

static void on_literal(struct session *session)
{
    if (session->fence[0] != '\0' || session->authenticating) {
        session_bye(session, STATUS_OUT_OF_STEP, NULL);
        return;
    }
    frame_accept(&session->frame);
    session_append(session, BYTES("+ go\r\n"));
}

static void content_receive(struct session *session, struct bytes *input)
{
    size_t size = session->content_left < input->size ? (size_t)session->content_left : input->size;
    struct bytes octets = bytes_slice(*input, 0, size);
    *input = bytes_slice(*input, size, input->size - size);
    session->content_left -= size;
    if (session->content != NULL && size > 0) {
        const struct session_house *house = session->house;
        enum status status = house->content_write(house->owner, session->content, octets);
        if (status != STATUS_OK) {
            session->refusal = session_outcome(session, status);
            house->content_drop(house->owner, &session->content);
        }
    }
    if (session->content_left == 0)
        frame_content_done(&session->frame);
}

static void on_content(struct session *session)
{
    if (session->fence[0] != '\0' || session->authenticating) {
        session_bye(session, STATUS_OUT_OF_STEP, NULL);
        return;
    }
    const struct session_house *house = session->house;
    struct frame *frame = &session->frame;
    struct session_outcome outcome;
    if (command_read(session, true, &outcome) == STATUS_OK) {
        uint64_t number = 0;
        outcome.status = house->announce(house->owner, session, &session->command,
                                         frame->literal_size, &session->content, &number);
        outcome.has_number = number > 0;
        outcome.number = number;
        if (outcome.status == STATUS_UNSUPPORTED)
            outcome_word(&outcome, BYTES("ACCEPT"));
    }
    if (outcome.status != STATUS_OK) {
        content_refuse(session, &outcome);
        return;
    }
    bool waits = frame->literal_waits;
    session->content_comes = true;
    session->content_left = frame->literal_size;
    session->refusal = outcome;
    frame_accept(frame);
    if (waits)
        session_append(session, BYTES("+ go\r\n"));
    if (session->content_left == 0)
        frame_content_done(frame);
}

/* The content and its CRLF are there. */
static void check_finish(struct session *session)
{
    const struct session_house *house = session->house;
    struct session_outcome outcome = session->refusal;
    session->content_comes = false;
    session->refusal = (struct session_outcome){.status = STATUS_OK};
    if (session->content != NULL)
        outcome = session_outcome(
            session, house->check(house->owner, session, &session->command, &session->content));
    if (session->content != NULL)
        house->content_drop(house->owner, &session->content);
    if (outcome.status != STATUS_OK)
        session_answer(session, session->command.tag, &outcome);
}

static void on_complete(struct session *session)
{
    if (session->authenticating) {
        authentication_respond(session, buffer_bytes(&session->frame.buffer));
        return;
    }
    if (session->content_comes) {
        check_finish(session);
        return;
    }
    struct session_outcome outcome;
    enum status status = command_read(session, false, &outcome);
    if (fence_holds(session, status))
        return;
    if (status == STATUS_OK)
        status = dispatch(session, &outcome);
    if (status != STATUS_MORE)
        session_answer(session, session->command.tag, &outcome);
}

/* A {n+} content was refused before, or the octets are wrong. */
static struct session_outcome bad_outcome(struct session *session)
{
    struct session_outcome outcome = session->refusal;
    if (outcome.status == STATUS_OK || outcome.status != session->frame.status)
        outcome = session_outcome(session, session->frame.status);
    session->refusal = (struct session_outcome){.status = STATUS_OK};
    return outcome;
}

static void on_bad(struct session *session)
{
    struct frame *frame = &session->frame;
    struct bytes tag = frame_tag(frame);
    struct session_outcome outcome = bad_outcome(session);
    session->content_comes = false;
    if (session->content != NULL)
        session->house->content_drop(session->house->owner, &session->content);
    if (session->fence[0] != '\0' || (session->authenticating && frame->refused)) {
        session_bye(session, STATUS_OUT_OF_STEP, NULL);
    } else if (frame->refused) {
        fence_raise(session, tag, &outcome);
    } else {
        session_answer(session,
                       session->authenticating ? bytes_of_text(session->authenticate) : tag,
                       &outcome);
        session->authenticating = false;
    }
    if (frame->fatal)
        session_bye(session, outcome.status, NULL);
}

static bool session_step(struct session *session, struct bytes *input)
{
    if (session->content_left > 0) {
        content_receive(session, input);
        return input->size > 0;
    }
    switch (frame_step(&session->frame, input)) {
    case FRAME_MORE:
        return false;
    case FRAME_COMPLETE:
        session->command_count += !session->authenticating;
        on_complete(session);
        break;
    case FRAME_LITERAL:
        on_literal(session);
        break;
    case FRAME_CONTENT:
        on_content(session);
        break;
    case FRAME_BAD:
        session->command_count += !session->authenticating;
        on_bad(session);
        break;
    }
    return true;
}

/* Between commands a connection keeps nothing of the last one: most of them are idle. */
static void session_rest(struct session *session)
{
    arena_clear(&session->arena);
    session->command = (struct command){.tag = {NULL, 0}};
    buffer_clear(&session->frame.buffer);
}

size_t session_receive(struct session *session, struct bytes octets)
{
    struct bytes input = octets;
    while (!session->paused && !session->closing && session_step(session, &input))
        ;
    if (session_is_idle(session))
        session_rest(session);
    return octets.size - input.size;
}
