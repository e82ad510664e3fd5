/* When the time of a connection is over (spec/cccp.md 4.5): one function, from what the connection
 * is doing to a point in time. */
#include "server/front/connection.h"
#include "server/front/content.h"
#include "server/front/dispatch.h"

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The command has an absolute deadline from its first octet; a content adds what its size takes at
 * the slowest rate. */
static uint64_t command_due_ms(const struct connection *connection)
{
    const struct limits *limits = &connection->config->limits;
    uint64_t due = connection->command_ms + limits->command_ms;
    if (connection->session.content != NULL)
        due += connection->session.content->size * 1000 / limits->rate_bytes;
    return due;
}

static bool must_authenticate(const struct connection *connection)
{
    return !session_admitted(&connection->session);
}

static uint64_t open_due_ms(const struct connection *connection)
{
    const struct limits *limits = &connection->config->limits;
    const struct session *session = &connection->session;
    uint64_t due = UINT64_MAX;
    if (must_authenticate(connection))
        due = connection->since_ms + limits->authentication_ms;
    if (connection->eof) /* looks whether the peer is still there: it cannot be read any more */
        return sooner(due, uv_now(connection->all->loop) + WHEEL_TICK_MS);
    if (session->paused || session->closing)
        return due;
    if (!session_is_idle(session))
        return sooner(due, command_due_ms(connection));
    if (session->tag_count == 0)
        return sooner(due, connection->active_ms + limits->idle_ms);
    return due;
}

uint64_t connection_due_ms(const struct connection *connection)
{
    const struct limits *limits = &connection->config->limits;
    uint64_t due = UINT64_MAX;
    if (connection->write != NULL)
        due = connection->write_ms + limits->write_ms;
    if (connection->all->stopping)
        due = sooner(due, connection->all->stop_ms + ENDING_MS);
    switch (connection->state) {
    case CONNECTION_PROXY:
    case CONNECTION_HANDSHAKE:
        return sooner(due, connection->since_ms + limits->handshake_ms);
    case CONNECTION_OPEN:
        return sooner(due, open_due_ms(connection));
    case CONNECTION_ENDING:
        return sooner(due, connection->since_ms + ENDING_MS);
    case CONNECTION_CLOSED:
        break;
    }
    return UINT64_MAX;
}
