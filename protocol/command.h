/* One command of a client, parsed (spec/cccp.md, "Commands"), and the way to write one.
 * The parser pulls from the complete octets that frame.c found; everything in the result borrows
 * them or comes from the arena. Syntax only: whether a txn, channel or recipient is acceptable is
 * server/'s business. */
#ifndef PROTOCOL_COMMAND_H
#define PROTOCOL_COMMAND_H

#include "protocol/arena.h"
#include "protocol/lexer.h"
#include "protocol/verdict.h"
#include "protocol/writer.h"

/*  row(NAME, before authentication too) */
/* clang-format off */
#define COMMAND_ROWS(row)                                                                                              \
    row(CAPABILITY, true) row(NOOP, true) row(ID, true) row(HEALTH, true) row(LOGOUT, true) row(AUTHENTICATE, true)    \
    row(CHECK, false) row(RESULT, false) row(STATUS, false) row(CANCEL, false) row(ACK, false)
/* clang-format on */
#define COMMAND_ENUM(name, early) COMMAND_##name,
enum command_verb { COMMAND_ROWS(COMMAND_ENUM) COMMAND_COUNT };

const char *command_word(enum command_verb verb);
bool command_is_early(enum command_verb verb);

/* The channels a server has are its own; a name has 1..64 octets of an atom. */
enum { CHANNEL_LENGTH_MOST = 64, TXN_LENGTH_MOST = 128, TAG_LENGTH_MOST = 32 };

struct recipient {
    uint32_t id;          /* ascending through the list */
    struct bytes address; /* RFC 5321 Mailbox without <>, UTF-8; 1..320 octets; no controls, no "<"
                             ">" outside quotes */
    struct bytes parameters; /* raw list, or empty */
};

/* What is known of the envelope; everything else stands in raw. Empty slice: not given. */
struct envelope {
    struct bytes raw; /* the whole list as it stands, with its parentheses */
    bool has_sender;
    struct bytes sender; /* empty with has_sender: the null reverse-path */
    struct bytes client_address;
    uint64_t client_port;
    struct bytes client_name; /* verified reverse name */
    struct bytes helo;
    struct bytes queue_id;
    struct bytes login;
    struct bytes protocol;
    struct bytes body;     /* 7BIT 8BITMIME BINARYMIME */
    struct bytes smtputf8; /* YES NO */
};

/* What a client can take beside dispositions; words of ACCEPT (spec/cccp.md 5.1). */
#define ACCEPT_FORM_ROWS(row) row(COPY) row(SPLICE) row(SENDER) row(ROUTE) row(STORE) row(NOTE)
#define ACCEPT_FORM_ENUM(name) ACCEPT_##name,
enum accept_form { ACCEPT_FORM_ROWS(ACCEPT_FORM_ENUM) ACCEPT_FORM_COUNT };

/* Bits of accept: 1 << DISPOSITION_x; of forms: 1 << ACCEPT_x. */
struct check_options {
    uint64_t deadline_s; /* 0: not given */
    uint64_t progress_s; /* 0: none wanted */
    bool explain;        /* PART, FINDING, COVERAGE and ENGINE lines wanted */
    bool has_accept;
    unsigned accept, forms;
    bool dry_run; /* DRYRUN YES: operators only */
};

struct command {
    struct bytes tag;
    enum command_verb verb;
    /* CHECK */
    struct bytes txn; /* also RESULT, CANCEL */
    struct bytes channel;
    struct envelope envelope;
    struct recipient *recipients;
    size_t recipient_count;
    struct check_options options;
    /* RESULT txn (WAIT s) */
    uint64_t wait_s;
    /* STATUS, ACK */
    struct bytes *txns;
    size_t txn_count;
    /* NOOP */
    bool has_token;
    struct bytes token;
    /* AUTHENTICATE */
    struct bytes mechanism;
    bool has_initial;
    struct bytes initial; /* base64 as it stands; "=" is the empty response */
    /* ID: nil or pairs; kept raw */
    struct bytes id;
};

struct command_problem {
    enum status status;
    size_t offset;        /* in the octets that were parsed */
    const char *expected; /* static text: "a transaction id", or the unsupported key in `word` */
    struct bytes word;
};

/* Parses octets (changed in place where strings have escapes). For CHECK they end before the
 * content's "{" (FRAME_CONTENT) and command->verb is CHECK; a CHECK that is complete without a
 * content is STATUS_PARSE. Statuses: PARSE, UNKNOWN_COMMAND, LIMIT_NESTING, UNSUPPORTED (an unknown
 * key marked "!"), BAD_ENVELOPE, MEMORY. *problem is written when the status is not OK;
 * command->tag is set whenever it could be read. */
MUST_CHECK enum status command_parse(uint8_t *octets, size_t size, unsigned nesting,
                                     bool content_follows, struct arena *arena,
                                     struct command *command, struct command_problem *problem);

/* A check to be written. Lists given as raw text are put in as they are (without parentheses), so
 * that a client can pass parameters the library does not know. */
struct check_request {
    const char *txn, *channel;
    const char *sender; /* NULL: not given; "": null reverse-path */
    const char *client_address, *client_name, *helo, *queue_id, *login; /* NULL: not given */
    uint64_t client_port;
    const char *const *recipients; /* ids are 1, 2, 3, … in this order */
    size_t recipient_count;
    uint64_t deadline_s, progress_s;
    bool explain, dry_run;
    const char *accept; /* words of ACCEPT, "DELIVER REJECT DEFER COPY SPLICE"; NULL: none given */
    uint64_t size;
};

/* Writes the command up to and with the content's announcement and CRLF; the caller sends the
 * octets and CRLF. */
MUST_CHECK enum status command_write_check(struct buffer *out, const char *tag,
                                           const struct check_request *request, bool content_waits);
/* tag VERB [string]: NOOP token, RESULT txn, CANCEL txn, ACK txn, LOGOUT, HEALTH, CAPABILITY. */
MUST_CHECK enum status command_write(struct buffer *out, const char *tag, enum command_verb verb,
                                     const char *argument);
MUST_CHECK enum status command_write_result(struct buffer *out, const char *tag, const char *txn,
                                            uint64_t wait_s);
MUST_CHECK enum status command_write_authenticate(struct buffer *out, const char *tag,
                                                  const char *mechanism,
                                                  const char *initial_base64);

#endif
