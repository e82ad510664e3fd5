/* Finds where a command or a reply ends, octet by octet, without understanding it. The one
 * incremental piece of the grammar (spec/cccp.md, "Framing"): everything after it sees complete
 * octets.
 *
 *     line    = *( octet outside CR LF NUL ) CRLF           at most limits.line_bytes
 *     literal = "{" number ["+"] "}" CRLF *OCTET            only at the end of a line; "+" client
 * to server only a line goes on behind SP CRLF inside parentheses, and behind "," CRLF
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
                       before its "{".  frame_accept(): the next literal_size octets are the caller's;
                       when they have passed through its  hands it calls frame_content_done().
                       frame_refuse(): not read, or swallowed when {n+} */
    FRAME_BAD /* the command is over and not to be executed: status, tag if readable. The stream is
                 in step again, or `fatal` is set and it never will be */
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
    bool fatal;            /* FRAME_BAD: close the connection */
    uint64_t literal_size; /* FRAME_LITERAL, FRAME_CONTENT */
    bool literal_waits;    /* the client waits for "+" */
    bool at_start;         /* no octet of a command has been seen: an idle moment */
    /* frame.c's own */
    enum frame_side side;
    struct frame_limits limits;
    int state;
    int after; /* state behind the literal */
    size_t line_size;
    unsigned depth;
    unsigned argument; /* number of the top-level argument: tag is 0, verb 1 */
    bool is_check;
    uint8_t verb[16];
    uint8_t verb_size;
    uint8_t last;
    uint64_t left; /* octets of the literal still to come */
    uint64_t number;
    unsigned digits;
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
