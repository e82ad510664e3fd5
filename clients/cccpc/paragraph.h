/* Text for people, at most PARAGRAPH_COLUMNS wide: pieces one behind the other, and where the next
 * one does not fit a new line with a hanging indent. A piece is never broken. What comes from a
 * message cannot turn the reading direction or begin a line: such characters stand as \uHHHH. */
#ifndef CCCPC_PARAGRAPH_H
#define CCCPC_PARAGRAPH_H

#include <stdbool.h>
#include <stdio.h>

enum { PARAGRAPH_COLUMNS = 100 };

struct paragraph {
    FILE *out;
    unsigned indent; /* of the lines behind the first */
    unsigned column; /* where the next octet goes */
    bool begun;      /* a piece stands in this line */
};

/* The first line has `indent` blanks, the others `hanging` more. */
void paragraph_begin(struct paragraph *paragraph, FILE *out, unsigned indent, unsigned hanging);
/* gap stands before the piece; where that begins a line the gap, without its last blanks, ends the
 * line before. A long piece is cut to 4096 octets. */
void paragraph_put(struct paragraph *paragraph, const char *gap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Word by word; NULL is nothing. */
void paragraph_words(struct paragraph *paragraph, const char *gap, const char *text);
void paragraph_end(struct paragraph *paragraph);
/* Lines of `| text`, as many as it takes, with `mark` for the bar; an escape \xHH stays whole. */
void paragraph_quote(FILE *out, unsigned indent, char mark, const char *text);
/* text for a line that is not a paragraph: what is treacherous stands as \uHHHH. */
void paragraph_plain(FILE *out, const char *text);

#endif
