/* Each field of the message's own header section once, asked for all names that are wanted. */
#include "engines/message/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engines/decode/encoded_word.h"
#include "engines/message/header.h"
#include "engines/message/mailboxes.h"
#include "engines/message/spelling.h"

enum aspect { ASPECT_VALUE, ASPECT_ADDRESS, ASPECT_DOMAIN, ASPECT_NAME, ASPECT_MARK };

struct want {
    struct bytes name;  /* of the fact */
    struct bytes field; /* that it is about */
    enum aspect aspect;
    uint64_t count; /* values that were reported, spellings that were seen */
};

struct asking {
    struct message *message;
    struct reporter *reporter;
    struct want *wants;
    size_t want_count;
    size_t octets; /* of all values so far */
};

/* "header.from.address": the field "from" and the aspect. False: nothing that is known. */
static bool read_want(struct bytes name, struct want *want)
{
    static const char *const ends[] = {
        [ASPECT_ADDRESS] = ".address", [ASPECT_DOMAIN] = ".domain", [ASPECT_NAME] = ".name"};

    *want = (struct want){.name = name, .aspect = ASPECT_VALUE};
    if (bytes_begin_fold(name, BYTES("mark."))) {
        want->aspect = ASPECT_MARK;
        want->field = bytes_slice(name, 5, SIZE_MAX);
        return want->field.size > 0;
    }
    if (!bytes_begin_fold(name, BYTES("header.")))
        return false;
    want->field = bytes_slice(name, 7, SIZE_MAX);
    for (unsigned i = ASPECT_ADDRESS; i <= ASPECT_NAME; i++) {
        struct bytes end = bytes_of_text(ends[i]);
        size_t before = want->field.size - end.size;

        if (want->field.size <= end.size ||
            !bytes_equal_fold(bytes_slice(want->field, before, SIZE_MAX), end))
            continue;
        want->field.size = before;
        want->aspect = i;
        break;
    }
    return want->field.size > 0;
}

static void note(struct asking *asking, enum status status)
{
    if (asking->reporter->status == STATUS_OK)
        asking->reporter->status = status;
}

/* Cut before a character that would be in two. */
static struct bytes cut(struct bytes value)
{
    size_t size = value.size < FACT_BYTES_MOST ? value.size : FACT_BYTES_MOST;

    while (size > 0 && size < value.size && (value.data[size] & 0xC0) == 0x80)
        size--;
    return bytes_slice(value, 0, size);
}

static void report_value(struct asking *asking, struct want *want, struct bytes value)
{
    value = cut(value);
    if (want->count == FACTS_VALUES_MOST || asking->octets > FACTS_BYTES_MOST)
        return;
    want->count++;
    asking->octets += value.size;
    if (asking->octets > FACTS_BYTES_MOST)
        reporter_cap(asking->reporter, "report", 0, (struct range){0, 0});
    else
        note(asking, report_add_fact(asking->reporter->report, want->name, value));
}

static void report_decoded(struct asking *asking, struct want *want, struct bytes value)
{
    struct encoded_text text;
    enum status status =
        encoded_words_decode(value, asking->message->budget, &asking->message->arena, &text);

    note(asking, status);
    if (status == STATUS_OK)
        report_value(asking, want, text.text);
}

/* A display name without its quotes and escapes. */
static void report_name(struct asking *asking, struct want *want, struct bytes name)
{
    uint8_t *room = arena_take(&asking->message->arena, name.size);
    size_t size = 0;

    if (room == NULL) {
        note(asking, STATUS_MEMORY);
        return;
    }
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '\\' && i + 1 < name.size)
            i++;
        else if (name.data[i] == '"')
            continue;
        room[size++] = name.data[i];
    }
    report_decoded(asking, want, (struct bytes){room, size});
}

static void report_mailbox(struct asking *asking, struct want *want, const struct mailbox *mailbox)
{
    struct bytes text;
    size_t at;

    if (want->aspect == ASPECT_NAME) {
        if (mailbox->name.size > 0)
            report_name(asking, want, mailbox->name);
        return;
    }
    if (mailbox_text(mailbox, &asking->message->arena, &text) != STATUS_OK) {
        note(asking, STATUS_MEMORY);
        return;
    }
    for (at = text.size; want->aspect == ASPECT_DOMAIN && at > 0 && text.data[at - 1] != '@';)
        at--;
    if (want->aspect == ASPECT_ADDRESS)
        report_value(asking, want, text);
    else if (mailbox->domain.size > 0)
        report_value(asking, want, bytes_slice(text, at, SIZE_MAX));
}

static void ask_mailboxes(struct asking *asking, struct want *want, struct bytes value)
{
    struct mailboxes mailboxes;
    struct mailbox mailbox;

    mailboxes_init(&mailboxes, value);
    while (want->count < FACTS_VALUES_MOST && asking->reporter->status == STATUS_OK &&
           mailboxes_next(&mailboxes, &mailbox))
        report_mailbox(asking, want, &mailbox);
}

static void count_marks(struct asking *asking, struct want *want, const struct field *field)
{
    struct bytes octets = bytes_slice(asking->message->octets, field->offset, field->size);
    struct range within;
    size_t at = 0;

    want->count += spelling_is_field(field, want->field);
    while (spelling_next_within(octets, want->field, &at, &within))
        want->count++;
}

static void ask_field(struct asking *asking, const struct field *field)
{
    for (size_t i = 0; i < asking->want_count && asking->reporter->status == STATUS_OK; i++) {
        struct want *want = &asking->wants[i];

        if (want->aspect == ASPECT_MARK)
            count_marks(asking, want, field);
        else if (!bytes_equal_fold(want->field, field->name))
            continue;
        else if (want->aspect == ASPECT_VALUE)
            report_decoded(asking, want, field->value);
        else
            ask_mailboxes(asking, want, field->value);
    }
}

/* A header section over its limits has been reported by the view: it is asked no further. */
static void ask_fields(struct asking *asking)
{
    struct fields fields = {asking->message->octets, 0};
    uint64_t left = asking->message->budget->limits->fields;
    struct field field;
    const char *cap = NULL;

    while (cap == NULL && left-- > 0 && asking->reporter->status == STATUS_OK &&
           fields_next(&fields, &field)) {
        ask_field(asking, &field);
        cap = budget_allow_cpu(asking->message->budget);
    }
    if (cap != NULL)
        reporter_cap(asking->reporter, cap, 0, (struct range){0, fields.at});
}

static void report_marks(struct asking *asking)
{
    char digits[24];

    for (size_t i = 0; i < asking->want_count; i++) {
        if (asking->wants[i].aspect != ASPECT_MARK || asking->wants[i].count == 0)
            continue;
        snprintf(digits, sizeof digits, "%" PRIu64, asking->wants[i].count);
        note(asking, report_add_fact(asking->reporter->report, asking->wants[i].name,
                                     bytes_of_text(digits)));
    }
}

void facts_report(struct message *message, const struct bytes *wants, size_t count,
                  struct reporter *reporter)
{
    struct asking asking = {.message = message, .reporter = reporter};

    if (count == 0)
        return;
    asking.wants = arena_take(&message->arena, count * sizeof *asking.wants);
    if (asking.wants == NULL) {
        note(&asking, STATUS_MEMORY);
        return;
    }
    for (size_t i = 0; i < count; i++)
        asking.want_count += read_want(wants[i], &asking.wants[asking.want_count]);
    ask_fields(&asking);
    report_marks(&asking);
}
