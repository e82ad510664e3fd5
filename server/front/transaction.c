/* The life of a check (transaction.h): callbacks move facts in, transaction_advance() decides. */
#include "server/front/transaction.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/front/answer.h"
#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/journal.h"
#include "server/front/kept.h"
#include "server/metrics.h"
#include "server/policy/decide.h"

enum {
    LOOKUP_ROUNDS_MOST = 4,   /* an engine may ask again because of an answer, not for ever */
    LOOKUP_RESERVE_MS = 5000, /* at most so much of the deadline is left for concluding */
    FAILURE_BYTES_MOST = 1024,
    MEGABYTE = 1048576
};

/* --- states --- */

#define TO(state) (1U << TRANSACTION_##state)
static const unsigned arrows[] = {
    [TRANSACTION_INSPECTING] = TO(LOOKING_UP) | TO(DECIDING) | TO(ABANDONED),
    [TRANSACTION_LOOKING_UP] = TO(CONCLUDING) | TO(DECIDING) | TO(ABANDONED),
    [TRANSACTION_CONCLUDING] = TO(LOOKING_UP) | TO(DECIDING) | TO(ABANDONED),
    [TRANSACTION_DECIDING] = TO(REPLIED),
    [TRANSACTION_REPLIED] = TO(KEPT) | TO(FORGOTTEN),
    [TRANSACTION_KEPT] = TO(FORGOTTEN),
    [TRANSACTION_FORGOTTEN] = 0,
    [TRANSACTION_ABANDONED] = 0,
};

static void transaction_enter(struct transaction *transaction, enum transaction_state state)
{
    assert(arrows[transaction->state] & 1U << state);
    transaction->state = state;
}

bool transaction_is_kept(const struct transaction *transaction)
{
    return transaction->state == TRANSACTION_KEPT;
}

static bool is_over(const struct transaction *transaction)
{
    return transaction->state == TRANSACTION_FORGOTTEN ||
           transaction->state == TRANSACTION_ABANDONED;
}

static bool is_unfinished(const struct transaction *transaction)
{
    return transaction->state < TRANSACTION_DECIDING;
}

const char *transaction_state_word(const struct transaction *transaction)
{
    if (!is_unfinished(transaction))
        return "DONE";
    if (transaction->state == TRANSACTION_LOOKING_UP)
        return "WAITING";
    return pool_state(transaction->house->settings.pool)->generation == 0 ? "QUEUED" : "RUNNING";
}

uint64_t transaction_age_s(const struct transaction *transaction)
{
    return (alarms_now_ms(transaction->house->alarms) - transaction->begun_ms) / 1000;
}

/* --- the end of the memory --- */

/* Out of everything and no job uses the content: gone. */
static void transaction_release(struct transaction *transaction)
{
    if (!is_over(transaction) || transaction->job != NULL)
        return;
    assert(link_is_alone(&transaction->attachments) && transaction->lookup == NULL);
    struct house *house = transaction->house;
    bool was_kept = transaction->kept_octets > 0;
    alarm_clear(&transaction->alarm);
    alarm_clear(&transaction->linger);
    content_unref(&transaction->content);
    report_clear(&transaction->report);
    arena_clear(&transaction->arena);
    config_unref(&transaction->config);
    free(transaction);
    if (!was_kept)
        house_closed_one(house);
}

/* Whatever is under way stops; a job is told, and is done a little later. */
static void work_stop(struct transaction *transaction)
{
    if (transaction->job != NULL)
        pool_cancel(transaction->house->settings.pool, transaction->job);
    lookup_stop(&transaction->lookup);
    alarm_unset(&transaction->alarm);
    alarm_unset(&transaction->linger);
    link_remove(&transaction->unfinished);
}

/* --- jobs --- */

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

/* Trying again cannot help: the content itself is the reason. */
static bool failure_is_permanent(const char *word)
{
    return strcmp(word, "poison") == 0 || strcmp(word, "questions") == 0;
}

static void on_job_done(void *owner, enum status status, struct report *report, uint64_t generation)
{
    struct transaction *transaction = owner;
    transaction->job = NULL;
    if (!is_unfinished(transaction)) {
        transaction_release(transaction);
        return;
    }
    if (status == STATUS_OK && transaction->state == TRANSACTION_INSPECTING) {
        transaction->report = *report;
        report_init(report, 0);
    } else if (status == STATUS_OK) {
        status = report_merge(&transaction->report, report);
    }
    if (status != STATUS_OK)
        transaction->failure = failure_word(status);
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
        .engines = engines,
        .engine_count = engine_count,
        .answers = transaction->answers,
        .answer_count = transaction->answer_count,
        .owner = transaction,
        .done = on_job_done,
    };
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

static void look_up(struct transaction *transaction)
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
static void conclude_begin(struct transaction *transaction)
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

/* --- deciding --- */

