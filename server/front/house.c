/* What sessions ask of the house (house.h) beside CHECK, and its life. */
#include "server/front/house.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "server/front/admission.h"
#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/kept.h"
#include "server/front/verification.h"

/* --- the other commands --- */

static enum status result(void *owner, struct session *session, const struct command *command)
{
    struct transaction *transaction = house_find(owner, session, command->txn);
    if (transaction == NULL)
        return STATUS_TXN_UNKNOWN;
    if (transaction_is_kept(transaction))
        return admission_answer_kept(transaction, session, command);
    return command->wait_s == 0 ? STATUS_PENDING : attachment_new(transaction, session, command);
}

static enum status cancel(void *owner, struct session *session, struct bytes txn)
{
    struct transaction *transaction = house_find(owner, session, txn);
    if (transaction == NULL)
        return STATUS_TXN_UNKNOWN;
    if (transaction_is_kept(transaction))
        return STATUS_TOO_LATE;
    transaction_abandon(transaction, STATUS_CANCELLED);
    return STATUS_OK;
}

static enum status acknowledge(void *owner, struct session *session, struct bytes txn)
{
    struct transaction *transaction = house_find(owner, session, txn);
    if (transaction != NULL && transaction_is_kept(transaction))
        transaction_forget(transaction);
    return STATUS_OK;
}

static enum status state(void *owner, struct session *session, struct bytes tag, struct bytes txn,
                         struct buffer *out)
{
    const struct transaction *transaction = house_find(owner, session, txn);
    struct writer writer;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer_atom(&writer, "STATE");
    writer_string(&writer, txn);
    writer_open(&writer);
    writer_pair_atom(&writer, "STATE",
                     transaction == NULL ? "UNKNOWN" : transaction_state_word(transaction));
    writer_pair_number(&writer, "AGE", transaction == NULL ? 0 : transaction_age_s(transaction));
    writer_close(&writer);
    return writer_end(&writer);
}

static const char *health_word(const struct house *house, const struct pool_state *pool)
{
    if (house->draining)
        return "DRAINING";
    if (pool->generation == 0)
        return "STARTING";
    return pool->workers == 0 ? "DEGRADED" : "READY";
}

static void health_detail(struct writer *writer, const struct pool_state *pool)
{
    uint64_t signatures = 0;
    bool builtin = false;
    for (size_t i = 0; i < pool->edition_count; i++) {
        signatures += pool->editions[i].signatures;
        builtin = builtin || pool->editions[i].only_builtin;
    }
    writer_pair_number(writer, "GENERATION", pool->generation);
    writer_pair_number(writer, "RUNNING", pool->running);
    writer_pair_number(writer, "QUEUED", pool->queued);
    writer_pair_number(writer, "WORKERS", pool->workers);
    writer_pair_number(writer, "SIGNATURES", signatures);
    writer_pair_atom(writer, "BUILTIN", builtin ? "YES" : "NO");
}

static enum status health(void *owner, bool detail, struct buffer *out)
{
    const struct house *house = owner;
    const struct pool_state *pool = pool_state(house->settings.pool);
    struct writer writer;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, BYTES("*"));
    writer_atom(&writer, "HEALTH");
    writer_open(&writer);
    writer_pair_atom(&writer, "STATE", health_word(house, pool));
    if (detail)
        health_detail(&writer, pool);
    writer_close(&writer);
    return writer_end(&writer);
}

static enum status verify(void *owner, struct session *session, struct bytes name,
                          struct bytes password)
{
    struct house *house = owner;
    return verification_start(&house->verifications, session, name, password);
}

static void flush(void *owner, struct session *session)
{
    struct house *house = owner;
    house->settings.flush(session);
}

/* --- life --- */

/* Spilled contents must not stand in memory after all: a file system on a disk, if there is one. */
static void spill_dir_choose(struct house *house, const struct config *config)
{
    const char *candidates[] = {getenv("TMPDIR"), "/var/tmp", config->runtime_dir, "/tmp"};
    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        const char *path = candidates[i];
        if (path == NULL || access(path, W_OK | X_OK) != 0)
            continue;
        snprintf(house->spill_dir, sizeof(house->spill_dir), "%s", path);
        return;
    }
}

