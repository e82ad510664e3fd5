/* The one way a configuration error is made: where it stands and why. */
#ifndef SERVER_CONFIG_PROBLEM_H
#define SERVER_CONFIG_PROBLEM_H

#include "server/config/node.h"

/* Fills *problem and returns STATUS_INVALID. */
enum status problem_at(struct config_problem *problem, const char *file, unsigned line,
                       unsigned column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The place of a node's value. */
enum status problem_of(struct config_problem *problem, const struct node *node, const char *format,
                       ...) __attribute__((format(printf, 3, 4)));
enum status problem_memory(struct config_problem *problem);

#endif
