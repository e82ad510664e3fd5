/* Notices (spec/policy.md 6): mail that tells somebody what became of a message. Written by the
 * front from a decision's notice and texts that decide has filled in; sent by the client (NOTE).
 * Pure: time and identity are parameters. Nothing of the values can begin a line of the header. */
#ifndef SERVER_NOTICE_NOTICE_H
#define SERVER_NOTICE_NOTICE_H

#include "protocol/command.h"
#include "protocol/reply.h"
#include "server/policy/template.h"

enum { NOTICE_BYTES_MOST = 1 << 20 };

/* One language, ${fact} filled in. */
struct notice_text {
    const char *language; /* "": not told */
    struct bytes subject, text;
};

struct notice {
    enum note_kind kind;
    struct bytes from;        /* config->notices.from: an address */
    struct bytes to;          /* an address */
    const char *host_name;    /* config->host_name, of the Message-ID */
    const char *reference;    /* REF of the check */
    uint32_t number;          /* of the notice within the check */
    int64_t time;             /* seconds since 1970 */
    struct bytes in_reply_to; /* Message-ID of the message that it is about; empty: not known */
    const struct notice_text *texts;
    size_t text_count;
};

/* The octets of the message, lines with CRLF. INVALID: `to` or `from` is no address. LIMIT: longer
 * than NOTICE_BYTES_MOST. */
MUST_CHECK enum status notice_write(const struct notice *notice, struct buffer *out);

/* Why a notice is not written; the labels of the metric cccpd_notices_refused_total. */
/* clang-format off */
#define NOTICE_REFUSAL_ROWS(row)                                                                   \
    row(NONE, "none") row(NULL_SENDER, "null-sender") row(ADDRESS, "address") row(LIST, "list")    \
    row(AUTOMATIC, "automatic") row(OUTSIDER, "outsider") row(LOOP, "loop") row(RATE, "rate")      \
    row(RATE_ALL, "rate-all") row(MANY, "many") row(FAILED, "failed")
/* clang-format on */
#define NOTICE_REFUSAL_ENUM(name, word) NOTICE_REFUSAL_##name,
enum notice_refusal { NOTICE_REFUSAL_ROWS(NOTICE_REFUSAL_ENUM) NOTICE_REFUSAL_COUNT };
const char *notice_refusal_word(enum notice_refusal refusal);

/* What is asked before a notice is written (6.2); the rate (rate.h) is asked last. */
struct notice_question {
    enum note_kind kind;
    struct bytes to;
    const struct envelope *envelope;
    const struct report *report; /* facts of notice_wants */
    bool sender_is_inside;
    bool outsiders; /* config->notices.outsiders */
};
enum notice_refusal notice_refuse(const struct notice_question *question);
/* The Message-ID of what a notice is about, for in_reply_to; empty when the report does not have
 * exactly one. */
struct bytes notice_message_id(const struct report *report);
/* Names of facts that notice_refuse() reads; WANTS of a job whose channel has `notify`. */
extern const struct bytes notice_wants[];
extern const size_t notice_want_count;

#endif
