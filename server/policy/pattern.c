/* PCRE2 without its JIT. The library's own match limit counts anew from every place where a match
 * could begin; so each item of a pattern calls us back (automatic callouts), and the steps of one
 * text are counted together. A step that walks far costs more than one. */
#include "server/policy/pattern.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    STEPS_MOST = 25000,       /* of one text: well below a millisecond */
    ALL_STEPS_MOST = 1000000, /* of all texts of one condition: some 20 ms */
    OCTETS_OF_A_STEP = 16,    /* that a step may walk over */
    MATCH_LIMIT = 100000,     /* the library's own, as a second net */
    DEPTH_LIMIT = 1000,
    HEAP_LIMIT_KIB = 512,
    GROUPS_MOST = 10 /* $0 to $9 */
};

struct pattern {
    pcre2_code *code;
    uint32_t groups;
};

/* What one text has cost so far. */
struct spent {
    uint64_t steps;
    size_t at;
};

enum status pattern_new(struct bytes text, struct pattern **pattern, size_t *offset,
                        char why[PATTERN_WHY_BYTES])
{
    const uint32_t options = PCRE2_UTF | PCRE2_CASELESS | PCRE2_MATCH_INVALID_UTF |
                             PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C;
    int fault = 0;
    *offset = 0;
    if (text.size > PATTERN_BYTES_MOST) {
        snprintf(why, PATTERN_WHY_BYTES, "longer than %d octets", PATTERN_BYTES_MOST);
        return STATUS_INVALID;
    }
    struct pattern *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    made->code = pcre2_compile(text.data != NULL ? text.data : (PCRE2_SPTR) "", text.size, options,
                               &fault, offset, NULL);
    if (made->code == NULL) {
        pcre2_get_error_message(fault, (PCRE2_UCHAR *)why, PATTERN_WHY_BYTES);
        free(made);
        return fault == PCRE2_ERROR_NOMEMORY ? STATUS_MEMORY : STATUS_INVALID;
    }
    (void)pcre2_pattern_info(made->code, PCRE2_INFO_CAPTURECOUNT, &made->groups);
    *pattern = made;
    return STATUS_OK;
}

void pattern_free(struct pattern **pattern)
{
    struct pattern *old = *pattern;
    *pattern = NULL;
    if (old == NULL)
        return;
    pcre2_code_free(old->code);
    free(old);
}

static int on_item(pcre2_callout_block *block, void *data)
{
    struct spent *spent = data;
    size_t at = block->current_position;
    size_t walked = at > spent->at ? at - spent->at : spent->at - at;
    spent->steps += 1 + walked / OCTETS_OF_A_STEP;
    spent->at = at;
    return spent->steps > STEPS_MOST ? PCRE2_ERROR_CALLOUT : 0;
}

/* One search; *found, of `groups` pairs of offsets, is written on YES. */
static enum pattern_answer search(const struct pattern *pattern, struct bytes subject,
                                  pcre2_match_context *context, pcre2_match_data *found,
                                  uint64_t *steps)
{
    struct spent spent = {0, 0};
    pcre2_set_callout(context, on_item, &spent);
    pcre2_set_match_limit(context, MATCH_LIMIT);
    pcre2_set_depth_limit(context, DEPTH_LIMIT);
    pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
    int result = pcre2_match(pattern->code, subject.size > 0 ? subject.data : (PCRE2_SPTR) "",
                             subject.size, 0, 0, found, context);
    *steps += spent.steps;
    if (result >= 0)
        return PATTERN_YES;
    return result == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_BOUND;
}

static enum pattern_answer append(const struct pattern *pattern, struct bytes subject,
                                  struct bytes replacement, const size_t *pairs,
                                  struct buffer *out);

/* Searches and, when there is a replacement, appends it. */
static enum pattern_answer run(const struct pattern *pattern, struct bytes subject,
                               const struct bytes *replacement, struct buffer *out, uint64_t *steps)
{
    if (subject.size > PATTERN_SUBJECT_BYTES || *steps > ALL_STEPS_MOST)
        return PATTERN_BOUND;
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *found = pcre2_match_data_create(GROUPS_MOST, NULL);
    enum pattern_answer answer = PATTERN_BOUND; /* no memory: nobody knows either */
    if (context != NULL && found != NULL)
        answer = search(pattern, subject, context, found, steps);
    if (answer == PATTERN_YES && replacement != NULL)
        answer = append(pattern, subject, *replacement, pcre2_get_ovector_pointer(found), out);
    pcre2_match_data_free(found);
    pcre2_match_context_free(context);
    return answer;
}

enum pattern_answer pattern_match(const struct pattern *pattern, struct bytes subject,
                                  uint64_t *steps)
{
    return run(pattern, subject, NULL, NULL, steps);
}

bool pattern_takes(const struct pattern *pattern, struct bytes replacement, size_t *offset)
{
    for (size_t i = 0; i < replacement.size; i++) {
        if (replacement.data[i] != '$')
            continue;
        uint8_t next = i + 1 < replacement.size ? replacement.data[i + 1] : 0;
        bool is_group = next >= '0' && next <= '9' && (uint32_t)(next - '0') <= pattern->groups;
        *offset = i;
        if (next != '$' && !is_group)
            return false;
        i++;
    }
    return true;
}

/* The replacement with what the groups took; a group that took nothing is empty. */
static enum pattern_answer append(const struct pattern *pattern, struct bytes subject,
                                  struct bytes replacement, const size_t *pairs, struct buffer *out)
{
    size_t offset, before = out->size;
    enum status status = STATUS_OK;
    if (!pattern_takes(pattern, replacement, &offset))
        return PATTERN_BOUND;
    for (size_t i = 0; i < replacement.size && status == STATUS_OK; i++) {
        uint8_t octet = replacement.data[i];
        uint8_t next = octet == '$' ? replacement.data[++i] : 0;
        size_t group = next >= '0' && next <= '9' ? (size_t)(next - '0') : GROUPS_MOST;
        if (group == GROUPS_MOST)
            status = buffer_append_octet(out, octet);
        else if (pairs[2 * group] != PCRE2_UNSET && pairs[2 * group + 1] > pairs[2 * group])
            status = buffer_append(out, bytes_slice(subject, pairs[2 * group],
                                                    pairs[2 * group + 1] - pairs[2 * group]));
    }
    if (status == STATUS_OK)
        return PATTERN_YES;
    out->size = before;
    return PATTERN_BOUND;
}

enum pattern_answer pattern_replace(const struct pattern *pattern, struct bytes subject,
                                    struct bytes replacement, struct buffer *out)
{
    uint64_t steps = 0;
    return run(pattern, subject, &replacement, out, &steps);
}
