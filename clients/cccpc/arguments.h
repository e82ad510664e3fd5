/* What was asked on the command line: one table of options, each with the commands that take it;
 * the usage texts are made from it. */
#ifndef CCCPC_ARGUMENTS_H
#define CCCPC_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum command_bit {
    COMMAND_CHECK_BIT = 1,
    COMMAND_EXPLAIN_BIT = 2,
    COMMAND_PING_BIT = 4,
    COMMAND_BENCH_BIT = 8,
    COMMAND_REPLAY_BIT = 16,
    COMMAND_SAMPLES_BIT = 32,
    COMMAND_POLICY_BIT = 64,
};

struct arguments {
    enum command_bit command;
    const char *server;
    const char *channel;
    const char *sender, *ip, *helo;
    const char **recipients;
    size_t recipient_count;
    unsigned accept; /* CCCP_ACCEPT_ bits */
    bool json;
    const char *out;
    unsigned jobs;
    unsigned timeout_s;
    const char *identity, *password_file;
    bool external;
    /* bench */
    unsigned connections, in_flight, seconds, passes;
    const char *list, *label;
    unsigned pid;
    /* replay */
    const char *cut;
    unsigned seed;
    /* the rest: files and folders */
    char **paths;
    size_t path_count;
};

/* argv begins behind the command's name. 0, or an exit status: what is wrong has been said. */
int arguments_read(struct arguments *arguments, enum command_bit command, int argc, char **argv);
void arguments_clear(struct arguments *arguments);
void arguments_usage(FILE *out, enum command_bit command);

#endif
