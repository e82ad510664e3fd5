/* How many notices go out (spec/policy.md 6.2): a token bucket for each address, and one for all.
 * The table is bounded: when it is full, the bucket that is fullest anyway in the row of an address
 * gives way. Time is a parameter; loop thread only. */
#ifndef SERVER_NOTICE_RATE_H
#define SERVER_NOTICE_RATE_H

#include "server/notice/notice.h"

struct notice_rate;

MUST_CHECK enum status notice_rate_new(struct notice_rate **rate);
void notice_rate_free(struct notice_rate **rate);
/* Takes a token for one notice; NONE, RATE or RATE_ALL, which take nothing. each, all: an hour. */
enum notice_refusal notice_rate_take(struct notice_rate *rate, struct bytes address, uint64_t each,
                                     uint64_t all, uint64_t now_ms);

#endif
