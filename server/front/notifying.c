/* Notices of a check (spec/policy.md 6): what its decisions want to be told, each once to each
 * address, unless it must not be; written when all is decided, handed to the client as NOTE lines.
 */
#include <string.h>
#include <time.h>

#include "server/front/house_inside.h"
#include "server/front/outcome.h"
#include "server/front/transaction_inside.h"
#include "server/metrics.h"
#include "server/notice/notice.h"
#include "server/policy/organisation.h"
#include "server/policy/template.h"

enum { NOTES_MOST = 32, ASKED_MOST = 256 };

/* What has been asked for, written or refused. */
struct asked_notices {
    const struct decision_notice *items[ASKED_MOST];
    size_t count;
};

static bool is_known(const struct asked_notices *asked, const struct decision_notice *notice)
{
    for (size_t i = 0; i < asked->count; i++)
        if (asked->items[i]->kind == notice->kind &&
            asked->items[i]->template == notice->template &&
            bytes_equal(asked->items[i]->address, notice->address))
            return true;
    return asked->count == ASKED_MOST;
}

static enum notice_refusal refuse(const struct transaction *transaction,
                                  const struct decision_notice *notice)
{
    const struct config *config = transaction->config;
    const struct notice_question question = {
        .kind = notice->kind,
        .to = notice->address,
        .envelope = &transaction->envelope,
        .report = transaction_report(transaction),
        .sender_is_inside = organisations_have_sender(config->inside, &transaction->envelope),
        .outsiders = config->notices.outsiders,
    };
    enum notice_refusal refusal = notice_refuse(&question);
    if (refusal != NOTICE_REFUSAL_NONE || transaction->dry_run)
        return refusal;
    return notice_rate_take(transaction->house->notices, notice->address, config->notices.rate,
                            config->notices.rate_all, alarms_now_ms(transaction->house->alarms));
}

static enum status octets_write(struct transaction *transaction,
                                const struct decision_notice *notice, struct buffer *out)
{
    struct notice_text texts[TEMPLATE_LANGUAGES_MOST];
    const struct template *template = notice->template;
    for (size_t i = 0; i < template->count; i++)
        texts[i] = (struct notice_text){.language = template->texts[i].language,
                                        .subject = notice->texts[2 * i],
                                        .text = notice->texts[2 * i + 1]};
    const struct notice words = {
        .kind = notice->kind,
        .from = bytes_of_text(transaction->config->notices.from),
        .to = notice->address,
        .host_name = transaction->config->host_name,
        .reference = transaction->reference,
        .number = (uint32_t)transaction->note_count + 1,
        .time = (int64_t)time(NULL),
        .in_reply_to = notice_message_id(transaction_report(transaction)),
        .texts = texts,
        .text_count = template->count,
    };
    return notice_write(&words, out);
}

/* Keeps octets and address in the arena. */
static enum status note_keep(struct transaction *transaction, const struct decision_notice *notice,
                             struct bytes octets)
{
    struct arena *arena = &transaction->notes_arena;
    struct bytes *recipient = arena_take(arena, sizeof(*recipient));
    const char *address = arena_copy(arena, notice->address);
    const char *copy = arena_copy(arena, octets);
    if (recipient == NULL || address == NULL || copy == NULL)
        return STATUS_MEMORY;
    *recipient = (struct bytes){(const uint8_t *)address, notice->address.size};
    transaction->notes[transaction->note_count] =
        (struct reply_note){.number = (uint32_t)transaction->note_count + 1,
                            .kind = notice->kind,
                            .recipients = recipient,
                            .recipient_count = 1,
                            .octets = {(const uint8_t *)copy, octets.size}};
    transaction->note_count++;
    return STATUS_OK;
}

static enum notice_refusal note_make(struct transaction *transaction,
                                     const struct decision_notice *notice)
{
    enum notice_refusal refusal = refuse(transaction, notice);
    if (refusal != NOTICE_REFUSAL_NONE)
        return refusal;
    struct buffer octets;
    buffer_init(&octets, NOTICE_BYTES_MOST);
    enum status status = octets_write(transaction, notice, &octets);
    if (status == STATUS_OK)
        status = note_keep(transaction, notice, buffer_bytes(&octets));
    buffer_clear(&octets);
    return status == STATUS_OK ? NOTICE_REFUSAL_NONE : NOTICE_REFUSAL_FAILED;
}

static void notice_ask(struct transaction *transaction, struct asked_notices *asked,
                       const struct decision_notice *notice)
{
    if (is_known(asked, notice))
        return;
    asked->items[asked->count++] = notice;
    enum notice_refusal refusal = transaction->note_count == NOTES_MOST
                                      ? NOTICE_REFUSAL_MANY
                                      : note_make(transaction, notice);
    if (refusal == NOTICE_REFUSAL_NONE)
        metrics.notices++;
    else
        metrics.notices_refused[refusal]++;
}

static void decision_notify(struct transaction *transaction, struct asked_notices *asked,
                            const struct decision *decision)
{
    decision = outcome_settle(decision, transaction->copies, &transaction->deferred);
    if (decision->disposition == DISPOSITION_DEFER)
        return; /* it comes again */
    for (size_t i = 0; i < decision->notice_count; i++)
        notice_ask(transaction, asked, &decision->notices[i]);
    for (size_t i = 0; i < decision->member_count; i++)
        if (i == 0 || decision->members[i].decision != decision->members[i - 1].decision)
            decision_notify(transaction, asked, decision->members[i].decision);
}

void notifying_write(struct transaction *transaction)
{
    struct arena *arena = &transaction->notes_arena;
    struct asked_notices asked = {.count = 0};
    arena_init(arena, (size_t)NOTES_MOST * (NOTICE_BYTES_MOST + 4096));
    transaction->notes = arena_take(arena, NOTES_MOST * sizeof(*transaction->notes));
    if (transaction->notes == NULL)
        return;
    const struct decision *last = NULL;
    for (size_t i = 0; i < transaction->recipient_count && asked.count < ASKED_MOST; i++) {
        const struct decision *decision = deciding_decision(transaction, i);
        if (decision != last)
            decision_notify(transaction, &asked, decision);
        last = decision;
    }
}