static void on_drain_due(struct alarm *alarm)
{
    struct house *house = LINK_OWNER(alarm, struct house, drain);
    while (!link_is_alone(&house->unfinished))
        transaction_fail(LINK_OWNER(house->unfinished.next, struct transaction, unfinished),
                         "shutdown");
    /* A transaction that waits for its last job rings again from house_closed_one(). */
    if (house->open > 0 || house->drained == NULL)
        return;
    /* The alarms of kept results would keep the loop running until the last one is too old. */
    kept_forget_all(house);
    void (*drained)(void *owner) = house->drained;
    house->drained = NULL;
    drained(house->drain_owner);
}

void house_closed_one(struct house *house)
{
    house->open--;
    house_count_contents(house);
    if (house->draining && house->open == 0)
        alarm_set(&house->drain, alarms_now_ms(house->alarms));
}

static void table_fill(struct house *house)
{
    house->table = (struct session_house){
        .owner = house,
        .announce = admission_announce,
        .content_write = admission_write,
        .content_drop = admission_drop,
        .check = admission_check,
        .result = result,
        .cancel = cancel,
        .acknowledge = acknowledge,
        .state = state,
        .health = health,
        .verify = verify,
        .flush = flush,
    };
}

enum status house_new(const struct house_settings *settings, struct house **handle)
{
    struct house *house = calloc(1, sizeof(*house));
    if (house == NULL)
        return STATUS_MEMORY;
    house->settings = *settings;
    house->config = config_ref(settings->config);
    link_init(&house->scopes);
    link_init(&house->unfinished);
    link_init(&house->kept);
    link_init(&house->verifications);
    table_fill(house);
    spill_dir_choose(house, settings->config);
    enum status status = alarms_new(settings->loop, &house->alarms);
    if (status == STATUS_OK)
        status = alarm_init(&house->drain, house->alarms, on_drain_due);
    if (status == STATUS_OK)
        status = directory_init(&house->directory);
    if (status == STATUS_OK)
        status = notice_rate_new(&house->notices);
    if (status == STATUS_OK && getrandom(&house->boot, sizeof(house->boot), 0) < 0)
        status = STATUS_IO;
    if (status != STATUS_OK)
        house_free(&house);
    else
        *handle = house;
    return status;
}

static void scopes_free(struct house *house)
{
    while (!link_is_alone(&house->scopes)) {
        struct scope *scope = LINK_OWNER(house->scopes.next, struct scope, scopes);
        kept_forget_scope(scope);
        scope_free(&scope);
    }
}

void house_free(struct house **handle)
{
    struct house *house = *handle;
    *handle = NULL;
    if (house == NULL)
        return;
    assert(house->open == 0 && link_is_alone(&house->verifications));
    scopes_free(house);
    notice_rate_free(&house->notices);
    directory_clear(&house->directory);
    alarm_clear(&house->drain);
    alarms_free(&house->alarms);
    config_unref(&house->config);
    free(house);
}

const struct session_house *house_table(struct house *house)
{
    return &house->table;
}

void house_configure(struct house *house, struct config *config)
{
    struct config *old = house->config;
    house->config = config_ref(config);
    config_unref(&old);
    kept_forget_all(house);
}

void house_renew(struct house *house)
{
    kept_forget_all(house);
}

void house_leave(struct house *house, struct session *session)
{
    house_count_session(session);
    verification_forget(&house->verifications, session);
    while (session->tag_count > 0) {
        struct attachment *attachment = session->tags[session->tag_count - 1].owner;
        struct transaction *transaction = attachment->transaction;
        session_tag_end(session, attachment->tag);
        attachment_free(&attachment);
        transaction_left(transaction);
    }
    if (session->scope != NULL)
        kept_forget_scope(session->scope);
    scope_free(&session->scope);
}

void house_drain(struct house *house, void *owner, void (*drained)(void *owner))
{
    assert(!house->draining);
    house->draining = true;
    house->drain_owner = owner;
    house->drained = drained;
    uint64_t now = alarms_now_ms(house->alarms);
    alarm_set(&house->drain, house->open == 0 ? now : now + house->config->limits.drain_ms);
}

const char *house_not_ready(const struct house *house)
{
    const struct pool_state *pool = pool_state(house->settings.pool);
    if (house->draining)
        return "draining";
    if (pool->generation == 0)
        return "loading signatures";
    return pool->workers == 0 ? "no worker" : NULL;
}
