/* The verdict vocabulary (design 4). `clean` has one constructor: verdict_conclude() over a
 * complete coverage. Nothing else in the house makes one; struct verdict is read through its
 * functions only. */
#ifndef PROTOCOL_VERDICT_H
#define PROTOCOL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/bytes.h"

/* A zeroed verdict is incomplete, never clean. Badness: verdict_badness(). */
#define VERDICT_ROWS(row) row(INCOMPLETE) row(CLEAN) row(SPAM) row(POLICY) row(INFECTED)
/* What a finding speaks of. STRUCTURE: readers could disagree or the mail is malformed on purpose.
 * LIMIT: a cap was hit. NOTE: worth knowing, changes no verdict by itself. */
#define FINDING_CLASS_ROWS(row)                                                                    \
    row(NOTE) row(STRUCTURE) row(LIMIT) row(AUTH) row(SPAM) row(POLICY) row(VIRUS)
/* What an engine did with a part. Nothing said counts as FAILED. */
#define COVERAGE_ROWS(row) row(FAILED) row(UNEXAMINABLE) row(EXEMPT) row(EXAMINED)
/* clang-format off */
#define DISPOSITION_ROWS(row)                                                                                          \
    row(DELIVER) row(REDIRECT) row(EXPAND) row(REJECT) row(DISCARD) row(QUARANTINE) row(HOLD) row(DEFER)
/* clang-format on */

#define VERDICT_ENUM(name) VERDICT_##name,
#define FINDING_CLASS_ENUM(name) CLASS_##name,
#define COVERAGE_ENUM(name) COVERAGE_##name,
#define DISPOSITION_ENUM(name) DISPOSITION_##name,
enum verdict_kind { VERDICT_ROWS(VERDICT_ENUM) VERDICT_KIND_COUNT };
enum finding_class { FINDING_CLASS_ROWS(FINDING_CLASS_ENUM) CLASS_COUNT };
enum coverage_state { COVERAGE_ROWS(COVERAGE_ENUM) COVERAGE_STATE_COUNT };
enum disposition { DISPOSITION_ROWS(DISPOSITION_ENUM) DISPOSITION_COUNT };

/* Wire words, upper case: "CLEAN", "VIRUS", "EXAMINED", "DELIVER". */
const char *verdict_word(enum verdict_kind kind);
const char *finding_class_word(enum finding_class class);
const char *coverage_word(enum coverage_state state);
const char *disposition_word(enum disposition disposition);
/* The other way, case folded; false when the word is not known. */
bool verdict_of_word(struct bytes word, enum verdict_kind *kind);
bool finding_class_of_word(struct bytes word, enum finding_class *class);
bool coverage_of_word(struct bytes word, enum coverage_state *state);
bool disposition_of_word(struct bytes word, enum disposition *disposition);

/* How many (part, engine) pairs ended how. expected = parts times required engines; what is in none
 * of the others counts as failed. */
struct coverage_tally {
    uint64_t expected;
    uint64_t examined;
    uint64_t exempt;
    uint64_t unexaminable;
    uint64_t failed;
};

/* What nobody has examined: that cannot be examined, or something failed. */
enum verdict_gap { GAP_NONE, GAP_UNEXAMINABLE, GAP_FAILED };

struct verdict {
    enum verdict_kind kind;
    bool transient;       /* INCOMPLETE only: something failed, trying again may help */
    enum verdict_gap gap; /* beside a finding too: behind it there may be worse than was found */
};

/* The one constructor. found: bit 1 << class for each class that has a finding.
 * VIRUS -> INFECTED; POLICY or STRUCTURE -> POLICY; SPAM -> SPAM; else a failed or unaccounted pair
 * -> INCOMPLETE and transient; an unexaminable pair or a LIMIT finding -> INCOMPLETE; else, when
 * expected > 0 and every pair is examined or exempt, CLEAN. expected == 0 -> INCOMPLETE and
 * transient: nobody looked. */
struct verdict verdict_conclude(const struct coverage_tally *tally, unsigned found);
/* When no report can be had at all (deadline, crash, no engine): transient. Poison: not transient.
 */
struct verdict verdict_incomplete(bool transient);
/* 0 clean, 1 incomplete, 2 spam, 3 policy, 4 infected. */
int verdict_badness(enum verdict_kind kind);

#endif
