/* The rules of every channel, compiled when a configuration is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/read.h"
#include "server/policy/rule_index.h"
#include "server/policy/rule_reader.h"

enum { RULES_MOST = 100000, WANTS_MOST = JOB_WANTS_MOST };

const struct policy *policy_of(const struct config_channel *channel)
{
    static struct facts no_facts;
    static const struct rule_index no_index;
    static const struct policy nothing = {.facts = &no_facts, .index = &no_index};
    return channel->compiled != NULL ? channel->compiled : &nothing;
}

static int by_name(const void *a, const void *b)
{
    const struct rule *one = *(const struct rule *const *)a,
                      *other = *(const struct rule *const *)b;
    int order = strcmp(one->name, other->name);
    return order != 0 ? order : (one->number > other->number) - (one->number < other->number);
}

/* Names are what replies and logs say: no two rules of a channel have the same. */
static enum status check_names(struct rule_reader *reading, const struct node *list)
{
    struct policy *policy = reading->policy;
    const struct rule **sorted = malloc((policy->count + 1) * sizeof *sorted);
    enum status status = STATUS_OK;
    if (sorted == NULL)
        return problem_memory(reading->reader->problem);
    for (size_t i = 0; i < policy->count; i++)
        sorted[i] = &policy->rules[i];
    qsort(sorted, policy->count, sizeof *sorted, by_name);
    for (size_t i = 1; i < policy->count && status == STATUS_OK; i++) {
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0)
            continue;
        const struct node *item = node_at(list, sorted[i]->number);
        const struct node *name = node_find(item, "name");
        status = problem_of(reading->reader->problem, name != NULL ? name : item,
                            "%s.%u: another rule, of line %u, has the name \"%s\"",
                            reading->reader->path, sorted[i]->number + 1, sorted[i - 1]->line,
                            sorted[i]->name);
    }
    free(sorted);
    return status;
}

static enum status read_rules(struct rule_reader *reading, const struct node *list)
{
    struct config_reader *reader = reading->reader;
    struct policy *policy = reading->policy;
    enum status status = STATUS_OK;
    if (list->kind != NODE_LIST)
        return reader_expected(reader, list, "a list of rules");
    if (list->count > RULES_MOST)
        return reader_problem(reader, list, "more than %d rules", RULES_MOST);
    policy->rules = arena_take(reader->arena, (list->count + 1) * sizeof *policy->rules);
    if (policy->rules == NULL)
        return problem_memory(reader->problem);
    for (const struct node *item = list->first; item != NULL && status == STATUS_OK;
         item = item->next) {
        char number[24];
        struct rule *rule = &policy->rules[policy->count];
        rule->number = (uint32_t)policy->count++;
        snprintf(number, sizeof number, "%zu", policy->count);
        size_t mark = reader_enter(reader, number);
        status = rule_read(reading, item, rule);
        policy->may_expand = policy->may_expand || rule->target_count > 0;
        reader_leave(reader, mark);
    }
    if (status == STATUS_OK)
        status = check_names(reading, list);
    if (status == STATUS_OK)
        status = rules_check(reading, list);
    return status == STATUS_OK ? rules_index(reading) : status;
}

static bool has_name(const struct bytes *names, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal_fold(names[i], name))
            return true;
    return false;
}

/* Grows the list of marks; twice the same is once. */
static enum status add_mark(struct rule_reader *reading, struct bytes name)
{
    struct policy *policy = reading->policy;
    if (has_name(policy->marks, policy->mark_count, name))
        return STATUS_OK;
    if (!arena_grow(reading->reader->arena, (void **)&policy->marks, &policy->mark_capacity,
                    policy->mark_count, sizeof *policy->marks))
        return problem_memory(reading->reader->problem);
    policy->marks[policy->mark_count++] = name;
    return STATUS_OK;
}

/* A name of one's own: taking every Received or To away would take what others wrote. */
static bool is_own_name(struct bytes name)
{
    return bytes_begin_fold(name, BYTES("X-"));
}

/* Fields that rules add are ours; those that they replace or delete need not be. */
static enum status add_marks_of(struct rule_reader *reading, const struct rule *rule)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < rule->edit_count && status == STATUS_OK; i++) {
        const struct rule_edit *edit = &rule->edits[i];
        bool adds = edit->kind == EDIT_HEADER_ADD || edit->kind == EDIT_HEADER_PREPEND;
        for (size_t j = 0; adds && j < edit->value_count && status == STATUS_OK; j++)
            if (bytes_equal(edit->values[j].key, BYTES("NAME")) &&
                is_own_name(substitution_literal(edit->values[j].value)))
                status = add_mark(reading, substitution_literal(edit->values[j].value));
    }
    return status;
}

