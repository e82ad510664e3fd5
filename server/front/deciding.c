/* From the report of a check to its verdict and to what each client is told. */
#include <assert.h>
#include <string.h>

#include "server/front/answer.h"
#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/journal.h"
#include "server/front/transaction_inside.h"
#include "server/metrics.h"
#include "server/policy/decide.h"

enum { FAILURE_BYTES_MOST = 1024 };

/* Those of the generation that scanned: while a reload is under way the configuration of the check
 * may be another one. With no engine at all the worker says
 * EXEMPT under the name "none". */
static size_t required_engines(const struct config *config, struct bytes *names)
{
    size_t count = 0;
    for (size_t i = 0; i < config->engine_count; i++)
        if (config->engines[i].enabled)
            names[count++] = bytes_of_text(config->engines[i].engine->name);
    if (count == 0)
        names[count++] = BYTES("none");
    return count;
}

static void count_verdict(const struct transaction *transaction)
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
    struct report *report = &transaction->report;
    bool permanent = failure_is_permanent(transaction->failure);
    struct report_coverage why = {
        .engine = BYTES("front"),
        .state = permanent ? COVERAGE_UNEXAMINABLE : COVERAGE_FAILED,
        .reason = bytes_of_text(transaction->failure),
    };
    report_clear(report);
    report_init(report, FAILURE_BYTES_MOST);
    transaction->verdict = verdict_incomplete(!permanent);
    /* Out of memory: the result goes out without its reason. */
    (void)!report_add_coverage(report, &why);
}

static void verdict_make(struct transaction *transaction)
{
    struct report *report = &transaction->report;
    transaction->ended_us = uv_hrtime() / 1000;
    if (transaction->failure != NULL) {
        failure_report(transaction);
        return;
    }
    struct bytes names[REPORT_ENGINES_MOST];
    assert(transaction->scanned->engine_count < REPORT_ENGINES_MOST);
    size_t count = required_engines(transaction->scanned, names);
    report_tally(report, names, count, &transaction->tally);
    transaction->verdict = verdict_conclude(&transaction->tally, report_classes(report));
}

void deciding_conclude(struct transaction *transaction)
{
    verdict_make(transaction);
    count_verdict(transaction);
}

/* False: this result is not one to keep. */
static bool attachment_reply(struct transaction *transaction, struct attachment *attachment)
{
    struct session *session = attachment->session;
    struct answer_request request = {.tag = bytes_of_text(attachment->tag),
                                     .ids = attachment->ids,
                                     .id_count = attachment->id_count,
                                     .accept = attachment->accept,
                                     .explain = attachment->explain};
    struct buffer lines;
    buffer_init(&lines, (size_t)session->config->limits.reply_bytes);
    enum disposition disposition = DISPOSITION_DEFER;
    enum status status = answer_write(transaction, &request, &lines, &disposition);
    if (status == STATUS_OK) {
        session_append(session, buffer_bytes(&lines));
        session_tag_end(session, attachment->tag);
        metrics.recipients[disposition] +=
            attachment->ids == NULL ? transaction->recipient_count : attachment->id_count;
    } else {
        struct session_outcome outcome = {.status = status,
                                          .has_number = status == STATUS_LIMIT_REPLY,
                                          .number = session->config->limits.reply_bytes};
        session_complete(session, attachment->tag, &outcome);
    }
    buffer_clear(&lines);
    transaction->house->settings.flush(session);
    return status == STATUS_OK && disposition != DISPOSITION_DEFER;
}

bool deciding_reply(struct transaction *transaction)
{
    struct reply_result result = {.disposition = DISPOSITION_DEFER};
    enum status status = decide(transaction->verdict, &transaction->report, transaction->channel,
                                transaction->accept, &result);
    bool final =
        status == STATUS_OK && result.disposition != DISPOSITION_DEFER &&
        !(transaction->verdict.kind == VERDICT_INCOMPLETE && transaction->verdict.transient);
    journal_done(transaction, result.disposition);
    while (!link_is_alone(&transaction->attachments)) {
        struct attachment *attachment =
            LINK_OWNER(transaction->attachments.next, struct attachment, link);
        final = attachment_reply(transaction, attachment) && final;
        attachment_free(&attachment);
    }
    return final;
}
