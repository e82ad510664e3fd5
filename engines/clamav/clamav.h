/* The state of the engine `clamav` (spec/engine-clamav.md): made by open() in the loader, shared by
 * its workers copy-on-write. */
#ifndef ENGINES_CLAMAV_CLAMAV_H
#define ENGINES_CLAMAV_CLAMAV_H

#include "engines/clamav/cache.h"
#include "engines/clamav/scan.h"
#include "engines/engine.h"

enum clamav_mode { CLAMAV_PARTS, CLAMAV_MESSAGE, CLAMAV_UNION };

struct clamav {
    /* Generation. */
    struct cl_engine *engine;
    struct scan_rules rules;
    enum clamav_mode mode;
    uint64_t smallest, largest; /* leaves outside are exempt; largest 0: no bound */
    uint64_t cache_entries;
    char *database;       /* the site's folder */
    struct cl_stat watch; /* of the folder, when it was loaded */
    bool watched;
    char *scratch;    /* where libclamav unpacks: the loader's, then the worker's */
    void *converters; /* character sets, kept open (warm.c) */
    /* Worker. */
    struct cache *cache; /* NULL: off */
    struct scan scan;    /* of the leaf at hand: too big for a stack frame */
};

/* database.c: our own signatures and the site's into an engine that is not compiled yet. options:
 * CL_DB_…. Notes what the site's folder looked like. *why names the file that cannot be loaded. */
MUST_CHECK enum status database_load(struct clamav *clamav, const char *scratch, unsigned options,
                                     struct engine_edition *edition, char why[256]);
bool database_changed(const struct clamav *clamav);
void database_forget(struct clamav *clamav);
/* What libclamav said last, for people; "" when nothing. Process-wide, as libclamav's messages
 * are. */
void database_listen(void);

/* warm.c: what libclamav and the C library load when first used, before the sandbox closes. */
void warm_up(struct clamav *clamav);
void warm_forget(struct clamav *clamav);

/* scratch.c: can something be written there? */
bool scratch_works(const struct clamav *clamav);
/* Caps shrink to what the folder holds, so that a cap is hit before the folder is full: at worst
 * all that scan-size allows lies there, and one file more. */
bool scratch_fit(struct clamav *clamav);

/* inspect.c: the passes over one message and their report. */
enum status inspect_message(void *state, struct message *message, struct reporter *reporter);

/* self_test.c */
enum status self_test(void *state, char why[256]);

#endif
