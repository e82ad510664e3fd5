/* Files of lists and tables are read again when they change (spec/policy.md 3.4). Every few seconds
 * a timer has all files looked at in libuv's thread pool (time, size, inode); one that changed is
 * read there, one after the other, and a new set is handed over on the loop thread. A file with an
 * error is logged once for each change (`list.refused`), and what was read before stays in use. A
 * file whose time is less than WATCH_SETTLED_MS ago waits for the next look: it may still be
 * written. */
#ifndef SERVER_POLICY_WATCH_H
#define SERVER_POLICY_WATCH_H

#include <uv.h>

#include "server/policy/lists.h"

enum { WATCH_EVERY_MS = 3000, WATCH_SETTLED_MS = 1000 };

struct watch;

/* used() is called on the loop thread after config->sets became another set; never from within the
 * functions below. */
MUST_CHECK enum status watch_start(uv_loop_t *loop, struct config *config, void *owner,
                                   void (*used)(void *owner), struct watch **watch);
/* Another configuration's files from now on. */
void watch_configure(struct watch *watch, struct config *config);
/* Looks at all files now, unless that is under way; the timer does it every WATCH_EVERY_MS. */
void watch_look(struct watch *watch);
/* No call of used() from now on; the memory goes when the loop has closed the handles. */
void watch_stop(struct watch **watch);

#endif
