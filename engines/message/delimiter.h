/* The lines of a body that part it (RFC 2046 5.1.1), for one boundary. */
#ifndef ENGINES_MESSAGE_DELIMITER_H
#define ENGINES_MESSAGE_DELIMITER_H

#include "protocol/bytes.h"

/* STRICT: "--", the boundary, perhaps "--", blanks. LENIENT: besides, blanks before it and anything
 * behind it, as some readers take it. */
enum delimiter_mode { DELIMITER_STRICT, DELIMITER_LENIENT };

struct delimiters {
    struct bytes octets;
    struct bytes boundary;
    enum delimiter_mode mode;
    size_t at; /* where to look next */
};

struct delimiter {
    size_t begin; /* of the line, and of the line break that belongs to it when there is one */
    size_t end;   /* behind the line */
    bool is_close;
};

/* The next one at or behind `at`, which is moved behind it; false when there is none. Linear. */
bool delimiters_next(struct delimiters *delimiters, struct delimiter *delimiter);

#endif
