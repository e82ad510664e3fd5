/* Conversations with a server as data (tests/conformance/README.md): read from a file, played
 * against a server with the octets cut in any way. */
#ifndef CCCPC_TRANSCRIPT_H
#define CCCPC_TRANSCRIPT_H

#include <stdio.h>

#include "protocol/arena.h"

enum step_kind {
    STEP_SEND,
    STEP_EXPECT,     /* S: */
    STEP_EXPECT_ANY, /* S* */
    STEP_EXPECT_ALL, /* S& */
    STEP_EOF,
    STEP_SHUT,
};

struct step {
    enum step_kind kind;
    unsigned line;
    struct bytes octets; /* to send; or a pattern, in which NUL stands for "..." */
};

struct conversation {
    const char *title; /* "3 many commands in one packet" */
    unsigned line;
    struct step *steps;
    size_t step_count, step_capacity;
};

struct transcript {
    struct arena arena;
    const char *path;
    const char **settings; /* "section.key=value" */
    size_t setting_count, setting_capacity;
    struct conversation *conversations;
    size_t conversation_count, conversation_capacity;
};

/* False: what is wrong has been written to problems, with path and line. */
bool transcript_open(struct transcript *transcript, const char *path, FILE *problems);
void transcript_close(struct transcript *transcript);

enum cut { CUT_NONE, CUT_EVERY, CUT_RANDOM };
bool cut_of_word(const char *word, enum cut *cut);

/* Plays one on a new connection; false: what differed has been written to problems. */
bool conversation_play(const struct transcript *transcript,
                       const struct conversation *conversation, const char *address, enum cut cut,
                       unsigned seed, FILE *problems);

/* True when the octets match a pattern. */
bool pattern_matches(struct bytes pattern, struct bytes octets);

#endif
