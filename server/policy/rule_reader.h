/* The inside of reading rules, shared by the files it is split into: policy.c, rule_read.c,
 * rule_value.c, rule_edit.c, rule_extra.c. Nobody else includes this. */
#ifndef SERVER_POLICY_RULE_READER_H
#define SERVER_POLICY_RULE_READER_H

#include "server/policy/rule.h"

enum { RULE_NAME_MOST = 64, RULE_EDITS_MOST = 64, RULE_TARGETS_MOST = 1000 };

/* One channel's rules being read. */
struct rule_reader {
    struct config_reader *reader; /* where it stands, and the problem */
    struct config *config;
    struct policy *policy;
    struct expression_names names;
};

/* The problem at its place inside a scalar: the fault's offset counts when the text stands in the
 * file as it is. */
enum status rule_fault(struct rule_reader *reading, const struct node *node,
                       const struct expression_fault *fault);
/* A scalar of 1 to most octets without breaks. */
MUST_CHECK enum status rule_word(struct rule_reader *reading, const struct node *node, size_t most,
                                 const char *what, struct bytes *word);
/* The same; "${" in it, which would stand there for itself, is an error. */
MUST_CHECK enum status rule_fixed_word(struct rule_reader *reading, const struct node *node,
                                       size_t most, const char *what, struct bytes *word);
/* Index in "a|b|c". */
MUST_CHECK enum status rule_choice(struct rule_reader *reading, const struct node *node,
                                   const char *choices, unsigned *index);
/* A text with ${fact} in it; breaks only where may_break. */
MUST_CHECK enum status rule_text(struct rule_reader *reading, const struct node *node,
                                 bool may_break, bool is_html, struct substitution **text);
/* An array for a list's items, or for a scalar or map alone; *first: the first item. */
MUST_CHECK enum status rule_items(struct rule_reader *reading, const struct node *node, size_t most,
                                  size_t size, void **items, size_t *count,
                                  const struct node **first);
/* Every text of a template filled in; NULL name: unknown, said with its place. */
MUST_CHECK enum status rule_template(struct rule_reader *reading, const struct node *node,
                                     const struct template **template,
                                     struct substitution ***texts);
MUST_CHECK enum status rule_table(struct rule_reader *reading, const struct node *node,
                                  struct bytes name, int *number);

MUST_CHECK enum status rule_read_edits(struct rule_reader *reading, const struct node *node,
                                       struct rule *rule);
MUST_CHECK enum status rule_read_store(struct rule_reader *reading, const struct node *node,
                                       struct rule *rule);
MUST_CHECK enum status rule_read_notify(struct rule_reader *reading, const struct node *node,
                                        struct rule *rule);
MUST_CHECK enum status rule_read_to(struct rule_reader *reading, const struct node *node,
                                    struct rule *rule);
/* One item of `rules`. */
MUST_CHECK enum status rule_read(struct rule_reader *reading, const struct node *node,
                                 struct rule *rule);
/* 1*64 printable octets but ":". */
bool is_header_name(struct bytes name);

/* rule_check.c: what can never be asked or never holds (spec/policy.md 7). */
MUST_CHECK enum status rules_check(struct rule_reader *reading, const struct node *list);
/* rule_index.c */
MUST_CHECK enum status rules_index(struct rule_reader *reading);

#endif
