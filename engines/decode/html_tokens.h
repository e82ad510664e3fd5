/* HTML by the rules of the standard's tokenizer (WHATWG 13.2.5), no tree: text, tags with their
 * attributes, comments, and what elements like script hide. Pull, linear, borrowed; every octet is
 * of one token. */
#ifndef ENGINES_DECODE_HTML_TOKENS_H
#define ENGINES_DECODE_HTML_TOKENS_H

#include "protocol/bytes.h"

enum html_kind {
    HTML_TEXT,
    HTML_START,
    HTML_END,
    HTML_COMMENT,
    HTML_BOGUS, /* "<!", "<?" and "</" before what is no name: up to ">"; "<![CDATA[" itself */
    HTML_RAW    /* what stands between the tags of an element whose content is no markup */
};

enum { HTML_NAME_OCTETS = 24 };

struct html_token {
    enum html_kind kind;
    struct range range;
    struct bytes name;          /* of a tag as it stands; of HTML_RAW: the element's */
    char tag[HTML_NAME_OCTETS]; /* the same in lower case; empty when it is longer */
    struct bytes inside;        /* of a tag: its attributes; of a comment: its text */
    bool is_cut;                /* the octets ended within it: readers drop it */
};

struct html_reader {
    struct bytes html;
    size_t at;
    char raw[HTML_NAME_OCTETS]; /* the element whose content comes next, or empty: may be emptied */
    bool has_scripts;           /* noscript hides its content */
    bool knows_foreign;         /* within svg and math only script hides its content */
    bool is_foreign;
};

/* The next one; false at the end. */
bool html_next(struct html_reader *reader, struct html_token *token);
/* name: in lower case. */
bool html_is_named(const struct html_token *token, const char *name);
/* A name in lower case, ended by NUL; empty when it does not fit, or has a NUL. */
void html_fold(struct bytes name, char folded[HTML_NAME_OCTETS]);

struct html_attribute {
    struct bytes name, value; /* as they stand, the value without its quotes */
    struct range range;       /* within `inside` */
    uint8_t quote;            /* 0: none */
    bool has_value;
};

/* The next attribute of a tag's inside at or behind *at. */
bool html_attribute_next(struct bytes inside, size_t *at, struct html_attribute *attribute);
/* One character of a value at *at: a reference is decoded, as far as ASCII goes; 0xFF: beyond. */
uint8_t html_character(struct bytes value, size_t *at);
bool html_is_space(uint8_t octet);

#endif
