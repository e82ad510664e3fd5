/* What sessions ask of the house (house.h): may a check come, run it, and what has become of it. */
#include "server/front/house.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "server/front/answer.h"
#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/identity.h"
#include "server/front/journal.h"
#include "server/front/kept.h"
#include "server/front/verification.h"
#include "server/metrics.h"

/* --- counting --- */

static void count_session(struct session *session)
{
    metrics.commands += session->counters.commands;
    metrics.errors += session->counters.errors;
    metrics.authentications_failed += session->counters.failures;
    session->counters = (struct session_counters){0};
}

static void count_contents(const struct house *house)
{
    metrics.in_flight = house->open;
    metrics.content_octets_held = content_reserved();
}

/* --- scopes --- */

static struct scope *scope_named(struct house *house, const char *name)
{
    for (struct link *at = house->scopes.next; at != &house->scopes; at = at->next) {
        struct scope *scope = LINK_OWNER(at, struct scope, scopes);
        if (strcmp(scope->name, name) == 0)
            return scope;
    }
    struct scope *scope = NULL;
    if (scope_new(name, false, &scope) != STATUS_OK)
        return NULL;
    link_append(&house->scopes, &scope->scopes);
    return scope;
}

/* NULL: out of memory. */
static struct scope *scope_of(struct house *house, struct session *session)
{
    if (session->identity.client != NULL)
        return scope_named(house, session->identity.name);
    if (session->scope == NULL &&
        scope_new(session->identity.name, true, &session->scope) != STATUS_OK)
        return NULL;
    return session->scope;
}

/* NULL: unknown, or out of memory. */
static struct transaction *transaction_find(struct house *house, struct session *session,
                                            struct bytes txn)
{
    struct scope *scope = scope_of(house, session);
    return scope == NULL ? NULL : directory_find(&house->directory, scope, txn);
}

/* --- CHECK --- */

static enum status permit(const struct house *house, const struct session *session,
                          const struct command *command, uint64_t size, uint64_t *number)
{
    const struct limits *limits = &session->config->limits;
    const struct check_options *options = &command->options;
    if (!identity_may_use(&session->identity, session->peer.listener, command->channel) ||
        config_find_channel(house->config, command->channel) == NULL)
        return STATUS_NO_PERMISSION;
    if (options->has_accept && (options->accept & 1U << DISPOSITION_DEFER) == 0)
        return STATUS_UNSUPPORTED;
    if (house->draining)
        return STATUS_DRAINING;
    if (session->tag_count >= limits->in_flight)
        return STATUS_LIMIT_IN_FLIGHT;
    if (size > limits->message_bytes) {
        *number = limits->message_bytes;
        return STATUS_TOO_BIG;
    }
    if (pool_state(house->settings.pool)->queued >= house->config->limits.queue)
        return STATUS_OVERLOADED;
    return STATUS_OK;
}

static enum status announce(void *owner, struct session *session, const struct command *command,
                            uint64_t size, struct content **content, uint64_t *number)
{
    struct house *house = owner;
    count_session(session);
    enum status status = permit(house, session, command, size, number);
    struct transaction *known =
        status == STATUS_OK ? transaction_find(house, session, command->txn) : NULL;
    if (known != NULL && !transaction_agrees(known, command, size, NULL))
        status = STATUS_TXN_CONFLICT;
    if (status == STATUS_OK)
        status = content_new(&house->config->limits, house->spill_dir, size, content);
    if (status == STATUS_TOO_BIG && *number == 0)
        *number = house->config->limits.message_bytes;
    if (status != STATUS_OK)
        metrics.checks_refused++;
    count_contents(house);
    return status;
}

static enum status on_content_write(void *owner, struct content *content, struct bytes octets)
{
    (void)owner;
    metrics.content_octets += octets.size;
    return content_write(content, octets);
}

static void content_drop(void *owner, struct content **content)
{
    content_unref(content);
    count_contents(owner);
}

