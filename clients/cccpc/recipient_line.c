#include "clients/cccpc/recipient_line.h"

static size_t members_of(const struct cccp_recipient *recipient)
{
    size_t count = 0;
    for (size_t i = 0; i < recipient->member_count; i++)
        count += recipient->members[i].count;
    return count;
}

void recipient_short(char *text, size_t size, const struct cccp_recipient *recipient)
{
    char copy[24] = "", members[48] = "";
    if (recipient->copy)
        snprintf(copy, sizeof(copy), " copy %u", recipient->copy);
    if (recipient->disposition == CCCP_EXPAND)
        snprintf(members, sizeof(members), " %s of %zu", recipient->is_list ? "list" : "alias",
                 members_of(recipient));
    snprintf(text, size, "%s%s%s%s%s%s", cccp_disposition_word(recipient->disposition),
             recipient->silent ? " silent" : "", recipient->target ? " " : "",
             recipient->target ? recipient->target : "", members, copy);
}
