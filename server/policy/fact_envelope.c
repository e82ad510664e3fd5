/* Facts of recipient, envelope and check. */
#include <string.h>

#include "server/policy/fact_find.h"

void values_set_text(struct fact_values *values, struct bytes text, bool known)
{
    values->one = text;
    values->texts = &values->one;
    values->count = known ? 1 : 0;
}

void values_set_number(struct fact_values *values, uint64_t whole)
{
    const uint64_t most = INT64_MAX / 1000;
    values->number = (int64_t)(whole < most ? whole : most) * 1000;
    values->count = 1;
}

static void set_told(struct fact_values *values, struct bytes text)
{
    values_set_text(values, text, text.size > 0);
}

/* Offset of the last "@"; the size when there is none. */
static size_t at_of(struct bytes address)
{
    size_t at = address.size;
    while (at > 0 && address.data[at - 1] != '@')
        at--;
    return at > 0 ? at - 1 : address.size;
}

static struct bytes local_of(struct bytes address)
{
    return bytes_slice(address, 0, at_of(address));
}

static struct bytes domain_of(struct bytes address)
{
    return bytes_slice(address, at_of(address) + 1, SIZE_MAX);
}

/* Canonical: `"A"@X.example.` is a@x.example. */
static struct bytes recipient_of(struct fact_view *view)
{
    if (!view->is_key_made && !entry_key_of(view->recipient, &view->key))
        return view->recipient;
    view->is_key_made = true;
    return (struct bytes){view->key.octets, view->key.size};
}

static struct bytes sender_of(struct fact_view *view)
{
    struct entry_key key;
    struct bytes sender = view->input->envelope->sender;
    if (!entry_key_of(sender, &key))
        return sender;
    const char *copy = arena_copy(view->arena, (struct bytes){key.octets, key.size});
    if (copy == NULL)
        view->status = STATUS_MEMORY;
    return copy != NULL ? (struct bytes){(const uint8_t *)copy, key.size} : sender;
}

#define FACT(name)                                                                                 \
    void fact_##name(struct fact_view *view, const struct fact *fact, struct fact_values *values)

FACT(recipient)
{
    (void)fact;
    set_told(values, recipient_of(view));
}

FACT(recipient_local)
{
    (void)fact;
    set_told(values, local_of(recipient_of(view)));
}

FACT(recipient_domain)
{
    (void)fact;
    set_told(values, domain_of(recipient_of(view)));
}

FACT(recipient_organisation)
{
    (void)fact;
    set_told(values, bytes_of_text(organisation_of(view->input->config->inside, view->recipient)));
}

FACT(original_recipient)
{
    (void)fact;
    set_told(values, view->original);
}

FACT(expanded)
{
    (void)fact;
    values->truth = view->original.size > 0;
}

FACT(direction)
{
    (void)fact;
    enum direction direction =
        organisations_direction(view->input->config->inside, view->is_inside, view->recipient);
    values_set_text(values, bytes_of_text(direction_word(direction)),
                    direction != DIRECTION_UNKNOWN);
}

FACT(sender)
{
    (void)fact;
    values_set_text(values, sender_of(view), view->input->envelope->has_sender);
}

FACT(sender_local)
{
    (void)fact;
    set_told(values, local_of(sender_of(view)));
}

FACT(sender_domain)
{
    (void)fact;
    set_told(values, domain_of(sender_of(view)));
}

FACT(sender_organisation)
{
    (void)fact;
    const struct decide_input *input = view->input;
    set_told(values,
             bytes_of_text(organisation_of(input->config->inside, input->envelope->sender)));
}

FACT(client_address)
{
    (void)fact;
    if (client_address_read(view->input->envelope->client_address, values->address))
        values->count = 1;
}

FACT(client_name)
{
    (void)fact;
    set_told(values, view->input->envelope->client_name);
}

FACT(helo)
{
    (void)fact;
    set_told(values, view->input->envelope->helo);
}

FACT(login)
{
    (void)fact;
    set_told(values, view->input->envelope->login);
}

FACT(protocol)
{
    (void)fact;
    set_told(values, view->input->envelope->protocol);
}

FACT(queue_id)
{
    (void)fact;
    set_told(values, view->input->envelope->queue_id);
}

FACT(channel)
{
    (void)fact;
    set_told(values, bytes_of_text(view->input->channel->name));
}

FACT(recipients)
{
    (void)fact;
    values_set_number(values, view->input->recipient_count);
}

FACT(size)
{
    (void)fact;
    values_set_number(values, view->input->size);
}
