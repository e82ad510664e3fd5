/* Facts: what conditions and texts of rules may speak of (spec/policy.md 2.5; fact_rows.h). Each
 * one that a channel's rules use has a slot; its values are found out when they are asked for the
 * first time, those of the message once for all recipients. */
#ifndef SERVER_POLICY_FACT_H
#define SERVER_POLICY_FACT_H

#include "server/policy/decider.h"
#include "server/policy/entry.h"
#include "server/policy/lists.h"
#include "server/policy/organisation.h"

enum fact_type { FACT_BOOLEAN, FACT_NUMBER, FACT_TEXT, FACT_NETWORK };
enum fact_scope { FACT_OF_MESSAGE, FACT_OF_RECIPIENT };

/* What a fact is at one moment. Unknown: count is 0 (never of a boolean). */
struct fact_values {
    uint64_t epoch; /* of the view when it was found out; 0: never */
    size_t count;
    const struct bytes *texts;
    int64_t number; /* thousandths */
    bool truth;
    uint8_t address[16];
    struct bytes one; /* room for a single text */
};

/* What is asked: the message of a decider, and one recipient at a time. */
struct fact_view {
    const struct decide_input *input;
    struct arena *arena; /* texts that are made live as long as the message */
    struct fact_values *values;
    uint8_t *terms;            /* what conditions on the message alone gave (expression_run.c) */
    uint64_t epoch;            /* of the recipient, from 2; 1: of the message */
    bool is_inside;            /* the sender is */
    bool is_bound_hit;         /* a pattern gave up */
    enum status status;        /* MEMORY: some fact could not be kept */
    const struct lists *lists; /* as they are now */
    struct bytes recipient, original; /* original: empty, it is one of the envelope */
    struct entry_key key;             /* the recipient's canonical form, when it is asked for */
    bool is_key_made;
};

struct fact;
struct fact_row {
    const char *name; /* "recipient.domain"; "header." for a family */
    const char *form; /* for the manual: NULL, the name itself */
    enum fact_type type;
    bool is_many;
    enum fact_scope scope;
    void (*find)(struct fact_view *view, const struct fact *fact, struct fact_values *values);
    const char *help;
};

struct fact {
    const struct fact_row *row;
    const char *name;      /* in lower case: "header.subject" */
    struct bytes argument; /* of a family: "subject" */
    size_t slot;
    struct fact *next; /* facts.first */
};

/* Those that one channel uses. */
struct facts {
    struct fact *first, *last;
    size_t count;
};

/* NULL past the last; the words of attachment.WORD likewise. */
const struct fact_row *fact_row(unsigned i);
const char *attachment_word(unsigned i);
/* The fact of that name (case folded); new ones are added. INVALID: there is none, and *near is the
 * known name that resembles it most, or NULL. MEMORY. */
MUST_CHECK enum status fact_find(struct facts *facts, struct arena *arena, struct bytes name,
                                 const struct fact **fact, const char **near);
/* Its values now. */
const struct fact_values *fact_values(struct fact_view *view, const struct fact *fact);
/* True for what a worker has to report: "header.subject". */
bool fact_is_wanted(const struct fact *fact);

#endif
