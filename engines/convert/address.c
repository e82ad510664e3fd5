/* Addresses in header fields get their canonical form (spec/conversion.md 4): the octets of an
 * addr-spec and nothing else. What it becomes was looked up by the front. */
#include "engines/convert/address_form.h"
#include "engines/convert/conversion.h"
#include "engines/message/mailboxes.h"

#include <stdlib.h>

struct pair {
    struct bytes old, new;
};

struct mapping {
    struct conversion *conversion;
    const struct edit *edit;
    struct pair *pairs; /* by the old address */
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return bytes_compare(((const struct pair *)a)->old, ((const struct pair *)b)->old);
}

static enum status read_pairs(struct mapping *mapping)
{
    const struct edit *edit = mapping->edit;
    bool is_new = false;

    mapping->pairs =
        arena_take(mapping->conversion->draft.arena, edit->value_count * sizeof *mapping->pairs);
    if (mapping->pairs == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < edit->value_count; i++) {
        struct pair *pair = &mapping->pairs[mapping->count];

        if (!bytes_equal_fold(edit->values[i].key, BYTES("MAP")))
            continue;
        *(is_new ? &pair->new : &pair->old) = edit->values[i].value;
        mapping->count += is_new;
        is_new = !is_new;
    }
    qsort(mapping->pairs, mapping->count, sizeof *mapping->pairs, compare);
    return is_new ? STATUS_INVALID : STATUS_OK;
}

/* "From", or "Resent-From" for it. */
static bool is_name(struct bytes field, struct bytes name)
{
    const struct bytes resent = BYTES("Resent-");

    return bytes_equal_fold(field, name) ||
           (bytes_begin_fold(field, resent) &&
            bytes_equal_fold(bytes_slice(field, resent.size, SIZE_MAX), name));
}

static bool is_wanted(const struct mapping *mapping, struct bytes field)
{
    static const char *const usual[] = {"From", "To", "Cc", "Reply-To", "Sender"};
    struct bytes name;
    size_t i = 0;

    for (; edit_value_at(mapping->edit, "FIELDS", i, &name); i++) {
        if (is_name(field, name))
            return true;
    }
    for (size_t j = 0; i == 0 && j < sizeof usual / sizeof usual[0]; j++) {
        if (is_name(field, bytes_of_text(usual[j])))
            return true;
    }
    return false;
}

static enum status put(struct mapping *mapping, struct bytes place, struct bytes octets)
{
    struct conversion *conversion = mapping->conversion;
    struct range range = {(uint64_t)(place.data - conversion->message->octets.data), place.size};

    return bytes_equal(place, octets) ? STATUS_OK : draft_change(&conversion->draft, range, octets);
}

/* Comments and folds between the two stay. */
static enum status put_address(struct mapping *mapping, const struct mailbox *mailbox,
                               const struct address_form *form)
{
    enum status status;

    if (mailbox->domain.size == 0)
        return put(mapping, mailbox->address, form->whole);
    status = put(mapping, mailbox->local, form->local);
    return status == STATUS_OK ? put(mapping, mailbox->domain, form->domain) : status;
}

static enum status map_mailbox(struct mapping *mapping, const struct mailbox *mailbox,
                               struct section_field *field)
{
    struct conversion *conversion = mapping->conversion;
    struct pair wanted = {.old = {0}};
    const struct pair *found;
    struct address_form form;
    enum status status = mailbox_text(mailbox, conversion->draft.arena, &wanted.old);

    if (status != STATUS_OK)
        return status;
    found = bsearch(&wanted, mapping->pairs, mapping->count, sizeof wanted, compare);
    if (found == NULL)
        return STATUS_OK;
    status = address_form_of(found->new, conversion->header.style.is_international,
                             conversion->draft.arena, &form);
    if (status == STATUS_INVALID) {
        reporter_finding(&conversion->reporter, "convert.address-unwritable", CLASS_NOTE, 0, 0,
                         field->range, "the new address cannot be written into this message");
        return STATUS_OK;
    }
    field->is_changed = true;
    return status == STATUS_OK ? put_address(mapping, mailbox, &form) : status;
}

/* Fields that edits have made stand as those wanted them. */
static enum status map_field(struct mapping *mapping, struct section_field *field)
{
    struct mailboxes mailboxes;
    struct mailbox mailbox;
    enum status status = STATUS_OK;

    if (field->is_gone || field->is_replaced || field->range.size == 0 ||
        !is_wanted(mapping, field->field.name))
        return STATUS_OK;
    mailboxes_init(&mailboxes, field->field.value);
    while (status == STATUS_OK && mailboxes_next(&mailboxes, &mailbox))
        status = map_mailbox(mapping, &mailbox, field);
    return status;
}

enum status convert_address(struct draft *draft, const struct edit *edit,
                            struct conversion *conversion)
{
    struct mapping mapping = {.conversion = conversion, .edit = edit};
    enum status status = read_pairs(&mapping);

    (void)draft;
    for (size_t i = conversion->header.first; i < conversion->header.count && status == STATUS_OK;
         i++)
        status = map_field(&mapping, &conversion->header.fields[i]);
    return status;
}