static enum status read_marks(struct rule_reader *reading, const struct config_channel *channel,
                              const struct node *node)
{
    enum status status = STATUS_OK;
    if (channel->mark_count == 0)
        status = add_mark(reading, BYTES("X-Content-Check"));
    for (size_t i = 0; i < channel->mark_count && status == STATUS_OK; i++) {
        struct bytes name = bytes_of_text(channel->marks[i]);
        const struct node *item = node->kind == NODE_LIST ? node_at(node, i) : node;
        size_t mark = reader_enter(reading->reader, "marks");
        if (!is_header_name(name))
            status = reader_expected(reading->reader, item, "the name of a header field");
        reader_leave(reading->reader, mark);
        if (status == STATUS_OK)
            status = add_mark(reading, name);
    }
    for (size_t i = 0; i < reading->policy->count && status == STATUS_OK; i++)
        status = add_marks_of(reading, &reading->policy->rules[i]);
    return status;
}

static enum status add_want(struct rule_reader *reading, struct bytes *wants, const char *stem,
                            struct bytes name)
{
    char text[JOB_WANT_BYTES];
    int length =
        snprintf(text, sizeof text, "%s%.*s", stem, (int)name.size, (const char *)name.data);
    for (char *at = text; *at != '\0'; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    const char *copy = arena_copy(reading->reader->arena, bytes_of_text(text));
    if (length < 0 || copy == NULL)
        return problem_memory(reading->reader->problem);
    wants[reading->policy->want_count++] = bytes_of_text(copy);
    return STATUS_OK;
}

/* What a worker has to say about the header. */
static enum status make_wants(struct rule_reader *reading, const struct node *place)
{
    struct policy *policy = reading->policy;
    size_t most = policy->mark_count;
    for (const struct fact *fact = policy->facts->first; fact != NULL; fact = fact->next)
        most += fact_is_wanted(fact);
    if (most > WANTS_MOST)
        return reader_problem(reading->reader, place,
                              "rules and marks speak of more than %d header fields", WANTS_MOST);
    struct bytes *wants = arena_take(reading->reader->arena, (most + 1) * sizeof *wants);
    enum status status = wants != NULL ? STATUS_OK : problem_memory(reading->reader->problem);
    for (const struct fact *fact = policy->facts->first; fact != NULL && status == STATUS_OK;
         fact = fact->next)
        if (fact_is_wanted(fact))
            status = add_want(reading, wants, "", bytes_of_text(fact->name));
    for (size_t i = 0; i < policy->mark_count && status == STATUS_OK; i++)
        status = add_want(reading, wants, "mark.", policy->marks[i]);
    policy->wants = wants;
    return status;
}

static enum status read_channel(struct config_reader *reader, struct config *config, size_t i)
{
    struct config_channel *channel = &config->channels[i];
    const struct node *node = node_at(node_find(config->tree, "channels"), i);
    struct policy *policy = arena_take(reader->arena, sizeof *policy);
    struct facts *facts = arena_take(reader->arena, sizeof *facts);
    if (policy == NULL || facts == NULL)
        return problem_memory(reader->problem);
    policy->facts = facts;
    channel->compiled = policy;
    struct rule_reader reading = {
        .reader = reader,
        .config = config,
        .policy = policy,
        .names = {.arena = reader->arena, .config = config, .facts = facts}};
    size_t mark = reader_enter(reader, "rules");
    enum status status =
        channel->rules != NULL ? read_rules(&reading, channel->rules) : rules_index(&reading);
    reader_leave(reader, mark);
    policy->patterns = reading.names.patterns;
    policy->pattern_count = reading.names.pattern_count;
    policy->term_slots = reading.names.term_slots;
    if (status == STATUS_OK)
        status = read_marks(&reading, channel, node_find(node, "marks"));
    return status == STATUS_OK ? make_wants(&reading, node) : status;
}

enum status policy_read(struct config *config, struct config_problem *problem)
{
    struct config_reader reader = {.arena = &config->arena, .problem = problem};
    enum status status = STATUS_OK;
    size_t mark = reader_enter(&reader, "channels");
    for (size_t i = 0; i < config->channel_count && status == STATUS_OK; i++) {
        size_t inner = reader_enter(&reader, config->channels[i].name);
        status = read_channel(&reader, config, i);
        reader_leave(&reader, inner);
    }
    reader_leave(&reader, mark);
    return status;
}

void policy_close(struct config *config)
{
    for (size_t i = 0; i < config->channel_count; i++) {
        const struct policy *policy = config->channels[i].compiled;
        for (size_t j = 0; policy != NULL && j < policy->pattern_count; j++)
            pattern_free(&policy->patterns[j]);
    }
}
