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
    uint64_t after_s; /* DEFER: AFTER seconds */
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

/* RES: pulls the id-set into ranges (arena) and the rest into *result. */
MUST_CHECK enum status reply_read_result(struct lexer *lexer, struct arena *arena,
                                         struct id_range **ranges, size_t *range_count,
                                         struct reply_result *result);
MUST_CHECK enum status reply_read_summary(struct lexer *lexer, struct reply_summary *summary);

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
