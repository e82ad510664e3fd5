/* Writes the result of a check under one tag (answer.h). */
#include "server/front/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/front/outcome.h"
#include "server/front/transaction_inside.h"
#include "server/worker/sealed.h"

enum { ANSWER_ARENA_BYTES = 256 << 20 };

/* Recipients with the same decision: they share a RES. */
struct answer_group {
    const struct decision *decision;
    struct reply_result result;
    struct id_range *ranges;
    size_t range_count, range_capacity;
};

struct answer {
    const struct transaction *transaction;
    const struct answer_request *request;
    struct outcome_client client;
    char tag[TAG_LENGTH_MOST + 1];
    struct buffer *out;
    struct arena arena;
    uint32_t *group_of; /* by number of a decision: group + 1 */
    struct answer_group *groups;
    size_t group_count, group_capacity;
    bool *copies; /* by number - 1: used in a result */
    uint32_t copy_count;
    struct answer_told *told;
};

/* --- recipients and groups --- */

static size_t recipient_count(const struct answer *answer)
{
    return answer->request->recipients != NULL ? answer->request->recipient_count
                                               : answer->transaction->recipient_count;
}

static struct answer_recipient recipient_at(const struct answer *answer, size_t i)
{
    if (answer->request->recipients != NULL)
        return answer->request->recipients[i];
    return (struct answer_recipient){answer->transaction->recipients[i].id, (uint32_t)i};
}

static enum status group_add(struct answer_group *group, struct arena *arena, uint32_t id)
{
    if (group->range_count > 0 && group->ranges[group->range_count - 1].last + 1 == id) {
        group->ranges[group->range_count - 1].last = id;
        return STATUS_OK;
    }
    if (!arena_grow(arena, (void **)&group->ranges, &group->range_capacity, group->range_count,
                    sizeof(*group->ranges)))
        return STATUS_MEMORY;
    group->ranges[group->range_count++] = (struct id_range){id, id};
    return STATUS_OK;
}

static struct answer_group *group_find(struct answer *answer, const struct decision *decision)
{
    uint32_t *place = &answer->group_of[decision->number];
    if (*place != 0)
        return &answer->groups[*place - 1];
    if (!arena_grow(&answer->arena, (void **)&answer->groups, &answer->group_capacity,
                    answer->group_count, sizeof(*answer->groups)))
        return NULL;
    struct answer_group *group = &answer->groups[answer->group_count++];
    *group = (struct answer_group){.decision = decision};
    *place = (uint32_t)answer->group_count;
    return group;
}

/* In the order in which the decisions come first. */
static enum status groups_make(struct answer *answer)
{
    const struct transaction *transaction = answer->transaction;
    uint32_t most = transaction->decider == NULL ? 0 : decider_count(transaction->decider);
    answer->group_of = arena_take(&answer->arena, (most + 1) * sizeof(*answer->group_of));
    enum status status = answer->group_of == NULL ? STATUS_MEMORY : STATUS_OK;
    for (size_t i = 0; i < recipient_count(answer) && status == STATUS_OK; i++) {
        struct answer_recipient recipient = recipient_at(answer, i);
        struct answer_group *group =
            group_find(answer, deciding_decision(transaction, recipient.index));
        status = group == NULL ? STATUS_MEMORY : group_add(group, &answer->arena, recipient.id);
    }
    return status;
}

static size_t group_size(const struct answer_group *group)
{
    size_t count = 0;
    for (size_t i = 0; i < group->range_count; i++)
        count += group->ranges[i].last - group->ranges[i].first + 1;
    return count;
}

/* --- results --- */

static void copy_note(struct answer *answer, uint64_t number)
{
    if (number > 0 && number <= answer->copy_count)
        answer->copies[number - 1] = true;
}

static void copies_note(struct answer *answer, const struct reply_result *result)
{
    copy_note(answer, result->copy);
    for (size_t i = 0; i < result->store_count; i++)
        copy_note(answer, result->stores[i].copy);
    for (size_t i = 0; i < result->member_count; i++)
        copies_note(answer, result->members[i].result);
}

