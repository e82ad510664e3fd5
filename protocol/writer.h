/* Writes lines of the grammar: replies, commands, jobs, reports. The one place that quotes. Puts
 * the SP between tokens itself, breaks lines inside lists and id-sets before they reach the line
 * limit. The first failure sticks. */
#ifndef PROTOCOL_WRITER_H
#define PROTOCOL_WRITER_H

#include "protocol/bytes.h"
#include "protocol/lexer.h"

enum writer_literal {
    WRITER_LITERAL_PLAIN, /* {n}: server to client, and inside the house */
    WRITER_LITERAL_PLUS   /* {n+}: client to server */
};

/* For physical lines that everybody takes: the smallest MAXLINE there may be (limits.h). */
enum { WRITER_LINE_BYTES = 1024 };

struct writer {
    struct buffer *out;
    enum writer_literal literal;
    size_t line_limit;
    size_t line_start; /* offset in out where the physical line begins */
    size_t begin;      /* offset of the whole line: taken back when something fails */
    unsigned depth;
    size_t reserve; /* octets that must still fit into the physical line behind the lists that are
                       open: set by who writes them */
    bool gap;       /* a SP is due before the next token */
    enum status status;
};

/* Begins a line with its tag ("*", "+", or a tag); behind it tokens follow. */
void writer_begin(struct writer *writer, struct buffer *out, enum writer_literal literal,
                  size_t line_limit, struct bytes tag);
void writer_atom(struct writer *writer, const char *atom);
void writer_atom_bytes(struct writer *writer, struct bytes atom);
void writer_number(struct writer *writer, uint64_t number);
/* Quoted when it is short UTF-8 without controls, else a literal. NUL is STATUS_INVALID: text has
 * none. */
void writer_string(struct writer *writer, struct bytes string);
/* A literal of any octets, NUL too. */
void writer_literal(struct writer *writer, struct bytes octets);
void writer_text(struct writer *writer, const char *text); /* the same for NUL-terminated text */
void writer_nil(struct writer *writer);
void writer_open(struct writer *writer);
void writer_close(struct writer *writer);
/* key value pairs inside an open list */
void writer_pair_number(struct writer *writer, const char *key, uint64_t number);
void writer_pair_atom(struct writer *writer, const char *key, const char *atom);
void writer_pair_string(struct writer *writer, const char *key, struct bytes string);
/* The same, but nothing for an empty one. */
void writer_pair_given(struct writer *writer, const char *key, struct bytes string);
/* KEY ("a" "b") */
void writer_pair_strings(struct writer *writer, const char *key, const struct bytes *strings,
                         size_t count);
void writer_pair_range(struct writer *writer, const char *key,
                       struct range range); /* KEY (offset size) */
/* A whole id-set; ranges ascend and do not touch. */
void writer_ranges(struct writer *writer, const struct id_range *ranges, size_t count);
/* Free text to the end of a completion line: controls become blanks; cut at the line limit, and so
 * that it does not end like a line that goes on (2.2: SP, "," or "}"). */
void writer_rest(struct writer *writer, const char *text);
/* "[CODE ...]" of a completion; code may hold several words ("LIMIT LINE"); number is written when
 * has_number. */
void writer_code(struct writer *writer, const char *code, bool has_number, uint64_t number);
/* {n} or {n+} and CRLF, for a literal whose octets the caller sends itself. */
void writer_announce(struct writer *writer, uint64_t size, bool waits);
/* Ends the line with CRLF. Not OK: the line has been taken back, *out is as before. */
MUST_CHECK enum status writer_end(struct writer *writer);

#endif
