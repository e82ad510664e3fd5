/* Rules as they were read from `channels.NAME.rules` (spec/policy.md 1). Immutable; they live in
 * the configuration's arena, as long as it does. */
#ifndef SERVER_POLICY_RULE_H
#define SERVER_POLICY_RULE_H

#include "protocol/edit.h"
#include "protocol/reply.h"
#include "server/config/row.h"
#include "server/policy/expression.h"
#include "server/policy/substitution.h"
#include "server/policy/template.h"

/* What `select` of an edit means. */
enum select_kind { SELECT_INFECTED, SELECT_POLICY, SELECT_FINDING, SELECT_TYPE, SELECT_NAME };
struct select_word {
    enum select_kind kind;
    struct bytes glob; /* FINDING, TYPE, NAME */
};

struct rule_edit_value {
    struct bytes key;           /* as on the wire: "NAME" */
    struct substitution *value; /* filled in for each message or recipient */
};

/* `address`: how an address becomes another one. */
struct rule_mapping {
    const struct fact **fields; /* header.NAME.address */
    struct bytes *names;        /* NAME of each */
    size_t field_count;
    int table, domains; /* numbers of tables; -1: none */
    const struct pattern *pattern;
    struct bytes to;
};

struct rule_edit {
    enum edit_kind kind;
    size_t slot; /* among all edits of the channel */
    struct select_word *select;
    size_t select_count; /* 0: the edit is not about parts */
    struct rule_edit_value *values;
    size_t value_count, value_capacity;
    const struct template *template; /* its texts become TEXT; NULL: none */
    struct substitution **template_texts;
    struct rule_mapping *mapping; /* ADDRESS */
};

enum target_kind { TARGET_ADDRESS, TARGET_LIST, TARGET_TABLE };
struct rule_target {
    enum target_kind kind;
    struct bytes address;
    int number; /* of the list or table */
};

enum notify_kind { NOTIFY_SENDER, NOTIFY_RECIPIENT, NOTIFY_POSTMASTER, NOTIFY_ADDRESS };
struct rule_notice {
    const struct template *template;
    struct substitution **texts; /* subject and text of each language of the template */
    enum notify_kind kind;
    struct bytes address;
};

struct rule_store {
    enum store_kind kind;
    bool is_original;
    struct bytes name;
};

struct rule {
    /* where it stands */
    const char *name; /* "executables"; its number in the channel where it has none */
    const char *file;
    unsigned line;
    uint32_t number; /* from 0 */
    /* when */
    const struct expression *when; /* NULL: always */
    bool decides;
    enum disposition then; /* when it decides */
    unsigned despite;      /* bits 1 << enum verdict_kind; with DELIVER, REDIRECT, EXPAND */
    /* what is the same for every message */
    const char *status, *class, *route;
    bool has_sender, is_list, is_silent, has_after, has_otherwise;
    const char *sender;
    uint64_t after_s;
    enum disposition otherwise;
    struct rule_store *stores;
    size_t store_count;
    struct rule_notice *notices;
    size_t notice_count;
    struct rule_target *targets;
    size_t target_count;
    /* what is filled in */
    struct substitution *text; /* NULL: none */
    struct rule_edit *edits;
    size_t edit_count;
    bool cleans;    /* an edit removes, replaces, cleans or disarms parts */
    bool is_steady; /* what it says is the same for every recipient */
};

/* All that one channel's rules are compiled to. */
struct policy {
    struct rule *rules;
    size_t count;
    struct facts *facts; /* that conditions and texts read */
    const struct rule_index *index;
    bool may_expand; /* a rule sends on */
    size_t edit_slots;
    size_t term_slots;         /* conditions on the message alone that are kept */
    const struct bytes *wants; /* of a scan: header.NAME… and mark.NAME */
    size_t want_count;
    struct bytes *marks; /* our own fields */
    size_t mark_count, mark_capacity;
    struct pattern **patterns; /* to be freed */
    size_t pattern_count;
};

/* What a channel's rules say; of a channel that nobody has read, nothing. */
const struct policy *policy_of(const struct config_channel *channel);
/* The hook of server/config: compiles the rules of every channel; everything that they may name
 * (lists, tables, organisations, templates) has been read. */
MUST_CHECK enum status policy_read(struct config *config, struct config_problem *problem);
/* Frees what policy_read() made and the configuration's arena does not hold; half made is fine. */
void policy_close(struct config *config);

#endif