/* With no engine at all the worker says EXEMPT under the name "none". */
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
    assert(transaction->config->engine_count < REPORT_ENGINES_MOST);
    size_t count = required_engines(transaction->config, names);
    report_tally(report, names, count, &transaction->tally);
    transaction->verdict = verdict_conclude(&transaction->tally, report_classes(report));
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

/* True when the result is final: neither transient nor DEFER for anybody. */
static bool attachments_reply(struct transaction *transaction)
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

static void count_verdict(const struct transaction *transaction)
{
    metrics.verdicts[transaction->verdict.kind]++;
    if (transaction->verdict.kind == VERDICT_INCOMPLETE && transaction->verdict.transient)
        metrics.incomplete_transient++;
    else if (transaction->verdict.kind == VERDICT_INCOMPLETE)
        metrics.incomplete_permanent++;
    metrics_check((double)(transaction->ended_us - transaction->begun_us) / 1e6);
}

static void forget(struct transaction *transaction)
{
    transaction_enter(transaction, TRANSACTION_FORGOTTEN);
    directory_remove(&transaction->house->directory, transaction);
    transaction_release(transaction);
}

static void transaction_decide(struct transaction *transaction)
{
    struct house *house = transaction->house;
    transaction_enter(transaction, TRANSACTION_DECIDING);
    work_stop(transaction);
    verdict_make(transaction);
    count_verdict(transaction);
    transaction_enter(transaction, TRANSACTION_REPLIED);
    bool final = attachments_reply(transaction);
    if (!final || !kept_add(transaction)) {
        forget(transaction);
        return;
    }
    transaction_enter(transaction, TRANSACTION_KEPT);
    content_unref(&transaction->content);
    house_closed_one(house);
}

void transaction_advance(struct transaction *transaction)
{
    if (transaction->failure == NULL && transaction->state == TRANSACTION_LOOKING_UP) {
        if (transaction->lookup != NULL)
            return;
        conclude_begin(transaction);
    }
    if (transaction->failure == NULL && transaction->job != NULL)
        return;
    if (transaction->failure == NULL && transaction->asked < transaction->report.questions_count) {
        look_up(transaction);
        if (transaction->failure == NULL)
            return;
    }
    transaction_decide(transaction);
}

/* --- ends before the report --- */

void transaction_fail(struct transaction *transaction, const char *word)
{
    if (!is_unfinished(transaction))
        return;
    transaction->failure = word;
    transaction_advance(transaction);
}

void transaction_abandon(struct transaction *transaction, enum status status)
{
    assert(is_unfinished(transaction));
    metrics.checks_cancelled++;
    work_stop(transaction);
    transaction_enter(transaction, TRANSACTION_ABANDONED);
    transaction->ended_us = uv_hrtime() / 1000;
    journal_cancelled(transaction);
    while (!link_is_alone(&transaction->attachments)) {
        struct attachment *attachment =
            LINK_OWNER(transaction->attachments.next, struct attachment, link);
        struct session_outcome outcome = {.status = status};
        session_complete(attachment->session, attachment->tag, &outcome);
        transaction->house->settings.flush(attachment->session);
        attachment_free(&attachment);
    }
    directory_remove(&transaction->house->directory, transaction);
    transaction_release(transaction);
}

void transaction_forget(struct transaction *transaction)
{
    assert(transaction_is_kept(transaction));
    kept_remove(transaction);
    forget(transaction);
}

void transaction_left(struct transaction *transaction)
{
    if (!is_unfinished(transaction) || !link_is_alone(&transaction->attachments))
        return;
    if (transaction->scope->anonymous)
        transaction_abandon(transaction, STATUS_CANCELLED);
    else
        alarm_set(&transaction->linger, alarms_now_ms(transaction->house->alarms) +
                                            transaction->config->limits.linger_ms);
}

static void on_alarm(struct alarm *alarm)
{
    struct transaction *transaction = LINK_OWNER(alarm, struct transaction, alarm);
    if (transaction_is_kept(transaction))
        transaction_forget(transaction);
    else
        transaction_fail(transaction, "deadline");
}

static void on_linger(struct alarm *alarm)
{
    struct transaction *transaction = LINK_OWNER(alarm, struct transaction, linger);
    transaction_abandon(transaction, STATUS_CANCELLED);
}

/* --- the beginning --- */

static bool copy(struct arena *arena, struct bytes from, struct bytes *to)
{
    const char *octets = arena_copy(arena, from);
    *to = (struct bytes){(const uint8_t *)octets, octets == NULL ? 0 : from.size};
    return octets != NULL;
}

