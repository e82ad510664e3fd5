/* Finds where a command or a reply ends, octet by octet, without understanding it. The one
 * incremental piece of the grammar (spec/cccp.md, "Framing"): everything after it sees complete
 * octets.
 *
 *     line    = *( octet outside CR LF NUL ) CRLF      at most limits.line_bytes octets
 *     literal = "{" number ["+"] "}" CRLF *OCTET       at the end of a line; "+" from clients only
 *
 * A line also goes on behind SP CRLF inside parentheses and behind "," CRLF inside an id-set. The
 * rest of a line OK, NO, BAD, BYE, PREAUTH or "+" of a server is text: nothing in it goes on.
 *
 * However the octets are cut, the outcome is the same. Nothing is allocated for what is only
 * announced. */
#ifndef PROTOCOL_FRAME_H
#define PROTOCOL_FRAME_H

#include "protocol/bytes.h"

enum frame_side {
    FRAME_OF_CLIENT, /* octets come from a client: {n} and {n+}; the content of CHECK is announced
                        apart */
    FRAME_OF_SERVER  /* octets come from a server: {n} only, its octets follow at once */
};

enum frame_event {
    FRAME_MORE,     /* all input is used up; call again with more */
    FRAME_COMPLETE, /* frame->buffer holds one command or reply, with literal octets, without the
                       last CRLF */
    FRAME_LITERAL,  /* a string literal {n} waits for "+" (FRAME_OF_CLIENT): frame_accept() or
                       frame_refuse() */
    FRAME_CONTENT,  /* the content literal of CHECK is announced: frame->buffer holds everything
                       before its "{". frame_accept(): the next literal_size octets are the caller's;
                       when they have passed through its hands it calls frame_content_done().
                       frame_refuse(): not read, or swallowed when {n+} */
    FRAME_BAD /* the command is over and not to be executed: status, tag if readable. The stream is
                 in step again (`refused`: behind the fence of 2.4), or `fatal` is set and it never
                 will be */
};

struct frame_limits {
    size_t line_bytes;
    size_t command_bytes; /* buffer limit: lines and string literals together */
    size_t literal_bytes; /* largest {n+}; for FRAME_OF_SERVER the largest {n} */
    unsigned nesting;
};

struct frame {
    /* read by the owner */
    struct buffer buffer;
    enum status status;    /* FRAME_BAD: why */
    bool fatal;            /* FRAME_BAD: close the connection; every further step says so again */
    bool refused;          /* FRAME_BAD: the command ended with a {n}, which this refuses: 2.4 */
    uint64_t literal_size; /* FRAME_LITERAL, FRAME_CONTENT */
    bool literal_waits;    /* the client waits for "+" */
    bool at_start;         /* no octet of a command has been seen: an idle moment */
    /* frame.c's own: of the connection */
    enum frame_side side;
    struct frame_limits limits;
    int state;
    /* of the command */
    enum status wrong; /* OK, or what FRAME_BAD will say: octets are no longer kept */
    bool broken;       /* outside the grammar: the next line end is the command's */
    bool over;         /* the content has been there: only CRLF may follow */
    bool text;         /* the rest of the line is text */
    bool is_check;
    unsigned depth;
    unsigned argument; /* number of the top-level argument: tag is 0, verb 1 */
    uint8_t verb[8];
    uint8_t verb_size;
    /* of the line */
    size_t line_size;
    bool quoted, escaped;
    bool in_ids; /* the token so far could be an id-set */
    uint8_t last;
    /* of what may become a literal at the line's end */
    int tail;
    bool plus, begins_token, leading_zero;
    size_t brace_at;
    uint64_t number; /* no larger than 2^63 - 1 */
    uint64_t left;   /* octets of the literal still to come */
};

void frame_init(struct frame *frame, enum frame_side side, const struct frame_limits *limits);
void frame_clear(struct frame *frame);
/* New limits for the next command (after authentication). */
void frame_limit(struct frame *frame, const struct frame_limits *limits);
/* Eats octets from *input until there is an event. After FRAME_COMPLETE and FRAME_BAD the next call
 * begins a new command and empties the buffer. */
enum frame_event frame_step(struct frame *frame, struct bytes *input);
/* Answers FRAME_LITERAL or FRAME_CONTENT. A refused {n} ends the command: the caller says NO or
 * BAD, and the frame goes on with the next line. A refused {n+} is swallowed first; then FRAME_BAD
 * comes with the given status. */
void frame_accept(struct frame *frame);
void frame_refuse(struct frame *frame, enum status status);
/* The owner has taken all literal_size octets of an accepted content: what follows must be CRLF,
 * then FRAME_COMPLETE. */
void frame_content_done(struct frame *frame);
/* The tag at the beginning of what was read, or an empty slice when none is readable. */
struct bytes frame_tag(const struct frame *frame);

#endif
