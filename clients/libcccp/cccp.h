/* libcccp: asks a content checking server (protocol CCCP1) what to do with a message.
 *
 * Two faces. The blocking one: cccp_open, cccp_check, cccp_close. The asynchronous one has no loop
 * and no clock of its own: the caller polls cccp_fd() for what cccp_wants() says until
 * cccp_deadline(), and tells what happened. Many checks can be under way on one connection.
 *
 * Whatever goes wrong, every check ends exactly once, and a recipient's disposition is CCCP_DEFER
 * unless the server gave a complete and well-formed answer. Times are absolute milliseconds of one
 * clock that the caller chooses (CLOCK_MONOTONIC in the blocking face); 0 means no bound. Not
 * thread-safe: one thread at a time for each connection. SIGPIPE is never raised. */
#ifndef CCCP_H
#define CCCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the client does for one recipient. A zeroed one is CCCP_DEFER: keep it, check again. */
enum cccp_disposition {
    CCCP_DEFER,
    CCCP_DELIVER,
    CCCP_REJECT,
    CCCP_DISCARD,
    CCCP_QUARANTINE,
    CCCP_REDIRECT, /* deliver to another address instead */
    CCCP_EXPAND,   /* deliver to several others: a list or an alias (RFC 3461 5.2.7) */
};

/* What the caller can do: bits of cccp_request.accept. The server answers within them, and what
 * goes beyond is malformed. DEFER everybody can. */
enum cccp_accept {
    CCCP_ACCEPT_DELIVER = 1,
    CCCP_ACCEPT_REJECT = 2,
    CCCP_ACCEPT_DISCARD = 4,
    CCCP_ACCEPT_QUARANTINE = 8,
    CCCP_ACCEPT_REDIRECT = 16,
    CCCP_ACCEPT_EXPAND = 32,
    CCCP_ACCEPT_COPY = 64,    /* another content than the original's */
    CCCP_ACCEPT_SPLICE = 128, /* ... as changes to it, which the library performs: give both */
    CCCP_ACCEPT_SENDER = 256, /* another reverse-path */
    CCCP_ACCEPT_ROUTE = 512,  /* a next hop */
    CCCP_ACCEPT_STORE = 1024, /* keep something beside */
    CCCP_ACCEPT_NOTE = 2048,  /* send a notice */
    CCCP_ACCEPT_ALL = 4095,
};

enum cccp_verdict {
    CCCP_INCOMPLETE, /* something was not looked at */
    CCCP_CLEAN,
    CCCP_SPAM,
    CCCP_POLICY,
    CCCP_INFECTED,
};

/* How a check, or a call, ended. */
enum cccp_status {
    CCCP_OK,          /* a full answer */
    CCCP_REFUSED,     /* the server said NO or BAD: cccp_result_code(), cccp_result_duty() */
    CCCP_MALFORMED,   /* the server's answer breaks the protocol */
    CCCP_LOST,        /* the connection ended before the answer */
    CCCP_TIMEOUT,     /* the deadline passed */
    CCCP_CANCELLED,   /* by cccp_cancel() or cccp_free() */
    CCCP_UNREACHABLE, /* no connection could be made */
    CCCP_INVALID,     /* an argument cannot be */
    CCCP_NO_MEMORY,
};

/* What the client must do with the message. */
enum cccp_duty {
    CCCP_DUTY_NONE,
    CCCP_DUTY_RETRY,     /* temporary: keep it, try later, another server first */
    CCCP_DUTY_ASIDE,     /* this message cannot be checked: never deliver it unchecked */
    CCCP_DUTY_CONFIGURE, /* the set-up is wrong: keep it, tell the administrator */
    CCCP_DUTY_REPAIR,    /* the client is wrong: keep it, do not send the same again */
};

enum cccp_state {
    CCCP_CLOSED,
    CCCP_CONNECTING,
    CCCP_GREETING,
    CCCP_AUTHENTICATING,
    CCCP_READY,
};

enum { CCCP_WANTS_READ = 1, CCCP_WANTS_WRITE = 2 };

/* A content above it should go on a connection of its own: while it is sent, nothing else is. */
enum { CCCP_BIG_BYTES = 1048576 };

struct cccp_options {
    const char *identity, *password; /* AUTHENTICATE PLAIN, when both are given */
    bool external;                   /* AUTHENTICATE EXTERNAL: certificate or Unix socket */
    unsigned retries;    /* a check that was lost with its connection is sent again, so often, with
                            the same transaction id, once there is a new connection */
    bool probe;          /* only cccp_health() is wanted: do not ask for an identity */
    size_t memory_bytes; /* most that all answers together may take; 0: 64 MiB */
};

