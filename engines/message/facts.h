/* Facts about the header that policy asks for by name (WANTS of a job; spec/policy.md 2.5). One
 * FACT line for each value; at most FACTS_VALUES_MOST of one name, each at most FACT_BYTES_MOST
 * octets, FACTS_BYTES_MOST in all: past that `limit.report`.
 *
 *     header.NAME           each such field of the message's own header section, decoded (RFC 2047)
 *     header.NAME.address   the addr-spec of each mailbox in it, domain in lower case
 *     header.NAME.domain    its domain
 *     header.NAME.name      its display name, decoded
 *     mark.NAME             how many fields are spelled so in any way that a reader could take, if
 * any */
#ifndef ENGINES_MESSAGE_FACTS_H
#define ENGINES_MESSAGE_FACTS_H

#include "engines/reporter.h"

enum { FACTS_VALUES_MOST = 100, FACT_BYTES_MOST = 1024, FACTS_BYTES_MOST = 1 << 20 };

/* Unknown names are passed over. The reporter keeps the first failure. */
void facts_report(struct message *message, const struct bytes *wants, size_t count,
                  struct reporter *reporter);

#endif