/* From the kept result, under the command's own tag and ids. */
static enum status answer_kept(const struct transaction *transaction, struct session *session,
                               const struct command *command)
{
    uint32_t *ids = NULL;
    size_t count = command->recipient_count;
    if (command->verb == COMMAND_CHECK && (ids = calloc(count + 1, sizeof(*ids))) == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < count; i++)
        ids[i] = command->recipients[i].id;
    struct answer_request request = {
        .tag = command->tag,
        .ids = ids,
        .id_count = count,
        .accept = command->verb == COMMAND_CHECK ? attachment_accept(command) : transaction->accept,
        .explain = command->options.explain,
    };
    struct buffer lines;
    buffer_init(&lines, (size_t)session->config->limits.reply_bytes);
    enum disposition disposition = DISPOSITION_DEFER;
    enum status status = answer_write(transaction, &request, &lines, &disposition);
    if (status == STATUS_OK) {
        session_append(session, buffer_bytes(&lines));
        metrics.checks_kept++;
        journal_kept(transaction, ids != NULL ? count : transaction->recipient_count);
    }
    buffer_clear(&lines);
    free(ids);
    return status;
}

static enum status repeat(struct transaction *known, struct session *session,
                          const struct command *command, const struct content *content)
{
    if (!transaction_agrees(known, command, content->size, content->digest))
        return STATUS_TXN_CONFLICT;
    if (transaction_is_kept(known))
        return answer_kept(known, session, command);
    enum status status = attachment_new(known, session, command);
    if (status != STATUS_OK)
        return status;
    known->attached++;
    metrics.checks_attached++;
    return STATUS_OK;
}

static enum status begin(struct house *house, struct session *session,
                         const struct command *command, struct content **content)
{
    struct scope *scope = scope_of(house, session);
    const struct config_channel *channel = config_find_channel(house->config, command->channel);
    if (channel == NULL)
        return STATUS_NO_PERMISSION; /* a reload took it away meanwhile */
    struct transaction *transaction = NULL;
    enum status status =
        scope == NULL ? STATUS_MEMORY
                      : transaction_new(house, scope, command, channel, content, &transaction);
    if (status != STATUS_OK)
        return status;
    status = attachment_new(transaction, session, command);
    if (status != STATUS_OK) {
        transaction_abandon(transaction, status);
        return status;
    }
    metrics.checks++;
    transaction_advance(transaction);
    return STATUS_OK;
}

static enum status check(void *owner, struct session *session, const struct command *command,
                         struct content **content)
{
    struct house *house = owner;
    enum status status = content_seal(*content);
    if (status != STATUS_OK)
        return status;
    struct transaction *known = transaction_find(house, session, command->txn);
    status = known != NULL ? repeat(known, session, command, *content)
                           : begin(house, session, command, content);
    count_contents(house);
    return status;
}

/* --- the other commands --- */

static enum status result(void *owner, struct session *session, const struct command *command)
{
    struct transaction *transaction = transaction_find(owner, session, command->txn);
    if (transaction == NULL)
        return STATUS_TXN_UNKNOWN;
    if (transaction_is_kept(transaction))
        return answer_kept(transaction, session, command);
    return command->wait_s == 0 ? STATUS_PENDING : attachment_new(transaction, session, command);
}

static enum status cancel(void *owner, struct session *session, struct bytes txn)
{
    struct transaction *transaction = transaction_find(owner, session, txn);
    if (transaction == NULL)
        return STATUS_TXN_UNKNOWN;
    if (transaction_is_kept(transaction))
        return STATUS_TOO_LATE;
    transaction_abandon(transaction, STATUS_CANCELLED);
    return STATUS_OK;
}

static enum status acknowledge(void *owner, struct session *session, struct bytes txn)
{
    struct transaction *transaction = transaction_find(owner, session, txn);
    if (transaction != NULL && transaction_is_kept(transaction))
        transaction_forget(transaction);
    return STATUS_OK;
}

static enum status state(void *owner, struct session *session, struct bytes tag, struct bytes txn,
                         struct buffer *out)
{
    const struct transaction *transaction = transaction_find(owner, session, txn);
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
    for (struct link *link = house->scopes.next; link != &house->scopes; link = link->next)
        kept_forget_scope(LINK_OWNER(link, struct scope, scopes));
    void (*drained)(void *owner) = house->drained;
    house->drained = NULL;
    drained(house->drain_owner);
}

void house_closed_one(struct house *house)
{
    house->open--;
    count_contents(house);
    if (house->draining && house->open == 0)
        alarm_set(&house->drain, alarms_now_ms(house->alarms));
}

static void table_fill(struct house *house)
{
    house->table = (struct session_house){
        .owner = house,
        .announce = announce,
        .content_write = on_content_write,
        .content_drop = content_drop,
        .check = check,
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
}

void house_leave(struct house *house, struct session *session)
{
    count_session(session);
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
