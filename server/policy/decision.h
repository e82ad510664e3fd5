/* What decide says about one recipient: everything the client is told, and why. Lives in the arena
 * of the decider that made it; equal decisions are one object, so pointers compare. */
#ifndef SERVER_POLICY_DECISION_H
#define SERVER_POLICY_DECISION_H

#include "protocol/edit.h"
#include "protocol/reply.h"

struct rule; /* server/policy/rule.h */

/* A notice to be written (spec/policy.md 6). */
struct decision_notice {
    const struct template *template; /* server/policy/template.h */
    const struct bytes *texts;       /* filled in: subject and text of each of its languages */
    enum note_kind kind;
    struct bytes address; /* to whom; its language and bounds are the notice's writer's business */
};

struct decision_store {
    enum store_kind kind;
    bool is_original; /* else the copy that is delivered */
    struct bytes name;
};

/* A list of edits that recipients share: number 1..n of the decider. */
struct decision_edits {
    uint32_t number;
    const struct edit *edits; /* in the order in which they apply */
    size_t count;
};

struct decision_member {
    struct bytes address;
    const struct decision *decision; /* DELIVER REJECT DISCARD QUARANTINE DEFER */
};

struct decision {
    uint32_t number; /* 1, 2, … of its decider; 0: of nobody */
    enum disposition disposition;
    const struct rule *rule; /* that decided; NULL: the channel's table */
    const char *row;         /* of the table: "infected"; NULL with a rule */
    struct bytes class, status, text, mark;
    bool is_silent; /* REJECT without DSN */
    bool has_after;
    uint64_t after_s;
    bool has_sender;
    struct bytes sender, route;
    const struct decision_edits *edits; /* NULL: the original */
    /* The copy has to be checked again as a message of its own; `allowed` says what it may be. The
     * mark is empty: what the copy is marked with is known when it has been checked. */
    bool is_conditional;
    unsigned allowed; /* bits 1 << enum verdict_kind */
    /* When the copy of a conditional one is not clean or cannot be made; NULL: DEFER. */
    const struct decision *instead;
    /* When the client did not ACCEPT this. */
    enum disposition otherwise;
    /* REDIRECT: one member; EXPAND: members, sorted by decision. */
    const struct decision_member *members;
    size_t member_count;
    bool is_list;
    const struct decision_store *stores;
    size_t store_count;
    const struct decision_notice *notices;
    size_t notice_count;
};

enum { DECISION_PLACE_BYTES = 512 };
/* Who made it: the rule's name and its place "file:line", or the key of the channel's table. */
void decision_describe(const struct decision *decision, const char *channel,
                       struct reply_decision *line, char place[DECISION_PLACE_BYTES]);

#endif