static bool command_copy(struct transaction *transaction, const struct command *command)
{
    struct arena *arena = &transaction->arena;
    size_t count = command->recipient_count;
    transaction->recipients = arena_take(arena, (count + 1) * sizeof(*transaction->recipients));
    if (transaction->recipients == NULL || !copy(arena, command->txn, &transaction->txn) ||
        !copy(arena, command->envelope.sender, &transaction->sender) ||
        !copy(arena, command->envelope.queue_id, &transaction->queue_id))
        return false;
    for (size_t i = 0; i < count; i++) {
        transaction->recipients[i].id = command->recipients[i].id;
        if (!copy(arena, command->recipients[i].address, &transaction->recipients[i].address))
            return false;
    }
    transaction->recipient_count = count;
    return true;
}

/* Bounded by the server, longer for what is larger; absolute from here on. */
static uint64_t check_time_ms(const struct limits *limits, const struct command *command,
                              uint64_t size)
{
    uint64_t asked_s = command->options.deadline_s;
    uint64_t time_ms = limits->check_ms;
    if (asked_s > 0)
        time_ms = asked_s < limits->check_most_ms / 1000 ? asked_s * 1000 : limits->check_most_ms;
    return time_ms + size / MEGABYTE * limits->check_per_megabyte_ms;
}

static enum status fill(struct transaction *transaction, const struct command *command)
{
    struct house *house = transaction->house;
    arena_init(&transaction->arena, (size_t)transaction->config->limits.command_bytes * 8 + 65536);
    report_init(&transaction->report, 0);
    link_init(&transaction->attachments);
    link_init(&transaction->unfinished);
    link_init(&transaction->scope_kept);
    link_init(&transaction->all_kept);
    snprintf(transaction->reference, sizeof(transaction->reference), "%08" PRIx32 "-%" PRIu64,
             house->boot, ++house->checks);
    transaction->accept = attachment_accept(command);
    transaction->begun_ms = alarms_now_ms(house->alarms);
    transaction->begun_us = uv_hrtime() / 1000;
    enum status status = alarm_init(&transaction->alarm, house->alarms, on_alarm);
    if (status == STATUS_OK)
        status = alarm_init(&transaction->linger, house->alarms, on_linger);
    if (status == STATUS_OK && !command_copy(transaction, command))
        status = STATUS_MEMORY;
    return status;
}

enum status transaction_new(struct house *house, struct scope *scope, const struct command *command,
                            const struct config_channel *channel, struct content **content,
                            struct transaction **result)
{
    struct transaction *transaction = calloc(1, sizeof(*transaction));
    if (transaction == NULL)
        return STATUS_MEMORY;
    transaction->house = house;
    transaction->scope = scope;
    transaction->config = config_ref(house->config);
    transaction->channel = channel;
    house->open++;
    enum status status = fill(transaction, command);
    if (status != STATUS_OK) {
        transaction->state = TRANSACTION_FORGOTTEN;
        transaction_release(transaction);
        return status;
    }
    transaction->content = *content;
    *content = NULL;
    transaction->size = transaction->content->size;
    memcpy(transaction->digest, transaction->content->digest, DIGEST_BYTES);
    transaction->deadline_ms = transaction->begun_ms + check_time_ms(&transaction->config->limits,
                                                                     command, transaction->size);
    alarm_set(&transaction->alarm, transaction->deadline_ms);
    link_append(&house->unfinished, &transaction->unfinished);
    directory_add(&house->directory, transaction);
    job_begin(transaction, JOB_SCAN, NULL, 0);
    *result = transaction;
    return STATUS_OK;
}

/* --- repetitions --- */

static int by_address(const void *a, const void *b)
{
    const struct transaction_recipient *const *first = a, *const *second = b;
    return bytes_compare((*first)->address, (*second)->address);
}

static bool addresses_sort(struct transaction *transaction)
{
    size_t count = transaction->recipient_count;
    if (transaction->by_address != NULL)
        return true;
    transaction->by_address =
        arena_take(&transaction->arena, (count + 1) * sizeof(*transaction->by_address));
    if (transaction->by_address == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        transaction->by_address[i] = &transaction->recipients[i];
    qsort(transaction->by_address, count, sizeof(*transaction->by_address), by_address);
    return true;
}

static bool recipient_known(const struct transaction *transaction, struct bytes address)
{
    struct transaction_recipient wanted = {.address = address};
    const struct transaction_recipient *key = &wanted;
    return bsearch(&key, transaction->by_address, transaction->recipient_count,
                   sizeof(*transaction->by_address), by_address) != NULL;
}

bool transaction_agrees(struct transaction *transaction, const struct command *command,
                        uint64_t size, const uint8_t *digest)
{
    if (size != transaction->size ||
        !bytes_equal(command->channel, bytes_of_text(transaction->channel->name)))
        return false;
    if (digest != NULL && memcmp(digest, transaction->digest, DIGEST_BYTES) != 0)
        return false;
    if (!addresses_sort(transaction))
        return false;
    for (size_t i = 0; i < command->recipient_count; i++)
        if (!recipient_known(transaction, command->recipients[i].address))
            return false;
    return true;
}
