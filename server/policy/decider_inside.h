/* The inside of a decider, shared by the files it is split into: decider.c, decider_walk.c,
 * decider_make.c, decider_edits.c, decider_select.c, decider_members.c, decider_keep.c, needs.c.
 * Nobody else includes this. */
#ifndef SERVER_POLICY_DECIDER_INSIDE_H
#define SERVER_POLICY_DECIDER_INSIDE_H

#include "server/policy/decider.h"
#include "server/policy/rule.h"
#include "server/policy/rule_index.h"
#include "server/policy/verdict_table.h"

/* How a rule took part. */
enum step_kind {
    STEP_ADDS,        /* it has no `then` */
    STEP_CONDITIONAL, /* it delivers a cleaned copy, if that turns out well */
    STEP_DECIDES,
    STEP_DEFERS, /* it would deliver what is transient */
    STEP_TABLE,  /* no rule decided */
    STEP_BOUND   /* a pattern gave up */
};

struct step {
    enum step_kind kind;
    const struct rule *rule; /* NULL: TABLE, BOUND */
};

/* The rules that applied to one recipient, in order; the last step ends it. */
struct trail {
    struct step *steps;
    size_t count;
    bool is_steady; /* what it leads to is the same for every recipient */
    uint64_t hash;
};

/* What is kept once for all recipients, chained by hash. */
struct hashed {
    uint64_t hash;
    struct hashed *next;
};
struct hashed_table {
    struct hashed **buckets;
    size_t bucket_count, count;
};
struct kept_decision {
    struct hashed hashed;
    struct decision decision;
};
struct kept_trail {
    struct hashed hashed;
    struct trail trail;
    const struct decision *decision;
};
struct kept_edits {
    struct decision_edits edits;
    struct kept_edits *next; /* in the order of their numbers */
};

/* An edit of a rule with what the message alone decides about it: parts, addresses. */
struct prepared_edit {
    bool is_void; /* there is nothing that it could change */
    struct id_range *parts;
    size_t part_count;
    struct edit_value *pairs; /* MAP of `address` */
    bool is_bound_hit;        /* its pattern gave up */
    size_t pair_count;
};

struct decider {
    struct arena arena;
    struct decide_input input;
    const struct policy *policy;
    struct lists *lists; /* as they were when it began */
    struct lists *held;  /* the same; NULL: another decider holds them */
    bool is_prepared;    /* what follows is there */
    struct fact_view view;
    /* rules that are asked for every recipient, ascending */
    uint32_t *base;
    size_t base_count;
    struct step *steps; /* room for a trail */
    size_t step_capacity;
    struct prepared_edit **prepared; /* those that were asked for, by their slots */
    struct hashed_table decisions, trails;
    struct kept_edits *first_edits, *last_edits;
    struct edit marks; /* our own fields that are in the message; no values: none */
};

/* One recipient or member that is being decided. */
struct place {
    struct bytes address;
    struct bytes original;     /* the recipient of the envelope; empty for that itself */
    const struct place *above; /* that led here */
    unsigned depth;
    size_t *members; /* addresses decided so far for the recipient of the envelope */
};

/* decider.c: lists are borrowed. In a thread too: nothing that the loop changes is looked at. */
MUST_CHECK enum status decider_make(const struct decide_input *input, struct lists *lists,
                                    struct decider **decider);

/* decider_walk.c */
/* Evaluates what all recipients share, before the first one. MEMORY. */
MUST_CHECK enum status decider_prepare(struct decider *decider);
MUST_CHECK enum status walk_prepare(struct decider *decider);
/* The trail's steps are decider->steps, until the next walk. */
void walk(struct decider *decider, const struct place *place, struct trail *trail);
void view_turn(struct decider *decider, const struct place *place);

/* decider_make.c: from a trail to what is said. */
MUST_CHECK enum status decision_make(struct decider *decider, const struct place *place,
                                     const struct trail *trail, const struct decision **decision);
/* DEFER, because something would go over a limit. */
MUST_CHECK enum status decision_defer(struct decider *decider, const struct rule *rule,
                                      const char *class, const char *text,
                                      const struct decision **decision);
MUST_CHECK enum status place_decide(struct decider *decider, const struct place *place,
                                    const struct decision **decision);

/* decider_edits.c: those of the rules of steps [0, count) that add, and of the last one; in the
 * order in which they apply. LIMIT: more edits, values or copies than may be. */
MUST_CHECK enum status edits_make(struct decider *decider, const struct trail *trail, size_t last,
                                  enum disposition disposition,
                                  const struct decision_edits **edits);
MUST_CHECK enum status edits_prepare_marks(struct decider *decider);
/* True when an edit of the rule removes, replaces, cleans or disarms something that is there. */
bool rule_cleans_here(struct decider *decider, const struct rule *rule);
bool edits_set_field(const struct decision_edits *edits, struct bytes name);

/* decider_select.c */
MUST_CHECK enum status parts_select(struct decider *decider, const struct rule_edit *edit,
                                    struct prepared_edit *prepared);
bool glob_matches(struct bytes glob, struct bytes text);

/* decider_members.c */
/* False: there is no address that the rule could send on to, so it does not apply. */
bool targets_exist(struct decider *decider, const struct rule *rule, struct bytes recipient);
/* Fills in members, or gives another decision that holds in its place. */
MUST_CHECK enum status members_make(struct decider *decider, const struct place *place,
                                    struct decision *made, const struct decision **instead);

/* decider_keep.c: equal ones are one object. MEMORY. */
MUST_CHECK enum status decision_keep(struct decider *decider, const struct decision *made,
                                     const struct decision **kept);
/* The first of those with that hash; hashed_next() goes on. */
struct hashed *hashed_find(const struct hashed_table *table, uint64_t hash);
struct hashed *hashed_next(const struct hashed *kept);
MUST_CHECK enum status hashed_add(struct decider *decider, struct hashed_table *table,
                                  struct hashed *kept, uint64_t hash);
/* words: texts for people count too. */
bool decision_equal(const struct decision *a, const struct decision *b, bool words);
uint64_t bytes_hash(uint64_t hash, struct bytes text);

#endif
