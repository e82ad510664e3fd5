/* The channel's table, which stands behind the last rule (spec/policy.md 1.2): what becomes of a
 * message by its verdict alone. Pure. */
#ifndef SERVER_POLICY_VERDICT_TABLE_H
#define SERVER_POLICY_VERDICT_TABLE_H

#include "protocol/report.h"
#include "server/config/config.h"

struct verdict_row {
    enum disposition disposition;
    const char *name;  /* of the row: "infected", "policy", "spam", "incomplete", "unexaminable",
                          "clean" */
    const char *class; /* what the client is told, also the MARK of what is delivered all the same;
                          NULL: clean */
    struct bytes text; /* words of the first finding that proves it; borrows the report */
};

struct verdict_row verdict_row_find(struct verdict verdict, const struct report *report,
                                    const struct config_channel *channel);
/* "virus", "policy", "spam", "unexaminable", "incomplete"; NULL: clean. */
const char *verdict_class(struct verdict verdict);
/* What nobody has examined, also of a verdict that says only INCOMPLETE. */
enum verdict_gap verdict_gap_of(struct verdict verdict);

#endif
