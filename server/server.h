/* The process: loop, signals, and the order in which its parts start, change and end.
 *
 *     starting ─first usable generation→ serving ─TERM→ draining ─drained→ stopping ─closed→ over
 *                                                        any ─second TERM→ over at once */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "server/options.h"

/* Serves until it is told to stop; the exit status (sysexits). */
int server_run(const struct options *options);
/* Reads and checks the configuration, prints the effective values; the exit status. */
int server_check(const struct options *options);

#endif
