/* Stable words for the enumerations of cccp.h. */
#include "clients/libcccp/cccp.h"

#include <strings.h>

/* As they stand in ACCEPT (spec/cccp.md 5.1), in the order of their bits. */
static const char *const accept_words[] = {"DELIVER",  "REJECT", "DISCARD", "QUARANTINE",
                                           "REDIRECT", "EXPAND", "COPY",    "SPLICE",
                                           "SENDER",   "ROUTE",  "STORE",   "NOTE"};
enum { ACCEPT_WORDS = sizeof(accept_words) / sizeof(accept_words[0]) };
_Static_assert(CCCP_ACCEPT_ALL == (1 << ACCEPT_WORDS) - 1, "a word for each bit");

unsigned cccp_accept_bit(const char *word)
{
    for (unsigned i = 0; i < ACCEPT_WORDS; i++) {
        if (strcasecmp(word, accept_words[i]) == 0)
            return 1u << i;
    }
    return 0;
}

const char *cccp_accept_word(unsigned bits)
{
    for (unsigned i = 0; i < ACCEPT_WORDS; i++) {
        if (bits & 1u << i)
            return accept_words[i];
    }
    return NULL;
}

const char *cccp_disposition_word(enum cccp_disposition disposition)
{
    static const char *const words[] = {
        [CCCP_DEFER] = "DEFER",     [CCCP_DELIVER] = "DELIVER",       [CCCP_REJECT] = "REJECT",
        [CCCP_DISCARD] = "DISCARD", [CCCP_QUARANTINE] = "QUARANTINE", [CCCP_REDIRECT] = "REDIRECT",
        [CCCP_EXPAND] = "EXPAND",
    };
    return words[disposition];
}

const char *cccp_verdict_word(enum cccp_verdict verdict)
{
    static const char *const words[] = {
        [CCCP_INCOMPLETE] = "INCOMPLETE", [CCCP_CLEAN] = "CLEAN",       [CCCP_SPAM] = "SPAM",
        [CCCP_POLICY] = "POLICY",         [CCCP_INFECTED] = "INFECTED",
    };
    return words[verdict];
}

const char *cccp_note_word(enum cccp_note_kind kind)
{
    static const char *const words[] = {
        [CCCP_NOTE_SENDER] = "SENDER",
        [CCCP_NOTE_RECIPIENT] = "RECIPIENT",
        [CCCP_NOTE_ADMINISTRATOR] = "ADMINISTRATOR",
    };
    return words[kind];
}

const char *cccp_status_text(enum cccp_status status)
{
    static const char *const texts[] = {
        [CCCP_OK] = "answered",
        [CCCP_REFUSED] = "refused by the server",
        [CCCP_MALFORMED] = "the server's answer is malformed",
        [CCCP_LOST] = "the connection was lost",
        [CCCP_TIMEOUT] = "no answer in time",
        [CCCP_CANCELLED] = "cancelled",
        [CCCP_UNREACHABLE] = "the server cannot be reached",
        [CCCP_INVALID] = "an argument cannot be",
        [CCCP_NO_MEMORY] = "out of memory",
    };
    return texts[status];
}
