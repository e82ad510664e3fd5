/* One value of a parameter as it stands, and every way to read its octets. */
#ifndef ENGINES_MESSAGE_PARAMETER_TEXT_H
#define ENGINES_MESSAGE_PARAMETER_TEXT_H

#include "engines/message/parameter_scan.h"
#include "protocol/arena.h"

/* Longer values are cut: what is behind is no name and no boundary. */
enum { PARAMETER_OCTETS_MOST = 4096 };

/* What is unusual in a value: each makes other readings. */
enum text_feature {
    TEXT_ESCAPE = 1 << 0,      /* a backslash within quotes */
    TEXT_BARE_ESCAPE = 1 << 1, /* and without */
    TEXT_BARE_QUOTE = 1 << 2,  /* a quote within a value that does not begin with one */
    TEXT_COMMENT = 1 << 3,     /* within or around it */
    TEXT_INNER_BLANK = 1 << 4, /* without quotes */
    TEXT_QUOTED_BLANK = 1 << 5,
    TEXT_EDGE_BLANK = 1 << 6, /* at its beginning or end, within quotes */
    TEXT_BARE_EDGE_BLANK = 1 << 7,
    TEXT_NUL = 1 << 8,
    TEXT_BREAK = 1 << 9, /* CR or LF that is no fold */
    TEXT_APOSTROPHES = 1 << 10,
    TEXT_WORD_EQUALS = 1 << 11, /* letters, then "=", without quotes */
    TEXT_UNCLOSED = 1 << 12,
    TEXT_JUNK = 1 << 13,      /* behind the closing quote */
    TEXT_SEMICOLON = 1 << 14, /* text without "=" behind the ";" that ends it; or one in quotes that
                                 do not end */
    TEXT_ENCODED_WORD = 1 << 15
};

struct parameter_text {
    struct bytes value; /* of the field */
    size_t begin, end;  /* the value without quotes and blanks around it */
    size_t whole_from;  /* behind "=" */
    size_t whole_begin; /* behind blanks and comments, at the quote */
    size_t whole_end;   /* the ";" or the end */
    bool is_quoted, is_closed;
    unsigned features;
};

void parameter_text_read(struct parameter_text *text, struct bytes value, size_t begin);

/* How a reader takes the octets, besides that line breaks are never part of a value. */
enum text_way {
    WAY_UNESCAPE = 1,
    WAY_NO_QUOTES = 2,
    WAY_NO_COMMENTS = 4,
    WAY_NO_NULS = 8,
    WAY_TRIM = 16
};

/* The octets in [begin, end) so, up to the first of `stops` (no terminating NUL among them). NULL
 * data: no memory. */
struct bytes parameter_text_take(struct bytes value, size_t begin, size_t end, unsigned ways,
                                 struct bytes stops, struct arena *arena);

#endif
