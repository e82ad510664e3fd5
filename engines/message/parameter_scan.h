/* Where an attribute stands in a structured field: as the rules have it (RFC 2045 5.1), and
 * everywhere else where a mail program could see it. Linear, nothing is taken. */
#ifndef ENGINES_MESSAGE_PARAMETER_SCAN_H
#define ENGINES_MESSAGE_PARAMETER_SCAN_H

#include "protocol/bytes.h"

enum { SECTION_NONE = -1, SECTION_MOST = 9999 };

struct occurrence {
    size_t at;        /* the attribute */
    size_t begin;     /* behind "=" */
    int section;      /* RFC 2231 3, or SECTION_NONE */
    bool is_extended; /* RFC 2231 4: a star before "=" */
    bool is_main;     /* a parameter by the rules; else within quotes, a comment, another value */
    bool is_odd;      /* comments or escapes within the attribute, a section with leading zeros */
};

struct scan {
    struct bytes value;
    struct bytes attribute; /* in lower case */
    size_t at;              /* what is looked at next */
    size_t main_at;         /* the next parameter by the rules */
    size_t main_next;       /* where the one behind it is looked for */
    bool no_comments;       /* one does not end: from there on "(" is itself */
};

void scan_init(struct scan *scan, struct bytes value, struct bytes attribute);
bool scan_next(struct scan *scan, struct occurrence *occurrence);

/* Behind a comment that begins at `at`, or `at` when it does not end within `most` octets. */
size_t scan_behind_comment(struct bytes value, size_t at, size_t most);
/* Behind the quoted string that begins at `at`; the end when it is not closed. */
size_t scan_behind_quoted(struct bytes value, size_t at, bool *is_closed);
/* Behind blanks, line breaks and comments. */
size_t scan_behind_blanks(struct bytes value, size_t at);
bool scan_is_blank(uint8_t octet);

#endif
