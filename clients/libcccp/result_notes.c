/* NOTE and DECISION: what the client sends beside the message, and why a dry run decided so
 * (spec/cccp.md 7.9, spec/policy.md 8). */
#include <stdlib.h>

#include "clients/libcccp/result.h"

static const char too_long[] = "the answer is too long";

static const char *note_add(struct cccp_result *result, const struct reply_note *line)
{
    static const enum cccp_note_kind kinds[NOTE_KIND_COUNT] = {
        [NOTE_SENDER] = CCCP_NOTE_SENDER,
        [NOTE_RECIPIENT] = CCCP_NOTE_RECIPIENT,
        [NOTE_ADMINISTRATOR] = CCCP_NOTE_ADMINISTRATOR,
    };
    struct cccp_note note = {
        .number = line->number,
        .kind = kinds[line->kind],
        .sender = arena_copy(&result->arena, line->sender),
        .recipients = result_addresses(result, line->recipients, line->recipient_count),
        .recipient_count = line->recipient_count,
        .octets = arena_copy(&result->arena, line->octets),
        .size = line->octets.size,
    };
    if (!note.sender || !note.recipients || !note.octets || !RESULT_GROW(result, notes, note))
        return too_long;
    result->notes[result->note_count++] = note;
    return NULL;
}

const char *result_take_note(struct cccp_result *result, struct lexer *lexer)
{
    struct reply_note line;
    if (reply_read_note(lexer, &result->arena, &line) != STATUS_OK)
        return "a NOTE line is malformed";
    if (!result_accepts(result, CCCP_ACCEPT_NOTE))
        return result->accept ? "a notice was not accepted" : NULL;
    return result->note_count < NOTES_MOST ? note_add(result, &line) : "there are too many notices";
}

static int by_number(const void *a, const void *b)
{
    const struct cccp_note *one = a, *other = b;
    return one->number < other->number ? -1 : one->number > other->number;
}

const char *result_check_notes(struct cccp_result *result)
{
    if (result->note_count > 0)
        qsort(result->notes, result->note_count, sizeof(*result->notes), by_number);
    for (size_t i = 1; i < result->note_count; i++) {
        if (result->notes[i].number == result->notes[i - 1].number)
            return "a notice's number comes twice";
    }
    return NULL;
}

const struct cccp_note *cccp_result_notes(const struct cccp_result *result, size_t *count)
{
    *count = result->status == CCCP_OK ? result->note_count : 0;
    return *count > 0 ? result->notes : NULL;
}

/* --- decisions --- */

static bool needs_take(struct cccp_result *result, struct cccp_decision *decision,
                       const struct reply_decision *line)
{
    struct cccp_need *needs = arena_take(&result->arena, (line->need_count + 1) * sizeof(*needs));
    if (!needs)
        return false;
    for (size_t i = 0; i < line->need_count; i++) {
        needs[i] = (struct cccp_need){
            .engine = result_text(result, line->needs[i]->engine),
            .symbol = result_text(result, line->needs[i]->symbol),
            .part = line->needs[i]->part,
        };
        if (!needs[i].engine || !needs[i].symbol)
            return false;
    }
    decision->needs = needs;
    decision->need_count = line->need_count;
    return true;
}

/* The recipient's own: one for each id. */
static bool decide(struct cccp_result *result, struct id_range range)
{
    for (size_t i = range.first - 1; i < range.last; i++) {
        if (result->decided[i])
            return false;
        result->decided[i] = true;
        result->decided_count++;
    }
    return true;
}

static const char *decisions_add(struct cccp_result *result, struct cccp_decision decision,
                                 const struct id_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        decision.first = ranges[i].first;
        decision.last = ranges[i].last;
        if (decision.first == 0 || decision.last < decision.first || decision.last > result->count)
            return "a decision is about a recipient that was not asked for";
        if (!decision.member && !decide(result, ranges[i]))
            return "a recipient has two decisions";
        if (!RESULT_GROW(result, decisions, decision))
            return too_long;
        result->decisions[result->decision_count++] = decision;
    }
    return NULL;
}

const char *result_take_decision(struct cccp_result *result, struct lexer *lexer)
{
    struct id_range *ranges;
    size_t count;
    struct reply_decision line;
    struct cccp_decision decision = {0};
    unsigned accept;
    if (!result->dry_run)
        return NULL;
    if (reply_read_decision(lexer, &result->arena, &ranges, &count, &line) != STATUS_OK ||
        !result_disposition(line.disposition, &decision.disposition, &accept) ||
        !needs_take(result, &decision, &line))
        return "a DECISION line is malformed";
    if (line.member.size > 0) {
        decision.member = arena_copy(&result->arena, line.member);
        if (!decision.member)
            return too_long;
    }
    decision.rule = result_text(result, line.rule);
    decision.place = result_text(result, line.place);
    return decisions_add(result, decision, ranges, count);
}

const struct cccp_decision *cccp_result_decisions(const struct cccp_result *result, size_t *count)
{
    *count = result->status == CCCP_OK ? result->decision_count : 0;
    return *count > 0 ? result->decisions : NULL;
}
