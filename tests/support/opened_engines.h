/* The engines of this build as an installation with the embedded defaults opens them, for programs
 * that check many messages in one process: configuration, engines, limits, the default channel. */
#ifndef TESTS_SUPPORT_OPENED_ENGINES_H
#define TESTS_SUPPORT_OPENED_ENGINES_H

#include "server/config/config.h"

struct opened_engines {
    struct config *config;
    struct engine_instance *instances;
    struct bytes *names; /* what a job asks for */
    size_t count;
    char scratch[64];
};

/* sets: "engines.clamav.database=/folder" as on the command line. Says on standard error why not
 * and ends the program. */
void engines_open(struct opened_engines *opened, const char *const *sets, size_t set_count);
void engines_close(struct opened_engines *opened);

#endif
