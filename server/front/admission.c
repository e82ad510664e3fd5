/* A CHECK from its announcement to its transaction (admission.h). */
#include "server/front/admission.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/front/answer.h"
#include "server/front/attachment.h"
#include "server/front/house_inside.h"
#include "server/front/identity.h"
#include "server/front/journal.h"
#include "server/metrics.h"

/* What a check keeps of its command, its recipients above all: at most so many times its octets. */
enum { COMMAND_SHARE = 4 };

void house_count_session(struct session *session)
{
    metrics.commands += session->counters.commands;
    metrics.errors += session->counters.errors;
    metrics.authentications_failed += session->counters.failures;
    session->counters = (struct session_counters){0};
}

void house_count_contents(const struct house *house)
{
    metrics.in_flight = house->open;
    metrics.content_octets_held = content_reserved();
}

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

struct scope *house_scope(struct house *house, struct session *session)
{
    if (session->identity.client != NULL)
        return scope_named(house, session->identity.name);
    if (session->scope == NULL &&
        scope_new(session->identity.name, true, &session->scope) != STATUS_OK)
        return NULL;
    return session->scope;
}

struct transaction *house_find(struct house *house, struct session *session, struct bytes txn)
{
    struct scope *scope = house_scope(house, session);
    return scope == NULL ? NULL : directory_find(&house->directory, scope, txn);
}

static enum status permit(const struct house *house, const struct session *session,
                          const struct command *command, uint64_t size, uint64_t *number)
{
    const struct limits *limits = &session->config->limits;
    const struct check_options *options = &command->options;
    if (!identity_may_use(&session->identity, session->peer.listener, command->channel) ||
        config_find_channel(house->config, command->channel) == NULL)
        return STATUS_NO_PERMISSION;
    if (options->dry_run &&
        !identity_is_operator(&session->identity, &session->peer, (uint32_t)geteuid()))
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

enum status admission_announce(void *owner, struct session *session, const struct command *command,
                               uint64_t size, struct content **content, uint64_t *number)
{
    struct house *house = owner;
    house_count_session(session);
    enum status status = permit(house, session, command, size, number);
    struct transaction *known =
        status == STATUS_OK ? house_find(house, session, command->txn) : NULL;
    if (known != NULL && !transaction_agrees(known, command, size, NULL))
        status = STATUS_TXN_CONFLICT;
    if (status == STATUS_OK)
        status = content_new(&house->config->limits, house->spill_dir, size, content);
    if (status == STATUS_OK) {
        status = content_charge(&house->config->limits, *content,
                                (uint64_t)session->frame.buffer.size * COMMAND_SHARE);
        if (status != STATUS_OK)
            content_unref(content);
    }
    if (status == STATUS_TOO_BIG && *number == 0)
        *number = house->config->limits.message_bytes;
    if (status != STATUS_OK)
        metrics.checks_refused++;
    house_count_contents(house);
    return status;
}

enum status admission_write(void *owner, struct content *content, struct bytes octets)
{
    (void)owner;
    metrics.content_octets += octets.size;
    return content_write(content, octets);
}

void admission_drop(void *owner, struct content **content)
{
    content_unref(content);
    house_count_contents(owner);
}

enum status admission_answer_kept(const struct transaction *transaction, struct session *session,
                                  const struct command *command)
{
    struct answer_recipient *recipients = NULL;
    bool is_check = command->verb == COMMAND_CHECK;
    size_t count = command->recipient_count;
    if (is_check && (recipients = calloc(count + 1, sizeof(*recipients))) == NULL)
        return STATUS_MEMORY;
    if (is_check)
        transaction_find_recipients(transaction, command, recipients);
    struct answer_request request = {
        .tag = command->tag,
        .recipients = recipients,
        .recipient_count = count,
        .accept = is_check ? attachment_accept(command) : transaction->accept,
        .forms = is_check ? attachment_forms(command) : transaction->forms,
        .explain = command->options.explain,
    };
    struct buffer lines;
    buffer_init(&lines, (size_t)session->config->limits.reply_bytes);
    struct answer_told told;
    enum status status = answer_write(transaction, &request, &lines, &told);
    if (status == STATUS_OK) {
        session_append(session, buffer_bytes(&lines));
        metrics.checks_kept++;
        journal_kept(transaction, is_check ? count : transaction->recipient_count);
    }
    buffer_clear(&lines);
    free(recipients);
    return status;
}

static enum status repeat(struct transaction *known, struct session *session,
                          const struct command *command, const struct content *content)
{
    if (!transaction_agrees(known, command, content->size, content->digest))
        return STATUS_TXN_CONFLICT;
    if (transaction_is_kept(known))
        return admission_answer_kept(known, session, command);
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
    struct scope *scope = house_scope(house, session);
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

enum status admission_check(void *owner, struct session *session, const struct command *command,
                            struct content **content)
{
    struct house *house = owner;
    enum status status = content_seal(*content);
    if (status != STATUS_OK)
        return status;
    struct transaction *known = house_find(house, session, command->txn);
    status = known != NULL ? repeat(known, session, command, *content)
                           : begin(house, session, command, content);
    house_count_contents(house);
    return status;
}
