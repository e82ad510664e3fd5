/* Charsets to UTF-8 and back (spec/decoders.md 2): every octet is accounted for. What is invalid in
 * the charset becomes U+FFFD and is counted, never dropped; an unknown label reads the octets as
 * UTF-8 where they are, else as windows-1252, and says so. Linear, charged to the budget. The door
 * to the converters. */
#ifndef ENGINES_DECODE_CHARSET_H
#define ENGINES_DECODE_CHARSET_H

#include "engines/budget.h"
#include "protocol/arena.h"

struct charset_text {
    struct bytes text; /* UTF-8, in the arena; borrowed when nothing had to be changed */
    uint64_t invalid;  /* U+FFFD that were put in */
    bool is_known;     /* the label is one that we have a converter for */
};

/* Opens everything that is opened once for a process: before the sandbox closes. */
void charset_warm_up(void);
/* Whether octets below 128 always mean ASCII there: then signatures match without a conversion.
 * False for UTF-16, UTF-32, UTF-7, HZ, ISO-2022, EBCDIC; true for a label that is not known. */
bool charset_keeps_ascii(struct bytes label);
/* *cap: the cap of the budget that was hit, or NULL; the text is what came before then.
 * STATUS_MEMORY only. */
MUST_CHECK enum status charset_to_utf8(struct bytes label, struct bytes octets,
                                       struct budget *budget, struct arena *arena,
                                       struct charset_text *text, const char **cap);

struct charset_octets {
    struct bytes octets; /* in the arena; borrowed when they are the text itself */
    uint64_t unmappable; /* characters that the charset cannot write: `?` */
};

/* Whether the label is one that we have a converter for. */
bool charset_is_known(struct bytes label);
/* Whether CR and LF are themselves there and stand for nothing else: a line of text is a line of
 * octets. False for UTF-16, UTF-32 and EBCDIC. */
bool charset_keeps_lines(struct bytes label);
/* UTF-8 to a charset. INVALID: nobody knows the label. *cap as above. */
MUST_CHECK enum status charset_from_utf8(struct bytes label, struct bytes text,
                                         struct budget *budget, struct arena *arena,
                                         struct charset_octets *octets, const char **cap);

#endif
