/* Lines from server to client: the writer for server/, the parser for clients (spec/cccp.md,
 * "Replies"). */
#ifndef PROTOCOL_REPLY_H
#define PROTOCOL_REPLY_H

#include "protocol/report.h"

enum reply_kind {
    REPLY_CONTINUE,     /* + text */
    REPLY_UNTAGGED,     /* * WORD … ; a greeting is one of OK, PREAUTH, BYE with is_state */
    REPLY_INTERMEDIATE, /* tag WORD … */
    REPLY_COMPLETION    /* tag OK|NO|BAD [code] text */
};

struct reply {
    enum reply_kind kind;
    struct bytes tag;           /* "*", "+" or a tag */
    struct bytes word;          /* OK NO BAD PREAUTH BYE, or the line's word */
    bool is_state;              /* OK NO BAD PREAUTH BYE: code and text below are set */
    enum completion completion; /* with is_state; PREAUTH counts as OK */
    struct bytes code;          /* without brackets: "LIMIT LINE 8192"; empty when none */
    struct bytes text;          /* human text, or the "+" line's */
    struct lexer lexer; /* behind the word, for intermediate and untagged lines that are no state */
};

/* octets: one complete reply without its last CRLF (frame.c, FRAME_OF_SERVER). Changed in place. */
MUST_CHECK enum status reply_parse(uint8_t *octets, size_t size, unsigned nesting,
                                   struct reply *reply);

#define STORE_KIND_ROWS(row) row(QUARANTINE) row(ARCHIVE)
#define STORE_KIND_ENUM(name) STORE_##name,
enum store_kind { STORE_KIND_ROWS(STORE_KIND_ENUM) STORE_KIND_COUNT };

/* STORE ((QUARANTINE copy "class") (ARCHIVE copy "name") …): kept beside what the disposition says.
 */
struct reply_store {
    enum store_kind kind;
    uint64_t copy; /* 0: the original */
    struct bytes name;
};

struct reply_result;

/* Members of an EXPAND that share a result: (DISPOSITION ("address" …) (attributes)). */
struct reply_members {
    const struct bytes *addresses;
    size_t count;
    const struct reply_result *result; /* DELIVER REJECT DISCARD QUARANTINE; without members */
};

/* Addresses of all groups of one result together; of a note; octets of a next hop. */
enum {
    REPLY_MEMBERS_MOST = 100000,
    REPLY_STORES_MOST = 16,
    REPLY_NOTE_RECIPIENTS_MOST = 100,
    REPLY_ROUTE_BYTES = 1024,
    REPLY_NEEDS_MOST = 65536
};

/* tag RES id-set DISPOSITION (…): what to do for these recipients. */
struct reply_result {
    enum disposition disposition;
    bool known; /* false: a disposition this house does not know; word holds it */
    struct bytes word;
    uint64_t copy; /* COPY n, 0 the original */
    bool has_sender;
    struct bytes sender; /* SENDER */
    struct bytes class, text,
        mark;            /* CLASS, TEXT, MARK: reasons and the mark to put on a delivered copy */
    struct bytes status; /* STATUS "5.7.1" */
    bool has_after;
    uint64_t after_s;                    /* DEFER: AFTER seconds */
    bool is_silent;                      /* REJECT: DSN NO, nobody is told */
    struct bytes target;                 /* REDIRECT: TO "address" */
    bool is_list;                        /* EXPAND: MODE LIST, else ALIAS (RFC 3461 5.2.7) */
    const struct reply_members *members; /* EXPAND: MEMBERS */
    size_t member_count;                 /* groups */
    struct bytes route;                  /* ROUTE: the next hop, as the client names it */
    const struct reply_store *stores;    /* STORE */
    size_t store_count;
};

#define NOTE_KIND_ROWS(row) row(SENDER) row(RECIPIENT) row(ADMINISTRATOR)
#define NOTE_KIND_ENUM(name) NOTE_##name,
enum note_kind { NOTE_KIND_ROWS(NOTE_KIND_ENUM) NOTE_KIND_COUNT };

/* tag NOTE n (KIND SENDER FROM "" TO ("a@x") SIZE n) INLINE literal: a message for the client to
 * send, once for a transaction. */