/* Strings are copied; content is borrowed until the check has ended. NULL: not given. */
struct cccp_request {
    const char *txn;     /* 1..128 octets %x21-7E, unique for this content and these recipients */
    const char *channel; /* the server's name for a policy */
    const char *sender;  /* "": the null reverse-path */
    const char *client_address, *client_name, *helo, *queue_id, *login;
    uint16_t client_port;
    const char *const *recipients; /* their ids are 1, 2, 3, ... */
    size_t recipient_count;
    const void *content;
    size_t content_size;
    unsigned server_seconds; /* the server's deadline; 0: its own */
    bool explain;            /* parts, findings, coverage, engines and facts as well */
    bool acknowledge;        /* the server may forget the result when `done` has returned */
    int64_t deadline_ms;     /* of the client; 0: none */
    unsigned accept;         /* CCCP_ACCEPT_ bits; 0: DELIVER, REJECT, DISCARD, QUARANTINE */
    bool dry_run; /* only asks: decisions as well, no side effects, nothing to be performed */
};

struct cccp;        /* one connection */
struct cccp_check;  /* one check under way */
struct cccp_result; /* how it ended */

/* Called exactly once, never from inside cccp_submit(). The result is valid until it returns, or
 * longer with cccp_result_ref(). It may submit more, and must not call cccp_free(). */
typedef void cccp_done_fn(void *owner, const struct cccp_result *result);

/* --- the asynchronous face --- */

/* NULL: out of memory. options (may be NULL) is copied. */
struct cccp *cccp_new(const struct cccp_options *options);
/* Ends every check that has not ended with CCCP_CANCELLED. */
void cccp_free(struct cccp **cccp);

/* Begins a connection: without waiting, unless a host name must be looked up. Address: "host:port",
 * "[v6]:port", "unix:/path". It must be ready by ready_by_ms. After a loss it can be called again.
 */
enum cccp_status cccp_connect(struct cccp *cccp, const char *address, int64_t ready_by_ms);
/* The same with a connected, non-blocking socket that stays the caller's. */
enum cccp_status cccp_attach(struct cccp *cccp, int fd, int64_t ready_by_ms);

enum cccp_state cccp_state(const struct cccp *cccp);
/* Why it is closed, or why it cannot be used; "" when nothing is wrong. */
const char *cccp_error(const struct cccp *cccp);
int cccp_fd(const struct cccp *cccp);           /* -1: none */
unsigned cccp_wants(const struct cccp *cccp);   /* CCCP_WANTS_… */
int64_t cccp_deadline(const struct cccp *cccp); /* the next one, for cccp_tick(); 0: none */
void cccp_readable(struct cccp *cccp);
void cccp_writable(struct cccp *cccp);
void cccp_tick(struct cccp *cccp, int64_t now_ms);

/* A transport of the caller's own (TLS): cccp_begin instead of cccp_connect; octets that came;
 * octets to send, and how many were sent; the end of the connection. */
enum cccp_status cccp_begin(struct cccp *cccp, int64_t ready_by_ms);
void cccp_receive(struct cccp *cccp, const void *octets, size_t size);
const void *cccp_output(struct cccp *cccp, size_t *size);
void cccp_sent(struct cccp *cccp, size_t size);
void cccp_lost(struct cccp *cccp);

/* Queues a check; it may be called before there is a connection. *check (may be NULL) is valid
 * until `done` is called, which is not called when the status is not CCCP_OK. */
enum cccp_status cccp_submit(struct cccp *cccp, const struct cccp_request *request,
                             cccp_done_fn *done, void *owner, struct cccp_check **check);
/* The check ends soon, with CCCP_CANCELLED or a result that was faster. */
void cccp_cancel(struct cccp *cccp, struct cccp_check *check);
/* Checks that have not ended, and what the server admits at one time (0: not known yet). */
size_t cccp_in_flight(const struct cccp *cccp);
size_t cccp_in_flight_most(const struct cccp *cccp);

/* HEALTH. text is the list as the server sent it, NULL unless the status is CCCP_OK. */
typedef void cccp_health_fn(void *owner, enum cccp_status status, const char *text);
enum cccp_status cccp_health(struct cccp *cccp, cccp_health_fn *done, void *owner);

/* --- the blocking face --- */

struct cccp_client; /* one connection, and a second one for big contents */

/* Connects and waits until it is ready. Not OK: error has the reason. CCCP_REFUSED: the server is
 * there and does not admit us. */
