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
struct content;     /* content.h: memfd or file, budget, digest */
struct transaction; /* transaction.h */

/* Who is at the other end. */
struct identity {
    enum role role;
    const struct config_client *client; /* NULL: anonymous */
    char name[64];                      /* of the client, or "anonymous" */
};

struct session_peer {
    bool private; /* TLS or Unix socket: PLAIN is allowed */
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
    enum status (*content_write)(void *owner, struct content *content, struct bytes octets);
    /* The command is abandoned before its end. */
    void (*content_drop)(void *owner, struct content **content);
    /* The content is complete: takes it over. Lines and completion come later through session_…
     * below. */
    enum status (*check)(void *owner, struct session *session, const struct command *command,
                         struct content **content);
    enum status (*result)(void *owner, struct session *session, const struct command *command);
    enum status (*cancel)(void *owner, struct session *session, struct bytes txn);
    enum status (*acknowledge)(void *owner, struct session *session, struct bytes txn);
    /* Writes "tag STATE txn (…)". */
    enum status (*state)(void *owner, struct session *session, struct bytes tag, struct bytes txn,
                         struct buffer *out);
    /* Writes "* HEALTH (…)"; detail only when authenticated. */
    enum status (*health)(void *owner, bool detail, struct buffer *out);
    /* Starts checking a password off the loop; session_authenticated() comes later, exactly once.
     */
    enum status (*verify)(void *owner, struct session *session, struct bytes name,
                          struct bytes password);
    /* Output is in session->output: send it. */
    void (*flush)(void *owner, struct session *session);
};

/* In-flight commands of this connection by tag. */
struct session_tag {
    char tag[TAG_LENGTH_MOST + 1];
    void *owner; /* the transaction's attachment */
};

struct session {
    const struct config *config; /* of the connection: a reload does not change it */
    const struct session_house *house;
    struct session_peer peer;
    struct identity identity;
    struct frame frame;
    struct buffer output;
    struct arena arena; /* of the current command */
    struct command command;
    struct content *content;
    uint64_t content_left;
    char fence[TAG_LENGTH_MOST + 1]; /* refused tag, "" when in step */
    struct session_tag *tags;        /* in flight */
    size_t tag_count, tag_capacity;
    unsigned errors, failures;
    uint64_t command_count; /* begun so far: the command deadline counts anew with each */
    bool authenticating; /* AUTHENTICATE waits for its response line or for the password's check */
    bool paused;         /* nothing is read until session_authenticated() */
    bool draining;
    bool closing; /* send output, then close */
    int state;
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
/* The owner answers: appends whole lines to the output, or completes a tag. */
enum status session_tag_begin(struct session *session, struct bytes tag, void *owner);
void session_complete(struct session *session, const char *tag, enum status status,
                      const char *text);
void session_tag_end(struct session *session, const char *tag);
/* True between commands: the idle deadline counts; else the command deadline. */
bool session_is_idle(const struct session *session);
/* A last word: "* BYE [code] text"; closing from now on. */
void session_bye(struct session *session, enum status status, const char *text);

#endif
