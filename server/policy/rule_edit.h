/* The edit `address` (spec/conversion.md 4.1): how mailboxes in the header become other ones. */
#ifndef SERVER_POLICY_RULE_EDIT_H
#define SERVER_POLICY_RULE_EDIT_H

#include "server/policy/rule_reader.h"

/* One key of it. */
MUST_CHECK enum status rule_read_mapping(struct rule_reader *reading, const struct node *node,
                                         const char *key, struct rule_edit *edit);
/* Keys that need each other; the fields when none are named. */
MUST_CHECK enum status rule_check_mapping(struct rule_reader *reading, const struct node *value,
                                          struct rule_edit *edit);
/* The new form of an address, into the arena; *changed is false when it stays as it is. MEMORY; a
 * pattern that gives up sets view->is_bound_hit. */
MUST_CHECK enum status mapping_apply(const struct rule_mapping *mapping, struct fact_view *view,
                                     struct bytes address, struct bytes *mapped, bool *changed);

#endif
