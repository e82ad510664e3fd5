/* A connection: a stream of the loop, TLS where the listener says so, and a session. Bounded
 * buffers: what arrives goes through one shared buffer, what leaves is written at once or stands in
 * one queued write; reading stops while too much waits to leave.
 *
 *     proxy ─header→ handshake ─TLS→ open ─closing, all is sent→ ending ─their end, 2 s→ closed
 *     (proxy and handshake only where the listener asks)          any ─lost, too slow→ closed
 *
 * Facts are noted where they appear (read, written, flushed) and the connection is put into the
 * ring `pending`; what follows from them is decided in connection_advance(), once before the loop
 * waits. So a house may flush from anywhere, and many answers leave in one write. */
#ifndef SERVER_FRONT_CONNECTION_H
#define SERVER_FRONT_CONNECTION_H

#include <uv.h>

#include "server/crypto/tls.h"
#include "server/front/census.h"
#include "server/front/house.h"
#include "server/front/peer.h"
#include "server/front/proxy.h"
#include "server/front/wheel.h"

enum {
    READ_BYTES = 65536,         /* of the shared buffer: one read */
    TLS_PIECE_BYTES = 16384,    /* one record */
    OUTPUT_HIGH_BYTES = 262144, /* reading stops above it */
    OUTPUT_LOW_BYTES = 65536,   /* and goes on below it */
    ENDING_MS = 2000,           /* for the peer to take our last words and close */
};

enum connection_state {
    CONNECTION_PROXY,
    CONNECTION_HANDSHAKE,
    CONNECTION_OPEN,
    CONNECTION_ENDING,
    CONNECTION_CLOSED
};

/* All connections of the process, and what they share. Loop thread only. */
struct connections {
    uv_loop_t *loop;
    struct house *house;
    uv_prepare_t prepare; /* serves `pending` before the loop waits */
    uv_timer_t timer;     /* turns the wheel; runs while there is a connection */
    struct wheel wheel;
    struct census census;
    struct link open;    /* struct connection.link */
    struct link pending; /* struct connection.pending */
    size_t count;        /* until freed */
    size_t most;         /* what the descriptors of the process suffice for */
    bool draining, stopping;
    uint64_t stop_ms;    /* when stopping began */
    unsigned handles;    /* prepare and timer, until closed */
    uint64_t refused_ms; /* when a refusal was last logged */
    uint64_t refused;    /* since then */
    void *owner;
    void (*stopped)(void *owner);
    uint8_t octets[READ_BYTES];
    uint8_t plain[TLS_PIECE_BYTES];
};

MUST_CHECK enum status connections_new(uv_loop_t *loop, struct house *house,
                                       struct connections **connections);
/* After stopped was called, or when it was never used. */
void connections_free(struct connections **connections);
/* What a new connection of one listening socket needs; copied, config counted. */
struct entrance {
    struct config *config;
    const struct config_listener *row;
    struct tls_context *tls; /* NULL: none */
};
/* Takes the connection that waits at server (a uv_connection_cb with status 0). */
void connections_accept(struct connections *connections, uv_stream_t *server,
                        const struct entrance *entrance);
/* New ones are greeted BYE [DRAINING]; open ones are told, and end when nothing is in flight. */
void connections_drain(struct connections *connections);
/* All end; stopped is called when the last handle is gone. */
void connections_stop(struct connections *connections, void *owner, void (*stopped)(void *owner));
/* A connection is refused, or was no good: counted, and said now and then. */
void connections_refused(struct connections *connections, const char *why);
/* A connection is freed: the last one of a stopped house takes the shared handles along. */
void connections_forget(struct connections *connections);

/* What is written, with its octets, until the stream has taken them. */
struct connection_write {
    uv_write_t request;
    struct buffer octets;
};

struct connection {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } io;
    struct connections *all;
    struct link link;    /* all->open */
    struct link pending; /* all->pending */
    struct wheel_entry deadline;
    struct config *config;
    const struct config_listener *row;
    struct peer peer;
    char address[PEER_TEXT_BYTES];
    struct proxy *proxy; /* while its header is awaited */
    struct tls *tls;
    enum connection_state state;
    bool reading, eof, counted; /* counted: in the census */
    const char *lost;           /* why it must be closed at once; static text */
    uint64_t since_ms;          /* of this state */
    uint64_t active_ms;         /* last octet in or out */
    uint64_t command_ms;        /* first octet of the current command */
    uint64_t command_number;    /* session.command_count then */
    struct buffer rest;         /* what a paused session did not take */
    struct connection_write *write;
    size_t write_left;      /* of the queued write, when progress was last seen */
    uint64_t write_ms;      /* when that was */
    struct session session; /* from state open on */
};

/* connection.c, for connections.c */
struct connection *connection_new(struct connections *all, const struct entrance *entrance,
                                  bool is_pipe);
void connection_start(struct connection *connection);
/* Puts it into the ring of those to be advanced. */
void connection_wake(struct connection *connection);
void connection_advance(struct connection *connection);
void connection_drain(struct connection *connection);
void connection_stop(struct connection *connection);
void connection_close(struct connection *connection, const char *why);
void on_connection_due(struct wheel_entry *entry);

/* output.c: what leaves. */
/* Everything that waits is written or queued; sets lost when the stream or TLS has failed. */
void connection_send(struct connection *connection);
/* Octets that have not been taken by the peer's kernel. */
size_t connection_unsent(const struct connection *connection);

/* patience.c: when the time of a connection is over. UINT64_MAX: never. */
uint64_t connection_due_ms(const struct connection *connection);

#endif
