/* Encoded words in header values (RFC 2047, with the language of RFC 2231 5), as lenient as mail
 * programs are: words within quotes, without blanks around them, longer than 75, with padding that
 * is missing or too much; adjoining words of one charset are joined as octets before they are
 * converted. */
#ifndef ENGINES_DECODE_ENCODED_WORD_H
#define ENGINES_DECODE_ENCODED_WORD_H

#include "engines/budget.h"
#include "protocol/arena.h"

struct encoded_text {
    struct bytes text; /* UTF-8 without controls: CR, LF and NUL never come out of a word */
    uint64_t words;    /* that were decoded */
    bool is_odd;       /* readers could decode it differently */
};

/* value may be folded: a fold is one blank. Octets outside words that are not UTF-8 are read as
 * windows-1252. At most 4 octets for each octet given. STATUS_MEMORY only. */
MUST_CHECK enum status encoded_words_decode(struct bytes value, struct budget *budget,
                                            struct arena *arena, struct encoded_text *text);

#endif