struct reply_note {
    uint32_t number;
    enum note_kind kind;
    struct bytes sender; /* its reverse-path: empty, the null one */
    const struct bytes *recipients;
    size_t recipient_count;
    struct bytes octets;
};

/* tag DECISION id-set (RULE "name" [PLACE "file:line"] [MEMBER "address"] DISPOSITION word
 * NEEDS (("engine" "symbol" part) …)): of a dry run (spec/policy.md 8). rule is not empty. */
struct reply_decision {
    struct bytes rule, place, member;
    enum disposition disposition;
    const struct report_finding *const *needs; /* engine, symbol and part are used */
    size_t need_count;
};

/* tag REPORT (…): one for each check. */
struct reply_summary {
    enum verdict_kind verdict;
    bool transient;
    bool full; /* COVERAGE FULL */
    struct coverage_tally tally;
    struct bytes reference; /* REF: the server's name for this check, also in its log */
    struct bytes reasons;   /* REASONS: raw list of (engine symbol); only read */
    uint64_t time_us;
    uint64_t generation;
};

/* All readers: PARSE for what is not well-formed (spec/cccp.md 7), MEMORY when the arena is full;
 * what they read borrows the lexer's octets and the arena. The writers give INVALID for what their
 * reader would refuse. */
/* RES: pulls the id-set into ranges (arena) and the rest into *result. */
MUST_CHECK enum status reply_read_result(struct lexer *lexer, struct arena *arena,
                                         struct id_range **ranges, size_t *range_count,
                                         struct reply_result *result);
MUST_CHECK enum status reply_read_summary(struct lexer *lexer, struct reply_summary *summary);

/* COPY: *is_inline: octets holds the copy; else copy->splice, not checked yet. */
MUST_CHECK enum status reply_read_copy(struct lexer *lexer, struct arena *arena,
                                       struct report_copy *copy, bool *is_inline,
                                       struct bytes *octets);
MUST_CHECK enum status reply_read_note(struct lexer *lexer, struct arena *arena,
                                       struct reply_note *note);
/* needs point to findings in the arena with engine, symbol and part alone. */
MUST_CHECK enum status reply_read_decision(struct lexer *lexer, struct arena *arena,
                                           struct id_range **ranges, size_t *range_count,
                                           struct reply_decision *decision);

enum { REPLY_REASONS_MOST = 64 };

/* Writers for the server. tag is NUL-terminated. The summary's REASONS are the findings of the
 * report (engine symbol) but for notes, then what its coverage and engines give as reason, each
 * once, at most REPLY_REASONS_MOST; report may be NULL. INVALID: CLEAN without a full coverage. */
MUST_CHECK enum status reply_write_result(struct buffer *out, const char *tag,
                                          const struct id_range *ranges, size_t range_count,
                                          const struct reply_result *result);
MUST_CHECK enum status reply_write_summary(struct buffer *out, const char *tag,
                                           const struct reply_summary *summary,
                                           const struct report *report);
/* COPY n (…) SPLICE (…), or INLINE with the copy's octets (spec/cccp.md 7.8). */
MUST_CHECK enum status reply_write_copy(struct buffer *out, const char *tag,
                                        const struct report_copy *copy, bool is_inline,
                                        struct bytes octets);
MUST_CHECK enum status reply_write_note(struct buffer *out, const char *tag,
                                        const struct reply_note *note);
MUST_CHECK enum status reply_write_decision(struct buffer *out, const char *tag,
                                            const struct id_range *ranges, size_t range_count,
                                            const struct reply_decision *decision);
/* A completion from the status table: code, its number if has_number, and text (NULL: the table's).
 * BYE is written as
 * "* BYE"; a tag of NULL gives an untagged line. */
MUST_CHECK enum status reply_write_status(struct buffer *out, const char *tag, enum status status,
                                          bool has_number, uint64_t number, const char *text);

/* The same with a word in the code: "NO [UNSUPPORTED FOO]", "NO [BADENVELOPE SIZE]". word is a key
 * that command_parse() found, or empty. */
MUST_CHECK enum status reply_write_refusal(struct buffer *out, const char *tag, enum status status,
                                           struct bytes word, const char *text);
/* tag OK [code] text; code may be "" or hold several words. */
MUST_CHECK enum status reply_write_ok(struct buffer *out, const char *tag, const char *code,
                                      const char *text);

#endif
