/* An opened engine `attachment` for tests, and one check of octets from view to verdict. */
#ifndef TESTS_UNIT_ENGINES_ATTACHMENT_OPENED_H
#define TESTS_UNIT_ENGINES_ATTACHMENT_OPENED_H

#include "engines/engine.h"

enum { SAID_OCTETS = 2048 };

/* changes: "name=value" texts ended by NULL, over the defaults; or NULL. */
enum status attachment_try(const char *const *changes, struct engine_instance *instance,
                           char why[256]);
/* Asserts that it opens. */
void attachment_open_with(const char *const *changes, struct engine_instance *instance);
void attachment_shut(struct engine_instance *instance);

/* What a check came to. Texts: " a b ". */
struct attachment_said {
    struct verdict verdict;
    char policy[SAID_OCTETS];  /* symbols of class POLICY, without "attachment." */
    char notes[SAID_OCTETS];   /* of class NOTE */
    char limits[SAID_OCTETS];  /* of class LIMIT */
    char reasons[SAID_OCTETS]; /* of coverage that is not examined */
    char facts[SAID_OCTETS];   /* name=value */
    char texts[SAID_OCTETS];   /* of the POLICY findings, ended by ";" */
    uint64_t time_us;          /* of the engine alone */
};

/* limits NULL: the defaults. deadline_ms from now. Asserts that the report is valid and that every
 * leaf was spoken of. */
void attachment_check(const struct engine_instance *instance, struct bytes octets,
                      const struct limits *limits, uint64_t deadline_ms,
                      struct attachment_said *said);

#endif
