/* Is a check the repetition of one that is known (spec 6.2)? */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/front/transaction.h"

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

static const struct transaction_recipient *recipient_find(const struct transaction *transaction,
                                                          struct bytes address)
{
    struct transaction_recipient wanted = {.address = address};
    const struct transaction_recipient *key = &wanted;
    const struct transaction_recipient **found =
        bsearch(&key, transaction->by_address, transaction->recipient_count,
                sizeof(*transaction->by_address), by_address);
    return found == NULL ? NULL : *found;
}

void transaction_find_recipients(const struct transaction *transaction,
                                 const struct command *command, struct answer_recipient *items)
{
    for (size_t i = 0; i < command->recipient_count; i++) {
        const struct transaction_recipient *known =
            recipient_find(transaction, command->recipients[i].address);
        assert(known != NULL);
        items[i] = (struct answer_recipient){.id = command->recipients[i].id,
                                             .index = (uint32_t)(known - transaction->recipients)};
    }
}

bool transaction_agrees(struct transaction *transaction, const struct command *command,
                        uint64_t size, const uint8_t *digest)
{
    if (size != transaction->size ||
        !bytes_equal(command->channel, bytes_of_text(transaction->channel->name)))
        return false;
    if (digest != NULL && memcmp(digest, transaction->digest, DIGEST_BYTES) != 0)
        return false;
    if (command->options.dry_run != transaction->dry_run || !addresses_sort(transaction))
        return false;
    for (size_t i = 0; i < command->recipient_count; i++)
        if (recipient_find(transaction, command->recipients[i].address) == NULL)
            return false;
    return true;
}