enum cccp_status cccp_open(const char *address, const struct cccp_options *options,
                           unsigned timeout_ms, struct cccp_client **client, char *error,
                           size_t error_size);
/* request->deadline_ms counts from the call. *result (never NULL but for CCCP_NO_MEMORY and
 * CCCP_INVALID) is given back with cccp_result_unref(). Dials again when the connection was lost.
 */
enum cccp_status cccp_check(struct cccp_client *client, const struct cccp_request *request,
                            struct cccp_result **result);
void cccp_close(struct cccp_client **client);

/* --- results --- */

struct cccp_members;
struct cccp_store;

/* What was not accepted is never there. Addresses are RFC 5321 Mailboxes in UTF-8, exactly as the
 * server gave them. */
struct cccp_recipient {
    enum cccp_disposition disposition;
    const char *class_word; /* "virus"; NULL when not given, as all below */
    const char *status;     /* REJECT: "5.7.1", always well-formed */
    const char *text;       /* printable, one line */
    const char *mark;       /* DELIVER: goes into X-Content-Check */
    const char *sender;     /* a new reverse-path; "": the null one */
    uint64_t after_seconds; /* DEFER */
    uint32_t copy;          /* cccp_result_copy(); 0: the original */
    bool silent;            /* REJECT: nobody is told */
    bool is_list;           /* EXPAND: a list, that is a final delivery; else an alias */
    const char *target;     /* REDIRECT: to whom */
    const char *route;      /* the next hop, as the caller's transport tables name it */
    const struct cccp_members *members; /* EXPAND: one or more groups */
    size_t member_count;
    const struct cccp_store *stores; /* to be kept beside */
    size_t store_count;
};

/* Members with the same result: DELIVER, REJECT, DISCARD or QUARANTINE, without members. A sender
 * of the expansion stands in theirs. No address comes twice. */
struct cccp_members {
    const char *const *addresses; /* one or more */
    size_t count;
    const struct cccp_recipient *result;
};

struct cccp_store {
    bool is_archive;  /* else a quarantine */
    uint32_t copy;    /* 0: the original */
    const char *name; /* of the archive, or the quarantine's class */
};

/* A piece of a copy: octets of the original, or new ones. */
struct cccp_segment {
    bool is_kept;
    uint64_t offset, size; /* offset: in the original */
    const void *data;      /* of new ones */
};

/* Another content than the original's, for those whose `copy` is its number. What it needs of the
 * next hop may be more than the original needed. */
struct cccp_copy {
    uint32_t number;
    uint64_t size, original_size;
    uint8_t digest[32];        /* SHA-256 of its octets */
    const char *body;          /* "7BIT" "8BITMIME" "BINARYMIME" */
    bool smtputf8;             /* its header section is UTF-8 */
    const char *const *broken; /* DKIM signatures that no longer hold: "d=x.example s=key" */
    size_t broken_count;
    const struct cccp_segment *segments; /* in order; kept ones ascend */
    size_t segment_count;
};

enum cccp_note_kind { CCCP_NOTE_SENDER, CCCP_NOTE_RECIPIENT, CCCP_NOTE_ADMINISTRATOR };

/* A notice that the caller sends: once for a transaction, however often it was tried. */
struct cccp_note {
    uint32_t number;
    enum cccp_note_kind kind;      /* whom it is for */
    const char *sender;            /* "": the null reverse-path */
    const char *const *recipients; /* one or more */
    size_t recipient_count;
    const void *octets; /* the message */
    size_t size;
};

struct cccp_need {
    const char *engine, *symbol;
    uint32_t part;
};

/* Of a dry run: which rule decided for these ids, or for a member of theirs. */
struct cccp_decision {
    uint32_t first, last;              /* ids */
    const char *member;                /* NULL: for the recipient itself */
    const char *rule, *place;          /* "executables", "cccpd.yaml:12"; NULL when not given */
    enum cccp_disposition disposition; /* before what the caller accepts */
    const struct cccp_need *needs;     /* findings without which the decision would differ */
    size_t need_count;
};

struct cccp_reason {
    const char *engine, *symbol;
};

struct cccp_summary {
    enum cccp_verdict verdict;
    bool transient;     /* CCCP_INCOMPLETE: trying again may help */
    bool full_coverage; /* every part was looked at, or exempt by a rule */
    uint64_t expected, examined, exempt, unexaminable, failed;
    uint64_t time_us, generation;
    const char *reference; /* the server's name for this check, also in its log */
    const struct cccp_reason *reasons;
    size_t reason_count;
};

/* Mail programs read some octets differently: the parts of each other reading stand behind those of
 * the first, below the part that is read in another way. */
