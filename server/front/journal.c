/* One line per check (journal.h): enough to answer "what happened to this message, and why". */
#include "server/front/journal.h"

#include <stdio.h>
#include <string.h>

#include "server/front/outcome.h"
#include "server/front/transaction_inside.h"
#include "server/log.h"

/* The first few recipients are named, the beginnings of their addresses. */
enum { RECIPIENTS_NAMED = 5, REASONS_BYTES_MOST = 1024 };

static void identify(struct log_line *line, const struct transaction *transaction)
{
    log_text(line, "ref", transaction->reference);
    log_bytes(line, "txn", transaction->txn);
    if (transaction->envelope.queue_id.size > 0)
        log_bytes(line, "queue-id", transaction->envelope.queue_id);
    log_text(line, "client", transaction->scope->name);
    log_text(line, "channel", transaction->channel->name);
}

static void describe(struct log_line *line, const struct transaction *transaction)
{
    log_bytes(line, "sender", transaction->envelope.sender);
    log_number(line, "recipients", (int64_t)transaction->recipient_count);
    char to[RECIPIENTS_NAMED * 80] = "";
    size_t length = 0;
    for (size_t i = 0; i < transaction->recipient_count && i < RECIPIENTS_NAMED; i++) {
        struct bytes address = transaction->recipients[i].address;
        int size = address.size < 72 ? (int)address.size : 72;
        length += (size_t)snprintf(to + length, sizeof(to) - length, "%s%.*s", i == 0 ? "" : " ",
                                   size, (const char *)address.data);
    }
    log_text(line, "to", to);
    log_number(line, "size", (int64_t)transaction->size);
}

static void time_spent(struct log_line *line, const struct transaction *transaction)
{
    uint64_t worker_us = 0;
    for (size_t i = 0; i < transaction->report.engines_count; i++)
        worker_us += transaction->report.engines[i].time_us;
    uint64_t total_us = transaction->ended_us - transaction->begun_us;
    uint64_t known_us = worker_us + transaction->looked_up_ms * 1000;
    log_number(line, "ms", (int64_t)(total_us / 1000));
    log_number(line, "queued-ms",
               (int64_t)(total_us > known_us ? (total_us - known_us) / 1000 : 0));
    log_number(line, "worker-ms", (int64_t)(worker_us / 1000));
    if (transaction->rounds > 0)
        log_number(line, "lookup-ms", (int64_t)transaction->looked_up_ms);
}

static void coverage(struct log_line *line, const struct coverage_tally *tally)
{
    log_number(line, "expected", (int64_t)tally->expected);
    log_number(line, "examined", (int64_t)tally->examined);
    log_number(line, "exempt", (int64_t)tally->exempt);
    log_number(line, "unexaminable", (int64_t)tally->unexaminable);
    log_number(line, "failed", (int64_t)tally->failed);
}

size_t journal_waiting(const struct transaction *transaction)
{
    size_t count = 0;
    for (const struct link *at = transaction->attachments.next; at != &transaction->attachments;
         at = at->next)
        count++;
    return count;
}

/* engine:symbol, with commas between; what does not fit any more is left out. */
struct reason_list {
    char text[REASONS_BYTES_MOST];
    size_t length;
};

static void reason_add(struct reason_list *list, struct bytes engine, struct bytes symbol)
{
    char text[256];
    int length =
        snprintf(text, sizeof(text), "%s%.*s:%.*s", list->length > 0 ? "," : "", (int)engine.size,
                 (const char *)engine.data, (int)symbol.size, (const char *)symbol.data);
    if (symbol.size == 0 || length < 0 || (size_t)length >= sizeof(text) ||
        list->length + (size_t)length >= sizeof(list->text) || strstr(list->text, text) != NULL)
        return;
    memcpy(list->text + list->length, text, (size_t)length + 1);
    list->length += (size_t)length;
}

static void reasons(struct log_line *line, const struct report *report)
{
    struct reason_list list = {.length = 0};
    for (size_t i = 0; i < report->findings_count; i++)
        if (report->findings[i].class != CLASS_NOTE)
            reason_add(&list, report->findings[i].engine, report->findings[i].symbol);
    for (size_t i = 0; i < report->engines_count; i++)
        if (report->engines[i].failed)
            reason_add(&list, report->engines[i].name, report->engines[i].reason);
    for (size_t i = 0; i < report->coverage_count; i++)
        if (report->coverage[i].state == COVERAGE_UNEXAMINABLE ||
            report->coverage[i].state == COVERAGE_FAILED)
            reason_add(&list, report->coverage[i].engine, report->coverage[i].reason);
    if (list.length > 0)
        log_text(line, "reasons", list.text);
}

