/* A value of an address field; the oracle: addresses stand inside it in ascending order, the text
 * of one has neither line break nor blank outside quotes, and read again it is one mailbox with the
 * same text, unless it is odd. */
#include <stdlib.h>
#include <string.h>

#include "engines/message/mailboxes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct bytes text)
{
    bool is_quoted = false;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\r' || text.data[i] == '\n')
            abort();
        if (!is_quoted && (text.data[i] == ' ' || text.data[i] == '\t'))
            abort();
        if (is_quoted && text.data[i] == '\\')
            i++;
        else if (text.data[i] == '"')
            is_quoted = !is_quoted;
    }
}

/* Letters and digits only, so that nothing of it is special to anybody. */
static bool is_ordinary(struct bytes text)
{
    size_t ats = 0;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i], letter = octet | 0x20;

        ats += octet == '@';
        if (octet != '@' && octet != '.' && (letter < 'a' || letter > 'z') &&
            (octet < '0' || octet > '9'))
            return false;
    }
    return ats == 1 && text.size > 2;
}

static void check_again(struct bytes text, struct arena *arena)
{
    struct mailboxes mailboxes;
    struct mailbox mailbox;
    struct bytes again;

    mailboxes_init(&mailboxes, text);
    if (!mailboxes_next(&mailboxes, &mailbox) ||
        mailbox_text(&mailbox, arena, &again) != STATUS_OK || !bytes_equal(text, again) ||
        !bytes_equal(mailbox.address, text) || mailboxes_next(&mailboxes, &mailbox))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes value = {data, size}, text;
    const uint8_t *behind = data;
    struct mailboxes mailboxes;
    struct mailbox mailbox;
    struct arena arena;

    arena_init(&arena, (size_t)64 << 20);
    mailboxes_init(&mailboxes, value);
    while (mailboxes_next(&mailboxes, &mailbox)) {
        if (mailbox.address.size == 0 || mailbox.address.data < behind)
            abort();
        behind = mailbox.address.data + mailbox.address.size;
        if (behind > data + size || mailboxes.count > MAILBOXES_MOST ||
            mailbox_text(&mailbox, &arena, &text) != STATUS_OK)
            abort();
        check_text(text);
        if (is_ordinary(text) && mailbox.domain.size > 0 && mailbox.is_plain)
            check_again(text, &arena);
    }
    arena_clear(&arena);
    return 0;
}
