/* Plays a conversation of transcript.h over a socket. The octets between two expectations travel in
 * one piece, one by one, or in random pieces; the answers must be the same. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clients/cccpc/transcript.h"
#include "clients/libcccp/address.h"
#include "protocol/frame.h"

enum { WAIT_MS = 10000, REPLY_MOST = 33554432, PIECE_MOST = 64 };

struct player {
    const struct transcript *transcript;
    const struct conversation *conversation;
    FILE *problems;
    enum cut cut;
    unsigned seed;
    int fd;
    struct frame frame;
    uint8_t octets[16384];
    struct bytes input;
    bool has_reply; /* frame.buffer holds one that no step has taken */
};

/* What happened where, and what the server said. */
static bool differs(struct player *player, const struct step *step, const char *what)
{
    unsigned line = step ? step->line : player->conversation->line;
    fprintf(player->problems, "%s:%u: case %s: %s\n", player->transcript->path, line,
            player->conversation->title, what);
    if (step && step->kind >= STEP_EXPECT && step->kind <= STEP_EXPECT_ALL) {
        fprintf(player->problems, "  want: ");
        for (size_t i = 0; i < step->octets.size; i++)
            fprintf(player->problems, step->octets.data[i] ? "%c" : "...", step->octets.data[i]);
        fputc('\n', player->problems);
    }
    if (player->has_reply)
        fprintf(player->problems, "  came: %.*s\n", (int)player->frame.buffer.size,
                (const char *)player->frame.buffer.data);
    return false;
}

static int dial(const char *address)
{
    struct address_list *list AUTO(address_list_free) = NULL;
    char error[256];
    if (address_list_new(address, &list, error, sizeof(error)) != CCCP_OK)
        return -1;
    for (int fd = address_list_connect(list); fd >= 0; fd = address_list_connect(list)) {
        struct pollfd waits = {.fd = fd, .events = POLLOUT};
        int reason = 0;
        socklen_t size = sizeof(reason);
        if (poll(&waits, 1, WAIT_MS) == 1 &&
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &size) == 0 && reason == 0)
            return fd;
        close(fd);
    }
    return -1;
}

