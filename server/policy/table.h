/* The values of a table (spec/policy.md 3.3): addresses, "@domain" or domains, separated by commas.
 */
#ifndef SERVER_POLICY_TABLE_H
#define SERVER_POLICY_TABLE_H

#include "server/policy/list.h"

/* The values of the first key that is there: the address, its local part, its domain, the domains
 * above it that are listed with a dot; of a domain likewise. They borrow the list. */
bool table_find(const struct list *table, struct bytes address_or_domain, struct bytes *values);
/* The same of one key as it stands: an address, "local@", "x.example" or ".x.example". */
bool table_find_exact(const struct list *table, struct bytes key, struct bytes *values);
/* Takes the next value from *values. False when there is none left. */
bool table_next_value(struct bytes *values, struct bytes *value);

#endif
