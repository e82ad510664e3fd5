/* The functions of fact_rows.h, and what they share. Each writes what it knows into *values, which
 * is zeroed; it leaves count at 0 for what nobody knows. */
#ifndef SERVER_POLICY_FACT_FIND_H
#define SERVER_POLICY_FACT_FIND_H

#include "server/policy/fact.h"
#include "server/policy/fact_rows.h"

#define FACT_FUNCTION(name, form, type, many, scope, function, help)                               \
    void fact_##function(struct fact_view *view, const struct fact *fact,                          \
                         struct fact_values *values);
/* fact_line() stands for two families: declared twice, which C allows. */
FACT_ROWS(FACT_FUNCTION)
#undef FACT_FUNCTION

/* One text; known: an empty one is a value. */
void values_set_text(struct fact_values *values, struct bytes text, bool known);
void values_set_number(struct fact_values *values, uint64_t whole);

/* Texts of many values are counted first, then kept in one array. */
struct fact_gathering {
    struct fact_view *view;
    struct bytes *texts;
    size_t count, capacity;
};
/* Empty ones are left out. */
void gather(struct fact_gathering *gathering, struct bytes text);
void gathered(struct fact_gathering *gathering, struct fact_values *values);
/* All that a part could be called. */
void gather_part_names(struct fact_gathering *gathering, const struct report_part *part);
/* Values of all FACT lines of that name. */
void gather_facts(struct fact_gathering *gathering, struct bytes name);

#endif
