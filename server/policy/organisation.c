/* Organisations: one index over all their domains, one array of their networks. */
#include "server/policy/organisation.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/endpoint.h"
#include "server/config/read.h"
#include "server/policy/entry.h"
#include "server/policy/index.h"

struct organisations {
    const struct config_organisation *rows; /* the configuration's */
    size_t count;
    struct index domains; /* to the number in rows */
};

const char *direction_word(enum direction direction)
{
#define DIRECTION_WORD(name, word) word,
    static const char *const words[] = {DIRECTION_ROWS(DIRECTION_WORD)};
#undef DIRECTION_WORD
    return words[direction];
}

static enum status add_domain(struct organisations *organisations, size_t i, const char *domain,
                              const struct node *node, struct config_problem *problem)
{
    struct entry entry;
    const char *name = organisations->rows[i].name;
    bool is_new = false;
    if (entry_read(bytes_of_text(domain), &entry) != NULL ||
        (entry.kind != ENTRY_DOMAIN && entry.kind != ENTRY_BELOW))
        return problem_of(problem, node,
                          "organisations.%.64s.domains: found \"%.80s\", expected a domain as "
                          "x.example or .x.example",
                          name, domain);
    uint32_t number = (uint32_t)i;
    const struct index_entry added = {.key = {entry.key.octets, entry.key.size},
                                      .value = {(const uint8_t *)&number, sizeof number}};
    enum status status = index_add(&organisations->domains, &added, &is_new);
    if (status != STATUS_OK)
        return problem_memory(problem);
    if (!is_new)
        return problem_of(problem, node, "organisations.%.64s.domains: %.80s stands before", name,
                          domain);
    return STATUS_OK;
}

static enum status add_domains(struct organisations *organisations, const struct node *map,
                               struct config_problem *problem)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < organisations->count && status == STATUS_OK; i++) {
        const struct config_organisation *row = &organisations->rows[i];
        const struct node *list = node_find(node_at(map, i), "domains");
        for (size_t j = 0; j < row->domain_count && status == STATUS_OK; j++) {
            const struct node *node = node_at(list, j);
            status =
                add_domain(organisations, i, row->domains[j], node != NULL ? node : list, problem);
        }
    }
    return status;
}

enum status organisations_new(const struct config *config, struct organisations **organisations,
                              struct config_problem *problem)
{
    AUTO(organisations_free) struct organisations *made = calloc(1, sizeof *made);
    if (made == NULL || index_init(&made->domains) != STATUS_OK)
        return problem_memory(problem);
    made->rows = config->organisations;
    made->count = config->organisation_count;
    enum status status = add_domains(made, node_find(config->tree, "organisations"), problem);
    if (status != STATUS_OK)
        return status;
    *organisations = made;
    made = NULL;
    return STATUS_OK;
}

void organisations_free(struct organisations **organisations)
{
    struct organisations *old = *organisations;
    *organisations = NULL;
    if (old == NULL)
        return;
    index_clear(&old->domains);
    free(old);
}

const char *organisation_of(const struct organisations *organisations, struct bytes address)
{
    struct entry_walk walk;
    struct index_entry found;
    struct bytes key;
    enum entry_kind kind;
    if (organisations->domains.count == 0 || !entry_walk_init(&walk, address))
        return NULL;
    while (entry_walk_next(&walk, &key, &kind)) {
        if ((kind != ENTRY_DOMAIN && kind != ENTRY_BELOW) ||
            !index_find(&organisations->domains, key, &found))
            continue;
        uint32_t number;
        memcpy(&number, found.value.data, sizeof number);
        return organisations->rows[number].name;
    }
    return NULL;
}

static bool networks_have(const struct organisations *organisations, const uint8_t address[16])
{
    for (size_t i = 0; i < organisations->count; i++)
        for (size_t j = 0; j < organisations->rows[i].network_count; j++)
            if (network_contains(&organisations->rows[i].networks[j], address))
                return true;
    return false;
}

bool organisations_have_sender(const struct organisations *organisations,
                               const struct envelope *envelope)
{
    uint8_t address[16];
    if (envelope->login.size > 0)
        return true;
    if (envelope->client_address.size > 0)
        return client_address_read(envelope->client_address, address) &&
               networks_have(organisations, address);
    return organisation_of(organisations, envelope->sender) != NULL;
}

enum direction organisations_direction(const struct organisations *organisations,
                                       bool sender_is_inside, struct bytes recipient)
{
    if (organisations->count == 0)
        return DIRECTION_UNKNOWN;
    bool bare = bytes_find(recipient, 0, '@') == recipient.size; /* RFC 5321 4.1.1.3: Postmaster */
    bool inside = bare || organisation_of(organisations, recipient) != NULL;
    if (sender_is_inside)
        return inside ? DIRECTION_INTERNAL : DIRECTION_OUTBOUND;
    return inside ? DIRECTION_INBOUND : DIRECTION_RELAY;
}

bool client_address_read(struct bytes text, uint8_t address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    char copy[INET6_ADDRSTRLEN + 1];
    if (text.size > 2 && text.data[0] == '[' && text.data[text.size - 1] == ']')
        text = bytes_slice(text, 1, text.size - 2);
    if (bytes_begin_fold(text, BYTES("IPv6:")))
        text = bytes_slice(text, 5, SIZE_MAX);
    if (text.size == 0 || text.size >= sizeof copy || bytes_find(text, 0, '\0') < text.size)
        return false;
    snprintf(copy, sizeof copy, "%.*s", (int)text.size, (const char *)text.data);
    if (inet_pton(AF_INET6, copy, address) == 1)
        return true;
    memcpy(address, mapped, sizeof mapped);
    return inet_pton(AF_INET, copy, address + 12) == 1;
}
