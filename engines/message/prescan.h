/* One linear pass over the octets before the library sees them (spec/message.md 1): a superset of
 * every structure that a reader could see, measured against the limits. GMime alone would need
 * seconds for 20,000 parameters and 1.35 kB for each 6-octet part. */
#ifndef ENGINES_MESSAGE_PRESCAN_H
#define ENGINES_MESSAGE_PRESCAN_H

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/limits.h"

/* What is odd in header sections and around delimiters: the first place of each is kept, and is a
 * STRUCTURE finding.   row(NAME, "symbol", "text") */
/* clang-format off */
#define ODDITY_ROWS(row)                                                                           \
    row(HEADER_NUL, "message.header-nul", "NUL in a header section")                               \
    row(HEADER_CR, "message.header-cr", "CR without LF in a header section")                       \
    row(HEADER_CUT, "message.header-cut", "a delimiter stands where a header goes on")             \
    row(DELIMITER_LF, "message.delimiter-lf", "a delimiter between bare LF, where lines end with CRLF") \
    row(NEAR_DELIMITER, "message.near-delimiter", "a line that only some readers take for a delimiter")
/* clang-format on */
#define ODDITY_ENUM(name, symbol, text) ODDITY_##name,
enum oddity { ODDITY_ROWS(ODDITY_ENUM) ODDITY_COUNT };

struct prescan {
    const char *cap;    /* name of the first limit that is passed, or NULL */
    struct range where; /* its evidence */
    uint64_t sections;  /* header sections: an upper bound of parts */
    struct {
        bool seen;
        struct range where;
    } oddities[ODDITY_COUNT];
    bool has_header_8bit;     /* octets above 127 */
    bool has_unread_boundary; /* one that is not looked for by the letter */
};

/* STATUS_MEMORY only. The arena holds the boundaries that were declared. */
MUST_CHECK enum status prescan_octets(struct bytes octets, const struct limits *limits,
                                      struct arena *arena, struct prescan *prescan);

#endif
