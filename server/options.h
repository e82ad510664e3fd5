/* The command line of cccpd. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { OPTIONS_SETS_MOST = 256 };

enum task { TASK_SERVE, TASK_CHECK, TASK_HASH_PASSWORD, TASK_LOADER };

struct options {
    enum task task;
    bool verbose;     /* debug lines too */
    const char *file; /* NULL: embedded defaults */
    const char *sets[OPTIONS_SETS_MOST];
    size_t set_count;
};

/* -1: go on. Else the exit status of a command line that is wrong, or that only asked for help. */
int options_read(int argc, char **argv, struct options *options);

#endif
