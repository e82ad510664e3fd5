/* What must hold of the view of any octets whatever (spec/message.md): the oracle of the corpus
 * test and of the fuzz target. */
#ifndef TESTS_SUPPORT_VIEW_CHECK_H
#define TESTS_SUPPORT_VIEW_CHECK_H

#include "engines/message/message.h"

/* NULL when everything holds, else what does not. Decodes every leaf. */
const char *view_check(struct message *message);
/* The same of two views of the same octets, both checked: NULL when they say the same. */
const char *view_compare(const struct message *message, const struct message *other);

#endif
