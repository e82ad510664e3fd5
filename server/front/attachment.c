/* Commands that wait for a transaction (attachment.h). */
#include "server/front/attachment.h"

#include <stdlib.h>
#include <string.h>

#include "server/front/house_inside.h"

unsigned attachment_accept(const struct command *command)
{
    return command->options.has_accept ? command->options.accept : (unsigned)ACCEPT_DEFAULT;
}

unsigned attachment_forms(const struct command *command)
{
    return command->options.has_accept ? command->options.forms : 0;
}

/* PROGRESS (STATE RUNNING AGE s) */
static void progress_write(struct attachment *attachment)
{
    struct transaction *transaction = attachment->transaction;
    struct session *session = attachment->session;
    struct buffer line;
    buffer_init(&line, 512);
    struct writer writer;
    writer_begin(&writer, &line, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES,
                 bytes_of_text(attachment->tag));
    writer_atom(&writer, "PROGRESS");
    writer_open(&writer);
    writer_pair_atom(&writer, "STATE", transaction_state_word(transaction));
    writer_pair_number(&writer, "AGE", transaction_age_s(transaction));
    writer_close(&writer);
    /* Out of memory: nobody counts on a PROGRESS line. */
    if (writer_end(&writer) == STATUS_OK)
        session_append(session, buffer_bytes(&line));
    buffer_clear(&line);
}

static void on_progress(struct alarm *alarm)
{
    struct attachment *attachment = LINK_OWNER(alarm, struct attachment, alarm);
    struct house *house = attachment->transaction->house;
    progress_write(attachment);
    alarm_set(alarm, alarms_now_ms(house->alarms) + attachment->progress_ms);
    house->settings.flush(attachment->session);
}

static void on_wait_over(struct alarm *alarm)
{
    struct attachment *attachment = LINK_OWNER(alarm, struct attachment, alarm);
    struct transaction *transaction = attachment->transaction;
    struct house *house = transaction->house;
    struct session_outcome outcome = {.status = STATUS_PENDING};
    session_complete(attachment->session, attachment->tag, &outcome);
    house->settings.flush(attachment->session);
    attachment_free(&attachment);
    transaction_left(transaction);
}

/* Times beyond it mean "until the check's own deadline". */
enum { SECONDS_MOST = 86400 };

static uint64_t in_ms(uint64_t seconds)
{
    return (seconds < SECONDS_MOST ? seconds : SECONDS_MOST) * 1000;
}

static enum status alarm_prepare(struct attachment *attachment, const struct command *command)
{
    struct alarms *alarms = attachment->transaction->house->alarms;
    bool waits = command->verb == COMMAND_RESULT;
    enum status status = alarm_init(&attachment->alarm, alarms, waits ? on_wait_over : on_progress);
    if (status != STATUS_OK)
        return status;
    attachment->progress_ms = in_ms(command->options.progress_s);
    uint64_t first_ms = waits ? in_ms(command->wait_s) : attachment->progress_ms;
    if (first_ms > 0)
        alarm_set(&attachment->alarm, alarms_now_ms(alarms) + first_ms);
    return STATUS_OK;
}

static bool recipients_are_the_same(const struct transaction *transaction,
                                    const struct command *command)
{
    if (command->recipient_count != transaction->recipient_count)
        return false;
    for (size_t i = 0; i < command->recipient_count; i++)
        if (command->recipients[i].id != transaction->recipients[i].id ||
            !bytes_equal(command->recipients[i].address, transaction->recipients[i].address))
            return false;
    return true;
}

static enum status recipients_copy(struct attachment *attachment, const struct command *command)
{
    if (command->verb != COMMAND_CHECK || recipients_are_the_same(attachment->transaction, command))
        return STATUS_OK;
    attachment->recipients = calloc(command->recipient_count + 1, sizeof(*attachment->recipients));
    if (attachment->recipients == NULL)
        return STATUS_MEMORY;
    attachment->recipient_count = command->recipient_count;
    transaction_find_recipients(attachment->transaction, command, attachment->recipients);
    return STATUS_OK;
}

enum status attachment_new(struct transaction *transaction, struct session *session,
                           const struct command *command)
{
    struct attachment *attachment = calloc(1, sizeof(*attachment));
    if (attachment == NULL)
        return STATUS_MEMORY;
    link_init(&attachment->link);
    attachment->session = session;
    attachment->transaction = transaction;
    memcpy(attachment->tag, command->tag.data, command->tag.size);
    attachment->explain = command->options.explain;
    attachment->accept =
        command->verb == COMMAND_CHECK ? attachment_accept(command) : transaction->accept;
    attachment->forms =
        command->verb == COMMAND_CHECK ? attachment_forms(command) : transaction->forms;
    enum status status = recipients_copy(attachment, command);
    if (status == STATUS_OK)
        status = alarm_prepare(attachment, command);
    if (status == STATUS_OK)
        status = session_tag_begin(session, command->tag, attachment);
    if (status != STATUS_OK) {
        attachment_free(&attachment);
        return status;
    }
    link_append(&transaction->attachments, &attachment->link);
    alarm_unset(&transaction->linger);
    return STATUS_OK;
}

void attachment_free(struct attachment **attachment)
{
    if (*attachment == NULL)
        return;
    alarm_clear(&(*attachment)->alarm);
    link_remove(&(*attachment)->link);
    free((*attachment)->recipients);
    free(*attachment);
    *attachment = NULL;
}
