/* The work behind a check: jobs for the pool, questions for the outside. Callbacks only move facts
 * into the transaction and let it advance. */
#include <string.h>

#include "server/front/house_inside.h"
#include "server/front/transaction_inside.h"

enum {
    LOOKUP_ROUNDS_MOST = 4,   /* an engine may ask again because of an answer, not for ever */
    LOOKUP_RESERVE_MS = 5000, /* at most so much of the deadline is left for concluding */
};

/* The word of REASONS for a job whose report could not be had. */
static const char *failure_word(enum status status)
{
    switch ((int)status) {
    case STATUS_DEADLINE:
        return "deadline";
    case STATUS_CRASHED:
        return "crashed";
    case STATUS_ENGINE:
        return "engine";
    case STATUS_UNAVAILABLE:
        return "unavailable";
    case STATUS_OVERLOADED:
        return "overloaded";
    case STATUS_CANCELLED:
    case STATUS_SHUTDOWN:
        return "shutdown";
    case STATUS_MEMORY:
        return "memory";
    case STATUS_LIMIT:
        return "poison";
    default:
        return "internal";
    }
}

static void on_job_done(void *owner, enum status status, struct report *report, uint64_t generation,
                        struct config *config)
{
    struct transaction *transaction = owner;
    transaction->job = NULL;
    if (!transaction_is_unfinished(transaction)) {
        transaction_release(transaction);
        return;
    }
    if (status == STATUS_OK && transaction->state == TRANSACTION_INSPECTING) {
        transaction->report = *report;
        report_init(report, 0);
        transaction->scanned = config_ref(config);
    } else if (status == STATUS_OK) {
        status =
            report_merge(&transaction->report, report) == STATUS_OK ? STATUS_OK : STATUS_ENGINE;
    }
    if (status != STATUS_OK)
        transaction->failure = failure_word(status);
    if (transaction->state == TRANSACTION_INSPECTING)
        transaction->generation = generation;
    transaction_advance(transaction);
}

static void job_begin(struct transaction *transaction, enum job_stage stage,
                      const struct bytes *engines, size_t engine_count)
{
    struct pool_request request = {
        .stage = stage,
        .content_fd = transaction->content->fd,
        .size = transaction->size,
        .deadline_ms = transaction->deadline_ms,
        .channel = transaction->channel,
        .engines = engines,
        .engine_count = engine_count,
        .answers = transaction->answers,
        .answer_count = transaction->answer_count,
        .edits_fd = -1,
        .owner = transaction,
        .done = on_job_done,
    };
    if (stage == JOB_SCAN)
        request.wants = decider_wants(transaction->channel, &request.want_count);
    memcpy(request.digest, transaction->digest, DIGEST_BYTES);
    enum status status =
        pool_submit(transaction->house->settings.pool, &request, &transaction->job);
    if (status == STATUS_OK)
        return;
    transaction->job = NULL;
    transaction->failure = failure_word(status);
}

/* --- looking up --- */

static void on_answers(void *owner, const struct job_answer *answers, size_t count)
{
    struct transaction *transaction = owner;
    transaction->lookup = NULL;
    transaction->answers = answers;
    transaction->answer_count = count;
    transaction_advance(transaction);
}

/* Time is left for concluding: a tenth, at most LOOKUP_RESERVE_MS. */
static uint64_t lookup_deadline_ms(const struct transaction *transaction)
{
    uint64_t reserve = (transaction->deadline_ms - transaction->begun_ms) / 10;
    if (reserve > LOOKUP_RESERVE_MS)
        reserve = LOOKUP_RESERVE_MS;
    return transaction->deadline_ms - reserve;
}

void inspection_look_up(struct transaction *transaction)
{
    struct report *report = &transaction->report;
    transaction_enter(transaction, TRANSACTION_LOOKING_UP);
    if (++transaction->rounds > LOOKUP_ROUNDS_MOST ||
        report->questions_count > transaction->config->limits.questions) {
        transaction->failure = "questions";
        return;
    }
    transaction->lookup_begun_ms = alarms_now_ms(transaction->house->alarms);
    enum status status =
        lookup_start(transaction->house->settings.loop, report->questions + transaction->asked,
                     report->questions_count - transaction->asked, lookup_deadline_ms(transaction),
                     transaction, on_answers, &transaction->lookup);
    if (status != STATUS_OK)
        transaction->failure = failure_word(status);
}

static bool engine_listed(const struct bytes *engines, size_t count, struct bytes engine)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(engines[i], engine))
            return true;
    return false;
}

/* The engines that asked see the answers; the others have said all they had to say. */
void inspection_conclude(struct transaction *transaction)
{
    const struct report *report = &transaction->report;
    size_t count = 0, asked = transaction->asked;
    transaction->looked_up_ms +=
        alarms_now_ms(transaction->house->alarms) - transaction->lookup_begun_ms;
    transaction_enter(transaction, TRANSACTION_CONCLUDING);
    struct bytes *engines =
        arena_take(&transaction->arena, (report->questions_count - asked) * sizeof(*engines));
    if (engines == NULL) {
        transaction->failure = failure_word(STATUS_MEMORY);
        return;
    }
    for (size_t i = asked; i < report->questions_count; i++)
        if (!engine_listed(engines, count, report->questions[i].engine))
            engines[count++] = report->questions[i].engine;
    transaction->asked = report->questions_count;
    job_begin(transaction, JOB_CONCLUDE, engines, count);
    transaction->answers = NULL;
    transaction->answer_count = 0;
}

void inspection_begin(struct transaction *transaction)
{
    job_begin(transaction, JOB_SCAN, NULL, 0);
}
