/* The life of a check (transaction.h): callbacks move facts in, transaction_advance() decides. */
#include "server/front/transaction.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/journal.h"
#include "server/front/kept.h"
#include "server/front/transaction_inside.h"
#include "server/metrics.h"

enum { MEGABYTE = 1048576 };

/* --- states --- */

#define TO(state) (1U << TRANSACTION_##state)
static const unsigned arrows[] = {
    [TRANSACTION_INSPECTING] = TO(LOOKING_UP) | TO(DECIDING) | TO(ABANDONED),
    [TRANSACTION_LOOKING_UP] = TO(CONCLUDING) | TO(DECIDING) | TO(ABANDONED),
    [TRANSACTION_CONCLUDING] = TO(LOOKING_UP) | TO(DECIDING) | TO(ABANDONED),
    [TRANSACTION_DECIDING] = TO(TRANSFORMING) | TO(REPLIED) | TO(ABANDONED),
    [TRANSACTION_TRANSFORMING] = TO(REPLIED) | TO(ABANDONED),
    [TRANSACTION_REPLIED] = TO(KEPT) | TO(FORGOTTEN),
    [TRANSACTION_KEPT] = TO(FORGOTTEN),
    [TRANSACTION_FORGOTTEN] = 0,
    [TRANSACTION_ABANDONED] = 0,
};

void transaction_enter(struct transaction *transaction, enum transaction_state state)
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

bool transaction_is_unfinished(const struct transaction *transaction)
{
    return transaction->state < TRANSACTION_REPLIED;
}

const char *transaction_state_word(const struct transaction *transaction)
{
    if (!transaction_is_unfinished(transaction))
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
void transaction_release(struct transaction *transaction)
{
    if (!is_over(transaction) || transaction->job != NULL || deciding_is_busy(transaction) ||
        copies_busy(transaction->copies))
        return;
    assert(link_is_alone(&transaction->attachments) && transaction->lookup == NULL);
    struct house *house = transaction->house;
    bool was_kept = transaction->kept_octets > 0;
    alarm_clear(&transaction->alarm);
    alarm_clear(&transaction->linger);
    deciding_clear(transaction);
    copies_free(&transaction->copies);
    content_unref(&transaction->content);
    report_clear(&transaction->report);
    arena_clear(&transaction->notes_arena);
    arena_clear(&transaction->arena);
    config_unref(&transaction->scanned);
    config_unref(&transaction->config);
    free(transaction);
    if (!was_kept)
        house_closed_one(house);
}

/* A job is told, and is done a little later. */
static void inspecting_stop(struct transaction *transaction)
{
    if (transaction->job != NULL && !transaction->is_stopped)
        pool_cancel(transaction->house->settings.pool, transaction->job);
    transaction->is_stopped = true;
    lookup_stop(&transaction->lookup);
}

/* Whatever is under way stops. */
static void work_stop(struct transaction *transaction)
{
    inspecting_stop(transaction);
    deciding_stop(transaction);
    copies_stop(transaction->copies);
    alarm_unset(&transaction->alarm);
    alarm_unset(&transaction->linger);
    link_remove(&transaction->unfinished);
}

static void forget(struct transaction *transaction)
{
    transaction_enter(transaction, TRANSACTION_FORGOTTEN);
    directory_remove(&transaction->house->directory, transaction);
    transaction_release(transaction);
}

static void transaction_reply(struct transaction *transaction)
{
    struct house *house = transaction->house;
    work_stop(transaction);
    transaction_enter(transaction, TRANSACTION_REPLIED);
    deciding_count(transaction);
    bool final = replying_complete(transaction);
    if (!final || !kept_add(transaction)) {
        forget(transaction);
        return;
    }
    transaction_enter(transaction, TRANSACTION_KEPT);
    if (transaction->copies != NULL)
        copies_settle_down(transaction->copies);
    content_unref(&transaction->content);
    house_closed_one(house);
}

/* What was looked for is there, or never will be: the verdict. */
static void transaction_decide(struct transaction *transaction)
{
    inspecting_stop(transaction);
    transaction_enter(transaction, TRANSACTION_DECIDING);
    deciding_conclude(transaction);
    deciding_begin(transaction);
}

static void advance_decided(struct transaction *transaction)
{
    if (transaction->state == TRANSACTION_DECIDING) {
        if (deciding_is_busy(transaction))
            return;
        transaction_enter(transaction, TRANSACTION_TRANSFORMING);
    }
    if (!transforming_advance(transaction))
        return;
    if ((transaction->forms & 1U << ACCEPT_NOTE) != 0)
        notifying_write(transaction);
    transaction_reply(transaction);
}

void transaction_on_copy(void *owner)
{
    struct transaction *transaction = owner;
    if (transaction_is_unfinished(transaction))
        transaction_advance(transaction);
    else
        transaction_release(transaction);
}

void transaction_advance(struct transaction *transaction)
{
    if (transaction->state >= TRANSACTION_DECIDING) {
        advance_decided(transaction);
        return;
    }
    if (transaction->failure == NULL && transaction->state == TRANSACTION_LOOKING_UP) {
        if (transaction->lookup != NULL)
            return;
        inspection_conclude(transaction);
    }
    if (transaction->failure == NULL && transaction->job != NULL)
        return;
    if (transaction->failure == NULL && transaction->asked < transaction->report.questions_count) {
        inspection_look_up(transaction);
        if (transaction->failure == NULL)
            return;
    }
    transaction_decide(transaction);
    advance_decided(transaction);
}

/* --- ends before the report --- */

void transaction_fail(struct transaction *transaction, const char *word)
{
    if (!transaction_is_unfinished(transaction))
        return;
    transaction->failure = word;
    if (transaction->state < TRANSACTION_DECIDING) {
        transaction_advance(transaction);
        return;
    }
    /* A thread may still use them: they are cleared with the transaction. */
    if (!deciding_is_busy(transaction))
        transaction->decisions = NULL;
    deciding_give_up(transaction);
    transaction_reply(transaction);
}

void transaction_abandon(struct transaction *transaction, enum status status)
{
    assert(transaction_is_unfinished(transaction));
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
    if (!transaction_is_unfinished(transaction) || !link_is_alone(&transaction->attachments))
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

static bool envelope_copy(struct transaction *transaction, const struct envelope *envelope)
{
    struct envelope *mine = &transaction->envelope;
    *mine = *envelope;
    struct bytes *const texts[] = {
        &mine->raw,      &mine->sender, &mine->client_address, &mine->client_name, &mine->helo,
        &mine->queue_id, &mine->login,  &mine->protocol,       &mine->body,        &mine->smtputf8};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (!copy(&transaction->arena, *texts[i], texts[i]))
            return false;
    return true;
}

static bool command_copy(struct transaction *transaction, const struct command *command)
{
    struct arena *arena = &transaction->arena;
    size_t count = command->recipient_count;
    transaction->recipients = arena_take(arena, (count + 1) * sizeof(*transaction->recipients));
    if (transaction->recipients == NULL || !copy(arena, command->txn, &transaction->txn) ||
        !envelope_copy(transaction, &command->envelope))
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
    transaction->forms = attachment_forms(command);
    transaction->dry_run = command->options.dry_run;
    report_init(&transaction->failure_report, 0);
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
    inspection_begin(transaction);
    *result = transaction;
    return STATUS_OK;
}
