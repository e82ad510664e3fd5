/* Inside libcccp: one connection, its checks and their results. No clock, no I/O but in socket.c.
 *
 *     closed ─connect→ connecting ─→ greeting ─→ [authenticating ─→] ready ─loss, nonsense→ closed
 *
 * A check:
 *
 *     queued ─start→ asked ("{n}" waits for "+") ─→ sending ─→ waiting ─completion→ ended ─done→
 * freed └──── "{n+}": the content is in the output ───────┘
 *
 * A check whose caller gave up (deadline, cancel) leaves a ghost in its slot until the server's
 * completion comes, so that a late answer is never taken for another one. */
#ifndef LIBCCCP_CLIENT_H
#define LIBCCCP_CLIENT_H

#include "clients/libcccp/address.h"
#include "clients/libcccp/cccp.h"
#include "protocol/command.h"
#include "protocol/frame.h"
#include "protocol/reply.h"

enum {
    SLOTS_MOST = 1024,         /* checks in flight, whatever the server admits */
    OUTPUT_ENOUGH = 131072,    /* no further command is written above it */
    MEMORY_DEFAULT = 67108864, /* all answers together */
    REPLY_LINE_BYTES = 65536,  /* longest line taken from a server */
    ACKS_AT_ONCE = 16,         /* finished transactions that wait for their ACK */
    ACK_ENOUGH = 256,          /* octets of transactions in one ACK line */
    NESTING_MOST = 16,         /* parentheses in replies */
    ERROR_LENGTH = 256
};

enum check_state { CHECK_QUEUED, CHECK_ASKED, CHECK_SENDING, CHECK_WAITING };

struct cccp_check {
    struct cccp_check *next; /* cccp.queue or cccp.ended */
    /* the caller's */
    struct arena arena; /* strings of the request */
    struct cccp_request request;
    const char *accept; /* request.accept in words; NULL: none given */
    cccp_done_fn *done;
    void *owner;
    /* of one attempt */
    enum check_state state;
    unsigned slot;
    char tag[TAG_LENGTH_MOST + 1];
    bool answered; /* the completion came before the content was sent */
    struct cccp_result *result;
    unsigned tries;
};

struct slot {
    struct cccp_check *check; /* NULL with busy: a ghost */
    uint32_t serial;          /* of its tag */
    bool busy;
};

struct check_list {
    struct cccp_check *first, *last;
    size_t count;
};

struct cccp {
    /* as long as the object */
    struct arena arena;
    struct cccp_options options;
    struct check_list queue, ended;
    struct slot slots[SLOTS_MOST];
    uint16_t free_slots[SLOTS_MOST];
    size_t free_count;
    size_t memory_used; /* all unfinished results */
    uint32_t serial;
    bool delivering, closing;
    cccp_health_fn *health_done;
    void *health_owner;
    char *health_text; /* the HEALTH line, until its completion comes */
    /* of one connection */
    int fd;
    bool owns_fd;
    struct address_list *addresses; /* still to be tried while connecting */
    enum cccp_state state;
    int64_t ready_by_ms;
    char error[ERROR_LENGTH];
    char code[ERROR_LENGTH]; /* of the BYE or NO that ended it */
    enum cccp_duty duty;
    enum cccp_status end; /* how the last connection ended */
    struct frame frame;
    struct buffer output;
    size_t output_sent;
    struct cccp_check *sending; /* asked or sending */
    size_t content_sent;
    struct buffer acks; /* transactions, each ended by NUL */
    size_t ack_count;
    uint64_t literal_most, message_most, command_most;
    size_t in_flight_most;
    bool offers_plain, offers_external;
};

/* result.c */
struct cccp_result *result_new(const struct cccp_request *request, size_t memory_bytes);
/* The octets it holds. */
size_t result_memory(const struct cccp_result *result);
/* Takes one intermediate line; what is wrong in it makes the whole result malformed, for good: then
 * it returns why, else NULL. */
const char *result_line(struct cccp_result *result, struct reply *reply);
/* OK came. CCCP_OK only when every recipient has exactly one disposition, there is a report, and
 * every copy is what it should be. content is the original. */
void result_complete(struct cccp_result *result, const void *content);
/* Ends it otherwise: every recipient is deferred. Texts are copied. */
void result_fail(struct cccp_result *result, enum cccp_status status, enum cccp_duty duty,
                 const char *code, const char *text);

/* explained.c: the arrays of an explained result, made from the report lines. False: no room. */
struct explained {
    struct cccp_part *parts;
    struct cccp_finding *findings;
    struct cccp_coverage *coverage;
    struct cccp_engine *engines;
    struct cccp_fact *facts;
};
bool explained_take(struct explained *explained, const struct report *report, struct arena *arena);

/* checks.c */
void check_list_add(struct check_list *list, struct cccp_check *check);
struct cccp_check *check_list_take(struct check_list *list);
struct cccp_check *check_find(struct cccp *cccp, struct bytes tag, struct slot **slot);
bool check_reserve(struct cccp *cccp, struct cccp_check *check);
void slot_release(struct cccp *cccp, struct slot *slot);
/* Its result has its status: `done` is called by the next checks_deliver(). */
void check_end(struct cccp *cccp, struct cccp_check *check);
void check_fail(struct cccp *cccp, struct cccp_check *check, enum cccp_status status,
                enum cccp_duty duty, const char *code, const char *text);
/* What it was told is malformed: it ends at once, and what still comes is swallowed. */
void check_disbelieve(struct cccp *cccp, struct cccp_check *check, const char *why);
void checks_deliver(struct cccp *cccp);
/* The connection is gone: what may be tried again goes back into the queue. */
void checks_lose(struct cccp *cccp, enum cccp_status status);
void checks_expire(struct cccp *cccp, int64_t now_ms);
int64_t checks_deadline(const struct cccp *cccp);
void check_free(struct cccp_check **check);

/* sending.c */
void sending_fill(struct cccp *cccp);
/* "+" came, or the completion instead of it. */
void sending_go(struct cccp *cccp);
void sending_refused(struct cccp *cccp, struct cccp_check *check);
MUST_CHECK enum status sending_authenticate(struct cccp *cccp);
bool sending_pending(const struct cccp *cccp);

/* conversation.c */
/* The connection cannot be used any more. */
void conversation_fail(struct cccp *cccp, enum cccp_status status, const char *code,
                       const char *text);
void conversation_receive(struct cccp *cccp, struct bytes octets);

/* socket.c */
void socket_close(struct cccp *cccp);

#endif
