/* Words of a script that tell of a download, and how much of it is encoded octets. Fed in pieces;
 * \xHH, \uHHHH and \u{H} are read as the character. */
#ifndef ENGINES_ATTACHMENT_SCRIPT_WORDS_H
#define ENGINES_ATTACHMENT_SCRIPT_WORDS_H

#include "protocol/bytes.h"

enum { SCRIPT_WORD_OCTETS = 24, SCRIPT_RUN_OCTETS = 40 };

struct script_words {
    unsigned signals;        /* of html_script.h */
    uint64_t literal_octets; /* in runs of at least SCRIPT_RUN_OCTETS */
    /* private */
    char word[SCRIPT_WORD_OCTETS + 1];
    size_t length;
    uint64_t run;
    char escape[8];
    unsigned escape_size;
    unsigned data_at; /* how much of "data:application/" has been seen */
};

void script_words_feed(struct script_words *words, uint8_t octet);
/* Behind the last octet of a piece of script: words do not go on into the next one. */
void script_words_end(struct script_words *words);

#endif
