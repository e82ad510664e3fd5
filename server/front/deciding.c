/* From the report of a check to its verdict and to a decision for each recipient. Few recipients
 * are decided at once; many, and those that may become many, in a thread of libuv: the loop is
 * never held up (spec/policy.md 9). */
#include <assert.h>
#include <string.h>

#include "server/front/house_inside.h"
#include "server/front/transaction_inside.h"
#include "server/metrics.h"

enum {
    FAILURE_BYTES_MOST = 1024,
    AT_ONCE_MOST = 256, /* recipients: at most about a millisecond */
};

void deciding_count(const struct transaction *transaction)
{
    metrics.verdicts[transaction->verdict.kind]++;
    if (transaction->verdict.kind == VERDICT_INCOMPLETE && transaction->verdict.transient)
        metrics.incomplete_transient++;
    else if (transaction->verdict.kind == VERDICT_INCOMPLETE)
        metrics.incomplete_permanent++;
    metrics_check((double)(transaction->ended_us - transaction->begun_us) / 1e6);
}

/* Trying again cannot help: the content itself is the reason. */
static bool failure_is_permanent(const char *word)
{
    return strcmp(word, "poison") == 0 || strcmp(word, "questions") == 0;
}

/* In the place of the report stands why there is none: a word of the engine "front". */
static void failure_report(struct transaction *transaction)
{
    bool permanent = failure_is_permanent(transaction->failure);
    struct report_coverage why = {
        .engine = BYTES("front"),
        .state = permanent ? COVERAGE_UNEXAMINABLE : COVERAGE_FAILED,
        .reason = bytes_of_text(transaction->failure),
    };
    report_init(&transaction->failure_report, FAILURE_BYTES_MOST);
    transaction->verdict = verdict_incomplete(!permanent);
    transaction->tally = (struct coverage_tally){0};
    /* Out of memory: the result goes out without its reason. */
    (void)!report_add_coverage(&transaction->failure_report, &why);
}

const struct report *transaction_report(const struct transaction *transaction)
{
    return transaction->failure != NULL ? &transaction->failure_report : &transaction->report;
}

/* The engines of the generation that scanned are required: while a reload is under way the
 * configuration of the check may be another one. With no engine at all the worker says EXEMPT under
 * the name "none". */
static void verdict_make(struct transaction *transaction)
{
    struct bytes names[REPORT_ENGINES_MOST];
    transaction->ended_us = uv_hrtime() / 1000;
    if (transaction->failure != NULL) {
        failure_report(transaction);
        return;
    }
    size_t count = config_required_engines(transaction->scanned, transaction->channel, names);
    report_tally(&transaction->report, names, count, &transaction->tally);
    transaction->verdict =
        verdict_conclude(&transaction->tally, report_classes(&transaction->report));
}

/* For whom there is no decision that can be carried out. What nobody can change into what policy
 * wants goes the way of what nobody can examine, but is never delivered as it is. */
static void deferred_make(struct transaction *transaction)
{
    enum disposition disposition = transaction->channel->unexaminable;
    if (disposition == DISPOSITION_DELIVER)
        disposition = DISPOSITION_QUARANTINE;
    transaction->impossible = (struct decision){
        .disposition = disposition,
        .row = "unexaminable",
        .class = BYTES("unexaminable"),
        .status = BYTES("5.7.1"),
        .text = BYTES("the copy that policy wants cannot be made"),
        .has_after = true,
        .after_s = transaction->channel->defer_after_s,
        .otherwise = DISPOSITION_DEFER,
    };
    transaction->deferred = (struct decision){
        .disposition = DISPOSITION_DEFER,
        .row = "incomplete",
        .class = BYTES("incomplete"),
        .text = BYTES("not done completely, try again"),
        .has_after = true,
        .after_s = transaction->channel->defer_after_s,
        .otherwise = DISPOSITION_DEFER,
        .instead = &transaction->impossible,
    };
}

