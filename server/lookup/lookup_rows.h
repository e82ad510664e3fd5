/* The only list of look-ups; one row is one `lookup_NAME`. There is none yet: DNS, lists and
 * reputation come with the engines that ask for them. A build for tests (-DLOOKUP_WAIT) has one,
 * from tests/support/lookup_wait.c. */
#ifndef SERVER_LOOKUP_LOOKUP_ROWS_H
#define SERVER_LOOKUP_LOOKUP_ROWS_H

#ifdef LOOKUP_WAIT
#define LOOKUP_ROWS(row) row(wait)
#else
#define LOOKUP_ROWS(row)
#endif

#endif
