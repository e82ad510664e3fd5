/* One connection's conversation: octets in, octets out, no I/O, no clock, no libuv (so that tests
 * and fuzzers can drive it). The connection feeds it and sends what it wrote; the transactions
 * behind it are reached through a table.
 *
 *     greeting ─→ command ⇄ content ─→ … ─LOGOUT, fatal error, drain→ closing
 *     after a refused {n}: fence (only NOOP with the refused tag, or the connection ends) */
#ifndef SERVER_FRONT_SESSION_H
#define SERVER_FRONT_SESSION_H

#include "protocol/command.h"
#include "protocol/frame.h"
#include "protocol/reply.h"
#include "server/config/config.h"

struct session;
struct content; /* content.h: memfd or file, budget, digest */
struct scope;   /* scope.h: whose transactions a peer sees */

/* Who is at the other end. */
struct identity {
    enum role role;
    const struct config_client *client; /* NULL: anonymous */
    char name[64];                      /* of the client, or "anonymous" */
};

/* What happened since the house last counted it (metrics.h). */
struct session_counters {
    uint64_t commands, errors, failures;
};

struct session_peer {
    bool private; /* TLS or Unix socket: PLAIN is allowed */
    bool remote;  /* not on this machine, perhaps behind a proxy: never anonymous */
    bool has_uid;
    uint32_t uid;
    const char *certificate_name;        /* verified subject common name, or NULL */
    const char *certificate_fingerprint; /* SHA-256 hex of the verified certificate, or NULL */
    const struct config_listener *listener;
    const char *address; /* for the log: "192.0.2.1:4711", "unix:uid=0" */
};

/* What the session needs from the house. All calls come on the loop thread. */
struct session_house {
    void *owner;
    /* A CHECK whose content is announced: may it come? OK: *content is where its octets go. Else
     * the refusal; *number for its code ([TOOBIG n]). */
    enum status (*announce)(void *owner, struct session *session, const struct command *command,
                            uint64_t size, struct content **content, uint64_t *number);
    /* Not OK: the check ends with this status; what still comes of the content is swallowed. */
    enum status (*content_write)(void *owner, struct content *content, struct bytes octets);
    /* The command is abandoned before its end. */
    void (*content_drop)(void *owner, struct content **content);
    /* The content is complete: takes it over. OK: lines and completion come through session_…
     * below, now or later. Else the session completes the command. The same for result(). */
    enum status (*check)(void *owner, struct session *session, const struct command *command,
                         struct content **content);
    enum status (*result)(void *owner, struct session *session, const struct command *command);
    enum status (*cancel)(void *owner, struct session *session, struct bytes txn);
    enum status (*acknowledge)(void *owner, struct session *session, struct bytes txn);
    /* Writes "tag STATE txn (…)". */
    enum status (*state)(void *owner, struct session *session, struct bytes tag, struct bytes txn,
                         struct buffer *out);
    /* Writes "* HEALTH (…)"; detail only for those who may check. */
    enum status (*health)(void *owner, bool detail, struct buffer *out);
    /* Starts checking a password off the loop; session_authenticated() comes later, exactly once.
     */
    enum status (*verify)(void *owner, struct session *session, struct bytes name,
                          struct bytes password);
    /* There is output, and session_authenticated() is through: reading goes on. */
    void (*flush)(void *owner, struct session *session);
};

/* In-flight commands of this connection by tag. */
struct session_tag {
    char tag[TAG_LENGTH_MOST + 1];
    void *owner; /* the house's attachment */
};

/* How a command ends: the status, and what stands behind its code: [TOOBIG 100], [UNSUPPORTED X].
 */
struct session_outcome {
    enum status status;
    bool has_number;
    uint64_t number;
    char word[33];
    const char *text; /* NULL: the table's */
};

struct session {
    /* the connection's life */
    const struct config *config; /* of the connection: a reload does not change it */
    const struct session_house *house;
    struct session_peer peer;
    struct identity identity;
    struct frame frame;
    struct buffer output;
    struct session_tag *tags; /* in flight */
    size_t tag_count, tag_capacity;
    unsigned errors, failures;
    uint64_t command_count;           /* ended so far: the command deadline counts anew with each */
    struct session_counters counters; /* the house takes them and sets them to 0 */
    struct scope *scope;              /* the house's own, of an anonymous peer */
    bool draining; /* the connection says BYE [SHUTDOWN] once nothing is in flight */
    bool closing;  /* send output, then close; what comes in is not looked at any more */
    /* the current command */
    struct arena arena;
    struct command command;
    struct session_outcome refusal; /* of a {n+} that is being swallowed */
    struct content *content;
    uint64_t content_left;
    bool content_comes; /* from "+" to the end of the command */
    /* between commands */
    char fence[TAG_LENGTH_MOST + 1];        /* refused tag, "" when in step */
    char authenticate[TAG_LENGTH_MOST + 1]; /* tag of an AUTHENTICATE under way, or "" */
    bool authenticating;                    /* it is set */
    bool external;                          /* its mechanism: else PLAIN */
    bool paused;                            /* nothing is read until session_authenticated() */
};

void session_init(struct session *session, const struct config *config,
                  const struct session_house *house, const struct session_peer *peer);
void session_clear(struct session *session);
/* Writes the greeting (or a BYE and closing). draining: BYE [DRAINING]. */
void session_greet(struct session *session, bool draining);
/* Eats octets, all of them unless it is paused or closing; returns how many. */
size_t session_receive(struct session *session, struct bytes octets);
/* The password's check ended (client NULL: failed). Reading goes on. */
void session_authenticated(struct session *session, const struct config_client *client);
/* True between commands: the idle deadline counts (while tag_count is 0); else the command
 * deadline, which grows with the content while content_comes. */
bool session_is_idle(const struct session *session);
/* A last word: "* BYE [code] text"; closing from now on. text NULL: the table's. */
void session_bye(struct session *session, enum status status, const char *text);

/* For the house. A tag is in flight from begin to end; CLIENT_BUG when it is already,
 * LIMIT_IN_FLIGHT, MEMORY. */
MUST_CHECK enum status session_tag_begin(struct session *session, struct bytes tag, void *owner);
/* Appends whole lines; nothing once it is closing. More than limits.output_bytes: TIMEOUT. */
void session_append(struct session *session, struct bytes lines);
/* Completes a tag that is in flight, and ends it. text NULL: the table's. */
void session_complete(struct session *session, const char *tag,
                      const struct session_outcome *outcome);
/* Ends a tag whose completion was appended (or will never be sent). */
void session_tag_end(struct session *session, const char *tag);

#endif