static enum status results_make(struct answer *answer)
{
    const struct transaction *transaction = answer->transaction;
    enum status status = STATUS_OK;
    answer->copy_count = copies_count(transaction->copies);
    answer->copies = arena_take(&answer->arena, answer->copy_count + 1);
    if (answer->copies == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < answer->group_count && status == STATUS_OK; i++) {
        struct answer_group *group = &answer->groups[i];
        status = outcome_make(group->decision, transaction->copies, &transaction->deferred,
                              &answer->client, &answer->arena, &group->result);
        if (status != STATUS_OK)
            break;
        copies_note(answer, &group->result);
        answer->told->recipients[group->result.disposition] += group_size(group);
    }
    return status;
}

/* --- copies --- */

static enum status octets_write(struct answer *answer, const struct report_copy *copy,
                                const struct content *content)
{
    struct sealed_map map;
    answer->told->octets = true;
    if (content->size >= answer->out->limit)
        return STATUS_LIMIT_REPLY;
    enum status status = sealed_map(content->fd, SEALED_ANY, content->size, false, &map);
    if (status != STATUS_OK)
        return status;
    status =
        reply_write_copy(answer->out, answer->tag, copy, true, (struct bytes){map.data, map.size});
    sealed_unmap(&map);
    return status;
}

/* Raw octets above ASCII that the original came with, without SMTPUTF8 in its envelope: mail as old
 * programs write it, which goes on as it came. */
static bool is_raw(const struct transaction *transaction)
{
    const struct report *report = transaction_report(transaction);
    bool has_octets = false;
    for (size_t i = 0; i < report->facts_count; i++)
        has_octets = has_octets || bytes_equal(report->facts[i].name, BYTES("message.header-8bit"));
    return has_octets && !bytes_equal_fold(transaction->envelope.smtputf8, BYTES("YES"));
}

static enum status copies_write(struct answer *answer)
{
    bool raw = is_raw(answer->transaction);
    const struct copies *copies = answer->transaction->copies;
    bool splices = (answer->client.forms & 1U << ACCEPT_SPLICE) != 0;
    enum status status = STATUS_OK;
    for (uint32_t number = 1; number <= answer->copy_count && status == STATUS_OK; number++) {
        if (!answer->copies[number - 1])
            continue;
        struct report_copy copy = *copies_copy(copies, number);
        copy.number = number;
        copy.smtputf8 = copy.smtputf8 && !raw;
        if (splices)
            status = reply_write_copy(answer->out, answer->tag, &copy, false, (struct bytes){0});
        else
            status = octets_write(answer, &copy, copies_content(copies, number));
    }
    return status;
}

/* What cannot be handed out now was not made, or its octets are gone. */
static void client_settle(struct answer *answer)
{
    const struct copies *copies = answer->transaction->copies;
    answer->client = (struct outcome_client){answer->request->accept, answer->request->forms};
    bool splices = (answer->client.forms & 1U << ACCEPT_SPLICE) != 0;
    if (copies == NULL || (!splices && !copies_have_octets(copies)))
        answer->client.forms &= ~(1U << ACCEPT_COPY);
}

static enum status notes_write(struct answer *answer)
{
    const struct transaction *transaction = answer->transaction;
    bool takes = (answer->client.forms & 1U << ACCEPT_NOTE) != 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; takes && i < transaction->note_count && status == STATUS_OK; i++)
        status = reply_write_note(answer->out, answer->tag, &transaction->notes[i]);
    return status;
}

/* What was left alone in the copies that are used: findings of the engine that made them. */
static enum status copies_explain(struct answer *answer)
{
    enum status status = STATUS_OK;
    for (uint32_t number = 1; number <= answer->copy_count && status == STATUS_OK; number++) {
        const struct report *made = copies_report(answer->transaction->copies, number);
        if (made == NULL)
            continue;
        struct report notes = *made;
        notes.copies_count = 0;
        status = report_write(&notes, answer->out, answer->request->tag);
    }
    return status;
}

/* --- the lines of a dry run --- */