/* A server that has closed already is no failure here: what comes next tells. */
static bool send_all(struct player *player, struct bytes octets)
{
    while (octets.size > 0) {
        struct pollfd waits = {.fd = player->fd, .events = POLLOUT};
        ssize_t sent = send(player->fd, octets.data, octets.size, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
            return true;
        if (sent < 0 && (errno != EAGAIN || poll(&waits, 1, WAIT_MS) != 1))
            return false;
        if (sent > 0)
            octets = bytes_slice(octets, (size_t)sent, octets.size);
    }
    return true;
}

static bool send_cut(struct player *player, struct bytes octets)
{
    while (octets.size > 0) {
        size_t piece = octets.size;
        if (player->cut == CUT_EVERY)
            piece = 1;
        else if (player->cut == CUT_RANDOM)
            piece = 1 + (size_t)rand_r(&player->seed) % PIECE_MOST;
        struct bytes now = bytes_slice(octets, 0, piece);
        if (!send_all(player, now))
            return false;
        octets = bytes_slice(octets, now.size, octets.size);
    }
    return true;
}

/* All sends up to the next expectation are one run of octets. */
static bool send_run(struct player *player, size_t *at)
{
    const struct conversation *conversation = player->conversation;
    struct buffer run AUTO(buffer_clear);
    buffer_init(&run, SIZE_MAX / 2);
    for (; *at < conversation->step_count && conversation->steps[*at].kind == STEP_SEND; ++*at) {
        if (buffer_append(&run, conversation->steps[*at].octets) != STATUS_OK)
            return false;
    }
    return send_cut(player, buffer_bytes(&run));
}

enum turn { TURN_REPLY, TURN_CLOSED, TURN_FAILED };

/* Waits for octets: true with some; *turn says why not. */
static bool receive(struct player *player, enum turn *turn)
{
    struct pollfd waits = {.fd = player->fd, .events = POLLIN};
    *turn = TURN_FAILED;
    if (poll(&waits, 1, WAIT_MS) != 1)
        return false;
    ssize_t size = recv(player->fd, player->octets, sizeof(player->octets), 0);
    if (size > 0) {
        player->input = (struct bytes){player->octets, (size_t)size};
        return true;
    }
    if (size == 0 || errno == ECONNRESET)
        *turn = TURN_CLOSED;
    return false;
}

static enum turn reply_wait(struct player *player)
{
    enum turn turn = TURN_REPLY;
    while (!player->has_reply) {
        if (player->input.size == 0 && !receive(player, &turn))
            return turn;
        enum frame_event event = frame_step(&player->frame, &player->input);
        if (event == FRAME_COMPLETE)
            player->has_reply = true;
        else if (event != FRAME_MORE)
            return TURN_FAILED;
    }
    return TURN_REPLY;
}

static bool reply_matches(const struct player *player, const struct step *step)
{
    return pattern_matches(step->octets, buffer_bytes(&player->frame.buffer));
}

static bool expect(struct player *player, const struct step *step)
{
    enum turn turn = reply_wait(player);
    if (turn != TURN_REPLY)
        return differs(player, step, turn == TURN_CLOSED ? "the server closed"
                                                         : "no reply in time, or a broken one");
    if (!reply_matches(player, step))
        return step->kind == STEP_EXPECT_ANY || differs(player, step, "another reply");
    player->has_reply = false;
    return true;
}

/* Takes replies as long as they match. */
static bool expect_any(struct player *player, const struct step *step)
{
    do {
        if (!expect(player, step))
            return false;
    } while (!player->has_reply);
    return true;
}

/* Neighbouring S& lines: each matches one reply. */
static bool expect_all(struct player *player, size_t *at)
{
    const struct conversation *conversation = player->conversation;
    size_t end = *at;
    while (end < conversation->step_count && conversation->steps[end].kind == STEP_EXPECT_ALL)
        end++;
    bool *taken = calloc(end - *at + 1, sizeof(*taken));
    bool ok = taken != NULL;
    for (size_t turn = *at; ok && turn < end; turn++) {
        size_t found = end;
        ok = reply_wait(player) == TURN_REPLY;
        for (size_t i = *at; ok && i < end && found == end; i++) {
            if (!taken[i - *at] && reply_matches(player, &conversation->steps[i]))
                found = i;
        }
        if (ok && found < end)
            taken[found - *at] = true;
        ok = ok && found < end;
        player->has_reply = player->has_reply && !ok;
    }
    free(taken);
    if (!ok)
        return differs(player, &conversation->steps[*at], "none of these replies");
    *at = end;
    return true;
}

static bool expect_end(struct player *player, const struct step *step)
{
    enum turn turn = reply_wait(player);
    return turn == TURN_CLOSED || differs(player, step, "the server did not close here");
}

static bool step_play(struct player *player, size_t *at)
{
    const struct step *step = &player->conversation->steps[*at];
    switch (step->kind) {
    case STEP_SEND:
        return send_run(player, at) || differs(player, step, "the server does not read");
    case STEP_EXPECT_ALL:
        return expect_all(player, at);
    case STEP_EXPECT:
        ++*at;
        return expect(player, step);
    case STEP_EXPECT_ANY:
        ++*at;
        return expect_any(player, step);
    case STEP_EOF:
        ++*at;
        return expect_end(player, step);
    case STEP_SHUT:
        ++*at;
        return shutdown(player->fd, SHUT_WR) == 0 || differs(player, step, "already closed");
    }
    return false;
}

bool conversation_play(const struct transcript *transcript,
                       const struct conversation *conversation, const char *address, enum cut cut,
                       unsigned seed, FILE *problems)
{
    static const struct frame_limits limits = {
        .line_bytes = 65536, .command_bytes = REPLY_MOST, .literal_bytes = REPLY_MOST,
        .nesting = 16};
    struct player player = {.transcript = transcript,
                            .conversation = conversation,
                            .problems = problems,
                            .cut = cut,
                            .seed = seed};
    bool ok = true;
    player.fd = dial(address);
    if (player.fd < 0)
        return differs(&player, NULL, "the server cannot be reached");
    frame_init(&player.frame, FRAME_OF_SERVER, &limits);
    for (size_t at = 0; ok && at < conversation->step_count;)
        ok = step_play(&player, &at);
    frame_clear(&player.frame);
    close(player.fd);
    return ok;
}
