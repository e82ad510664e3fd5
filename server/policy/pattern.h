/* Patterns of rules: Perl regular expressions (PCRE2, the one door), UTF-8, case ignored, within a
 * bound of steps for one text, so that no text makes a decision slow (spec/policy.md 2.3). */
#ifndef SERVER_POLICY_PATTERN_H
#define SERVER_POLICY_PATTERN_H

#include "protocol/bytes.h"

enum { PATTERN_BYTES_MOST = 4096, PATTERN_SUBJECT_BYTES = 1024, PATTERN_WHY_BYTES = 160 };

struct pattern;

enum pattern_answer {
    PATTERN_NO,
    PATTERN_YES,
    PATTERN_BOUND /* steps, depth, memory, or a text over PATTERN_SUBJECT_BYTES: nobody knows */
};

/* INVALID: *offset says where in text, why says what is wrong there. MEMORY. */
MUST_CHECK enum status pattern_new(struct bytes text, struct pattern **pattern, size_t *offset,
                                   char why[PATTERN_WHY_BYTES]);
void pattern_free(struct pattern **pattern);
/* Anywhere in subject. Octets that are no UTF-8 match nothing. *steps, 0 at first, counts what all
 * texts of one condition cost together: they have a bound too. */
enum pattern_answer pattern_match(const struct pattern *pattern, struct bytes subject,
                                  uint64_t *steps);

/* A replacement has $0 to $9 for what the pattern's groups took, and $$ for a dollar. False: it
 * names a group that the pattern has not, or ends within; *offset says where. */
bool pattern_takes(const struct pattern *pattern, struct bytes replacement, size_t *offset);
/* Appends the replacement to out when the pattern matches; nothing otherwise. A replacement that
 * does not fit into out, or is not one that pattern_takes(), is PATTERN_BOUND. */
enum pattern_answer pattern_replace(const struct pattern *pattern, struct bytes subject,
                                    struct bytes replacement, struct buffer *out);

#endif
