/* What an engine is (design 5). One folder, one `const struct engine`, one row in engine_rows.h. */
#ifndef ENGINES_ENGINE_H
#define ENGINES_ENGINE_H

#include "engines/message/message.h"
#include "engines/reporter.h"
#include "engines/setting.h"
#include "protocol/job.h"

enum engine_room {
    ENGINE_SANDBOX, /* no network, no files but its scratch folder */
    ENGINE_OUTSIDE  /* must connect or exec: another kind of worker (later) */
};

/* What an opened engine is made of: for LOADED, /metrics and ENGINE lines. */
struct engine_edition {
    char version[64];    /* of the library or program */
    char source[256];    /* where its data came from, for people */
    uint64_t signatures; /* 0: has none */
    uint64_t date;       /* newest data, seconds since the epoch; 0: unknown */
    bool only_builtin;   /* nothing but the data shipped with cccpd: said loudly */
};

/* Every slot is filled: a shared `engine_nothing_…` beats a test for NULL. */
struct engine {
    const char *name; /* also its section in the configuration */
    enum engine_room room;
    const struct setting
        *settings; /* rows ended by an empty one; `enabled` is added by the house */
    /* Loader, once per generation. *state is the engine's own until close; workers inherit it
     * read-only. scratch: an existing empty folder it may use while opening. Not OK: *why holds the
     * reason for people. */
    enum status (*open)(const struct settings_view *settings, const struct limits *limits,
                        const char *scratch, void **state, struct engine_edition *edition,
                        char why[256]);
    /* Worker, once after fork and before the sandbox closes: scratch is the worker's own folder. */
    enum status (*enter)(void *state, const char *scratch);
    /* Worker. Looks, reports, asks. Blocks at most until reporter_left_us(). Not OK: the engine
     * failed. */
    enum status (*scan)(void *state, struct message *message, struct reporter *reporter);
    /* Worker, perhaps another one. Sees the answers to what scan asked; may ask again, within the
     * budget. */
    enum status (*conclude)(void *state, struct message *message, const struct job *answers,
                            struct reporter *reporter);
    /* Worker. The octets of a leaf without what the engine refuses in it (macros), or UNSUPPORTED
     * when it cannot make them, into the arena. For part-clean (spec/conversion.md 2). */
    enum status (*clean)(void *state, struct message *message, struct part *part,
                         struct arena *arena, struct bytes *cleaned);
    /* Loader, before the generation is used: engine-made test message must be found (EICAR). text
     * buffer out. */
    enum status (*self_test)(void *state, char why[256]);
    /* True when what open() read has changed on disk since. Called in the loader every few seconds.
     */
    bool (*stale)(void *state);
    void (*close)(void *state);
};

/* Slots for engines that have nothing to do there. */
enum status engine_nothing_enter(void *state, const char *scratch);
enum status engine_nothing_conclude(void *state, struct message *message, const struct job *answers,
                                    struct reporter *reporter);
enum status engine_nothing_clean(void *state, struct message *message, struct part *part,
                                 struct arena *arena, struct bytes *cleaned);
enum status engine_nothing_self_test(void *state, char why[256]);
bool engine_nothing_stale(void *state);
void engine_nothing_close(void *state);

/* registry.c: the rows. NULL past the last; NULL for an unknown name. */
const struct engine *engine_row(unsigned i);
const struct engine *engine_find(struct bytes name);

/* One opened engine of a generation. */
struct engine_instance {
    const struct engine *engine;
    void *state;
    struct engine_edition edition;
};

/* run.c: one job over a mapped content, in a worker or a test: view, the engines that the job
 * names, their coverage and ENGINE lines with times. An engine that fails is reported as failed
 * with its reason; the others still run. The status is not OK only when no report could be made. */
MUST_CHECK enum status engines_run(const struct engine_instance *instances, size_t count,
                                   const struct limits *limits, const struct job *job,
                                   struct bytes octets, struct report *report);
/* The same for a job of the stage TRANSFORM: the view, then convert(). The report has the COPY and
 * notes, no parts. */
MUST_CHECK enum status engines_transform(const struct engine_instance *instances, size_t count,
                                         const struct limits *limits, const struct job *job,
                                         struct bytes octets, struct report *report);

#endif
