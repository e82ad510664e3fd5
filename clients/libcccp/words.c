/* Stable words for the enumerations of cccp.h. */
#include "clients/libcccp/cccp.h"

const char *cccp_disposition_word(enum cccp_disposition disposition)
{
    static const char *const words[] = {
        [CCCP_DEFER] = "DEFER",     [CCCP_DELIVER] = "DELIVER",       [CCCP_REJECT] = "REJECT",
        [CCCP_DISCARD] = "DISCARD", [CCCP_QUARANTINE] = "QUARANTINE",
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