void deciding_conclude(struct transaction *transaction)
{
    verdict_make(transaction);
    deferred_make(transaction);
}

/* A thread that decides may read why there was no report before: then that stays as it is. */
void deciding_give_up(struct transaction *transaction)
{
    bool is_read = transaction->is_deciding && transaction->failure_report.coverage_count > 0;
    if (!is_read) {
        report_clear(&transaction->failure_report);
        failure_report(transaction);
    }
    transaction->verdict = verdict_incomplete(true);
    deciding_stop(transaction);
}

void deciding_stop(struct transaction *transaction)
{
    transaction->is_given_up = true;
}

/* --- decisions --- */

static enum status needs_find(struct transaction *transaction, size_t i)
{
    struct transaction_needs *needs = &transaction->needs[i];
    return decider_needs(transaction->decider, transaction->recipients[i].address, &needs->findings,
                         &needs->count);
}

/* Touches nothing but decider, decisions and needs: it may run in a thread. */
static void decide_all(struct transaction *transaction)
{
    for (size_t i = 0; i < transaction->recipient_count && !transaction->is_given_up; i++) {
        enum status status = decider_decide(
            transaction->decider, transaction->recipients[i].address, &transaction->decisions[i]);
        if (status == STATUS_OK && transaction->needs != NULL)
            status = needs_find(transaction, i);
        if (status != STATUS_OK)
            transaction->decisions[i] = &transaction->deferred;
    }
}

static void decide_in_thread(uv_work_t *work)
{
    decide_all(work->data);
}

static void on_decided(uv_work_t *work, int cancelled)
{
    struct transaction *transaction = work->data;
    (void)cancelled; /* never: the loop does not end before its transactions */
    transaction->is_deciding = false;
    if (transaction_is_unfinished(transaction))
        transaction_advance(transaction);
    else
        transaction_release(transaction);
}

static enum status tables_take(struct transaction *transaction)
{
    size_t count = transaction->recipient_count;
    struct arena *arena = &transaction->arena;
    transaction->decisions = arena_take(arena, (count + 1) * sizeof(*transaction->decisions));
    if (transaction->dry_run)
        transaction->needs = arena_take(arena, (count + 1) * sizeof(*transaction->needs));
    bool taken =
        transaction->decisions != NULL && (!transaction->dry_run || transaction->needs != NULL);
    return taken ? STATUS_OK : STATUS_MEMORY;
}

static enum status decider_open(struct transaction *transaction)
{
    const struct decide_input input = {
        .config = transaction->config,
        .channel = transaction->channel,
        .report = transaction_report(transaction),
        .verdict = transaction->verdict,
        .envelope = &transaction->envelope,
        .recipient_count = transaction->recipient_count,
        .size = transaction->size,
        .reference = transaction->reference,
    };
    transaction->sets = transaction->config->sets;
    return decider_new(&input, &transaction->decider);
}

void deciding_begin(struct transaction *transaction)
{
    enum status status = tables_take(transaction);
    if (status == STATUS_OK)
        status = decider_open(transaction);
    if (status != STATUS_OK) {
        transaction->decisions = NULL;
        return;
    }
    bool many = transaction->recipient_count > AT_ONCE_MOST || transaction->dry_run ||
                decider_takes_long(transaction->channel);
    transaction->deciding.data = transaction;
    if (many && uv_queue_work(transaction->house->settings.loop, &transaction->deciding,
                              decide_in_thread, on_decided) == 0)
        transaction->is_deciding = true;
    else
        decide_all(transaction);
}

bool deciding_is_busy(const struct transaction *transaction)
{
    return transaction->is_deciding;
}

void deciding_clear(struct transaction *transaction)
{
    assert(!transaction->is_deciding);
    decider_free(&transaction->decider);
    report_clear(&transaction->failure_report);
}

const struct decision *deciding_decision(const struct transaction *transaction, size_t i)
{
    if (transaction->decisions == NULL || transaction->is_deciding)
        return &transaction->deferred;
    return transaction->decisions[i];
}
