/* Who made a decision, for a dry run and the log (decision.h). */
#include "server/policy/decision.h"

#include <stdio.h>

#include "server/policy/rule.h"

void decision_describe(const struct decision *decision, const char *channel,
                       struct reply_decision *line, char place[DECISION_PLACE_BYTES])
{
    const struct rule *rule = decision->rule;
    if (rule != NULL) {
        snprintf(place, DECISION_PLACE_BYTES, "%.480s:%u", rule->file, rule->line);
        line->rule = bytes_of_text(rule->name);
    } else {
        snprintf(place, DECISION_PLACE_BYTES, "channels.%s.%s", channel,
                 decision->row == NULL ? "clean" : decision->row);
        line->rule = BYTES("(table)");
    }
    line->place = bytes_of_text(place);
    line->disposition = decision->disposition;
}