/* "DELIVER", or "DELIVER:3,REJECT:1" when recipients fare differently. */
static void dispositions(struct log_line *line, const struct answer_told *told)
{
    char text[DISPOSITION_COUNT * 40] = "";
    size_t length = 0, kinds = 0;
    for (unsigned i = 0; i < DISPOSITION_COUNT; i++)
        kinds += told->recipients[i] > 0;
    for (unsigned i = 0; i < DISPOSITION_COUNT; i++) {
        if (told->recipients[i] == 0)
            continue;
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                   length > 0 ? "," : "", disposition_word((enum disposition)i));
        if (kinds > 1)
            length +=
                (size_t)snprintf(text + length, sizeof(text) - length, ":%zu", told->recipients[i]);
    }
    log_text(line, "disposition", kinds > 0 ? text : "none");
}

enum { RULES_NAMED = 8 };

/* The rules that decided, each once, in the order of the recipients; "(table)" for none. */
static void rules(struct log_line *line, const struct transaction *transaction)
{
    const struct decision *named[RULES_NAMED];
    char text[RULES_NAMED * 72] = "", place[DECISION_PLACE_BYTES];
    size_t length = 0, count = 0;
    const struct decision *limited = NULL; /* deferred over a limit of policy */
    for (size_t i = 0; i < transaction->recipient_count && count < RULES_NAMED; i++) {
        const struct decision *decision = outcome_settle(
            deciding_decision(transaction, i), transaction->copies, &transaction->deferred);
        struct reply_decision words = {.rule = BYTES("")};
        size_t j = 0;
        if (decision->row != NULL && strcmp(decision->row, "limit") == 0)
            limited = decision;
        while (j < count && named[j]->rule != decision->rule)
            j++;
        if (j < count)
            continue;
        named[count++] = decision;
        decision_describe(decision, transaction->channel->name, &words, place);
        int size = words.rule.size < 64 ? (int)words.rule.size : 64;
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%.*s",
                                   count > 1 ? "," : "", size, (const char *)words.rule.data);
    }
    if (count > 1 || (count == 1 && named[0]->rule != NULL))
        log_text(line, "rules", text);
    if (transaction->copies != NULL)
        log_number(line, "copies", (int64_t)copies_count(transaction->copies));
    if (copies_are_over(transaction->copies))
        log_text(line, "over-limit", "copies");
    else if (limited != NULL)
        log_bytes(line, "over-limit", limited->class);
    if (transaction->note_count > 0)
        log_number(line, "notices", (int64_t)transaction->note_count);
}

void journal_done(const struct transaction *transaction, const struct answer_told *told,
                  size_t waiting)
{
    struct log_line line;
    bool transient =
        transaction->verdict.kind == VERDICT_INCOMPLETE && transaction->verdict.transient;
    log_begin(&line, transient ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "check.done");
    identify(&line, transaction);
    log_text(&line, "verdict", verdict_word(transaction->verdict.kind));
    if (transient)
        log_text(&line, "transient", "yes");
    dispositions(&line, told);
    rules(&line, transaction);
    reasons(&line, transaction_report(transaction));
    coverage(&line, &transaction->tally);
    log_number(&line, "generation", (int64_t)transaction->generation);
    time_spent(&line, transaction);
    log_number(&line, "waiting", (int64_t)waiting);
    log_number(&line, "attached", (int64_t)transaction->attached);
    describe(&line, transaction);
    log_end(&line);
}

void journal_cancelled(const struct transaction *transaction)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_INFO, "check.cancelled");
    identify(&line, transaction);
    time_spent(&line, transaction);
    log_number(&line, "attached", (int64_t)transaction->attached);
    describe(&line, transaction);
    log_end(&line);
}

void journal_kept(const struct transaction *transaction, size_t recipient_count)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_INFO, "check.kept");
    identify(&line, transaction);
    log_text(&line, "verdict", verdict_word(transaction->verdict.kind));
    log_number(&line, "recipients", (int64_t)recipient_count);
    log_end(&line);
}
