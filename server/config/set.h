/* Settings from the command line, "section.key=value", as a YAML text of their own. */
#ifndef SERVER_CONFIG_SET_H
#define SERVER_CONFIG_SET_H

#include "server/config/problem.h"

/* A value that begins with [ or { is taken as YAML, any other as one scalar; "listeners" (or
 * "listen") takes addresses with commas between, each admitting anonymous peers. */
MUST_CHECK enum status set_write(const char *set, struct buffer *text,
                                 struct config_problem *problem);

#endif