struct cccp_part {
    uint32_t number, parent, depth; /* parent: 0 when there is none */
    uint32_t reading;               /* 0: the first */
    uint32_t within; /* the part whose decoded content holds this one; 0: the message does */
    const char *kind, *type, *name, *encoding; /* kind: "LEAF" "MULTIPART" "MESSAGE" */
    const char *charset;                       /* of a text, as declared */
    const char *const *names; /* what mail programs could call the file; `name` comes first */
    size_t name_count;
    uint64_t header_offset, header_size, body_offset, body_size; /* of the message as it was sent */
    uint64_t decoded_size;
};

struct cccp_finding {
    const char *engine, *symbol, *class_word, *text, *excerpt; /* class_word: "VIRUS" */
    int64_t points;                                            /* thousandths */
    uint32_t part;
    uint64_t offset, size; /* the octets that prove it */
};

struct cccp_coverage {
    const char *engine, *state, *reason;
    uint32_t first_part, last_part;
};

/* "message" is the reading of the message itself, with all decoding. */
struct cccp_engine {
    const char *name, *version, *reason;
    bool failed;
    uint64_t time_us;
};

struct cccp_fact {
    const char *name, *value;
};

struct cccp_result *cccp_result_ref(const struct cccp_result *result);
void cccp_result_unref(struct cccp_result **result);

enum cccp_status cccp_result_status(const struct cccp_result *result);
enum cccp_duty cccp_result_duty(const struct cccp_result *result);
/* "TOOBIG 157286400", "" when there is none; the server's or the library's words. */
const char *cccp_result_code(const struct cccp_result *result);
const char *cccp_result_text(const struct cccp_result *result);
const char *cccp_result_txn(const struct cccp_result *result);
/* id is 1 to the number of recipients; never NULL: a deferred one for what was not answered. */
const struct cccp_recipient *cccp_result_recipient(const struct cccp_result *result, uint32_t id);
size_t cccp_result_recipients(const struct cccp_result *result);
/* True when every recipient is CCCP_DELIVER. */
bool cccp_result_all_delivered(const struct cccp_result *result);
/* NULL unless the status is CCCP_OK. */
const struct cccp_summary *cccp_result_summary(const struct cccp_result *result);
/* Copies in the order of their numbers, as notes below; NULL and 0 unless the status is CCCP_OK.
 * The octets of each have been held against its size and digest (4 ms for each megabyte), and there
 * is one for every number that a recipient, member or store names. The other one: by its number,
 * NULL for 0 and for what is none. */
const struct cccp_copy *cccp_result_copies(const struct cccp_result *result, size_t *count);
const struct cccp_copy *cccp_result_copy(const struct cccp_result *result, uint32_t number);
/* Takes a piece of a copy; false: enough. */
typedef bool cccp_piece_fn(void *owner, const void *octets, size_t size);
/* Hands out the octets of the copy, piece by piece, in order. original is the content that was
 * checked. CCCP_INVALID: it has another size; CCCP_CANCELLED: `take` has said false. */
enum cccp_status cccp_copy_write(const struct cccp_copy *copy, const void *original,
                                 size_t original_size, cccp_piece_fn *take, void *owner);
const struct cccp_note *cccp_result_notes(const struct cccp_result *result, size_t *count);
const struct cccp_decision *cccp_result_decisions(const struct cccp_result *result, size_t *count);
/* Of an explained check; each is an array of *count. */
const struct cccp_part *cccp_result_parts(const struct cccp_result *result, size_t *count);
const struct cccp_finding *cccp_result_findings(const struct cccp_result *result, size_t *count);
const struct cccp_coverage *cccp_result_coverage(const struct cccp_result *result, size_t *count);
const struct cccp_engine *cccp_result_engines(const struct cccp_result *result, size_t *count);
const struct cccp_fact *cccp_result_facts(const struct cccp_result *result, size_t *count);

/* The bit of "COPY", "REDIRECT", ... in any case; 0: no such word. The next one: the word of the
 * lowest bit that is set, NULL for none. */
unsigned cccp_accept_bit(const char *word);
const char *cccp_accept_word(unsigned bits);
/* Stable words: "DELIVER", "CLEAN", "SENDER", and a text for a status. Never NULL. */
const char *cccp_disposition_word(enum cccp_disposition disposition);
const char *cccp_verdict_word(enum cccp_verdict verdict);
const char *cccp_note_word(enum cccp_note_kind kind);
const char *cccp_status_text(enum cccp_status status);

#ifdef __cplusplus
}
#endif

#endif
