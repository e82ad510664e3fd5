/* An opened engine `clamav` for tests, and one check of octets from view to verdict. */
#ifndef TESTS_UNIT_ENGINES_CLAMAV_OPENED_H
#define TESTS_UNIT_ENGINES_CLAMAV_OPENED_H

#include "engines/engine.h"

enum { CHECKED_SAID_BYTES = 512 };

/* changes: "name=value" texts ended by NULL, over the defaults; database is an empty folder unless
 * it is among them. why is written when it does not open. */
enum status clamav_try(const char *const *changes, struct engine_instance *instance, char why[256]);
/* Asserts that it opens, and enters it as a worker would. */
void clamav_open_with(const char *const *changes, struct engine_instance *instance);
void clamav_shut(struct engine_instance *instance);

/* Takes away what libclamav needs to unpack: its folder, room in it, file descriptors; and gives it
 * back. */
enum starved { STARVED_NOT, STARVED_FOLDER, STARVED_ROOM, STARVED_DESCRIPTORS };
void clamav_starve(enum starved what);
void clamav_feed(void);

/* What a check came to. */
struct checked {
    struct verdict verdict;
    char symbols[CHECKED_SAID_BYTES]; /* of all findings of the engine: " a b " */
    char reasons[CHECKED_SAID_BYTES]; /* of its coverage that is not examined */
    uint64_t cpu_us;
};

/* The whole way: engines_run(), tally, verdict_conclude(). deadline_ms from now. */
struct checked clamav_check(const struct engine_instance *instance, struct bytes octets,
                            uint64_t deadline_ms);
/* The octets as a base64 attachment of a mail. Free data. */
struct bytes mail_around(struct bytes octets, const char *name);
/* A whole file; asserts that it can be read. Free data. */
struct bytes file_octets(const char *folder, const char *name);

#endif
