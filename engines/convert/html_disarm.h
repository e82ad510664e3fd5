/* HTML without what runs, asks or loads (spec/conversion.md 7). What stays is octet-exact, a second
 * run changes nothing, and every reader sees in the outcome the tokens that we saw. */
#ifndef ENGINES_CONVERT_HTML_DISARM_H
#define ENGINES_CONVERT_HTML_DISARM_H

#include "protocol/bytes.h"

/* html: in a charset that keeps ASCII. out is empty when nothing changes (*changes 0). STATUS_LIMIT
 * of the buffer, MEMORY. */
MUST_CHECK enum status html_disarm(struct bytes html, struct buffer *out, uint64_t *changes);

#endif
