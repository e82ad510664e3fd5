/* Why something did not work, and whose fault it is (style 4). One list; the names, the texts and
 * the reply table (status_reply) are made from it. The reply table is the only place that says what
 * a client is told (spec/cccp.md, "Completion codes"). */
#ifndef PROTOCOL_STATUS_H
#define PROTOCOL_STATUS_H

#define MUST_CHECK __attribute__((warn_unused_result))

/* How a command ends. BYE also ends the connection. */
enum completion { COMPLETION_OK, COMPLETION_NO, COMPLETION_BAD, COMPLETION_BYE };

/* What the client must do with the message (spec/cccp.md, "Duties"). */
enum duty {
    DUTY_NONE,  /* nothing is wrong */
    DUTY_RETRY, /* temporary: keep the message, try again later, another member first */
    DUTY_ASIDE, /* permanent for this message: never deliver it unchecked; apply the site's rule */
    DUTY_CONFIGURE, /* the set-up is wrong: keep the message, tell the administrator */
    DUTY_REPAIR     /* the client is wrong: keep the message, do not send the same octets again */
};

/*  row(NAME, completion, code on the wire, duty, text) */
/* clang-format off */
#define STATUS_ROWS(row)                                                                           \
    row(OK, OK, "", NONE, "done")                                                                  \
    row(MORE, OK, "", NONE, "more octets are needed")                                              \
    /* the peer's fault: framing and grammar */                                                    \
    row(PARSE, BAD, "PARSE", REPAIR, "syntax error")                                               \
    row(UNKNOWN_COMMAND, BAD, "UNKNOWN", REPAIR, "unknown command")                                \
    row(CLIENT_BUG, BAD, "CLIENTBUG", REPAIR, "not allowed here")                                  \
    row(LIMIT_LINE, BAD, "LIMIT LINE", REPAIR, "line too long")                                    \
    row(LIMIT_COMMAND, BAD, "LIMIT COMMAND", REPAIR, "command too long")                           \
    row(LIMIT_NESTING, BAD, "LIMIT NESTING", REPAIR, "nested too deep")                            \
    row(LIMIT_LITERAL, BYE, "LIMIT LITERAL", REPAIR, "non-synchronising literal too long")         \
    row(LIMIT_ERRORS, BYE, "LIMIT ERRORS", REPAIR, "too many errors")                              \
    row(OUT_OF_STEP, BYE, "CLIENTBUG", REPAIR, "octets follow a refused literal")                  \
    /* the peer's fault: what it asks for */                                                       \
    row(TOO_BIG, NO, "TOOBIG", ASIDE, "message too big")                                           \
    row(BAD_ENVELOPE, NO, "BADENVELOPE", ASIDE, "envelope is not usable")                          \
    row(LIMIT_REPLY, NO, "LIMIT REPLY", ASIDE, "the answer would be too long")                     \
    row(LIMIT_IN_FLIGHT, NO, "LIMIT INFLIGHT", RETRY, "too many checks in flight here")            \
    row(UNSUPPORTED, NO, "UNSUPPORTED", CONFIGURE, "not supported")                                \
    row(NO_PERMISSION, NO, "NOPERM", CONFIGURE, "not permitted")                                   \
    row(AUTHENTICATION_FAILED, NO, "AUTHENTICATIONFAILED", CONFIGURE, "authentication failed")     \
    row(PRIVACY_REQUIRED, NO, "PRIVACYREQUIRED", CONFIGURE, "needs TLS or a Unix socket")          \
    row(TXN_CONFLICT, NO, "TXNCONFLICT", REPAIR, "transaction id names another message")           \
    row(TXN_UNKNOWN, NO, "TXNUNKNOWN", RETRY, "no such transaction")                               \
    row(PENDING, NO, "PENDING", RETRY, "no result yet")                                            \
    row(TOO_LATE, NO, "TOOLATE", NONE, "already done")                                             \
    row(CANCELLED, NO, "CANCELLED", RETRY, "cancelled")                                            \
    /* the world's fault */                                                                        \
    row(OVERLOADED, NO, "OVERLOADED", RETRY, "overloaded")                                         \
    row(DRAINING, NO, "DRAINING", RETRY, "going down")                                             \
    row(UNAVAILABLE, NO, "UNAVAILABLE", RETRY, "a part is not available")                          \
    row(DEADLINE, NO, "DEADLINE", RETRY, "deadline passed")                                        \
    row(MEMORY, NO, "UNAVAILABLE MEMORY", RETRY, "out of memory")                                  \
    row(IO, NO, "UNAVAILABLE IO", RETRY, "input or output error")                                  \
    row(ENGINE, NO, "UNAVAILABLE ENGINE", RETRY, "an engine failed")                               \
    row(CRASHED, NO, "UNAVAILABLE ENGINE", RETRY, "a worker died")                                 \
    row(SERVER_BUG, NO, "SERVERBUG", RETRY, "internal error")                                      \
    /* ends of a connection */                                                                     \
    row(TIMEOUT, BYE, "TIMEOUT", RETRY, "too slow")                                                \
    row(SHUTDOWN, BYE, "SHUTDOWN", RETRY, "closing")                                               \
    row(BUSY, BYE, "OVERLOADED", RETRY, "too many connections")                                    \
    row(LOGOUT, BYE, "", NONE, "logging out")                                                      \
    /* not for the wire: limits and states inside the house */                                     \
    row(LIMIT, NO, "LIMIT", ASIDE, "over a limit")                                                 \
    row(NOT_FOUND, NO, "TXNUNKNOWN", RETRY, "not found")                                           \
    row(INVALID, NO, "SERVERBUG", RETRY, "not valid")
/* clang-format on */

enum status {
#define STATUS_ENUM(name, completion, code, duty, text) STATUS_##name,
    STATUS_ROWS(STATUS_ENUM)
#undef STATUS_ENUM
        STATUS_COUNT
};

struct status_reply {
    const char *name; /* "TOO_BIG" */
    enum completion completion;
    const char *code; /* what stands in the brackets, without numbers; "" for none */
    enum duty duty;
    const char *text;
};

/* Never NULL. */
const struct status_reply *status_reply(enum status status);
/* The stable name, for logs: "TOO_BIG". */
const char *status_name(enum status status);
/* The client's side of the same table: what a code read from a reply means. The head of a code
 * decides ("LIMIT" of "LIMIT/X"), an unknown code of a NO is DUTY_RETRY. code is upper case,
 * NUL-terminated. */
enum duty duty_of_code(enum completion completion, const char *code);

#endif
