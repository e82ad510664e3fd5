/* One check from its complete content to its end: a transaction outlives connections.
 *
 *     inspecting ─questions→ looking up ─answers→ concluding ─questions→ looking up
 *     inspecting, concluding ─report→ deciding ─→ transforming ─copies→ replied
 *     inspecting, looking up, concluding ─deadline, failure→ deciding
 *     deciding, transforming ─deadline→ replied
 *     any of them ─cancel, all connections lost→ abandoned
 *     replied ─final→ kept ─ack, age, bounds→ forgotten      replied ─transient, DEFER→ forgotten
 *
 * abandoned and forgotten: out of the directory, freed as soon as no job uses the content. Every
 * attachment is completed exactly once, or leaves with its connection. */
#ifndef SERVER_FRONT_TRANSACTION_H
#define SERVER_FRONT_TRANSACTION_H

#include <stdatomic.h>

#include "server/front/alarm.h"
#include "server/front/copies.h"
#include "server/front/scope.h"
#include "server/front/session.h"
#include "server/lookup/lookup.h"
#include "server/policy/decider.h"
#include "server/worker/pool.h"

struct house;

enum transaction_state {
    TRANSACTION_INSPECTING,
    TRANSACTION_LOOKING_UP,
    TRANSACTION_CONCLUDING,
    TRANSACTION_DECIDING,
    TRANSACTION_TRANSFORMING,
    TRANSACTION_REPLIED,
    TRANSACTION_KEPT,
    TRANSACTION_FORGOTTEN,
    TRANSACTION_ABANDONED
};

struct transaction_recipient {
    uint32_t id;
    struct bytes address;
};

/* A recipient as a command names it: `index` of those of the check. */
struct answer_recipient {
    uint32_t id;
    uint32_t index;
};

/* The findings that a decision stands on (spec/policy.md 8). */
struct transaction_needs {
    const struct report_finding *const *findings;
    size_t count;
};

struct transaction {
    /* its whole life */
    struct house *house;
    struct scope *scope;
    struct transaction *bucket_next; /* house.directory */
    struct config *config;           /* decides */
    const struct config_channel *channel;
    char reference[32]; /* names the check in the log */
    struct arena arena;
    struct bytes txn; /* in the arena, as all octets here */
    struct envelope envelope;
    bool dry_run;
    struct transaction_recipient *recipients;
    size_t recipient_count;
    const struct transaction_recipient **by_address; /* sorted when first needed */
    unsigned accept, forms;                          /* of the check that began it */
    uint64_t size;
    uint8_t digest[DIGEST_BYTES];
    uint64_t begun_ms, begun_us, ended_us; /* uv_now(), uv_hrtime() */
    enum transaction_state state;
    struct link attachments; /* attachment.link */
    /* until it is replied */
    struct link unfinished; /* house.unfinished */
    uint64_t deadline_ms;
    struct alarm linger;
    /* until its last job is done */
    struct content *content;
    struct pool_job *job;
    bool is_stopped; /* it was cancelled */
    /* looking up */
    struct lookup *lookup;
    const struct job_answer *answers; /* inside on_answers() */
    size_t answer_count;
    size_t asked; /* of report.questions, in all rounds */
    unsigned rounds;
    uint64_t looked_up_ms; /* in all rounds */
    uint64_t lookup_begun_ms;
    /* the outcome, from deciding on */
    struct report report;
    struct config *scanned; /* of the generation that scanned: its engines are required */
    const char *failure;    /* why there is no report: a stable word; NULL: there is one */
    uint64_t generation;    /* that scanned */
    struct coverage_tally tally;
    struct verdict verdict;
    struct report failure_report; /* why there is no report, when there is none */
    struct decision deferred;     /* for whom something failed; its instead: */
    struct decision impossible;   /* for whom a copy can never be made */
    struct decider *decider;
    const struct decision **decisions; /* by recipient; NULL: everybody is deferred */
    struct transaction_needs *needs;   /* of a dry run, by recipient */
    uv_work_t deciding;
    atomic_bool is_given_up;  /* what the thread does is wanted no longer */
    const struct lists *sets; /* that the decider holds */
    bool is_deciding;         /* in a thread, which alone touches decider, decisions and needs */
    struct copies *copies;    /* NULL: no decision has edits */
    struct arena notes_arena;
    struct reply_note *notes;
    size_t note_count;
    size_t attached; /* how many more commands got the result */
    /* until replied: the deadline; kept: the age */
    struct alarm alarm;
    struct link scope_kept; /* scope.kept */
    struct link all_kept;   /* house.kept */
    uint64_t kept_octets;
};

/* Takes the content over and begins to inspect it; command is copied. channel is in the house's
 * configuration. The caller attaches to it and then calls transaction_advance(). MEMORY. */
MUST_CHECK enum status transaction_new(struct house *house, struct scope *scope,
                                       const struct command *command,
                                       const struct config_channel *channel,
                                       struct content **content, struct transaction **transaction);
/* Does whatever can be done now. The transaction may be gone behind it. */
void transaction_advance(struct transaction *transaction);
/* Its work stops at once and its tags end with this status. */
void transaction_abandon(struct transaction *transaction, enum status status);
/* It ends now, without a report: the verdict is incomplete (transient), word is the reason. */
void transaction_fail(struct transaction *transaction, const char *word);
/* Kept only: out of the store. */
void transaction_forget(struct transaction *transaction);
/* An attachment left: with none it lingers, or is abandoned (anonymous). */
void transaction_left(struct transaction *transaction);

/* What is told of it: its report, or why there is none. */
const struct report *transaction_report(const struct transaction *transaction);
bool transaction_is_kept(const struct transaction *transaction);
/* "RUNNING", as STATE and PROGRESS say it. */
const char *transaction_state_word(const struct transaction *transaction);
uint64_t transaction_age_s(const struct transaction *transaction);
/* The recipients of a command that agrees (below), by address: items has room for all of them. */
void transaction_find_recipients(const struct transaction *transaction,
                                 const struct command *command, struct answer_recipient *items);
/* Is the command a repetition of this check, perhaps for some of its recipients? digest NULL: not
 * known yet. */
bool transaction_agrees(struct transaction *transaction, const struct command *command,
                        uint64_t size, const uint8_t *digest);

#endif