static enum status decision_write(struct answer *answer, struct answer_recipient recipient)
{
    const struct transaction *transaction = answer->transaction;
    const struct decision *decision = deciding_decision(transaction, recipient.index);
    const struct transaction_needs *needs = &transaction->needs[recipient.index];
    struct id_range range = {recipient.id, recipient.id};
    struct reply_decision line = {.needs = needs->findings, .need_count = needs->count};
    char place[DECISION_PLACE_BYTES];
    decision = outcome_settle(decision, transaction->copies, &transaction->deferred);
    decision_describe(decision, transaction->channel->name, &line, place);
    enum status status = reply_write_decision(answer->out, answer->tag, &range, 1, &line);
    for (size_t i = 0; i < decision->member_count && status == STATUS_OK; i++) {
        struct reply_decision member = {.member = decision->members[i].address};
        decision_describe(outcome_settle(decision->members[i].decision, transaction->copies,
                                         &transaction->deferred),
                          transaction->channel->name, &member, place);
        status = reply_write_decision(answer->out, answer->tag, &range, 1, &member);
    }
    return status;
}

static enum status decisions_write(struct answer *answer)
{
    enum status status = STATUS_OK;
    if (!answer->transaction->dry_run || answer->transaction->decisions == NULL ||
        deciding_is_busy(answer->transaction))
        return STATUS_OK;
    for (size_t i = 0; i < recipient_count(answer) && status == STATUS_OK; i++)
        status = decision_write(answer, recipient_at(answer, i));
    return status;
}

/* --- all lines --- */

static enum status results_write(struct answer *answer)
{
    enum status status = groups_make(answer);
    if (status == STATUS_OK)
        status = results_make(answer);
    if (status == STATUS_OK)
        status = copies_write(answer);
    for (size_t i = 0; i < answer->group_count && status == STATUS_OK; i++) {
        const struct answer_group *group = &answer->groups[i];
        status = reply_write_result(answer->out, answer->tag, group->ranges, group->range_count,
                                    &group->result);
    }
    if (status == STATUS_OK)
        status = notes_write(answer);
    return status == STATUS_OK ? decisions_write(answer) : status;
}

static enum status summary_write(const struct answer *answer)
{
    const struct transaction *transaction = answer->transaction;
    const struct coverage_tally *tally = &transaction->tally;
    struct reply_summary summary = {
        .verdict = transaction->verdict.kind,
        .transient = transaction->verdict.transient,
        .full = tally->expected > 0 && tally->expected == tally->examined + tally->exempt,
        .tally = *tally,
        .reference = bytes_of_text(transaction->reference),
        .time_us = transaction->ended_us - transaction->begun_us,
        .generation = transaction->generation,
    };
    return reply_write_summary(answer->out, answer->tag, &summary, transaction_report(transaction));
}

static enum status done_write(const struct answer *answer)
{
    char text[64];
    size_t count = recipient_count(answer);
    snprintf(text, sizeof(text), "%zu recipient%s", count, count == 1 ? "" : "s");
    struct writer writer;
    writer_begin(&writer, answer->out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES,
                 answer->request->tag);
    writer_atom(&writer, "OK");
    writer_code(&writer, "DONE", false, 0);
    writer_rest(&writer, text);
    return writer_end(&writer);
}

static enum status lines_write(const struct transaction *transaction,
                               const struct answer_request *request, bool explain,
                               struct buffer *out, struct answer_told *told)
{
    struct answer answer = {
        .transaction = transaction, .request = request, .out = out, .told = told};
    *told = (struct answer_told){0};
    arena_init(&answer.arena, ANSWER_ARENA_BYTES);
    snprintf(answer.tag, sizeof(answer.tag), "%.*s", (int)request->tag.size,
             (const char *)request->tag.data);
    client_settle(&answer);
    enum status status = results_write(&answer);
    if (status == STATUS_OK && explain)
        status = report_write(transaction_report(transaction), out, request->tag);
    if (status == STATUS_OK && explain)
        status = copies_explain(&answer);
    if (status == STATUS_OK)
        status = summary_write(&answer);
    if (status == STATUS_OK)
        status = done_write(&answer);
    arena_clear(&answer.arena);
    return status;
}

enum status answer_write(const struct transaction *transaction,
                         const struct answer_request *request, struct buffer *out,
                         struct answer_told *told)
{
    enum status status = lines_write(transaction, request, request->explain, out, told);
    if (status != STATUS_LIMIT_REPLY || !request->explain)
        return status;
    buffer_clear(out);
    return lines_write(transaction, request, false, out, told);
}
